"""A spec's layers as PyTorch modules, with the same first weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

FUNCTIONS = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "relu": nn.ReLU}

Arrays = dict[str, Any]


def network(layers: tuple[dict[str, Any], ...], arrays: Arrays, sample: Tensor) -> nn.Sequential:
    """The modules, on a sample (1, ...) with channels second; the last activation is left out."""
    modules: list[nn.Module] = []
    x = before = sample
    for index, layer in enumerate(layers):
        own = {
            name.partition(".")[2]: torch.from_numpy(np.array(value))
            for name, value in arrays.items()
            if name.startswith(f"{layer['id']}.")
        }
        module = _module(layer, own, x)
        if isinstance(module, nn.Linear) and len(modules) and isinstance(modules[-1], nn.Flatten):
            _reorder(module, before)
        before = x
        with torch.no_grad():
            x = module.eval()(x)
        modules.append(module.train())
        function = layer.get("activation", "linear")
        if function in FUNCTIONS and index < len(layers) - 1:
            modules.append(FUNCTIONS[function]())
    return nn.Sequential(*modules)


def _module(layer: dict[str, Any], own: Arrays, x: Tensor) -> nn.Module:
    match layer["kind"]:
        case "dense":
            return _filled(nn.Linear(*own["kernel"].shape), own["kernel"].T, own.get("bias"))
        case "conv2d":
            size, channels, filters = layer["kernel_size"], x.shape[1], layer["filters"]
            padding = size // 2 if layer["padding"] == "same" else 0
            module = nn.Conv2d(channels, filters, size, padding=padding, bias="bias" in own)
            return _filled(module, own["kernel"].permute(3, 2, 0, 1), own.get("bias"))
        case "batch-norm":
            kind = nn.BatchNorm2d if x.ndim == 4 else nn.BatchNorm1d
            return kind(x.shape[1], layer["epsilon"], layer["momentum"])
        case "max-pool2d":
            return nn.MaxPool2d(layer["pool"])
        case "dropout":
            return nn.Dropout(layer["rate"])
        case "flatten":
            return nn.Flatten()
        case "activation":
            return FUNCTIONS[layer["activation"]]()
        case kind:
            raise NotImplementedError(kind)


def _filled(module: Any, weight: Tensor, bias: Tensor | None) -> nn.Module:
    with torch.no_grad():
        module.weight.copy_(weight)
        if bias is not None:
            module.bias.copy_(bias)
    return module


def _reorder(linear: nn.Linear, maps: Tensor) -> None:
    """Ours flattens channels last, PyTorch channels first."""
    if maps.ndim != 4:
        return
    _, channels, height, width = maps.shape
    with torch.no_grad():
        ours = linear.weight.reshape(-1, height, width, channels)
        linear.weight.copy_(ours.permute(0, 3, 1, 2).reshape(len(ours), -1))
