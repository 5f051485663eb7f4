"""Questions about the space of the weights, and of the inputs as units see them, from Python."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import InputError, SpecError
from netlapse.protocol.landscape import Landscape
from netlapse.protocol.messages import Picture, Reply
from netlapse.protocol.views import View
from netlapse.protocol.warped import WarpedView
from netlapse.spec.base import Document, parse

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LossLandscape:
    """The mean loss on a plane through the weights, w + a·first + b·second."""

    losses: Floats
    """Row i is b[i], column j is a[j]; what is not a finite number stays so [size, size]."""
    a: Floats
    """Along the first direction [size]."""
    b: Floats
    """Along the second direction [size]."""
    loss: float
    """At the state looked at: a = b = 0."""
    step: int
    """The step of that state."""
    plane: Literal["random", "path"]
    """Which plane."""
    part: Literal["train", "validation"]
    """Which part of the data."""
    samples: int
    """Of how many samples it is the mean."""
    share: float | None
    """The part of the path's variance, about its mean, that the plane holds, 0 to 1; none for
    random directions."""
    path: Floats | None
    """a and b of the keyframes, the last being the state looked at [k, 2]; none as above."""
    path_steps: NDArray[np.int32] | None
    """Their steps [k]."""
    note: str
    """What else there is to know."""

    def __repr__(self) -> str:
        held = "" if self.share is None else f", holds {self.share:.0%} of the path's variance"
        rows, columns = self.losses.shape
        return (
            f"<LossLandscape {rows} × {columns} of the {self.part} part at step {self.step:,}, "
            f"{self.plane} plane{held}>"
        )


@dataclass(frozen=True, eq=False)
class WarpedPlane:
    """The plane of two inputs as two units of a layer see it."""

    grid: Floats
    """What both units give at each point of the grid of inputs, row 0 being the smallest second
    input [size, size, 2]."""
    samples: Floats
    """The same for the first 1,000 training and then the first 1,000 validation samples [n, 2]."""
    targets: Floats
    """The class of each sample, or its value in the target's own unit [n]."""
    training: int
    """How many of the samples are of the training part: the first of them."""
    layer: str
    units: tuple[int, int]
    step: int


class Landscapes(ABC):
    """What a run answers about planes."""

    @abstractmethod
    def _ask(self, question: Document, payload: bytes = b"") -> tuple[Reply, dict[str, Any]]:
        """The reply to a question, and its arrays."""

    @abstractmethod
    def picture(self, view: View) -> tuple[Picture, dict[str, NDArray[Any]]]:
        """All that a view shows, with its arrays by name."""

    def landscape(
        self,
        plane: str = "random",
        *,
        size: int = 31,
        span: float = 1.0,
        split: str = "train",
        seed: int = 0,
        samples: int = 1000,
    ) -> LossLandscape:
        """The loss on a plane through the weights.

        Args:
            plane: `random`: two directions whose filters have the norms of the weights' own
                (Li et al. 2018), a and b from -span to span. `path`: the first two principal
                components of the training's keyframes up to this state, on a square around them.
            size: Points along each side, 3 to 201.
            span: How far it reaches: in norms of the weights, or in sizes of the path.
            split: `train` or `validation`.
            seed: Which random directions.
            samples: It is the mean over the first samples of the part, at most so many.

        Raises:
            SpecError: A choice is out of its range.
            DataError: The data has no such part.
            StateError: The training has no path yet.

        >>> import netlapse as nl
        >>> run = nl.train(nl.presets.spiral(), steps=500, record=False)
        >>> found = run.landscape(size=21)
        >>> found.losses.shape, found.step
        ((21, 21), 500)
        >>> bool(found.losses[10, 10] == np.float32(found.loss))
        True
        >>> run.at(200).landscape(size=5).step
        200
        >>> run.close()
        """
        chosen = {"plane": plane, "part": split, "size": size, "span": span}
        question = {"kind": "landscape", **chosen, "seed": seed, "samples": samples}
        asked = parse(Landscape, question)
        reply, arrays = self._ask(asked)
        values = reply.values
        loss = values["loss"]
        return LossLandscape(
            losses=arrays["losses"],
            a=arrays["a"],
            b=arrays["b"],
            loss=float("nan") if loss is None else loss,
            step=reply.step,
            plane=asked.plane,
            part=asked.part,
            samples=values["samples"],
            share=values["share"],
            path=arrays.get("path"),
            path_steps=arrays.get("path_steps"),
            note=values["note"],
        )

    def warped_plane(
        self,
        layer: str,
        units: tuple[int, int] = (0, 1),
        *,
        size: int = 33,
        before: bool = False,
    ) -> WarpedPlane:
        """The plane of two inputs as two units of a layer see it.

        Args:
            layer: The layer's id.
            units: Which two of its units.
            size: Points along each side of the grid of inputs, 2 to 101.
            before: Give pre-activations, not activations.

        Raises:
            InputError: The data has not two inputs, or there is no such layer or unit.
            SpecError: `size` is out of its range.

        >>> import netlapse as nl
        >>> run = nl.train(nl.presets.spiral(), steps=500, record=False)
        >>> run.warped_plane("hidden-2", (0, 3)).grid.shape
        (33, 33, 2)
        >>> run.close()
        """
        try:
            across, up = units
        except (TypeError, ValueError):
            raise SpecError(f"`units` must be two units of a layer, got {units!r}.") from None
        seen_as = "pre-activations" if before else "activations"
        chosen = {"layer": layer, "units": (across, up), "size": size, "seen_as": seen_as}
        picture, arrays = self.picture(View(warped=parse(WarpedView, chosen)))
        part = picture.warped
        assert part is not None
        if part.problem:
            raise InputError(part.problem)
        return WarpedPlane(
            grid=arrays["warped:grid"],
            samples=arrays["warped:samples"],
            targets=arrays["warped:targets"],
            training=part.training,
            layer=layer,
            units=part.units,
            step=picture.step,
        )
