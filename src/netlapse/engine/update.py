"""From gradients to the next state. All of it is element-wise: a last axis of networks, in states
and in numbers, goes through unchanged."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from netlapse.engine.forward import Parameters
from netlapse.engine.hyperparameters import FROZEN, OPTIMIZER, SCHEDULE, Numbers
from netlapse.engine.optimizers import transform
from netlapse.engine.structure import Structure, TrainState
from netlapse.spec.network import declared_parameters


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


def sample_shares(structure: Structure, offset: Array) -> Array | None:
    """What each sample of the batch counts; none where all count the same, always, and the batch is
    in one piece."""
    if structure.samples == structure.batch and structure.shards == 1:
        return None
    left = jnp.minimum(structure.samples - offset, structure.batch)
    positions = jnp.arange(structure.batch)
    return jnp.where(positions < left, 1 / left.astype(jnp.float32), 0)


def next_state(
    structure: Structure,
    numbers: Numbers,
    state: TrainState,
    gradients: Parameters,
    norm: Array,
    renewed: Parameters | None = None,
) -> TrainState:
    """The state after an update.

    Args:
        structure: What is trained.
        numbers: The hyperparameters.
        state: The state before.
        gradients: As `penalized` gives them.
        norm: Their norm.
        renewed: New values of arrays that are not trained.
    """
    parameters, optimizer = _updated(structure, numbers, state, clipped(numbers, gradients, norm))
    for layer, own in (renewed or {}).items():
        frozen = numbers[FROZEN + layer] > 0
        kept = state.parameters[layer]
        new = {name: jnp.where(frozen, kept[name], value) for name, value in own.items()}
        parameters = {**parameters, layer: {**parameters[layer], **new}}
    offset = state.offset + structure.batch
    ends = offset >= structure.samples
    return TrainState(
        parameters,
        optimizer,
        state.step + 1,
        state.epoch + ends.astype(jnp.int32),
        jnp.where(ends, 0, offset),
    )


def penalized(
    structure: Structure, numbers: Numbers, parameters: Parameters, gradients: Parameters
) -> Parameters:
    """Gradients with L1 and L2 of the weights added; zero where nothing is trained."""
    declared = declared_parameters(structure.network, structure.input_shape)
    frozen = numbers.group(FROZEN)

    def one(layer: str, name: str) -> Array:
        w, g = parameters[layer][name], gradients[layer][name]
        if not declared[layer][name].trainable:
            return jnp.zeros_like(g)
        if declared[layer][name].penalized:
            g = g + numbers["l1"] * jnp.sign(w) + numbers["l2"] * w
        return jnp.where(frozen[layer] > 0, 0, g)

    return {layer: {name: one(layer, name) for name in own} for layer, own in gradients.items()}


def clip_scale(numbers: Numbers, norm: Array) -> Array:
    """What gradients of a norm are multiplied by, so that it is at most the largest one."""
    return jnp.minimum(1, numbers["clip_norm"] / (norm + 1e-6))


def clipped(numbers: Numbers, gradients: Parameters, norm: Array) -> Parameters:
    """Gradients scaled to the largest norm, then cut to the largest entry."""
    scale = clip_scale(numbers, norm)
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
