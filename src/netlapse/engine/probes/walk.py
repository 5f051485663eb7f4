"""Every number of one update: forwards, the loss, backwards, the optimizer.

Gradients of units are those of zeros that are added to each pre-activation and activation: found by
automatic differentiation, through every branch and merge. The forward pass, the loss, penalties,
clipping, optimizer and schedule are the functions that training calls.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from netlapse.engine.backend import FEW_CALLS
from netlapse.engine.forward import Nudges, Parameters, Shard, forward_shards
from netlapse.engine.hyperparameters import FROZEN, Numbers, named
from netlapse.engine.losses import class_factors, counted_losses, sample_losses
from netlapse.engine.optimizers import transform
from netlapse.engine.probes.walk_trace import Floats, Subject, Tensors, Trace
from netlapse.engine.probes.walk_update import corrections, moments, optimizer_step
from netlapse.engine.program import step_key
from netlapse.engine.structure import Structure, TrainState
from netlapse.engine.update import clip_scale, clipped, learning_rate, next_state, penalized
from netlapse.spec.data.changing import augment
from netlapse.spec.layers import INPUT
from netlapse.spec.network import declared_parameters
from netlapse.spec.training import CategoricalCrossEntropy


class WalkProbe:
    """Compiled once for a structure and a number of samples; called with any state."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._trace = jax.jit(self._traced, static_argnames="training", compiler_options=FEW_CALLS)
        self._after = jax.jit(
            self._traced_loss, static_argnames="training", compiler_options=FEW_CALLS
        )

    def trace(
        self,
        state: TrainState,
        numbers: Floats,
        seed: int,
        subject: Subject,
        after: TrainState | None = None,
    ) -> Trace:
        """What the next update does with a subject.

        Args:
            state: The state before it.
            numbers: Hyperparameters, in the structure's order.
            seed: The spec's.
            subject: What is walked with.
            after: The state that the training program makes of it, whose parameters and moments
                then are the new ones; by default they are computed here.
        """
        structure, n = self._structure, subject.count
        shares = np.where(np.arange(len(subject.inputs)) < n, 1 / n, 0).astype(np.float32)
        given = (np.uint32(seed), subject.inputs, subject.targets, subject.ids, shares)
        found = self._trace(state, numbers, *given, training=subject.training)
        new = found.pop("new_state")
        new = new if after is None else after
        loss_after = self._after(
            new.parameters, state.step, numbers, *given, training=subject.training
        )
        optimizer = structure.optimizer
        host = _as_numpy({name: found[name] for name in ("z", "a", "dz", "da", "output_losses")})
        host = jax.tree.map(lambda values: values[:n], host)
        if _is_from_z(structure):
            del host["da"][structure.network.layers[-1].id]
        values = dict(zip(structure.names, np.asarray(numbers).tolist(), strict=True))
        step = optimizer_step(optimizer, new.optimizer)
        trainable = partial(_trainable, structure)
        later = moments(optimizer, new.optimizer, values)
        return Trace(
            training=subject.training,
            seed=seed,
            step=int(state.step),
            ids=subject.ids[:n],
            targets=np.asarray(found["targets"])[:n],
            share=1 / n,
            z=host["z"],
            a=host["a"],
            dz=host["dz"],
            da=host["da"],
            output_losses=host["output_losses"],
            loss=float(found["loss"]),
            loss_after=float(loss_after),
            before=_as_numpy(state.parameters),
            after=_as_numpy(new.parameters),
            gradients=trainable(found["gradients"]),
            penalties=trainable(found["penalties"]),
            used=trainable(found["used"]),
            updates=trainable(found["updates"]),
            moments_before={
                name: trainable(tree) for name, tree in moments(optimizer, state.optimizer).items()
            },
            moments={name: trainable(tree) for name, tree in later.items()},
            rate=float(found["rate"]),
            optimizer_step=step,
            corrections=corrections(optimizer, step, values),
            norm=float(found["norm"]),
            clip_scale=float(found["clip_scale"]),
            clipped=int(found["clipped"]),
            hyperparameters=values,
        )

    # --- traced --------------------------------------------------------------------------------

    def _traced(
        self,
        state: TrainState,
        vector: Array,
        seed: Array,
        x: Array,
        y: Array,
        ids: Array,
        shares: Array,
        *,
        training: bool,
    ) -> dict[str, Any]:
        structure = self._structure
        numbers = named(structure.names, vector)
        shard, key = self._shard(state.step, seed, x, ids, shares, training=training)
        differentiate = jax.value_and_grad(self._loss, (0, 1), has_aux=True)
        (loss, (activity, renewed)), (gradients, units) = differentiate(
            state.parameters, self._nudges(len(x)), numbers, shard, key, y, training=training
        )
        whole = penalized(structure, numbers, state.parameters, gradients)
        nothing = jax.tree.map(jnp.zeros_like, gradients)
        norm = jnp.sqrt(sum(jnp.sum(jnp.square(g)) for g in jax.tree.leaves(whole)))
        scale = clip_scale(numbers, norm)
        used = clipped(numbers, whole, norm)
        chain = transform(structure.optimizer, numbers.group("optimizer:"))
        directions: Any = chain.update(used, state.optimizer, state.parameters)[0]
        rate = learning_rate(numbers, state.epoch, state.offset / structure.samples)
        frozen = numbers.group(FROZEN)
        z, a = activity.output(structure.network)
        return {
            "loss": loss,
            "z": activity.pre_activations,
            "a": {INPUT: shard.inputs, **activity.activations},
            "dz": units.z,
            "da": units.a,
            "targets": self._as_outputs(y, a),
            "output_losses": self._output_losses(z, a, y),
            "gradients": gradients,
            "penalties": penalized(structure, numbers, state.parameters, nothing),
            "used": used,
            "updates": {
                layer: {
                    name: jnp.where(frozen[layer] > 0, 0, -rate * direction)
                    for name, direction in own.items()
                }
                for layer, own in directions.items()
            },
            "rate": rate,
            "norm": norm,
            "clip_scale": scale,
            "clipped": sum(
                (jnp.abs(g * scale) > numbers["clip_value"]).sum() for g in jax.tree.leaves(whole)
            ),
            "new_state": self._stepped(numbers, state, whole, norm, renewed, training=training),
        }

    def _stepped(
        self,
        numbers: Numbers,
        state: TrainState,
        gradients: Parameters,
        norm: Array,
        renewed: Parameters,
        *,
        training: bool,
    ) -> TrainState:
        """The next state; arrays that are not trained stay as they are where a single sample is
        walked with, which renews nothing."""
        structure = self._structure
        new = next_state(structure, numbers, state, gradients, norm, renewed)
        if training:
            return new
        declared = declared_parameters(structure.network, structure.input_shape)
        kept = {
            layer: {
                name: value if declared[layer][name].trainable else state.parameters[layer][name]
                for name, value in own.items()
            }
            for layer, own in new.parameters.items()
        }
        return new._replace(parameters=kept)

    def _traced_loss(
        self,
        parameters: Parameters,
        step: Array,
        vector: Array,
        seed: Array,
        x: Array,
        y: Array,
        ids: Array,
        shares: Array,
        *,
        training: bool,
    ) -> Array:
        shard, key = self._shard(step, seed, x, ids, shares, training=training)
        numbers = named(self._structure.names, vector)
        loss, _ = self._loss(parameters, None, numbers, shard, key, y, training=training)
        return loss

    def _shard(
        self, step: Array, seed: Array, x: Array, ids: Array, shares: Array, *, training: bool
    ) -> tuple[Shard, Array | None]:
        structure = self._structure
        if not training:
            return Shard(x, ids, shares), None
        if structure.augmentation is not None:
            x = augment(x, structure.augmentation, seed, step, ids)
        return Shard(x, ids, shares), step_key(structure, seed, step)

    def _loss(
        self,
        parameters: Parameters,
        nudges: Nudges | None,
        numbers: Numbers,
        shard: Shard,
        key: Array | None,
        y: Array,
        *,
        training: bool,
    ) -> tuple[Array, Any]:
        structure = self._structure
        (activity,), renewed = forward_shards(
            structure.network,
            parameters,
            numbers.layers(),
            [shard],
            training=training,
            key=key,
            nudges=nudges,
        )
        losses = counted_losses(structure, *activity.output(structure.network), y)
        assert shard.shares is not None
        # What only fills the batch up must not make the sum infinite.
        counted = jnp.where(shard.shares > 0, losses, 0)
        return (counted * shard.shares).sum(), (activity, renewed)

    def _nudges(self, count: int) -> Nudges:
        shapes = {one.layer: one.output_shape or () for one in self._structure.layers}
        z = {layer: jnp.zeros((count, *shape)) for layer, shape in shapes.items()}
        return Nudges(z, {INPUT: jnp.zeros((count, *self._structure.input_shape)), **z})

    def _as_outputs(self, y: Array, a: Array) -> Array:
        return y if y.ndim > 1 else jax.nn.one_hot(y, a.shape[1], dtype=a.dtype)

    def _output_losses(self, z: Array, a: Array, y: Array) -> Array:
        """What each output adds to a sample's loss [n, outputs]."""
        targets = self._as_outputs(y, a)
        if isinstance(self._structure.loss, CategoricalCrossEntropy):
            return targets * counted_losses(self._structure, z, a, y)[:, None]
        one = lambda *of: sample_losses(self._structure.loss, *(v[:, None] for v in of))  # noqa: E731
        each = jax.vmap(one, 1, 1)(z, a, targets) / a.shape[1]
        weights = class_factors(self._structure, y)
        return each if weights is None else each * weights[:, None]


def _is_from_z(structure: Structure) -> bool:
    """Whether the loss is computed from the output layer's pre-activations."""
    return structure.loss.kind in ("binary-cross-entropy", "categorical-cross-entropy")


def _trainable(structure: Structure, tree: Any) -> Tensors:
    declared = declared_parameters(structure.network, structure.input_shape)
    return {
        layer: {name: np.asarray(tree[layer][name]) for name, one in own.items() if one.trainable}
        for layer, own in declared.items()
    }


def _as_numpy(tree: Any) -> Any:
    return jax.tree.map(np.asarray, tree)
