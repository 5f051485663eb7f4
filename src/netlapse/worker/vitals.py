"""When vitals are taken, and of which states: see `docs/design/health.md`.

They are taken of trainers that stand still, so that the training goes on meanwhile. The probe is
compiled in a thread of its own, after Play; what was due before it is there waits.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from netlapse.engine.forward import Parameters
from netlapse.engine.probes.layers import Distribution
from netlapse.engine.probes.vitals import Health, LayerHealth, VitalsProbe, probe_key
from netlapse.engine.trainer import Trainer
from netlapse.protocol.vitals import (
    MAX_SINGLE,
    InputVitals,
    LayerVitals,
    SingleParameters,
    Summary,
    Vitals,
)
from netlapse.worker.failures import FAILURES
from netlapse.worker.opened import OpenRun

EVERY_S = 0.05
"""The least time between two."""
SHARE = 0.02
"""They never come more often than takes this share of the time,"""
FIRST_S, GROWTH, FIRST_STEP = 0.06, 1.5, 16
"""but at first, when most happens, they come at step 16 and whenever the steps have grown by half,
until so much time was spent on them: a training of a fifth of a second has some, too."""
GUESS_S, GUESS_LARGE_S = 0.003, 0.06
"""What one takes, as long as that is not known; of a network that trains in shards, the latter."""
LARGE_AFTER_S = 10.0
"""The probe of a network that trains in shards takes seconds to compile, on the cores that train:
that is not begun before the training has lasted so long, or stands still; the states wait."""
MOMENTS = 80
"""In a long training the next comes after the time so far divided by this: from some seconds on
there are as many between 10 and 20 seconds as between 10 and 20 hours."""
KEPT = 4
"""So many probes are kept: a change of the optimizer may be taken back."""
WAITING, WAITING_BYTES = 32, 32 * 2**20
"""So many states at most wait for the probe, and so large ones; the first and the newest always."""


@dataclass
class _Still:
    """A state that is looked at as soon as it can be."""

    trainer: Trainer
    following: Callable[[], Parameters] | None
    """Waits for the parameters after the next update."""


class VitalsTaker:
    """Takes the vitals of the run that trains.

    Args:
        wake: Called from another thread when there is something to take.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._compiler = ThreadPoolExecutor(1, thread_name_prefix="vitals")
        self._probes: dict[str, tuple[VitalsProbe, Future[None]]] = {}
        self._waiting: deque[_Still] = deque()
        self._costs_s: deque[float] = deque(maxlen=3)
        self._noted_at = -math.inf
        self._noted: tuple[int, int] | None = None
        self._spent_s = 0.0
        self._is_large = False

    def forget(self) -> None:
        """Another run is open."""
        self._waiting.clear()
        self._costs_s.clear()
        self._probes.clear()
        self._noted_at, self._noted, self._spent_s = -math.inf, None, 0.0

    def most_steps(self, step: int, count: int) -> int:
        """So many steps of those that are wanted, that the next vitals are not missed."""
        left = self._steps_left(step)
        return count if left is None else min(max(1, left), count)

    def note(self, opened: OpenRun, *, now: bool = False) -> bool:
        """Take the vitals of the present state, if it is time; `now`, if they are not taken yet.
        Says whether they will be; those of a large network that trains need `follow`."""
        at = time.monotonic()
        step = opened.trainer.step
        version = (step, opened.trainer.acted)
        if version == self._noted:
            return False
        is_large = opened.trainer.structure.is_large
        left = None if is_large else self._steps_left(step)
        if not (
            now or (left is not None and left <= 0) or at - self._noted_at >= self._every_s(opened)
        ):
            return False
        self._noted_at, self._noted = at, version
        self._spent_s += self._cost_s or GUESS_S
        self._is_large = is_large
        if now or not is_large or opened.seconds >= LARGE_AFTER_S:
            self._probe(opened.trainer)
        still = opened.trainer.still()
        size = sum(a.nbytes for own in still.state.parameters.values() for a in own.values())
        if len(self._waiting) >= max(2, min(WAITING, WAITING_BYTES // max(1, size))):
            self._waiting.pop()
        shared = is_large and not now
        self._waiting.append(_Still(still, None if shared else still.following()))
        return True

    def follow(self, parameters: Callable[[], Parameters]) -> None:
        """The parameters after the update that follows the vitals noted last."""
        if self._waiting:
            self._waiting[-1].following = parameters

    def taken(self, *, wait: bool = False) -> Vitals | None:
        """The next vitals that can be told; none where there are none, or the probe is not ready
        and `wait` is not given."""
        if not self._waiting:
            return None
        trainer = self._waiting[0].trainer
        if not wait and probe_key(trainer.structure) not in self._probes:
            return None
        probe, compiled = self._probe(trainer)
        if not (wait or compiled.done()):
            return None
        still = self._waiting.popleft()
        following = _result(still.following)
        began = time.perf_counter()
        try:
            compiled.result()
            made = vitals_of(probe, trainer, following)
        except FAILURES:  # no room: the training goes first
            self._waiting.clear()
            return None
        self._costs_s.append(time.perf_counter() - began)
        return made

    def of(self, opened: OpenRun) -> Vitals:
        """The vitals of an open run as it stands, now or in the past; waits for the probe."""
        probe, compiled = self._probe(opened.trainer)
        compiled.result()
        following = _result(opened.trainer.still().following())
        return vitals_of(probe, opened.trainer, following)

    def _steps_left(self, step: int) -> int | None:
        """Steps until the next vitals; none where that is not a matter of steps."""
        if self._noted is None or self._is_large or self._spent_s >= FIRST_S:
            return None
        return max(FIRST_STEP, int(GROWTH * self._noted[0])) - step

    @property
    def _cost_s(self) -> float:
        """What one takes; 0 where that is not known."""
        return min(self._costs_s, default=0.0)

    def _every_s(self, opened: OpenRun) -> float:
        cost_s = self._cost_s or (GUESS_LARGE_S if self._is_large else 0.0)
        return max(EVERY_S, cost_s / SHARE, opened.seconds / MOMENTS)

    def _probe(self, trainer: Trainer) -> tuple[VitalsProbe, Future[None]]:
        structure = trainer.structure
        key = probe_key(structure)
        if key not in self._probes:
            if len(self._probes) >= KEPT:
                self._probes.clear()
            probe = VitalsProbe(structure, trainer.samples)
            compiled = self._compiler.submit(probe.compile)
            compiled.add_done_callback(lambda _: self._wake())
            self._probes[key] = probe, compiled
        return self._probes[key]


def vitals_of(probe: VitalsProbe, trainer: Trainer, following: Parameters | None) -> Vitals:
    """The vitals of a trainer's state.

    Args:
        probe: Of its structure.
        trainer: Stands still meanwhile.
        following: Parameters after the next update.
    """
    health: Health = probe.at(trainer.state.parameters, following)
    return Vitals.model_construct(
        step=trainer.step,
        epoch=trainer.progress,
        learning_rate=_plain(trainer.learning_rate),
        samples=probe.samples,
        loss=_plain(health.loss),
        inputs=InputVitals.model_construct(
            None, **{name: _plain(value) for name, value in asdict(probe.inputs).items()}
        ),
        layers=tuple(_layer(one) for one in health.layers),
        parameters=_single(probe, trainer.state.parameters, health),
    )


def _layer(health: LayerHealth) -> LayerVitals:
    weights, update = _plain(health.weight_norm), _plain(health.update_norm)
    return LayerVitals.model_construct(
        layer=health.layer,
        summaries=tuple(_summary(*one) for one in health.distributions.items()),
        weight_norm=weights,
        gradient_norm=_plain(health.gradient_norm),
        update_norm=update,
        update_ratio=_plain(update / weights) if weights and update is not None else None,
        units=health.units,
        dead=_plain(health.dead),
        saturated=_plain(health.saturated),
    )


def _summary(quantity: str, values: Distribution) -> Summary:
    fields: dict[str, Any] = {
        name: _plain(value) if isinstance(value, float) else value
        for name, value in vars(values).items()
    }
    return Summary.model_construct(None, quantity=quantity, **fields)


def _single(
    probe: VitalsProbe, parameters: Parameters, health: Health
) -> tuple[SingleParameters, ...]:
    arrays = [
        (one.layer, name, np.asarray(parameters[one.layer][name]))
        for one in health.layers
        for name in probe.trained(one.layer)
    ]
    if sum(array.size for _, _, array in arrays) > MAX_SINGLE:
        return ()
    return tuple(
        SingleParameters.model_construct(
            layer=layer,
            parameter=name,
            shape=array.shape,
            values=tuple(_plain(value) for value in array.ravel().tolist()),
        )
        for layer, name, array in arrays
    )


def _plain(value: float | None) -> float | None:
    """Six digits; none where it is not finite.

    >>> _plain(1 / 3), _plain(float("nan"))
    (0.333333, None)
    """
    return float(f"{value:.6g}") if value is not None and math.isfinite(value) else None


def _result(following: Callable[[], Parameters] | None) -> Parameters | None:
    """What comes next; none where it could not be computed: the training will say why."""
    with contextlib.suppress(Exception):
        return following() if following else None
    return None
