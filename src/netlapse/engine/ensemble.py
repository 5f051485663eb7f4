"""Many networks of one structure, trained at once: other seeds, other hyperparameters.

    ensemble = Ensemble(with_seeds(spec, range(50)), samples)
    losses, norms = ensemble.advance(1000)   # [1000, 50] each

Networks are trained in blocks of a fixed length, and the blocks on as many threads as there are
cores. Each network does what a `Trainer` with its spec does, to the last digits: sums are added in
another order than there. Its bits depend neither on the other networks nor on how steps are divided
into calls.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.block import BLOCK, Block, block_of
from netlapse.engine.evaluation import Evaluator
from netlapse.engine.forward import Parameters, initial_parameters
from netlapse.engine.hyperparameters import as_vector, hyperparameters
from netlapse.engine.probes.metrics import Scores, score
from netlapse.engine.program import CAPACITY, fresh_optimizer
from netlapse.engine.programs import structure_of
from netlapse.engine.samples import Samples
from netlapse.engine.structure import EpochData, Structure, TrainState
from netlapse.errors import SpecError
from netlapse.spec.document import Spec
from netlapse.spec.training import PlateauSchedule, steps_per_epoch

Floats = NDArray[np.float32]

_OPTIONS: Any = {"xla_cpu_prefer_vector_width": 512}
"""LLVM takes half of an AVX-512 register by itself; a block is a whole one."""


def with_seeds(spec: Spec, seeds: Iterable[int]) -> tuple[Spec, ...]:
    """The same spec with other seeds."""
    return tuple(spec.model_copy(update={"seed": seed}) for seed in seeds)


class Ensemble:
    """Trains networks that share structure and data.

    Args:
        specs: One for each network. They may differ in seeds, and in every number that may change
            during a training while its program stays the same, such as the learning rate.
        samples: The data of all.

    Raises:
        SpecError: The specs differ in more, or decide something at the ends of epochs.
    """

    def __init__(self, specs: Sequence[Spec], samples: Samples) -> None:
        _refuse_unequal(specs, samples)
        self.specs = tuple(specs)
        self.samples = samples
        self.structure = structure_of(specs[0], samples)
        self.step = 0
        self._block = block_of(self.structure)
        self._compiled: Any = None
        self._inputs = jnp.asarray(samples.train_inputs)
        self._targets = jnp.asarray(samples.train_targets)
        self._parts = [
            self._part(specs[first : first + BLOCK]) for first in range(0, len(specs), BLOCK)
        ]
        self._threads = ThreadPoolExecutor(min(_cores(), len(self._parts)))

    @property
    def steps_per_epoch(self) -> int:
        """Steps in one pass over the training part."""
        return steps_per_epoch(self.specs[0].training, len(self.samples.train_inputs))

    @property
    def parameters(self) -> tuple[Parameters, ...]:
        """The parameters of each network, as NumPy arrays."""
        found: list[Parameters] = []
        for part in self._parts:
            stacked = jax.tree.map(
                lambda a: np.moveaxis(np.asarray(a), self._block.axis, 0), part.state.parameters
            )
            found += [_pick(stacked, index) for index in range(part.count)]
        return tuple(found)

    def compile(self) -> None:
        """Compile now what the first `advance` needs."""
        if self._compiled is None:
            self._compiled = _compile(self._block, self._parts[0], self._inputs, self._targets)

    def advance(self, count: int) -> tuple[Floats, Floats]:
        """Train so many steps more; knows no end.

        A network whose loss is no longer finite goes on with numbers that are not; the others do
        not notice.

        Returns:
            Loss of each step's batch before the update, and norm of the gradient before clipping;
            float32 [count, networks].
        """
        self.compile()
        records = list(self._threads.map(lambda part: self._run(part, count), self._parts))
        self.step += count
        both = np.concatenate(records, axis=2)
        return both[:, 0], both[:, 1]

    def scores(self, target_scale: float = 1.0) -> list[tuple[Scores, Scores | None]]:
        """Metrics of the training and the validation part of each network now."""
        evaluator = Evaluator(self.structure)
        samples = self.samples

        def of(parameters: Parameters, x: Any, y: Any) -> Scores | None:
            if not len(x):
                return None
            losses, outputs = evaluator.losses(parameters, x, y)
            return score(samples.task, losses, outputs, y, target_scale)

        found: list[tuple[Scores, Scores | None]] = []
        for parameters in self.parameters:
            train = of(parameters, samples.train_inputs, samples.train_targets)
            assert train is not None, "there is always a training part"
            found.append(
                (train, of(parameters, samples.validation_inputs, samples.validation_targets))
            )
        return found

    # --- inside ------------------------------------------------------------------------------

    def _part(self, specs: Sequence[Spec]) -> _Part:
        """A block, filled up with repetitions of its last network."""
        filled = [*specs, *[specs[-1]] * (BLOCK - len(specs))]
        samples = len(self.samples.train_inputs)
        vectors = [as_vector(hyperparameters(spec, samples)) for spec in filled]
        state = _first_state(self.structure, self._block.axis, [spec.seed for spec in filled])
        return _Part(
            count=len(specs),
            seeds=jnp.array([spec.seed for spec in filled], jnp.uint32),
            vectors=jnp.asarray(np.stack(vectors, axis=1)),
            state=state,
        )

    def _run(self, part: _Part, count: int) -> Floats:
        """Loss and norm of each step of each network of a block [count, 2, networks]."""
        order, chunk = self._compiled
        found = np.empty((count, 2, part.count), np.float32)
        done = 0
        while done < count:
            steps = min(CAPACITY, count - done)
            if part.data is None:
                part.data = order(part.seeds, part.state.epoch, self._inputs, self._targets)
            part.state, part.data, records = chunk(
                part.state,
                part.data,
                part.seeds,
                part.vectors,
                self._inputs,
                self._targets,
                np.int32(steps),
            )
            found[done : done + steps] = np.asarray(records)[:steps, :, : part.count]
            done += steps
            if (self.step + done) % self.steps_per_epoch == 0:
                part.data = None  # the next step is the first of a new epoch
        return found


@dataclass
class _Part:
    """A block of networks and where it stands."""

    count: int
    """Networks that are wanted; the rest fills the block up."""
    seeds: Array
    vectors: Array
    state: TrainState
    data: EpochData | None = None


def _compile(block: Block, part: _Part, inputs: Array, targets: Array) -> tuple[Any, Any]:
    epoch = part.state.epoch
    order = jax.jit(block.epoch_data).lower(part.seeds, epoch, inputs, targets).compile()
    data = jax.eval_shape(block.epoch_data, part.seeds, epoch, inputs, targets)
    arguments = (part.state, data, part.seeds, part.vectors, inputs, targets, np.int32(0))
    chunk = jax.jit(block.chunk).lower(*arguments).compile(compiler_options=_OPTIONS)
    return order, chunk


def _first_state(structure: Structure, axis: int, seeds: list[int]) -> TrainState:
    """State 0 of the networks of a block."""

    def fresh(parameters: Parameters) -> Any:
        return fresh_optimizer(structure, parameters)

    drawn = [initial_parameters(structure.network, structure.input_shape, seed) for seed in seeds]
    parameters = jax.tree.map(lambda *each: jnp.asarray(np.stack(each, axis)), *drawn)
    optimizer = fresh(parameters) if axis else jax.vmap(fresh)(parameters)
    zero = jnp.zeros((), jnp.int32)
    return TrainState(parameters, optimizer, zero, zero, zero)


def _refuse_unequal(specs: Sequence[Spec], samples: Samples) -> None:
    if not specs:
        raise SpecError("An ensemble needs at least one network.")
    first = structure_of(specs[0], samples)
    for number, spec in enumerate(specs):
        training = spec.training
        if training.early_stopping or isinstance(training.schedule, PlateauSchedule):
            raise SpecError(
                "Networks that are trained at once can neither stop early nor reduce their "
                "learning rate on a plateau.",
                place=f"network {number}",
            )
        structure = structure_of(spec, samples)
        same_start = _initializers(structure) == _initializers(first)
        if structure.key != first.key or not same_start:
            raise SpecError(
                "Networks that are trained at once must share layers, initializers, loss, "
                f"optimizer and batch size, and network {number} differs from network 0.",
                place=f"network {number}",
            )


def _initializers(structure: Structure) -> list[dict[str, Any]]:
    fields = [layer.to_dict() for layer in structure.network.layers]
    return [{k: v for k, v in own.items() if k.endswith("_initializer")} for own in fields]


def _pick(stacked: Any, index: int) -> Parameters:
    return jax.tree.map(lambda a: a[index], stacked)


def _cores() -> int:
    """Cores that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
