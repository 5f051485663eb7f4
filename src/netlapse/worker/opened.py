"""An open run: its data, its trainer, its pictures."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netlapse.data import Dataset, TableStore, load
from netlapse.engine.keyframes import read_metadata
from netlapse.engine.plan import execution_plan
from netlapse.engine.programs import Programs
from netlapse.engine.steps import Steps
from netlapse.engine.trainer import Trainer
from netlapse.errors import RunError
from netlapse.protocol.messages import Open, Plan, Ready
from netlapse.spec.base import parse
from netlapse.spec.document import Spec
from netlapse.worker.drawings import Drawings
from netlapse.worker.memory import refuse_to_open
from netlapse.worker.parts import samples_of
from netlapse.worker.pictures import Pictures
from netlapse.worker.replay import Replay
from netlapse.worker.walker import Walker

Floats = NDArray[np.float32]
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
    seconds: float = 0.0
    """Seconds of training until here."""
    walker: Walker = field(default_factory=Walker)
    """Makes walks through single updates."""

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
    keyframe, losses = parted(payload, message.keyframe, message.losses)
    samples = samples_of(dataset)
    refuse_to_open(spec, samples.facts, confirmed=message.confirmed)
    trainer = Trainer(
        spec,
        samples,
        programs,
        interventions=message.interventions,
        keyframe=keyframe,
    )
    start = step_of(keyframe)
    drawings = Drawings()
    pictures = Pictures(message.run, trainer, dataset, drawings)
    opened = OpenRun(message.run, dataset, trainer, pictures, drawings)
    replay = Replay(trainer, message.replay_to, start, losses, message.extensions)
    while not replay.is_done:
        replay.go_on()
    opened.differs_at, opened.unrecorded = replay.differs_at, replay.unrecorded
    opened.seconds = message.seconds + replay.seconds
    return opened


def ready(opened: OpenRun) -> Ready:
    """What is told of a run once it is open."""
    parameters, data = opened.trainer.state.parameters, opened.dataset
    return Ready(
        kind="ready",
        run=opened.run,
        plan=Plan.model_validate(asdict(execution_plan(opened.trainer.structure))),
        parameters=sum(a.size for own in parameters.values() for a in own.values()),
        task=data.task,
        class_names=data.class_names,
        target_name=data.target_name,
        raw_names=data.raw_names,
        keeps_programs=not opened.trainer.structure.calls_onednn,
    )


def parted(payload: memoryview, keyframe: bool, losses: int) -> tuple[bytes | None, Floats]:
    """A keyframe and the recorded losses that follow it, as they are sent.

    Raises:
        RunError: The payload is not what the message says.
    """
    split = len(payload) - 4 * losses
    if split < 0 or bool(split) != keyframe:
        raise RunError("The keyframe and the recorded losses are not what the message says.")
    return bytes(payload[:split]) if keyframe else None, np.frombuffer(payload[split:], np.float32)


def step_of(keyframe: bytes | None) -> int:
    """The step of a keyframe; 0 where there is none."""
    return read_metadata(keyframe)["step"] if keyframe else 0
