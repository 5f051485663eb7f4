"""The training program: many steps in one compiled call, the same bits for any division into calls.

A program is compiled once for a structure (layers, optimizer kind, loss, batch length, samples)
and takes every number as an argument. Its loop has a *traced* trip count, so one program serves one
step and ten thousand. Within an epoch the samples are gathered once in the epoch's order; a call
that starts in mid-epoch gets that order as its `epoch data`, which is derived from seed and epoch
and never part of the state.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.forward import Parameters, forward, initial_parameters
from netlapse.engine.hyperparameters import FROZEN, OPTIMIZER, SCHEDULE, Numbers, named
from netlapse.engine.losses import sample_losses
from netlapse.engine.optimizers import transform
from netlapse.spec.layers import Shape
from netlapse.spec.network import Network, Task, declared_parameters
from netlapse.spec.optimizers import OptimizerBase
from netlapse.spec.resolve import ResolvedLoss

CAPACITY = 16_384
"""Most steps in one call: the length of the loss buffers."""
GATHERED = 1_000_000
"""Up to so many feature values, a whole epoch is gathered at once; beyond, batch by batch."""
WEIGHTS, ORDER, NOISE = 0, 1, 2
"""Streams of the seed: first weights, order of samples, dropout."""


class TrainState(NamedTuple):
    """The complete state after some updates."""

    parameters: Parameters
    optimizer: Any
    step: Array
    """Updates done, int32."""
    epoch: Array
    """Epochs done, int32."""
    offset: Array
    """Samples of the present epoch that were used, int32."""


class EpochData(NamedTuple):
    """The present epoch in its order, padded by one batch: samples, or only their indices."""

    order: Array
    inputs: Array | None
    targets: Array | None


@dataclass(frozen=True)
class Structure:
    """All that a program is compiled for."""

    network: Network
    input_shape: Shape
    task: Task
    optimizer: OptimizerBase
    loss: ResolvedLoss
    batch: int
    samples: int
    names: tuple[str, ...]
    """Names of the hyperparameters, in the vector's order."""

    @property
    def gathers_epochs(self) -> bool:
        """Whether a whole epoch's samples are laid out in order before it starts."""
        return self.samples * math.prod(self.input_shape) <= GATHERED


Chunk = tuple[TrainState, EpochData, Array, Array, Array]


@dataclass(frozen=True)
class Program:
    """The compiled functions of one structure."""

    structure: Structure
    epoch_data: Callable[..., EpochData]
    """(seed, epoch, inputs, targets) → the epoch in its order."""
    chunk: Callable[..., Chunk]
    """(state, epoch data, seed, numbers, inputs, targets, count) → state, epoch data, losses,
    gradient norms, finite; losses and norms are float32 [CAPACITY], filled up to `count`; finite
    says whether all parameters of the new state are."""


def initial_state(structure: Structure, seed: int) -> TrainState:
    """State 0: weights as drawn from the seed."""
    key = jax.random.fold_in(jax.random.key(np.uint32(seed)), WEIGHTS)
    parameters = initial_parameters(structure.network, structure.input_shape, key)
    zero = jnp.zeros((), jnp.int32)
    return TrainState(parameters, fresh_optimizer(structure, parameters), zero, zero, zero)


def fresh_optimizer(structure: Structure, parameters: Parameters) -> Any:
    """Zero moments and a step count of zero."""
    numbers = dict.fromkeys(structure.optimizer.hyperparameters(), jnp.zeros(()))
    return transform(structure.optimizer, numbers).init(parameters)


def epoch_order(seed: Array, epoch: Array, samples: int) -> Array:
    """The order of an epoch: indices of the training samples, int32 [samples].

    One word a sample is sorted: random bits above, the sample's index below. That is six times as
    fast as `jax.random.permutation`, which carries the indices along. Equal random bits are rare
    for few samples and not for many; so that they do not keep the data's order, indices are
    scrambled by a random odd factor, and by its inverse afterwards.
    """
    key = jax.random.fold_in(jax.random.fold_in(jax.random.key(seed), ORDER), epoch)
    bits = jax.random.bits(key, (samples + 1,), jnp.uint32)
    low = jnp.uint32((1 << (samples - 1).bit_length()) - 1)
    factor = bits[0] | 1
    scrambled = jnp.arange(samples, dtype=jnp.uint32) * factor
    words = jnp.sort((bits[1:] & ~low) | (scrambled & low))
    return ((words * _inverse(factor)) & low).astype(jnp.int32)


def _inverse(odd: Array) -> Array:
    """The inverse modulo 2³² of an odd number: Newton's iteration doubles the right digits."""
    inverse = odd
    for _ in range(4):
        inverse *= 2 - odd * inverse
    return inverse


