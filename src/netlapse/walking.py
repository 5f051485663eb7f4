"""One update in slow motion, from Python: a walk through the network and back, and the arithmetic
of every number on the way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlapse.errors import DataError
from netlapse.protocol.messages import Reply
from netlapse.protocol.walking import (
    Arithmetic,
    ArithmeticAnswer,
    Contribution,
    Walk,
    WalkAnswer,
)
from netlapse.spec.base import Document, parse

Floats = NDArray[np.float32]
Sample = int | ArrayLike
"""The number of a sample of the data; raw inputs, one number each; or the pixels of an image [h, w]
or [h, w, c], 0 to 1 or uint8."""


@dataclass(frozen=True, eq=False)
class StepWalk:
    """Every number of one update: see `netlapse.protocol.walking.Walk`.

    Units are those of one sample; of a batch, z and a are means over it, and ∂L/∂z and ∂L/∂a sums.
    """

    step: int
    """The state that was walked through: updates done before this one."""
    answer: WalkAnswer
    """All that is no array: the loss, its true and its predicted change, the optimizer, layers."""
    arrays: dict[str, NDArray[Any]]
    """All arrays, named `<quantity>:<layer>` or `<quantity>:<layer>.<parameter>`."""

    @property
    def loss(self) -> float | None:
        """L, without penalties."""
        return self.answer.loss

    @property
    def change(self) -> float | None:
        """What the update really changes L by."""
        return self.answer.change

    @property
    def predicted_change(self) -> float | None:
        """Σ ∂L/∂w · Δw: the same to first order."""
        return self.answer.predicted_change

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """The weights and biases that add most to it, the largest first."""
        return self.answer.contributions

    @property
    def z(self) -> dict[str, Floats]:
        """Pre-activations by layer."""
        return self.all("z")

    @property
    def a(self) -> dict[str, Floats]:
        """Activations by layer; `input` is what the first layer reads."""
        return self.all("a")

    @property
    def delta(self) -> dict[str, Floats]:
        """δ = ∂L/∂z by layer."""
        return self.all("dz")

    @property
    def gradient(self) -> dict[str, Floats]:
        """∂L/∂w by `<layer>.<parameter>`, without penalties."""
        return self.all("gradient")

    @property
    def update(self) -> dict[str, Floats]:
        """Δw by `<layer>.<parameter>`."""
        return self.all("update")

    @property
    def new(self) -> dict[str, Floats]:
        """The weights afterwards by `<layer>.<parameter>`; of a batch, those of the next state."""
        return self.all("new")

    def all(self, quantity: str) -> dict[str, NDArray[Any]]:
        """Any quantity, such as `mean_hat`, by layer or by `<layer>.<parameter>`."""
        start = f"{quantity}:"
        found = self.arrays.items()
        return {name.removeprefix(start): v for name, v in found if name.startswith(start)}

    def __repr__(self) -> str:
        return f"<StepWalk of a {self.answer.update_of} from step {self.step:,}>"


class Walking(ABC):
    """The questions about single updates that a run answers."""

    @abstractmethod
    def _ask(self, question: Document, payload: bytes = b"") -> tuple[Reply, dict[str, Any]]:
        """The reply to a question, and its arrays."""

    def walk(
        self,
        sample: Sample | None = None,
        part: str = "validation",
        *,
        target: float | None = None,
        row: int | None = None,
        layers: Sequence[str] = (),
        top: int = 20,
    ) -> StepWalk:
        """Every number of the next update: forwards, the loss, backwards, the optimizer.

        Without a sample it is the batch that training takes next, with its dropout and
        augmentation, and `new` are the weights of the next state, to the bit. With a sample it is
        what training on this sample alone would do.

        Args:
            sample: Which sample of the part; or raw inputs; or an image.
            part: `train`, `validation` or `test`.
            target: What the sample should give: a class's number or a value. Raw inputs and images
                take the predicted class where it is not given.
            row: Batch: the place of the sample whose units are given, instead of their mean.
            layers: Only these layers; otherwise all that are not very large.
            top: How many of the largest contributions.

        Raises:
            DataError: There is no such sample, or a regression's target is missing.
            InputError: There is no such layer or row.

        >>> import netlapse as nl
        >>> with nl.train(nl.presets.spiral(), steps=20, record=False) as run:
        ...     step = run.walk()
        ...     _ = run.train(steps=1)
        ...     bool((step.new["output.kernel"] == run.weights()["output.kernel"]).all())
        True
        """
        about, payload = _about(sample, part, target, row)
        question = {"kind": "walk", **about, "layers": tuple(layers), "top": top}
        reply, arrays = self._ask(parse(Walk, question), payload)
        return StepWalk(reply.step, parse(WalkAnswer, reply.values), arrays)

    def arithmetic(
        self,
        layer: str,
        phase: str,
        unit: int | Sequence[int] = (),
        *,
        parameter: str = "",
        index: int | Sequence[int] = (),
        sample: Sample | None = None,
        part: str = "validation",
        target: float | None = None,
        row: int | None = None,
        most: int = 2000,
    ) -> ArithmeticAnswer:
        """How one number of a walk comes about, term by term.

        Args:
            layer: Whose number; `input` for the input.
            phase: `z`, `a`, `da`, `dz` or `loss` of a unit; `gradient` or `update` of an entry of a
                parameter.
            unit: The unit: its number, or row, column and channel, each from 0 as in arrays. In
                formulas and labels of the answer, as in the Studio, they count from 1.
            parameter: Which array, such as `kernel`.
            index: The entry of it, from 0.
            sample: As in `walk`.
            part: As in `walk`.
            target: As in `walk`.
            row: Batch: which sample the unit is explained for, from 0; the first by default.
            most: Terms that are listed at most.

        Raises:
            InputError: There is no such layer, unit, parameter or entry.
            StateError: The number is not finite.

        >>> import netlapse as nl
        >>> with nl.train(nl.presets.spiral(), steps=20, record=False) as run:
        ...     found = run.arithmetic("output", "z", 0, sample=3)
        ...     print(found.formula, found.count, abs(found.result - found.expected) < 1e-5)
        z_{1} = \\sum_i w_{i,1}\\, a_i + b_{1} 8 True
        """
        about, payload = _about(sample, part, target, row)
        question = {
            "kind": "arithmetic",
            **about,
            "layer": layer,
            "phase": phase,
            "unit": _place(unit),
            "parameter": parameter,
            "index": _place(index),
            "most": most,
        }
        reply, _ = self._ask(parse(Arithmetic, question), payload)
        return parse(ArithmeticAnswer, reply.values)


def _about(
    sample: Sample | None, part: str, target: float | None, row: int | None
) -> tuple[dict[str, Any], bytes]:
    """What a question is about, as plain data, and the payload that comes with it."""
    subject, payload = _subject(sample, part)
    return {"subject": subject, "target": target, "row": row}, payload


def _subject(sample: Sample | None, part: str) -> tuple[dict[str, Any], bytes]:
    if sample is None:
        return {"kind": "batch"}, b""
    if isinstance(sample, int | np.integer):
        return {"kind": "sample", "part": part, "index": int(sample)}, b""
    try:
        values = np.asarray(cast("Any", sample))
        scaled = values / np.float32(255) if values.dtype == np.uint8 else values
        numbers = np.ascontiguousarray(scaled, "<f4")
    except (TypeError, ValueError):
        raise DataError("A sample must be its number, or an array of numbers.") from None
    if numbers.ndim == 1:
        return {"kind": "typed", "values": numbers.tolist()}, b""
    return {"kind": "sent"}, numbers.tobytes()


def _place(index: int | Sequence[int]) -> tuple[int, ...]:
    return (int(index),) if isinstance(index, int | np.integer) else tuple(map(int, index))
