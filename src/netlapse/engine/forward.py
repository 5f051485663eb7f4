"""The forward pass of a network, with every layer's pre-activations and activations in view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import jax
import numpy as np
from jax import Array
from numpy.typing import NDArray

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

    def output(self, network: Network) -> tuple[Array, Array]:
        """Pre-activations and activations of the last layer."""
        last = network.layers[-1].id
        return self.pre_activations[last], self.activations[last]


FIRST_WEIGHTS = 0x8000_0000
"""Added to a layer's place and a parameter's, it makes the second word of a parameter's key. No
other use of a seed has so large a word."""


def initial_parameters(
    network: Network, input_shape: Shape, seed: int
) -> dict[str, dict[str, NDArray[np.float32]]]:
    """Draw the first weights. Each parameter has its own key, so that layers do not disturb each
    other: a network with one more layer keeps the weights of the layers before it."""
    place = {entry.id: index for index, entry in enumerate(network.layers)}
    return {
        layer: {
            name: parameter.draw((seed, FIRST_WEIGHTS + (place[layer] << 8) + number))
            for number, (name, parameter) in enumerate(declared.items())
        }
        for layer, declared in declared_parameters(network, input_shape).items()
    }


def forward(
    network: Network,
    parameters: Parameters,
    hyperparameters: LayerHyperparameters,
    inputs: Array,
    *,
    training: bool = False,
    key: Array | None = None,
    sample_ids: Array | None = None,
) -> Activity:
    """Run a batch through the network, in one piece.

    Args:
        network: The layers.
        parameters: Their arrays.
        hyperparameters: Their traced numbers.
        inputs: Features (batch, *input shape).
        training: Whether dropout acts, and statistics are those of the batch.
        key: Random key of this step.
        sample_ids: Index of each sample in the training data, int32 [batch].
    """
    batch = [Shard(inputs, sample_ids)]
    (activity,), _ = forward_shards(
        network, parameters, hyperparameters, batch, training=training, key=key
    )
    return activity


@dataclass(frozen=True)
class Shard:
    """A part of a batch."""

    inputs: Array
    """Features (samples, *input shape)."""
    sample_ids: Array | None = None
    """Index of each sample in the training data, int32 [samples]."""
    shares: Array | None = None
    """What each sample counts in means over the whole batch [samples]; none where all count the
    same, and the shard is the batch. Samples that only fill up the last batch of an epoch count
    nothing."""

    def cut(self, place: slice) -> Shard:
        """Some of its samples."""
        ids, shares = self.sample_ids, self.shares
        return Shard(
            self.inputs[place],
            None if ids is None else ids[place],
            None if shares is None else shares[place],
        )


class Nudges(NamedTuple):
    """What is added to the numbers of a batch in one shard, by layer: the gradient with respect to
    zeros that are added is the one with respect to the numbers themselves."""

    z: Mapping[str, Array]
    """To each pre-activation [batch, *output shape]."""
    a: Mapping[str, Array]
    """To each activation, and to the inputs, `input`."""


def forward_shards(
    network: Network,
    parameters: Parameters,
    hyperparameters: LayerHyperparameters,
    shards: Sequence[Shard],
    *,
    training: bool,
    key: Array | None = None,
    nudges: Nudges | None = None,
) -> tuple[list[Activity], Parameters]:
    """Run a batch through the network, in shards that do not wait for each other: XLA computes what
    does not depend on each other on several cores, which costs less than to divide each operation.
    Only batch normalization brings them together.

    Args:
        network: The layers.
        parameters: Their arrays.
        hyperparameters: Their traced numbers.
        shards: The batch.
        training: Whether dropout acts, and statistics are those of the batch.
        key: Random key of this step.
        nudges: What is added to all numbers on the way; then there is one shard.

    Returns:
        The activity of each shard; in training, new values of arrays that are not trained, such as
        moving averages.
    """
    each = [Activity({}, {INPUT: shard.inputs}) for shard in shards]
    if nudges is not None:
        each = [Activity({}, {INPUT: shard.inputs + nudges.a[INPUT]}) for shard in shards]
    renewed: Parameters = {}
    for index, (layer, names) in enumerate(zip(network.layers, layer_inputs(network), strict=True)):
        layer_key = None
        if key is not None and layer.hyperparameters():
            layer_key = jax.random.fold_in(key, index)
        renew: dict[str, Array] = {}
        values = layer.apply_to_shards(
            parameters.get(layer.id, {}),
            hyperparameters.get(layer.id, {}),
            [tuple(one.activations[name] for name in names) for one in each],
            [Pass(training, layer_key, shard.sample_ids, shard.shares, renew) for shard in shards],
        )
        for one, z in zip(each, values, strict=True):
            z = z if nudges is None else z + nudges.z[layer.id]
            a = activate(layer.function, z)
            one.pre_activations[layer.id] = z
            one.activations[layer.id] = a if nudges is None else a + nudges.a[layer.id]
        if renew:
            renewed[layer.id] = renew
    for one in each:
        del one.activations[INPUT]
    return each, renewed