def learning_rate(numbers: Numbers, epoch: Array, share: Array) -> Array:
    """The rate of a step: see `netlapse.spec.schedules` for the formula.

    Args:
        numbers: The hyperparameters.
        epoch: Epochs done, int32.
        share: Which part of the present epoch is done, 0 to 1.
    """
    f = numbers.group(SCHEDULE)
    p = jnp.minimum(epoch + share, f["last"])
    rising = f["start"] + (1 - f["start"]) * p / jnp.maximum(f["warmup"], 1e-9)
    fallen = (p - f["warmup"]) / jnp.maximum(f["epochs"] - f["warmup"], 1e-9)
    fall = f["floor"] + (1 - f["floor"]) * (1 + jnp.cos(jnp.pi * jnp.maximum(fallen, 0))) / 2
    warm = jnp.where(p < f["warmup"], rising, 1)
    # Whole epochs, divided as integers: a float32 progress may round up to the next epoch.
    last = f["epochs"].astype(jnp.int32) - 1
    drops = jnp.minimum(epoch, last) // f["every"].astype(jnp.int32)
    factor = warm * jnp.power(f["factor"], drops.astype(jnp.float32)) * fall
    return numbers[OPTIMIZER + "learning_rate"] * numbers["plateau_scale"] * factor


def build(structure: Structure) -> Program:
    """Trace the program of a structure; compiled at its first call or by `compile_program`."""

    def order(seed: Array, epoch: Array, inputs: Array, targets: Array) -> EpochData:
        return _epoch_data(structure, seed, epoch, inputs, targets)

    def chunk(*arguments: Any) -> Chunk:
        return _chunk(structure, *arguments)

    return Program(structure, jax.jit(order), jax.jit(chunk))


def compile_program(program: Program, inputs: NDArray[Any], targets: NDArray[Any]) -> Program:
    """Compile without executing, so that it may run beside a training."""
    structure = program.structure
    seed, scalar = jax.ShapeDtypeStruct((), jnp.uint32), jax.ShapeDtypeStruct((), jnp.int32)
    x, y = (jax.ShapeDtypeStruct(a.shape, a.dtype) for a in (inputs, targets))
    state = jax.eval_shape(lambda: initial_state(structure, 0))
    data = jax.eval_shape(program.epoch_data, seed, scalar, x, y)
    numbers = jax.ShapeDtypeStruct((len(structure.names),), jnp.float32)
    epoch_data: Any = program.epoch_data
    chunk: Any = program.chunk
    return Program(
        structure,
        epoch_data.lower(seed, scalar, x, y).compile(),
        chunk.lower(state, data, seed, numbers, x, y, scalar).compile(),
    )


def _epoch_data(
    structure: Structure, seed: Array, epoch: Array, inputs: Array, targets: Array
) -> EpochData:
    order = epoch_order(seed, epoch, structure.samples)
    # One batch of padding: the last, smaller batch is cut out whole and masked.
    padded = jnp.concatenate([order, jnp.zeros(structure.batch, order.dtype)])
    if not structure.gathers_epochs:
        return EpochData(padded, None, None)
    return EpochData(padded, inputs[padded], targets[padded])


def _chunk(
    structure: Structure,
    state: TrainState,
    data: EpochData,
    seed: Array,
    vector: Array,
    inputs: Array,
    targets: Array,
    count: Array,
) -> Chunk:
    numbers = named(structure.names, vector)
    end = state.step + count
    first = state.step
    records = jnp.zeros((CAPACITY, 2), jnp.float32)

    def one_step(carry: Any) -> Any:
        state, data, records = carry
        new, record = _step(structure, numbers, seed, state, data, inputs, targets)
        index = state.step - first
        return new, data, jax.lax.dynamic_update_slice(records, record[None], (index, 0))

    def rest_of_epoch(carry: Any) -> Any:
        state, data, records = carry
        epoch = state.epoch
        data = jax.lax.cond(
            (state.offset == 0) & (state.step > first),
            lambda: _epoch_data(structure, seed, epoch, inputs, targets),
            lambda: data,
        )
        return jax.lax.while_loop(
            lambda carry: (carry[0].step < end) & (carry[0].epoch == epoch),
            one_step,
            (state, data, records),
        )

    state, data, records = jax.lax.while_loop(
        lambda carry: carry[0].step < end, rest_of_epoch, (state, data, records)
    )
    finite = jnp.bool_(True)
    for leaf in jax.tree.leaves(state.parameters):
        finite &= jnp.isfinite(leaf).all()
    return state, data, records[:, 0], records[:, 1], finite


