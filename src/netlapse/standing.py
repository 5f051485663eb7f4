"""Where a run stands, by its record and its worker, from Python."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netlapse.protocol.messages import Status
from netlapse.record.contract import Store
from netlapse.session.session import Session
from netlapse.spec.changes import Intervention, intervene
from netlapse.spec.document import Spec

Floats = NDArray[np.float32]


class Standing:
    """What is known of an open run without a question to its network."""

    _session: Session
    _seconds: float = 0.0

    @property
    def id(self) -> str:
        """The run's name in the data folder and in the Studio."""
        return self._session.run

    @property
    def store(self) -> Store:
        """The record that the run is in."""
        return self._session.store

    @property
    def spec(self) -> Spec:
        """The spec as it reads now, with everything that was changed during the training."""
        spec = self._session.store.spec(self.id)
        for intervention in self.interventions:
            spec = intervene(spec, intervention.changes)
        return spec

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """What was changed during the training, and at which step."""
        return self._session.store.interventions(self.id)

    @property
    def state(self) -> str:
        """`paused`, `finished`, `diverged`, `worker-died` or `failed`."""
        return self._status.state

    @property
    def step(self) -> int:
        """Updates done."""
        return self._session.store.recorded_step(self.id)

    @property
    def epoch(self) -> float:
        """Epochs done, with the fraction of the present one."""
        return self._status.epoch

    @property
    def note(self) -> str:
        """Why it stopped before its last epoch, such as early stopping; empty where it did not."""
        return self._status.note

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, by index; empty for regression."""
        ready = self._session.ready
        return ready.class_names if ready else ()

    @property
    def parameters(self) -> int:
        """Trainable numbers."""
        ready = self._session.ready
        return ready.parameters if ready else 0

    @property
    def seconds(self) -> float:
        """Seconds of training so far, compilation not counted."""
        return self._seconds

    @property
    def steps_per_second(self) -> float:
        """Steps a second so far."""
        return self.step / self._seconds if self._seconds > 0 else 0.0

    @property
    def compile_seconds(self) -> float:
        """Seconds that compilation took."""
        return self._status.compile_seconds

    @property
    def loss(self) -> Floats:
        """The loss of every step's batch, before the update; float32 [steps]."""
        return self._session.store.metrics(self.id).loss

    @property
    def gradient_norm(self) -> Floats:
        """The norm of every step's gradient; float32 [steps]."""
        return self._session.store.metrics(self.id).gradient_norm

    @property
    def _status(self) -> Status:
        return self._session.status
