"""What happens in every layer with one image: activations, and gradients of its loss."""

from __future__ import annotations

from collections.abc import Mapping
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
from netlapse.engine.structure import Structure
from netlapse.spec.activations import activate
from netlapse.spec.layers import INPUT, Pass
from netlapse.spec.network import layer_inputs

Floats = NDArray[np.float32]
BLOCK = 64
"""Images that go through the network at once when there are many."""


@dataclass(frozen=True)
class Look:
    """Arrays of all layers for some images, by layer id, `input` being the images themselves; the
    mean over the images, without their axis."""

    activations: Mapping[str, Floats]
    activation_gradients: Mapping[str, Floats]
    """Gradient of the loss with respect to each activation; of the output layer, to its
    pre-activations, which a cross-entropy is computed from. Empty where it was not asked for."""
    gradients: Mapping[str, Mapping[str, Floats]]
    """Gradient of the loss with respect to the parameters, without penalties."""
    loss: float | None


class ImageProbe:
    """Compiled once for a structure and a number of images; called with any parameters."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._activations = jax.jit(self._traced_activations, compiler_options=FEW_CALLS)
        self._gradients = jax.jit(
            jax.grad(self._traced_loss, (0, 1), has_aux=True), compiler_options=FEW_CALLS
        )
        self._outputs = jax.jit(self._traced_outputs, compiler_options=FEW_CALLS)
        self._saliency = jax.jit(jax.value_and_grad(self._traced_logit), compiler_options=FEW_CALLS)
        self._nudges = _nudges(structure)

    def look(
        self, parameters: Parameters, images: Floats, targets: NDArray[Any] | None = None
    ) -> Look:
        """Activations, and with targets also gradients.

        Args:
            parameters: The network's.
            images: [n, *input shape].
            targets: As `Samples` has them, [n] or [n, outputs].
        """
        if targets is None:
            found: dict[str, Array] = self._activations(parameters, images)
            return Look(_as_numpy(found), {}, {}, None)
        gradients, (loss, activations) = self._gradients(parameters, self._nudges, images, targets)
        by_parameters, by_activations = gradients
        means = {layer: _mean(values) for layer, values in _as_numpy(activations).items()}
        flat = {layer: values[0] for layer, values in _as_numpy(by_activations).items()}
        return Look(means, flat, _as_numpy(by_parameters), float(loss))

    def outputs(self, parameters: Parameters, images: Floats) -> Floats:
        """Activations of the output layer [n, outputs]."""
        found: list[Floats] = []
        for start in range(0, len(images), BLOCK):
            block = images[start : start + BLOCK]
            filled = np.zeros((BLOCK, *images.shape[1:]), np.float32)
            filled[: len(block)] = block
            found.append(np.asarray(self._outputs(parameters, filled))[: len(block)])
        return np.concatenate(found)

    def saliency(self, parameters: Parameters, image: Floats, label: int) -> tuple[float, Floats]:
        """The pre-activation that speaks for a class, and its gradient with respect to the image.

        Simonyan et al. 2013. Of a single output, which stands for the second of two classes, the
        first class has the negative pre-activation.

        Args:
            parameters: The network's.
            image: One image [*input shape].
            label: The class.
        """
        logit, gradient = self._saliency(image, parameters, np.int32(label))
        return float(logit), np.asarray(gradient)

    def _traced_activations(self, parameters: Parameters, images: Array) -> dict[str, Array]:
        activity = forward(self._structure.network, parameters, {}, images)
        found = {INPUT: images, **activity.activations}
        return {layer: values.mean(axis=0) for layer, values in found.items()}

    def _traced_outputs(self, parameters: Parameters, images: Array) -> Array:
        network = self._structure.network
        return forward(network, parameters, {}, images).output(network)[1]

    def _traced_logit(self, image: Array, parameters: Parameters, label: Array) -> Array:
        network = self._structure.network
        z = forward(network, parameters, {}, image[None]).output(network)[0][0]
        if z.shape == (1,):
            return jnp.where(label == 0, -z[0], z[0])
        return z[label]

    def _traced_loss(
        self, parameters: Parameters, nudges: Mapping[str, Array], images: Array, targets: Array
    ) -> tuple[Array, tuple[Array, dict[str, Array]]]:
        z, activations = nudged_forward(self._structure, parameters, nudges, images)
        output = activations[self._structure.network.layers[-1].id]
        loss = counted_losses(self._structure, z, output, targets).mean()
        return loss, (loss, activations)


def _mean(values: Floats) -> Floats:
    return values[0] if len(values) == 1 else values.mean(axis=0)


def _nudges(structure: Structure) -> dict[str, Array]:
    """Zeros of the shape of every activation of one image."""
    shapes = {INPUT: structure.input_shape}
    shapes |= {report.layer: report.output_shape or () for report in structure.layers}
    return {layer: jnp.zeros((1, *shape), jnp.float32) for layer, shape in shapes.items()}


def nudged_forward(
    structure: Structure, parameters: Parameters, nudges: Mapping[str, Array], images: Array
) -> tuple[Array, dict[str, Array]]:
    """The forward pass with something added to every activation, the same for each image: the
    gradient with respect to zeros that are added is the one with respect to the activation.

    Returns:
        Pre-activations of the output layer, and the activations of every layer.
    """
    network = structure.network
    a: dict[str, Array] = {INPUT: images + nudges[INPUT]}
    z = images
    evaluation = Pass(training=False, key=None, sample_ids=None)
    for layer, names in zip(network.layers, layer_inputs(network), strict=True):
        read = tuple(a[name] for name in names)
        z = layer.apply(parameters.get(layer.id, {}), {}, read, evaluation)
        if layer is network.layers[-1]:
            z = z + nudges[layer.id]
            a[layer.id] = activate(layer.function, z)
        else:
            a[layer.id] = activate(layer.function, z) + nudges[layer.id]
    return z, a


def _as_numpy(tree: Any) -> Any:
    return jax.tree.map(np.asarray, tree)