def _step(
    structure: Structure,
    numbers: Numbers,
    seed: Array,
    state: TrainState,
    data: EpochData,
    inputs: Array,
    targets: Array,
) -> tuple[TrainState, Array]:
    """One update; gives the new state and (loss, gradient norm)."""
    batch, samples = structure.batch, structure.samples
    ids = jax.lax.dynamic_slice_in_dim(data.order, state.offset, batch)
    if data.inputs is not None and data.targets is not None:
        x = jax.lax.dynamic_slice_in_dim(data.inputs, state.offset, batch)
        y = jax.lax.dynamic_slice_in_dim(data.targets, state.offset, batch)
    else:
        x, y = inputs[ids], targets[ids]
    shares = _sample_shares(structure, state.offset)
    loss, gradients = jax.value_and_grad(_batch_loss)(
        state.parameters,
        structure,
        numbers,
        _step_key(structure, seed, state.step),
        ids,
        x,
        y,
        shares,
    )
    gradients = _penalized(structure, numbers, state.parameters, gradients)
    norm = jnp.sqrt(sum(jnp.sum(jnp.square(g)) for g in jax.tree.leaves(gradients)))
    gradients = _clipped(numbers, gradients, norm)
    parameters, optimizer = _updated(structure, numbers, state, gradients)
    offset = state.offset + batch
    ends = offset >= samples
    new = TrainState(
        parameters,
        optimizer,
        state.step + 1,
        state.epoch + ends.astype(jnp.int32),
        jnp.where(ends, 0, offset),
    )
    return new, jnp.stack([loss, norm])


def _sample_shares(structure: Structure, offset: Array) -> Array | None:
    """What each sample of the batch counts; none where all count the same, always."""
    if structure.samples == structure.batch:
        return None
    left = jnp.minimum(structure.samples - offset, structure.batch)
    positions = jnp.arange(structure.batch)
    return jnp.where(positions < left, 1 / left.astype(jnp.float32), 0)


def _step_key(structure: Structure, seed: Array, step: Array) -> Array | None:
    if not any(layer.hyperparameters() for layer in structure.network.layers):
        return None
    return jax.random.fold_in(jax.random.fold_in(jax.random.key(seed), NOISE), step)


def _batch_loss(
    parameters: Parameters,
    structure: Structure,
    numbers: Numbers,
    key: Array | None,
    ids: Array,
    x: Array,
    y: Array,
    shares: Array | None,
) -> Array:
    activity = forward(
        structure.network, parameters, numbers.layers(), x, training=True, key=key, sample_ids=ids
    )
    losses = sample_losses(structure.loss, *activity.output(structure.network), y)
    return losses.mean() if shares is None else (losses * shares).sum()


def _penalized(
    structure: Structure, numbers: Numbers, parameters: Parameters, gradients: Parameters
) -> Parameters:
    """Gradients with L1 and L2 of the weights added; those of frozen layers are zero."""
    declared = declared_parameters(structure.network, structure.input_shape)
    frozen = numbers.group(FROZEN)

    def one(layer: str, name: str) -> Array:
        w, g = parameters[layer][name], gradients[layer][name]
        if declared[layer][name].penalized:
            g = g + numbers["l1"] * jnp.sign(w) + numbers["l2"] * w
        return jnp.where(frozen[layer] > 0, 0, g)

    return {layer: {name: one(layer, name) for name in own} for layer, own in gradients.items()}


def _clipped(numbers: Numbers, gradients: Parameters, norm: Array) -> Parameters:
    scale = jnp.minimum(1, numbers["clip_norm"] / (norm + 1e-6))
    limit = numbers["clip_value"]
    return jax.tree.map(lambda g: jnp.clip(g * scale, -limit, limit), gradients)


def _updated(
    structure: Structure,
    numbers: Numbers,
    state: TrainState,
    gradients: Parameters,
) -> tuple[Parameters, Any]:
    """New parameters and optimizer state; frozen layers keep theirs, moments included."""
    chain = transform(structure.optimizer, numbers.group(OPTIMIZER))
    directions, optimizer = chain.update(gradients, state.optimizer, state.parameters)
    rate = learning_rate(numbers, state.epoch, state.offset / structure.samples)
    parameters = jax.tree.map(lambda w, d: w - rate * d, state.parameters, directions)
    frozen = numbers.group(FROZEN)

    def kept(path: Any, old: Array, new: Array) -> Array:
        layer = next((k.key for k in path if getattr(k, "key", None) in frozen), None)
        return new if layer is None else jnp.where(frozen[layer] > 0, old, new)

    keep = jax.tree_util.tree_map_with_path
    return (
        keep(kept, state.parameters, parameters),
        keep(kept, state.optimizer, optimizer),
    )
