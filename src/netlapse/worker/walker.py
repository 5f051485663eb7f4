"""Walks of the open run: the newest one is kept, so that its arithmetic is told at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.probes.walk import WalkProbe
from netlapse.engine.probes.walk_trace import Subject, Trace, next_batch
from netlapse.errors import DataError, InputError
from netlapse.protocol.walking import BatchSubject, TypedSubject, Walked
from netlapse.worker.subjects import as_targets, chosen, label_of

if TYPE_CHECKING:
    from netlapse.worker.opened import OpenRun

MAX_NUMBERS = 64_000_000
"""Activations of one walk, all samples and layers together: 256 MB for each of its quantities."""
Floats = NDArray[np.float32]


@dataclass
class Walker:
    """Makes walks; shared by the run as it is and its past steps."""

    _probes: dict[str, WalkProbe] = field(default_factory=dict[str, WalkProbe])
    _newest: tuple[Any, Trace] | None = None

    def trace(self, opened: OpenRun, question: Walked, payload: memoryview) -> Trace:
        """The walk that a question is about.

        Raises:
            DataError: There is no such part, sample or drawing.
            InputError: What was sent or typed does not fit, a target is missing or no class, or the
                batch is too large.
        """
        trainer = opened.trainer
        about = question.subject.model_dump_json(), question.target, bytes(payload)
        key = (trainer.structure.key, trainer.step, trainer.acted, opened.drawings.version, about)
        if self._newest is not None and self._newest[0] == key:
            return self._newest[1]
        self._newest = None  # so that only one is there at a time
        trace = self._made(opened, question, payload)
        self._newest = key, trace
        return trace

    def _made(self, opened: OpenRun, question: Walked, payload: memoryview) -> Trace:
        trainer = opened.trainer
        structure = trainer.structure
        probe = self._probes.get(structure.key)
        if probe is None:
            if len(self._probes) > 8:
                self._probes.clear()
            probe = self._probes[structure.key] = WalkProbe(structure)
        after = None
        if isinstance(question.subject, BatchSubject):
            _refuse_batch(opened, question)
            called = trainer.ahead()
            assert called.data is not None
            order = np.asarray(called.data.order)
            subject = next_batch(structure, trainer.samples, order, trainer.offset)
            after = called.state
        else:
            subject = _single(opened, question, payload)
        return probe.trace(trainer.state, trainer.numbers, trainer.spec.seed, subject, after)


def _refuse_batch(opened: OpenRun, question: Walked) -> None:
    structure = opened.trainer.structure
    if question.target is not None:
        raise InputError("The samples of a batch have targets of their own.", place="target")
    numbers = structure.batch * sum(
        int(np.prod(report.output_shape or ())) for report in structure.layers
    )
    if numbers > MAX_NUMBERS:
        raise InputError(
            f"A walk holds at most {MAX_NUMBERS:,} activations, and a batch of "
            f"{structure.batch:,} samples has {numbers:,}.",
            place="subject",
            remedy="Walk with a single sample.",
        )


def _single(opened: OpenRun, question: Walked, payload: memoryview) -> Subject:
    data = opened.dataset
    if isinstance(question.subject, TypedSubject):
        inputs, targets = _typed(opened, question.subject), None
    else:
        assert not isinstance(question.subject, BatchSubject)
        found = chosen(data, opened.drawings, question.subject, payload)
        inputs, targets = found.images, found.targets
    if question.target is not None or targets is None:
        targets = _targets(opened, inputs, question.target)
    return Subject(inputs, targets, np.zeros(1, np.int32), count=1, training=False)


def _typed(opened: OpenRun, subject: TypedSubject) -> Floats:
    data = opened.dataset
    if len(subject.values) != len(data.raw_inputs):
        names = ", ".join(data.raw_names[:8]) + (", …" if len(data.raw_names) > 8 else "")
        raise InputError(
            f"A sample has {len(data.raw_inputs)} values ({names}), got {len(subject.values)}.",
            place="subject.values",
        )
    encoded = data.encode(np.array([subject.values], np.float32))
    return encoded.reshape(1, *data.train_inputs.shape[1:])


def _targets(opened: OpenRun, inputs: Floats, target: float | None) -> NDArray[Any]:
    """The targets of one sample, from what was said or the class that the network predicts."""
    data = opened.dataset
    if data.task == "regression":
        if target is None:
            raise DataError(
                "A loss needs a target, and this sample has none.",
                place="target",
                remedy=f"Say which value of {data.target_name or 'the target'} it should have.",
            )
        value = (target - data.target_mean) / data.target_scale
        return np.full((1, data.output_units), value, np.float32)
    if target is not None and (target < 0 or target != int(target)):
        raise InputError(f"A class is a whole number from 0 on, got {target:g}.", place="target")
    outputs = opened.trainer.activity(inputs)[opened.trainer.spec.network.layers[-1].id]
    label = label_of(data.task, outputs, None if target is None else int(target))
    return as_targets(data.task, label)
