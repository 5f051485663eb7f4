"""Image networks in PyTorch: every layer by PyTorch's own function, at the state of a trainer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional

from netlapse.engine.trainer import Trainer
from netlapse.spec.layers import (
    ActivationLayer,
    Add,
    AnyLayer,
    AveragePool2D,
    BatchNorm,
    Concatenate,
    Conv2D,
    Dense,
    Flatten,
    GlobalPool2D,
    LayerNorm,
    MaxPool2D,
    SeparableConv2D,
)
from netlapse.spec.layers.convolutions import margins
from netlapse.spec.layers.pooling import Pool2D
from netlapse.spec.network import layer_inputs
from tests.engine.reference import ACTIVATIONS, Reference

RUNNING = ("moving_mean", "moving_variance")


class ImageReference(Reference):
    """Maps are (batch, channels, height, width) inside, as PyTorch has them."""

    def __init__(
        self, trainer: Trainer, optimizer: Callable[[list[torch.Tensor]], torch.optim.Optimizer]
    ) -> None:
        super().__init__(trainer, optimizer)
        self.running = {
            key: self.weights.pop(key).detach() for key in list(self.weights) if key[1] in RUNNING
        }
        self.optimizer = optimizer(list(self.weights.values()))

    def forward(
        self, x: torch.Tensor, *, training: bool = True
    ) -> tuple[torch.Tensor, torch.Tensor]:
        network = self._spec.network
        values = {"input": x.permute(0, 3, 1, 2)}
        z = x
        for layer, names in zip(network.layers, layer_inputs(network), strict=True):
            z = self._apply(layer, [values[name] for name in names], training)
            if layer.function == "softmax":
                values[layer.id] = torch.softmax(z, dim=1)
            else:
                values[layer.id] = ACTIVATIONS[layer.function](z)
        return z, values[network.layers[-1].id]

    def _apply(self, layer: AnyLayer, inputs: list[torch.Tensor], training: bool) -> torch.Tensor:
        own = {name: value for (of, name), value in self.weights.items() if of == layer.id}
        running = [
            self.running[key] for name in RUNNING if (key := (layer.id, name)) in self.running
        ]
        return applied(layer, inputs, own, running, training)

    def assert_equal(self, trainer: Trainer, *, atol: float = 2e-5, rtol: float = 2e-4) -> None:
        super().assert_equal(trainer, atol=atol, rtol=rtol)
        for (layer, name), value in self.running.items():
            ours = np.array(trainer.state.parameters[layer][name])
            np.testing.assert_allclose(ours, value.numpy(), atol=atol, rtol=rtol)


def applied(
    layer: AnyLayer,
    inputs: list[torch.Tensor],
    own: dict[str, torch.Tensor],
    running: list[torch.Tensor],
    training: bool,
) -> torch.Tensor:
    """The sums of a layer by PyTorch's own function. `running` holds mean and variance of a batch
    normalization, which training renews in place."""
    x = inputs[0]
    match layer:
        case Dense():
            return functional.linear(x, own["kernel"].T, own.get("bias"))
        case Conv2D():
            kernel = own["kernel"].permute(3, 2, 0, 1)
            padded = _padded(x, layer.kernel_size, layer.stride, layer.padding)
            return functional.conv2d(padded, kernel, own.get("bias"), layer.stride)
        case SeparableConv2D():
            alone = own["depthwise_kernel"].permute(3, 2, 0, 1)
            padded = _padded(x, layer.kernel_size, layer.stride, layer.padding)
            alone = functional.conv2d(padded, alone, None, layer.stride, groups=x.shape[1])
            mix = own["pointwise_kernel"].permute(3, 2, 0, 1)
            return functional.conv2d(alone, mix, own.get("bias"))
        case MaxPool2D():
            return functional.max_pool2d(
                _padded_pool(x, layer, float("-inf")), layer.pool, layer.step
            )
        case AveragePool2D():
            sums = functional.avg_pool2d(_padded_pool(x, layer, 0), layer.pool, layer.step)
            ones = functional.avg_pool2d(
                _padded_pool(torch.ones_like(x), layer, 0), layer.pool, layer.step
            )
            return sums / ones
        case GlobalPool2D():
            return x.mean((2, 3)) if layer.mode == "average" else x.amax((2, 3))
        case BatchNorm():
            mean, variance = running
            return functional.batch_norm(
                x,
                mean,
                variance,
                own.get("scale"),
                own.get("offset"),
                training and not layer.frozen,
                layer.momentum,
                layer.epsilon,
            )
        case LayerNorm():
            last = x.permute(0, 2, 3, 1) if x.ndim == 4 else x
            normal = functional.layer_norm(
                last, last.shape[-1:], own.get("scale"), own.get("offset"), layer.epsilon
            )
            return normal.permute(0, 3, 1, 2) if x.ndim == 4 else normal
        case Flatten():
            return (x.permute(0, 2, 3, 1) if x.ndim == 4 else x).flatten(1)
        case Add():
            return torch.stack(inputs).sum(0)
        case Concatenate():
            return torch.cat(inputs, dim=1)
        case ActivationLayer():
            return x
        case _:
            raise NotImplementedError(layer.kind)


def _padded(x: torch.Tensor, size: int, stride: int, padding: str) -> torch.Tensor:
    down, across = (margins(n, size, stride, padding) for n in x.shape[2:])
    return functional.pad(x, (*across, *down))


def _padded_pool(x: torch.Tensor, layer: Pool2D, value: float) -> torch.Tensor:
    down, across = (margins(n, layer.pool, layer.step, layer.padding) for n in x.shape[2:])
    return functional.pad(x, (*across, *down), value=value)
