"""How the layers of a network are at one state: distributions, norms, the next update, and units
that are dead or saturated. See `netlapse.protocol.vitals` for what each number is.

One forward and one backward pass are compiled; the numbers are made of their arrays on the host.
To compile those, too, would take seconds for each network and save no time with each look.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from netlapse.engine.backend import FEW_CALLS
from netlapse.engine.forward import Parameters, forward
from netlapse.engine.losses import counted_losses
from netlapse.engine.probes.layers import Distribution, distribution
from netlapse.engine.samples import Samples
from netlapse.engine.structure import Structure
from netlapse.spec.activations import Activation
from netlapse.spec.layers import AnyLayer
from netlapse.spec.network import declared_parameters

MAX_SAMPLES, FEWEST_SAMPLES = 256, 64
"""Activations and gradients are those of the first so many training samples; of fewer where"""
MAX_NUMBERS = 500_000
"""all layers hold more numbers than that together."""
DETAILED = 24
"""Networks with more layers that have vitals get no distributions."""

KEPT = 64
_COMPILED: dict[str, Any] = {}
"""By structure and number of samples: a run that is opened again need not compile."""

FLAT = 0.01
"""A slope below this part of the greatest one is flat,"""
SATURATED_SHARE = 0.95
"""and a unit with so large a share of flat slopes is saturated."""
_SLOPES = {"sigmoid", "tanh"}

Floats = NDArray[np.float32]
Own = Mapping[str, Any]


@dataclass(frozen=True)
class LayerHealth:
    """One layer; each number as `netlapse.protocol.vitals.LayerVitals` says."""

    layer: str
    distributions: Mapping[str, Distribution]
    """By quantity, in the order of `LayerVitals.summaries`."""
    weight_norm: float | None
    gradient_norm: float | None
    update_norm: float | None
    units: int
    dead: float | None
    saturated: float | None


@dataclass(frozen=True)
class Health:
    """All layers that have parameters or an activation function, from input to output."""

    loss: float
    layers: tuple[LayerHealth, ...]


@dataclass(frozen=True)
class InputHealth:
    """The features of the samples that are looked at, as `netlapse.protocol.vitals.InputVitals`."""

    largest: float
    least_deviation: float
    greatest_deviation: float


class VitalsProbe:
    """Looks at the same training samples again and again; compiled once for a structure, of which
    optimizer and batch do not matter.

    Args:
        structure: What is trained.
        samples: Its data.
    """

    def __init__(self, structure: Structure, samples: Samples) -> None:
        self._structure = structure
        numbers = math.prod(structure.input_shape)
        numbers += sum(math.prod(layer.output_shape or ()) for layer in structure.layers)
        count = min(MAX_SAMPLES, max(FEWEST_SAMPLES, MAX_NUMBERS // numbers))
        self._inputs = samples.train_inputs[:count]
        self._targets = samples.train_targets[:count]
        self.samples = len(self._inputs)
        """How many samples are looked at."""
        self.inputs = input_health(self._inputs)
        declared = declared_parameters(structure.network, structure.input_shape)
        self._weights = {
            layer: [n for n, p in own.items() if p.trainable and p.penalized]
            for layer, own in declared.items()
        }
        self._biases = {
            layer: [n for n, p in own.items() if p.trainable and not p.penalized]
            for layer, own in declared.items()
        }
        self._shapes = {
            layer: {name: jax.ShapeDtypeStruct(p.shape, jnp.float32) for name, p in own.items()}
            for layer, own in declared.items()
        }
        self._layers = [
            layer
            for layer in structure.network.layers
            if layer.id in declared or layer.function != "linear"
        ]
        self._compiled: Any = None

    def trained(self, layer: str) -> tuple[str, ...]:
        """The arrays of a layer that are trained, weights first."""
        return (*self._weights.get(layer, ()), *self._biases.get(layer, ()))

    def compile(self) -> None:
        """Compile without executing, so that it may run beside a training."""
        if self._compiled is not None:
            return
        key = f"{probe_key(self._structure)} {self.samples}"
        compiled = _COMPILED.get(key)
        if compiled is None:
            x, y = (jax.ShapeDtypeStruct(a.shape, a.dtype) for a in (self._inputs, self._targets))
            lowered = jax.jit(self._traced).lower(self._shapes, x, y)
            compiled = lowered.compile(compiler_options=FEW_CALLS)
            if len(_COMPILED) >= KEPT:
                _COMPILED.clear()
            _COMPILED[key] = compiled
        self._compiled = compiled

    def at(self, parameters: Parameters, following: Parameters | None = None) -> Health:
        """All layers at a state.

        Args:
            parameters: The state's.
            following: Those of the state after the next update; without them there are no updates.
        """
        self.compile()
        found = self._compiled(parameters, self._inputs, self._targets)
        loss, activations, gradients, now = jax.device_get((*found, parameters))
        after = None if following is None else jax.device_get(following)
        layers = [
            self._layer(
                layer,
                activations[layer.id],
                now.get(layer.id, {}),
                gradients.get(layer.id, {}),
                None if after is None else after.get(layer.id, {}),
            )
            for layer in self._layers
        ]
        return Health(float(loss), tuple(layers))

    def _layer(
        self, layer: AnyLayer, activations: Floats, own: Own, gradients: Own, after: Own | None
    ) -> LayerHealth:
        weights, biases = (of.get(layer.id, []) for of in (self._weights, self._biases))
        arrays = {"activations": activations}
        for quantity, names, of in (
            ("weights", weights, own),
            ("biases", biases, own),
            ("weight gradients", weights, gradients),
            ("bias gradients", biases, gradients),
        ):
            if names:
                arrays[quantity] = _together(of, names)
        update = None
        if weights and after is not None:
            update = _norm(_together(after, weights) - arrays["weights"])
        trained = [*weights, *biases]
        is_output = layer.id == self._structure.network.layers[-1].id
        return LayerHealth(
            layer=layer.id,
            distributions={
                of: distribution(values)
                for of, values in arrays.items()
                if len(self._layers) <= DETAILED
            },
            weight_norm=_norm(arrays["weights"]) if weights else None,
            gradient_norm=_norm(_together(gradients, trained)) if trained else None,
            update_norm=update,
            units=activations.shape[-1],
            dead=dead_share(activations) if layer.function == "relu" else None,
            saturated=None if is_output else saturated_share(layer.function, activations),
        )

    def _traced(self, parameters: Parameters, x: Array, y: Array) -> Any:
        structure = self._structure

        def mean_loss(parameters: Parameters) -> tuple[Array, dict[str, Array]]:
            activity = forward(structure.network, parameters, {}, x)
            losses = counted_losses(structure, *activity.output(structure.network), y)
            return losses.mean(), {one.id: activity.activations[one.id] for one in self._layers}

        (loss, activations), gradients = jax.value_and_grad(mean_loss, has_aux=True)(parameters)
        return loss, activations, gradients


def probe_key(structure: Structure) -> str:
    """The same text for structures that share a probe: optimizer and batch do not matter."""
    layers, shape, task, _, loss, *_ = json.loads(structure.key)
    return json.dumps([layers, shape, task, loss])


def dead_share(activations: NDArray[np.floating[Any]]) -> float:
    """Share of the units that are 0 for every sample and at every place; the last axis is theirs.

    >>> dead_share(np.array([[0.0, 1.0], [0.0, 0.0]]))
    0.5
    """
    return float((activations == 0).all(axis=tuple(range(activations.ndim - 1))).mean())


def saturated_share(function: Activation, activations: NDArray[np.floating[Any]]) -> float | None:
    """Share of the units whose slope is nearly always flat; none for functions that do not saturate
    on both sides.

    >>> saturated_share("tanh", np.array([[0.999, 0.5], [-0.999, 0.999]]))
    0.5
    """
    if function not in _SLOPES:
        return None
    a = activations
    slope = 4 * a * (1 - a) if function == "sigmoid" else (1 - a) * (1 + a)
    flat = (slope < FLAT).mean(axis=tuple(range(a.ndim - 1)))
    return float((flat >= SATURATED_SHARE).mean())


def input_health(inputs: Floats) -> InputHealth:
    """Largest value and deviations of the features; the values of images are one feature.

    >>> input_health(np.array([[0, 5, 100], [0, 7, 300]], np.float32))
    InputHealth(largest=300.0, least_deviation=1.0, greatest_deviation=100.0)
    """
    values = inputs.astype(np.float64)
    values = values.reshape(-1, 1) if values.ndim > 2 else values.reshape(len(values), -1)
    deviations, largest = values.std(axis=0), np.abs(values).max(axis=0, initial=0)
    varying = deviations[deviations > 1e-6 * largest]
    least, greatest = (varying.min(), varying.max()) if varying.size else (0, 0)
    return InputHealth(float(largest.max(initial=0)), float(least), float(greatest))


def _together(own: Own, names: Sequence[str]) -> Floats:
    """Some arrays of a layer as one list of numbers."""
    return np.concatenate([np.asarray(own[name]).ravel() for name in names])


def _norm(values: Floats) -> float:
    wide = values.astype(np.float64)
    return math.sqrt(float(wide @ wide))
