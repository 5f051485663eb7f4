"""An open run: its data, its trainer, its pictures."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from netlapse.data import Dataset, TableStore, load
from netlapse.engine.keyframes import read_metadata
from netlapse.engine.programs import Programs
from netlapse.engine.steps import Steps
from netlapse.engine.trainer import Trainer
from netlapse.errors import RunError
from netlapse.protocol.messages import Extension, Open
from netlapse.spec.base import parse
from netlapse.spec.document import Spec
from netlapse.worker.drawings import Drawings
from netlapse.worker.memory import refuse_to_open
from netlapse.worker.parts import samples_of
from netlapse.worker.pictures import Pictures

Version = tuple[int, int, int]
"""Step, interventions, drawings."""


@dataclass
class OpenRun:
    """What the worker holds of the run it trains."""

    run: str
    dataset: Dataset
    trainer: Trainer
    pictures: Pictures
    drawings: Drawings
    differs_at: int | None = None
    """First update whose loss was not the recorded one."""
    unrecorded: list[Steps] = field(default_factory=list[Steps])
    """What the re-run gave beyond the record."""
    shown: dict[str, Version] = field(default_factory=dict[str, "Version"])
    """View key → version of the newest picture."""

    @property
    def version(self) -> Version:
        """Changes whenever something that pictures show has changed."""
        return self.trainer.step, self.trainer.acted, self.drawings.version


def open_run(message: Open, payload: memoryview, programs: Programs) -> OpenRun:
    """Load data, restore or initialize the state, re-run to the recorded step.

    Args:
        message: What to open.
        payload: Keyframe bytes, then the recorded losses from its step on, where there are any.
        programs: Compiled programs.

    Raises:
        NetlapseError: The spec, the data or the keyframe cannot be used.
    """
    spec = parse(Spec, message.spec)
    tables = TableStore(Path(message.tables)) if message.tables else None
    dataset = load(spec.data, tables=tables)
    split = len(payload) - 4 * message.losses
    if split < 0 or bool(split) != message.keyframe:
        raise RunError("The keyframe and the recorded losses are not what the message says.")
    keyframe = bytes(payload[:split]) if message.keyframe else None
    losses = np.frombuffer(payload[split:], np.float32)
    samples = samples_of(dataset)
    refuse_to_open(spec, samples.facts, confirmed=message.confirmed)
    trainer = Trainer(
        spec,
        samples,
        programs,
        interventions=message.interventions,
        keyframe=keyframe,
    )
    start = read_metadata(keyframe)["step"] if keyframe else 0
    drawings = Drawings()
    pictures = Pictures(message.run, trainer, dataset, drawings)
    opened = OpenRun(message.run, dataset, trainer, pictures, drawings)
    later = deque(sorted(message.extensions, key=_step_of)[trainer.extended :])
    _replay(opened, message.replay_to, start, losses, later)
    return opened


def _step_of(extension: Extension) -> int:
    return extension.step


def _replay(
    opened: OpenRun,
    to_step: int,
    start: int,
    losses: np.ndarray[tuple[int], np.dtype[np.float32]],
    extensions: deque[Extension],
) -> None:
    trainer = opened.trainer
    while True:
        while extensions and extensions[0].step <= trainer.step:
            trainer.extend(extensions.popleft().epochs)
        if trainer.step >= to_step:
            return
        goal = min([to_step, *(extension.step for extension in extensions)])
        if trainer.finished:
            raise RunError(
                f"The record has {to_step:,} steps, and the training ends at {trainer.step:,}."
            )
        steps = trainer.advance(goal - trainer.step)
        begin = steps.first_step - 1 - start
        known = losses[begin : begin + len(steps.losses)]
        different = np.flatnonzero(steps.losses[: len(known)] != known)
        if different.size and opened.differs_at is None:
            opened.differs_at = steps.first_step + int(different[0])
        if len(known) < len(steps.losses):
            new = Steps(
                steps.first_step + len(known),
                steps.losses[len(known) :],
                steps.gradient_norms[len(known) :],
            )
            opened.unrecorded.append(new)
