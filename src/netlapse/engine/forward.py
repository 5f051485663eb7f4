"""The forward pass of a network, with every layer's pre-activations and activations in view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jax
from jax import Array

from netlapse.spec.activations import activate
from netlapse.spec.layers import INPUT, Pass, Shape
from netlapse.spec.network import Network, declared_parameters, layer_inputs

Parameters = dict[str, dict[str, Array]]
"""Layer id → parameter name → array."""
LayerHyperparameters = Mapping[str, Mapping[str, Array]]
"""Layer id → hyperparameter name → scalar."""


@dataclass(frozen=True)
class Activity:
    """What a forward pass computed, by layer id; arrays of shape (batch, *output shape)."""

    pre_activations: dict[str, Array]
    activations: dict[str, Array]
    renewed: Parameters
    """In training: new values of arrays that are not trained, such as moving averages."""

    def output(self, network: Network) -> tuple[Array, Array]:
        """Pre-activations and activations of the last layer."""
        last = network.layers[-1].id
        return self.pre_activations[last], self.activations[last]


def initial_parameters(network: Network, input_shape: Shape, key: Array) -> Parameters:
    """Draw the first weights. Each parameter has its own key, so that layers do not disturb each
    other: a network with one more layer keeps the weights of the layers before it."""
    drawn: Parameters = {}
    for layer, declared in declared_parameters(network, input_shape).items():
        index = next(i for i, entry in enumerate(network.layers) if entry.id == layer)
        layer_key = jax.random.fold_in(key, index)
        drawn[layer] = {
            name: parameter.draw(jax.random.fold_in(layer_key, number))
            for number, (name, parameter) in enumerate(declared.items())
        }
    return drawn


def forward(
    network: Network,
    parameters: Parameters,
    hyperparameters: LayerHyperparameters,
    inputs: Array,
    *,
    training: bool = False,
    key: Array | None = None,
    sample_ids: Array | None = None,
    shares: Array | None = None,
) -> Activity:
    """Run a batch through the network.

    Args:
        network: The layers.
        parameters: Their arrays.
        hyperparameters: Their traced numbers.
        inputs: Features (batch, *input shape).
        training: Whether dropout acts, and statistics are those of the batch.
        key: Random key of this step.
        sample_ids: Index of each sample in the training data, int32 [batch].
        shares: What each sample counts in means over the batch [batch]; none where all count the
            same. Samples that only fill up the last batch of an epoch count nothing.
    """
    z: dict[str, Array] = {}
    a: dict[str, Array] = {INPUT: inputs}
    renewed: Parameters = {}
    for index, (layer, names) in enumerate(zip(network.layers, layer_inputs(network), strict=True)):
        layer_key = None
        if key is not None and layer.hyperparameters():
            layer_key = jax.random.fold_in(key, index)
        context = Pass(
            training=training,
            key=layer_key,
            sample_ids=sample_ids,
            shares=shares,
            renew=renewed.setdefault(layer.id, {}),
        )
        read = tuple(a[name] for name in names)
        own = parameters.get(layer.id, {})
        z[layer.id] = layer.apply(own, hyperparameters.get(layer.id, {}), read, context)
        a[layer.id] = activate(layer.function, z[layer.id])
    del a[INPUT]
    return Activity(z, a, {layer: own for layer, own in renewed.items() if own})
