"""A recorded run as what figures and animations ask for: any view of it at any step, as a scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlapse.data import Dataset, TableStore, load
from netlapse.data.plane import Axes
from netlapse.errors import DataError, StateError
from netlapse.export.epochs import epochs_at
from netlapse.export.panels import panels_at
from netlapse.folders import tables_folder
from netlapse.protocol.views import BoundaryView, Part, View
from netlapse.record.contract import Store
from netlapse.scenes import Scene
from netlapse.scenes.boundary import boundary_scene
from netlapse.scenes.caption import Caption
from netlapse.scenes.confusion import confusion_scene
from netlapse.scenes.loss import extent_of, loss_scene
from netlapse.scenes.maps import feature_maps_scene
from netlapse.scenes.network import network_scene
from netlapse.scenes.seven_panels import Limits
from netlapse.scenes.weights import weights_scene
from netlapse.spec.layers import INPUT
from netlapse.spec.network import Facts

if TYPE_CHECKING:
    from netlapse.asking import Asking

ViewName = Literal[
    "boundary", "loss", "network", "weights", "confusion", "feature-maps", "seven-panels"
]
"""What of a run is shown."""
VIEWS: tuple[ViewName, ...] = get_args(ViewName)
GRID = 200
"""Columns and rows of a boundary."""


@dataclass(frozen=True)
class Choice:
    """Which part, sample or axes a view is about."""

    part: Part = "validation"
    """Of the confusion matrix, and of the sample."""
    sample: int = 0
    """Whose feature maps are shown."""
    axes: Axes | None = None
    """Which inputs span the boundary; the first two by default."""
    linear: bool = False
    """Whether the gradients of seven panels have a linear scale; else a logarithmic one."""


DEFAULT = Choice()


@dataclass(frozen=True, eq=False)
class Film:
    """A run to be shown.

    Args:
        store: Where it is recorded.
        run: Its id.
        at: The run at a step, to be asked.
        tables: Where the user's tables are.
    """

    store: Store
    run: str
    at: Callable[[int], Asking]
    tables: TableStore = field(default_factory=lambda: TableStore(tables_folder()))
    shows_id: bool = True
    """Whether captions name the run: one that is not recorded has no name for anyone."""
    panel_limits: dict[tuple[int, ...], Limits] = field(
        default_factory=dict[tuple[int, ...], Limits], init=False
    )
    """What the pictures of seven panels have in common, by the states they are of."""

    @property
    def last_step(self) -> int:
        """The newest step that is recorded."""
        return self.store.recorded_step(self.run)

    @cached_property
    def dataset(self) -> Dataset:
        """What the run learned from."""
        return load(self.store.spec(self.run).data, tables=self.tables)

    def epochs(self, steps: ArrayLike) -> NDArray[np.float64]:
        """Epochs done after so many updates [n]."""
        samples = len(self.dataset.train_inputs)
        made = self.store.interventions(self.run)
        return epochs_at(self.store.spec(self.run), made, samples, steps)

    def caption(self, step: int) -> Caption:
        """Which run, step and epoch."""
        epoch = float(self.epochs([step])[0])
        run = self.run if self.shows_id else ""
        return Caption(self.store.summary(self.run).name, run, step, epoch)

    def scene(
        self,
        view: ViewName,
        step: int | None = None,
        choice: Choice = DEFAULT,
        *,
        until: int | None = None,
        among: Sequence[int] = (),
    ) -> Scene:
        """What a view shows at a step.

        Args:
            view: Which.
            step: The step; the newest by default.
            choice: What it is about.
            until: The last step of an animation, so that axes stay the same.
            among: All steps of an animation, so that seven panels share their scales; by default
                21 of the whole record.

        Raises:
            DataError: The data has no such view, part or sample.
            StateError: The record does not reach so far.
        """
        step = self.last_step if step is None else step
        if step > self.last_step:
            raise StateError(
                f"The record ends at step {self.last_step:,}, before step {step:,}.",
                place=f"run {self.run}",
            )
        caption = self.caption(step)
        match view:
            case "boundary":
                return self._boundary(caption, choice)
            case "loss":
                return self._loss(caption, until)
            case "network":
                return self._network(caption)
            case "weights":
                return weights_scene(caption, self._parameters(step))
            case "confusion":
                counts = self.at(step).evaluate(choice.part).confusion
                return confusion_scene(caption, choice.part, counts, self.dataset.class_names)
            case "feature-maps":
                return self._feature_maps(caption, choice)
            case "seven-panels":
                return panels_at(self, caption, among, is_linear=choice.linear)

    def _parameters(self, step: int) -> dict[str, NDArray[np.float32]]:
        """All parameters at a step, in the order of the layers, kernels before biases."""
        found = self.at(step).weights()
        place = {entry.id: i for i, entry in enumerate(self.store.spec(self.run).network.layers)}
        order = sorted(found, key=lambda n: (place[n.partition(".")[0]], found[n].ndim < 2, n))
        return {name: found[name] for name in order}

    def _boundary(self, caption: Caption, choice: Choice) -> Scene:
        if self.dataset.image_shape is not None:
            raise DataError(
                "A decision boundary needs separate inputs, got images.",
                place="boundary",
                remedy="Look at the feature maps or the confusion matrix instead.",
            )
        axes = choice.axes or (0, 1)
        wanted = View(boundary=BoundaryView(width=GRID, height=GRID, axes=axes))
        picture, arrays = self.at(caption.step).picture(wanted)
        return boundary_scene(caption, picture, arrays, self.dataset, axes)

    def _loss(self, caption: Caption, until: int | None) -> Scene:
        evaluations = self.store.evaluations(self.run)
        columns = self.store.loss_columns(self.run, 1, caption.step)
        if until is None:
            return loss_scene(caption, columns, evaluations)
        known = [entry for entry in evaluations if entry["step"] <= until]
        extent = extent_of(self.store.loss_columns(self.run, 1, until), known)
        return loss_scene(caption, columns, evaluations, last_step=until, extent=extent)

    def _network(self, caption: Caption) -> Scene:
        from netlapse.data import facts_of
        from netlapse.spec.examination import examine

        spec, facts = self.store.spec(self.run), facts_of(self.dataset)
        parameters = self._parameters(caption.step)
        examination = examine(spec.network, facts)
        shapes = {report.layer: report.output_shape or () for report in examination.layers}
        names = self.dataset.feature_names if len(facts.input_shape) == 1 else ()
        return network_scene(
            caption,
            spec.network,
            {INPUT: facts.input_shape, **shapes},
            parameters,
            feature_names=names,
            output_names=_output_names(self.dataset, facts),
        )

    def _feature_maps(self, caption: Caption, choice: Choice) -> Scene:
        inputs = self.dataset.part(choice.part)[0]
        if not 0 <= choice.sample < len(inputs):
            raise DataError(
                f"The {choice.part} part has {len(inputs):,} samples, "
                f"got number {choice.sample:,}.",
                place="sample",
            )
        moment = self.at(caption.step)
        subject = f"sample {choice.sample:,} of the {choice.part} part"
        if self.dataset.image_shape is None:
            raise DataError(
                "Feature maps are those of an image, and this data has none.",
                place="feature-maps",
                remedy="Look at the network or the weights instead.",
            )
        found: Mapping[str, Any] = moment.feature_maps((choice.part, choice.sample))
        return feature_maps_scene(caption, subject, inputs[choice.sample], found)


def recorded(store: Store, run: str, tables: TableStore | None = None) -> Film:
    """A run of which the record alone is asked: its losses, no network."""

    def nobody(step: int) -> Asking:
        raise StateError(f"The network at step {step:,} is not open.", place=f"run {run}")

    return Film(store, run, nobody, tables or TableStore(tables_folder()))


def view_of(name: str) -> ViewName:
    """A view by its name.

    Raises:
        DataError: There is none.

    >>> view_of("loss")
    'loss'
    """
    for view in VIEWS:
        if view == name:
            return view
    raise DataError(f"There is no view `{name:.40}`; the views are: {', '.join(VIEWS)}.")


def _output_names(dataset: Dataset, facts: Facts) -> tuple[str, ...]:
    if facts.task == "multiclass":
        return dataset.class_names
    return (dataset.target_name,)
