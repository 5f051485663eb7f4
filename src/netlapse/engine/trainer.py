"""A training in progress: steps, interventions at exact steps, decisions at epoch ends.

Everything that happens here is determined by spec and interventions; how the steps are divided into
calls, who watches and how fast it goes leave no trace in the bits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from copy import copy
from dataclasses import replace
from typing import Any, NoReturn

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.decisions import decide
from netlapse.engine.divergence import explain
from netlapse.engine.edits import edit_parameter
from netlapse.engine.forward import Parameters
from netlapse.engine.hyperparameters import as_vector, hyperparameters
from netlapse.engine.keyframes import Memory, Moment, load_moment, read_metadata, save_moment
from netlapse.engine.probes.metrics import Scores, score
from netlapse.engine.program import (
    CAPACITY,
    Program,
    fresh_optimizer,
    initial_state,
)
from netlapse.engine.programs import Programs, structure_of
from netlapse.engine.samples import Samples
from netlapse.engine.steps import Called, DivergedAtStepError, Steps, Underway
from netlapse.engine.structure import EpochData, TrainState
from netlapse.errors import SpecError
from netlapse.spec.changes import (
    EditParameter,
    Intervention,
    SetValue,
    intervene,
    is_new_optimizer,
    reweights,
)
from netlapse.spec.document import Spec
from netlapse.spec.resolve import examine_spec
from netlapse.spec.schedules import scheduled_rate
from netlapse.spec.training import steps_per_epoch

Floats = NDArray[np.float32]


class Trainer:
    """Trains one network on one dataset.

    Args:
        spec: The spec at step 0.
        samples: Its data.
        programs: Where compiled programs come from.
        interventions: Recorded interventions, to act at their steps.
        keyframe: A moment to start from; by default state 0.

    Raises:
        SpecError: The spec cannot be trained; the message is its first error finding.
        DataError: The data holds values that are not finite.
    """

    def __init__(
        self,
        spec: Spec,
        samples: Samples,
        programs: Programs,
        *,
        interventions: Sequence[Intervention] = (),
        keyframe: bytes | None = None,
    ) -> None:
        samples.refuse_not_finite()
        _refuse_untrainable(spec, samples)
        self.samples = samples
        self.initial_spec = spec
        self._programs = programs
        self._started = False
        self._begin(interventions, keyframe)

    def elsewhere(
        self, interventions: Sequence[Intervention], keyframe: bytes | None = None
    ) -> Trainer:
        """Another trainer of the same training, at a keyframe or at step 0; this one stays.

        Args:
            interventions: Recorded interventions, to act at their steps.
            keyframe: The moment to start from; by default state 0.
        """
        self._inputs()  # what both train on comes to the device once
        other = copy(self)
        other._begin(interventions, keyframe)
        return other

    def expect(self, interventions: Sequence[Intervention]) -> None:
        """All interventions of this training so far: those that have not acted yet will."""
        self._pending = sorted(interventions, key=lambda one: one.step)[self.acted :]
        self._act_pending()

    def _begin(self, interventions: Sequence[Intervention], keyframe: bytes | None) -> None:
        spec = self.initial_spec
        self.spec = spec
        self.stop_epoch = spec.training.epochs
        self._pending = sorted(interventions, key=lambda intervention: intervention.step)
        self.acted = 0
        self.extended = 0
        self.memory = Memory()
        self.stopped_early: str = ""
        self._fit(spec)
        if keyframe is not None:
            self._restore(keyframe)
        else:
            self._go_to(initial_state(self.structure, spec.seed))
            self._act_pending()

    # --- where it stands ---------------------------------------------------------------------

    @property
    def steps_per_epoch(self) -> int:
        """Steps in one pass over the training part, with the present batch size."""
        return steps_per_epoch(self.spec.training, len(self.samples.train_inputs))

    @property
    def progress(self) -> float:
        """Epochs done, with the fraction of the present one."""
        return self.epoch + self.offset / len(self.samples.train_inputs)

    @property
    def learning_rate(self) -> float:
        """The rate of the next step."""
        training = self.spec.training
        factor = scheduled_rate(
            training.schedule, training.epochs, self.steps_per_epoch, self.progress
        )
        return training.optimizer.learning_rate * self.memory.plateau_scale * factor

    @property
    def finished(self) -> bool:
        """Whether the epochs are done."""
        return self.epoch >= self.stop_epoch

    def steps_to_end(self) -> int:
        """Steps until the epochs are done, with the present batch size."""
        if self.finished:
            return 0
        return self.steps_to_epoch_end() + (self.stop_epoch - self.epoch - 1) * self.steps_per_epoch

    def steps_to_epoch_end(self) -> int:
        """Steps until the present epoch is done."""
        return -(-(len(self.samples.train_inputs) - self.offset) // self.structure.batch)

    # --- going on ----------------------------------------------------------------------------

    def prepare(self) -> Future[Program]:
        """Compile in the background what the next step needs."""
        return self._programs.prepare(self.structure, self.samples)

    def advance(self, count: int) -> Steps:
        """Train at most `count` steps in one call; fewer where an intervention, a decision at an
        epoch's end or the end of the training comes first.

        Raises:
            DivergedAtStepError: A loss or gradient was not finite. The state is the last good one;
                what was recorded until then is in the error's `steps`.
        """
        steps, _ = self.begin(count).finish()
        return steps

    def begin(self, count: int) -> Underway:
        """As `advance`, but does not wait: the trainer stands where it stood until `finish` is
        called, and may be looked at meanwhile.
        """
        count = min(count, CAPACITY, self.steps_to_end())
        if self._decides:
            count = min(count, self.steps_to_epoch_end())
        if self._pending:
            count = min(count, self._pending[0].step - self.step)
        return Underway(self._programs.training.submit(self._call, count), self._take)

    def _call(self, count: int) -> Called:
        """Steps from where it stands, which stays."""
        started = time.perf_counter()
        if count <= 0:
            return Called(self.state, self._data, np.zeros((0, 2), np.float32), True, 0.0)
        state, data, records, finite = self._run(self.state, self._data, count)
        kept = np.asarray(records)[:count]
        return Called(state, data, kept, bool(finite), time.perf_counter() - started)

    def _take(self, called: Called) -> Steps:
        """Stand where a call has come to."""
        losses, norms = called.records.T.copy()
        steps, count = Steps(self.step + 1, losses, norms), len(losses)
        if not count:
            return steps
        before, epoch = (self.state, self._data), self.epoch
        self.state, self._data = called.state, called.data
        recorded = np.isfinite(steps.losses) & np.isfinite(steps.gradient_norms)
        if not (called.finite and recorded.all()):
            self._back_to_last_good(*before, steps, recorded)
        self._count(count)
        if self._decides and self.epoch > epoch:
            self._decide()
        self._act_pending()
        return steps

    def ahead(self) -> Called:
        """The next update, computed as training does and not taken: the trainer stays. It gives
        the state after it, and the epoch data that its batch is from."""
        return self._call(1)

    def extend(self, epochs: int) -> None:
        """Train on beyond the present end; a schedule keeps the length of the spec."""
        self.stop_epoch = max(self.stop_epoch, self.epoch) + epochs
        self.extended += 1
        self.stopped_early = ""

    def intervene(self, changes: Sequence[SetValue | EditParameter]) -> Intervention:
        """Change something from the next update on.

        Raises:
            SpecError: A change is not possible; nothing has changed.
        """
        intervention = Intervention(step=self.step, changes=tuple(changes))
        self._act(intervention)
        return intervention

    def changed(self, changes: Sequence[SetValue | EditParameter]) -> Future[Program]:
        """Compile in the background what would be needed after some changes.

        Raises:
            SpecError: A change is not possible.
        """
        spec = intervene(self.spec, changes)
        _refuse_untrainable(spec, self.samples)
        return self._programs.prepare(structure_of(spec, self.samples), self.samples)

    # --- looking -----------------------------------------------------------------------------

    def keyframe(self) -> bytes:
        """The complete state now."""
        moment = Moment(self.state, self.memory, self.acted, self.stop_epoch, self.extended)
        return save_moment(moment)

    @property
    def numbers(self) -> Floats:
        """The hyperparameters of the next update, in the order of `structure.names`."""
        return self._numbers

    def still(self) -> Trainer:
        """Another trainer of the same training that stays where this one stands now."""
        self._inputs()  # both have them
        return copy(self)

    def following(self) -> Callable[[], Parameters]:
        """The parameters after the next update, from the program that trains; nothing moves. It is
        computed where steps are: after those that were begun before, and before those to come. What
        is given back waits for it."""
        return self._programs.training.submit(lambda: self.ahead().state.parameters).result

    def scores(
        self, target_scale: float = 1.0, *, quick: bool = False, share: float = 1.0
    ) -> tuple[Scores, Scores | None]:
        """Metrics of the training and the validation part now.

        Args:
            target_scale: Regression: the unit of the targets.
            quick: Take only the first samples of each part where the network is large. The metrics
                say how many.
            share: Of so many samples that a quick look at a large network takes.
        """
        samples, evaluator = self.samples, self.evaluator
        few = evaluator.quick if evaluator.is_small else max(1, int(share * evaluator.quick))
        most = few if quick else None
        train = self._score(samples.train_inputs[:most], samples.train_targets[:most], target_scale)
        if not len(samples.validation_inputs):
            return train, None
        inputs, targets = samples.validation_inputs[:most], samples.validation_targets[:most]
        return train, self._score(inputs, targets, target_scale)

    @property
    def quick_steps(self) -> float:
        """How many steps take about as long as quick scores: a step goes forward, and back at
        twice the price."""
        samples, most = self.samples, self.evaluator.quick
        count = sum(min(most, len(x)) for x in (samples.train_inputs, samples.validation_inputs))
        return count / (3 * self.structure.batch)

    def activity(self, inputs: Floats) -> dict[str, Floats]:
        """Activations of every layer on some features."""
        return dict(self.evaluator.activity(self.state.parameters, inputs))

    # --- inside ------------------------------------------------------------------------------

    @property
    def _decides(self) -> bool:
        training = self.spec.training
        return training.early_stopping is not None or training.schedule.kind == "reduce-on-plateau"

    def _fit(self, spec: Spec) -> None:
        """Take a spec as the present one: its structure and numbers."""
        self.spec = spec
        self.structure = structure_of(spec, self.samples)
        self._program: Program | None = None
        self.evaluator = self._programs.evaluator(self.structure)
        self._renew_numbers()

    def _renew_numbers(self) -> None:
        numbers = hyperparameters(
            self.spec, len(self.samples.train_inputs), self.memory.plateau_scale
        )
        self._numbers = as_vector(numbers)

    def _run(self, state: TrainState, data: EpochData | None, count: int) -> Any:
        program = self._program or self._programs.get(self.structure, self.samples)
        self._program = program
        seed, x, y = self._inputs()
        if data is None:
            data = program.epoch_data(seed, state.epoch, x, y)
        return program.chunk(state, data, seed, self._numbers, x, y, np.int32(count))

    def _inputs(self) -> tuple[np.uint32, Array, Array]:
        if not self._started:
            self._x = jax.numpy.asarray(self.samples.train_inputs)
            self._y = jax.numpy.asarray(self.samples.train_targets)
            self._started = True
        return np.uint32(self.spec.seed), self._x, self._y

    def _go_to(self, state: TrainState) -> None:
        self.state = state
        self.step, self.epoch, self.offset = (
            int(state.step),
            int(state.epoch),
            int(state.offset),
        )
        self._data: EpochData | None = None

    def _count(self, count: int) -> None:
        """Follow step, epoch and offset without asking the device."""
        self.step += count
        left = self.steps_to_epoch_end()
        if count < left:
            self.offset += count * self.structure.batch
            return
        epochs, steps = divmod(count - left, self.steps_per_epoch)
        self.epoch += 1 + epochs
        self.offset = steps * self.structure.batch
        if self.offset == 0:
            self._data = None

    def _back_to_last_good(
        self, state: TrainState, data: EpochData | None, steps: Steps, recorded: NDArray[np.bool_]
    ) -> NoReturn:
        """Return to the last state that is finite and has a finite past, and say why.

        That is the one before the first update whose loss, gradient or new parameters were not
        finite. What is not finite stays so, hence the search by halves.

        Args:
            state: Where the call started; finite.
            data: Its epoch data.
            steps: What the call recorded.
            recorded: Whether loss and gradient norm of each of its updates were finite.
        """
        low, high = 0, len(recorded) if recorded.all() else int(np.argmin(recorded))
        while low < high:
            middle = (low + high + 1) // 2
            *_, finite = self._run(state, data, middle)
            low, high = (middle, high) if finite else (low, middle - 1)
        self.state, self._data = state, data
        if low:
            self.state, self._data, *_ = self._run(state, data, low)
        self._count(low)
        reason = explain(self, float(steps.losses[low]), float(steps.gradient_norms[low]))
        kept = replace(steps, losses=steps.losses[:low], gradient_norms=steps.gradient_norms[:low])
        raise DivergedAtStepError(reason, kept)

    def _decide(self) -> None:
        losses, _ = self.evaluator.losses(self.state.parameters, *self._deciding_part())
        loss = float(np.mean(losses, dtype=np.float64))
        self.stopped_early = decide(self.spec.training, self.memory, loss)
        self._renew_numbers()

    def _deciding_part(self) -> tuple[Floats, NDArray[Any]]:
        samples = self.samples
        if len(samples.validation_inputs):
            return samples.validation_inputs, samples.validation_targets
        return samples.train_inputs, samples.train_targets

    def _score(self, inputs: Floats, targets: NDArray[Any], target_scale: float) -> Scores:
        losses, outputs = self.evaluator.losses(self.state.parameters, inputs, targets)
        return score(self.samples.task, losses, outputs, targets, target_scale)

    def _act_pending(self) -> None:
        while self._pending and self._pending[0].step <= self.step:
            self._act(self._pending.pop(0))

    def _act(self, intervention: Intervention) -> None:
        spec = intervene(self.spec, intervention.changes)
        _refuse_untrainable(spec, self.samples)
        state = self.state
        for change in intervention.changes:
            if isinstance(change, EditParameter):
                state = edit_parameter(state, change)
        restarts = is_new_optimizer(self.spec.training.optimizer, spec.training.optimizer)
        batch = self.structure.batch
        if spec.training.epochs != self.spec.training.epochs:
            self.stop_epoch = spec.training.epochs
        if spec.training.schedule != self.spec.training.schedule:
            self.memory = replace(
                self.memory, plateau_best=float("inf"), plateau_bad_epochs=0, plateau_scale=1.0
            )
        if spec.training.early_stopping != self.spec.training.early_stopping:
            self.memory = replace(self.memory, stopping_best=float("inf"), stopping_bad_epochs=0)
            self.stopped_early = ""
        if reweights(self.spec, spec):
            self.memory = replace(
                self.memory, plateau_best=float("inf"), stopping_best=float("inf")
            )
        self._fit(spec)
        if restarts:
            fresh = fresh_optimizer(self.structure, state.parameters)
            state = state._replace(optimizer=fresh)
        self.state = state
        if self.structure.batch != batch:
            self._data = None
        self.acted += 1

    def _restore(self, keyframe: bytes) -> None:
        """Take up a keyframe: first the interventions that had acted, then the state."""
        metadata = read_metadata(keyframe)
        acted, step = metadata["interventions"], metadata["step"]
        if len(self._pending) < acted:
            raise SpecError(
                f"The keyframe of step {step} needs {acted} interventions, "
                f"and {len(self._pending)} are recorded."
            )
        spec = self.spec
        for intervention in self._pending[:acted]:
            spec = intervene(spec, intervention.changes)
        self._pending = self._pending[acted:]
        self._fit(spec)
        moment = load_moment(keyframe, self.structure)
        self.memory, self.acted = moment.memory, moment.interventions
        self.stop_epoch, self.extended = moment.stop_epoch, moment.extensions
        self._renew_numbers()
        self._go_to(moment.state)
        self._act_pending()


def _refuse_untrainable(spec: Spec, samples: Samples) -> None:
    for finding in examine_spec(spec, samples.facts).findings:
        if finding.severity == "error":
            place = f"layer `{finding.layer}`" if finding.layer else finding.path
            raise SpecError(finding.message, place=place)
