"""The training program: many steps in one compiled call, the same bits for any division into calls.

A program is compiled once for a structure (layers, optimizer kind, loss, batch length, samples)
and takes every number as an argument. Its loop has a *traced* trip count, so one program serves one
step and ten thousand. Within an epoch the samples are gathered once in the epoch's order; a call
that starts in mid-epoch gets that order as its `epoch data`, which is derived from seed and epoch
and never part of the state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.forward import Parameters, Shard, forward_shards, initial_parameters
from netlapse.engine.hyperparameters import Numbers, named
from netlapse.engine.losses import counted_losses
from netlapse.engine.optimizers import transform
from netlapse.engine.structure import EpochData, Structure, TrainState
from netlapse.engine.update import next_state, penalized, sample_shares
from netlapse.spec.data.changing import augment
from netlapse.spec.network import declared_parameters
from netlapse.spec.randomness import random_words

CAPACITY = 16_384
"""Most steps in one call: the length of the loss buffers."""
ORDER, NOISE = 1, 2
"""Streams of the seed: order of samples, dropout. Augmentation has the next; first weights have
others."""
NO_INDEX = 0xFFFF_FFFF
"""Counts what belongs to an epoch and to no sample of it."""


Chunk = tuple[TrainState, EpochData, Array, Array]


@dataclass(frozen=True)
class Program:
    """The compiled functions of one structure."""

    structure: Structure
    epoch_data: Callable[..., EpochData]
    """(seed, epoch, inputs, targets) → the epoch in its order."""
    chunk: Callable[..., Chunk]
    """(state, epoch data, seed, numbers, inputs, targets, count) → state, epoch data, records,
    finite; records are float32 [CAPACITY, 2], loss and gradient norm, filled up to `count`; finite
    says whether all parameters of the new state are."""
    memory_bytes: int = 0
    """What a call takes beside its arguments; 0 where it is not compiled yet."""


def initial_state(structure: Structure, seed: int) -> TrainState:
    """State 0: weights as drawn from the seed."""
    drawn = initial_parameters(structure.network, structure.input_shape, seed)
    parameters = {
        layer: {name: jnp.asarray(array) for name, array in own.items()}
        for layer, own in drawn.items()
    }
    return _first_state(structure, parameters)


def state_shapes(structure: Structure) -> TrainState:
    """Shapes and types of the arrays of a state; nothing is drawn."""
    known = _SHAPES.get(structure.key)
    if known is None:
        if len(_SHAPES) > 64:
            _SHAPES.clear()
        known = _SHAPES[structure.key] = _state_shapes(structure)
    return known


_SHAPES: dict[str, TrainState] = {}
"""Traced once for each structure: keyframes are restored many times a second."""


def _state_shapes(structure: Structure) -> TrainState:
    declared = declared_parameters(structure.network, structure.input_shape)
    parameters = {
        layer: {name: jax.ShapeDtypeStruct(p.shape, jnp.float32) for name, p in own.items()}
        for layer, own in declared.items()
    }
    return jax.eval_shape(lambda of: _first_state(structure, of), parameters)


def _first_state(structure: Structure, parameters: Parameters) -> TrainState:
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
    key, row = (seed, jnp.uint32(ORDER)), epoch.astype(jnp.uint32)
    indices = jnp.arange(samples, dtype=jnp.uint32)
    low = jnp.uint32((1 << (samples - 1).bit_length()) - 1)
    factor = random_words(key, (row, jnp.uint32(NO_INDEX))) | 1
    words = jnp.sort((random_words(key, (row, indices)) & ~low) | (indices * factor & low))
    return ((words * _inverse(factor)) & low).astype(jnp.int32)


def _inverse(odd: Array) -> Array:
    """The inverse modulo 2³² of an odd number: Newton's iteration doubles the right digits."""
    inverse = odd
    for _ in range(4):
        inverse *= 2 - odd * inverse
    return inverse


def build(structure: Structure) -> Program:
    """Trace the program of a structure; compiled at its first call or by `compile_program`."""

    def order(seed: Array, epoch: Array, inputs: Array, targets: Array) -> EpochData:
        return epoch_data(structure, seed, epoch, inputs, targets)

    def chunk(*arguments: Any) -> Chunk:
        return _chunk(structure, *arguments)

    return Program(structure, jax.jit(order), jax.jit(chunk))


def compile_program(program: Program, inputs: NDArray[Any], targets: NDArray[Any]) -> Program:
    """Compile without executing, so that it may run beside a training."""
    structure = program.structure
    seed, scalar = jax.ShapeDtypeStruct((), jnp.uint32), jax.ShapeDtypeStruct((), jnp.int32)
    x, y = (jax.ShapeDtypeStruct(a.shape, a.dtype) for a in (inputs, targets))
    state = state_shapes(structure)
    data = jax.eval_shape(program.epoch_data, seed, scalar, x, y)
    numbers = jax.ShapeDtypeStruct((len(structure.names),), jnp.float32)
    order: Any = program.epoch_data
    chunk: Any = program.chunk
    compiled = chunk.lower(state, data, seed, numbers, x, y, scalar).compile()
    memory = compiled.memory_analysis()
    return Program(
        structure,
        order.lower(seed, scalar, x, y).compile(),
        compiled,
        memory.temp_size_in_bytes + memory.output_size_in_bytes if memory else 0,
    )


