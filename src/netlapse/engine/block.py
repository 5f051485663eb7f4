"""The program that trains a block of networks of one structure, side by side.

Small dense networks have the networks as the last axis of every array, as many as fill a vector
register: each operation of the step is then one vector instruction for all of them. All others are
mapped over a first axis. A block has always the same length, so that a network's bits do not depend
on how many others are trained.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from netlapse.engine.forward import Parameters, forward
from netlapse.engine.hyperparameters import Numbers, named
from netlapse.engine.losses import counted_losses
from netlapse.engine.program import CAPACITY, epoch_data, run_steps, update
from netlapse.engine.structure import EpochData, Structure, TrainState
from netlapse.engine.update import next_state, penalized, sample_shares
from netlapse.spec.layers import INPUT, Dense
from netlapse.spec.network import layer_inputs
from netlapse.spec.training import CategoricalCrossEntropy

BLOCK = 16
"""Networks in a block: the float32 numbers of the widest vector register of a processor."""
MAX_WIDTH = 16
"""Most features or units of a layer whose sums are spelled out."""
MAX_BATCH = 32
"""Longest batch whose sums are spelled out."""

_SIDE_BY_SIDE = TrainState(-1, -1, None, None, None)  # type: ignore[arg-type]
_IN_A_ROW = TrainState(0, 0, None, None, None)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Block:
    """The functions of a block, to be compiled."""

    axis: int
    """The axis of the networks in parameters and in the optimizer's state: 0 or -1."""
    epoch_data: Callable[..., EpochData]
    """(seeds, epoch, inputs, targets) → the epoch in each network's order."""
    chunk: Callable[..., tuple[TrainState, EpochData, Array]]
    """(state, epoch data, seeds, numbers [names, BLOCK], inputs, targets, count) → state, epoch
    data, records [CAPACITY, 2, BLOCK]: loss and gradient norm of each step."""


def block_of(structure: Structure) -> Block:
    """The functions for a structure."""
    if is_small(structure):
        return _block(structure, -1, _orders_side_by_side, _step_side_by_side)
    return _block(structure, 0, _orders_in_a_row, _step_in_a_row)


def is_small(structure: Structure) -> bool:
    """Whether the networks are a chain of dense layers, small enough to spell their sums out."""
    network = structure.network
    before = (INPUT, *(layer.id for layer in network.layers))
    is_chain = all(
        names == (name,) for names, name in zip(layer_inputs(network), before, strict=False)
    )
    if not (is_chain and len(structure.input_shape) == 1 and structure.gathers_epochs):
        return False
    widths = [*structure.input_shape]
    for layer in network.layers:
        if not isinstance(layer, Dense) or not _works_on_any_axis(layer, structure):
            return False
        widths.append(layer.units)
    return max(widths) <= MAX_WIDTH and structure.batch <= MAX_BATCH


def _works_on_any_axis(layer: Dense, structure: Structure) -> bool:
    """Softmax normalizes the last axis; but the cross-entropy does without the outputs."""
    is_output = layer is structure.network.layers[-1]
    needless = is_output and isinstance(structure.loss, CategoricalCrossEntropy)
    return layer.function != "softmax" or needless


def _block(structure: Structure, axis: int, orders: Any, step: Any) -> Block:
    def order(seeds: Array, epoch: Array, inputs: Array, targets: Array) -> EpochData:
        return orders(structure, seeds, epoch, inputs, targets)

    def chunk(
        state: TrainState,
        data: EpochData,
        seeds: Array,
        vectors: Array,
        inputs: Array,
        targets: Array,
        count: Array,
    ) -> tuple[TrainState, EpochData, Array]:
        return run_steps(
            state,
            data,
            jnp.zeros((CAPACITY, 2, BLOCK), jnp.float32),
            count,
            renew=lambda epoch: order(seeds, epoch, inputs, targets),
            step=lambda state, data: step(structure, vectors, seeds, state, data, inputs, targets),
        )

    return Block(axis, order, chunk)


# --- networks as the first axis ---------------------------------------------------------------


def _orders_in_a_row(
    structure: Structure, seeds: Array, epoch: Array, inputs: Array, targets: Array
) -> EpochData:
    one: Any = lambda seed: epoch_data(structure, seed, epoch, inputs, targets)  # noqa: E731
    return jax.vmap(one)(seeds)


def _step_in_a_row(
    structure: Structure,
    vectors: Array,
    seeds: Array,
    state: TrainState,
    data: EpochData,
    inputs: Array,
    targets: Array,
) -> tuple[TrainState, Array]:
    def one(
        vector: Array, seed: Array, state: TrainState, data: EpochData
    ) -> tuple[TrainState, Array]:
        numbers = named(structure.names, vector)
        return update(structure, numbers, seed, state, data, inputs, targets)

    axes = (1, 0, _IN_A_ROW, 0)
    return jax.vmap(one, axes, (_IN_A_ROW, 1))(vectors, seeds, state, data)


# --- networks as the last axis ----------------------------------------------------------------


def _orders_side_by_side(
    structure: Structure, seeds: Array, epoch: Array, inputs: Array, targets: Array
) -> EpochData:
    data = _orders_in_a_row(structure, seeds, epoch, inputs, targets)
    return jax.tree.map(lambda a: jnp.moveaxis(a, 0, -1), data)


def _step_side_by_side(
    structure: Structure,
    vectors: Array,
    seeds: Array,
    state: TrainState,
    data: EpochData,
    inputs: Array,
    targets: Array,
) -> tuple[TrainState, Array]:
    del seeds, inputs, targets
    numbers = named(structure.names, vectors)
    assert data.inputs is not None and data.targets is not None, "small networks gather epochs"
    x = jax.lax.dynamic_slice_in_dim(data.inputs, state.offset, structure.batch)
    y = jax.lax.dynamic_slice_in_dim(data.targets, state.offset, structure.batch)
    shares = sample_shares(structure, state.offset)
    shares = jnp.full(structure.batch, 1 / structure.batch) if shares is None else shares
    differentiate = jax.grad(_weighted_losses, has_aux=True)
    gradients, losses = differentiate(state.parameters, structure, numbers, x, y, shares)
    gradients = penalized(structure, numbers, state.parameters, gradients)
    squares = [_total(jnp.square(g).reshape(-1, BLOCK)) for g in jax.tree.leaves(gradients)]
    norms = jnp.sqrt(sum(squares))
    new = next_state(structure, numbers, state, gradients, norms)
    return new, jnp.stack([_total(losses), norms])


def _weighted_losses(
    parameters: Parameters,
    structure: Structure,
    numbers: Numbers,
    x: Array,
    y: Array,
    shares: Array,
) -> tuple[Array, Array]:
    """Their sum, and the losses themselves, each times its share [batch, networks]."""
    activity = forward(structure.network, parameters, numbers.layers(), x, training=True)
    z, a = activity.output(structure.network)
    losses = counted_losses(structure, z, a, y) * shares[:, None]
    return losses.sum(), losses


def _total(values: Array) -> Array:
    """The sum over the first axis, in order; XLA's own would be scalar code."""

    def add(index: Array, total: Array) -> Array:
        return total + jax.lax.dynamic_index_in_dim(values, index, keepdims=False)

    return jax.lax.fori_loop(0, values.shape[0], add, jnp.zeros(values.shape[1:], values.dtype))