def epoch_data(
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
    records = jnp.zeros((CAPACITY, 2), jnp.float32)

    state, data, records = run_steps(
        state,
        data,
        records,
        count,
        renew=lambda epoch: epoch_data(structure, seed, epoch, inputs, targets),
        step=lambda state, data: update(structure, numbers, seed, state, data, inputs, targets),
    )
    finite = jnp.bool_(True)
    for leaf in jax.tree.leaves(state.parameters):
        finite &= jnp.isfinite(leaf).all()
    return state, data, records, finite


def run_steps(
    state: TrainState,
    data: EpochData,
    records: Array,
    count: Array,
    *,
    renew: Callable[[Array], EpochData],
    step: Callable[[TrainState, EpochData], tuple[TrainState, Array]],
) -> tuple[TrainState, EpochData, Array]:
    """So many steps, with a traced trip count.

    Args:
        state: Where to start.
        data: The state's epoch.
        records: Where each step's record goes [capacity, ...].
        count: How many steps.
        renew: The data of an epoch.
        step: One update; gives the new state and its record.
    """
    first, end = state.step, state.step + count

    def one_step(carry: Any) -> Any:
        state, data, records = carry
        new, record = step(state, data)
        place = (state.step - first, *[0] * record.ndim)
        return new, data, jax.lax.dynamic_update_slice(records, record[None], place)

    def rest_of_epoch(carry: Any) -> Any:
        state, data, records = carry
        epoch = state.epoch
        data = jax.lax.cond(
            (state.offset == 0) & (state.step > first), lambda: renew(epoch), lambda: data
        )
        return jax.lax.while_loop(
            lambda carry: (carry[0].step < end) & (carry[0].epoch == epoch),
            one_step,
            (state, data, records),
        )

    return jax.lax.while_loop(
        lambda carry: carry[0].step < end, rest_of_epoch, (state, data, records)
    )


def update(
    structure: Structure,
    numbers: Numbers,
    seed: Array,
    state: TrainState,
    data: EpochData,
    inputs: Array,
    targets: Array,
) -> tuple[TrainState, Array]:
    """One update; gives the new state and (loss, gradient norm)."""
    batch = structure.batch
    ids = jax.lax.dynamic_slice_in_dim(data.order, state.offset, batch)
    if data.inputs is not None and data.targets is not None:
        x = jax.lax.dynamic_slice_in_dim(data.inputs, state.offset, batch)
        y = jax.lax.dynamic_slice_in_dim(data.targets, state.offset, batch)
    else:
        x, y = inputs[ids], targets[ids]
    if structure.augmentation is not None:
        x = augment(x, structure.augmentation, seed, state.step, ids)
    shares = sample_shares(structure, state.offset)
    (loss, renewed), gradients = jax.value_and_grad(_batch_loss, has_aux=True)(
        state.parameters,
        structure,
        numbers,
        step_key(structure, seed, state.step),
        Shard(x, ids, shares),
        y,
    )
    gradients = penalized(structure, numbers, state.parameters, gradients)
    norm = jnp.sqrt(sum(jnp.sum(jnp.square(g)) for g in jax.tree.leaves(gradients)))
    new = next_state(structure, numbers, state, gradients, norm, renewed)
    return new, jnp.stack([loss, norm])


def step_key(structure: Structure, seed: Array, step: Array) -> Array | None:
    """The random key of the layers in update `step` + 1; none where no layer needs one."""
    if not any(layer.hyperparameters() for layer in structure.network.layers):
        return None
    return jax.random.fold_in(jax.random.fold_in(jax.random.key(seed), NOISE), step)


def _batch_loss(
    parameters: Parameters,
    structure: Structure,
    numbers: Numbers,
    key: Array | None,
    batch: Shard,
    y: Array,
) -> tuple[Array, Parameters]:
    """The mean loss of a batch, and what layers renew themselves."""
    size = -(-structure.batch // structure.shards)
    cuts = [slice(start, start + size) for start in range(0, structure.batch, size)]
    shards = [batch.cut(place) for place in cuts]
    activities, renewed = forward_shards(
        structure.network, parameters, numbers.layers(), shards, training=True, key=key
    )
    loss = jnp.zeros(())
    for cut, shard, activity in zip(cuts, shards, activities, strict=True):
        losses = counted_losses(structure, *activity.output(structure.network), y[cut])
        loss += losses.mean() if shard.shares is None else (losses * shard.shares).sum()
    return loss, renewed
