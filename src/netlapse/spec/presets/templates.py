"""Networks for images, which are presets on MNIST too: from two layers to dense connections."""

from __future__ import annotations

from typing import Any

from netlapse.spec.presets.base import Preset, build, dense

Layer = dict[str, Any]
HE = {"kind": "he"}
MNIST: dict[str, Any] = {"kind": "images", "name": "mnist"}
COSINE = {"kind": "cosine", "warmup_epochs": 0.5}


def _conv(name: str, filters: int, activation: str = "relu", **more: Any) -> Layer:
    start = {"kind": "glorot"} if activation == "tanh" else HE
    return {
        "kind": "conv2d",
        "id": name,
        "filters": filters,
        "activation": activation,
        "kernel_initializer": start,
        **more,
    }


def _normal(name: str, filters: int, **more: Any) -> list[Layer]:
    """A convolution without bias, batch normalization."""
    return [
        _conv(f"conv-{name}", filters, "linear", use_bias=False, **more),
        {"kind": "batch-norm", "id": f"norm-{name}"},
    ]


def _relu(name: str) -> Layer:
    return {"kind": "activation", "id": name, "activation": "relu"}


def _unit(name: str, filters: int, **more: Any) -> list[Layer]:
    """A convolution, batch normalization, ReLU."""
    return [*_normal(name, filters, **more), _relu(f"relu-{name}")]


def _pool(name: str, kind: str = "max-pool2d") -> Layer:
    return {"kind": kind, "id": name}


def _drop(name: str, rate: float) -> Layer:
    return {"kind": "dropout", "id": name, "rate": rate}


FLATTEN: Layer = {"kind": "flatten", "id": "flatten"}
OUTPUT: Layer = dense("output", 10, "softmax")


def _double(number: int, filters: int, rate: float) -> list[Layer]:
    """Twice convolution, batch normalization and ReLU; pooling, dropout."""
    return [
        *_unit(f"{number}a", filters),
        *_unit(f"{number}b", filters),
        _pool(f"pool-{number}"),
        _drop(f"drop-{number}", rate),
    ]


def _residual() -> list[Layer]:
    return [
        *_unit("stem", 16),
        *_unit("1a", 16),
        *_normal("1b", 16),
        {"kind": "add", "id": "sum-1", "inputs": ["relu-stem", "norm-1b"]},
        _relu("relu-1"),
        _pool("pool"),
        *_unit("2a", 32),
        *_normal("2b", 32),
        _conv("shortcut", 32, "linear", kernel_size=1, inputs=["pool"]),
        {"kind": "add", "id": "sum-2", "inputs": ["shortcut", "norm-2b"]},
        _relu("relu-2"),
        _pool("pool-2"),
        *_unit("3", 64),
        {"kind": "global-pool2d", "id": "mean"},
        OUTPUT,
    ]


def _dense_connections() -> list[Layer]:
    """Two blocks in which every convolution reads all maps before it (Huang et al. 2017)."""
    layers = _unit("stem", 16)
    read = "relu-stem"
    for block in (1, 2):
        parts = [read]
        for number in "abc":
            unit = _unit(f"{block}{number}", 12)
            unit[0]["inputs"] = [read]
            parts.append(unit[-1]["id"])
            read = f"join-{block}{number}"
            layers += [*unit, {"kind": "concatenate", "id": read, "inputs": list(parts)}]
        mix = _unit(f"mix-{block}", 32, kernel_size=1)
        layers += [*mix, _pool(f"pool-{block}")]
        read = f"pool-{block}"
    return [*layers, *_unit("last", 64), {"kind": "global-pool2d", "id": "mean"}, OUTPUT]


def _template(
    name: str,
    title: str,
    summary: str,
    layers: list[Layer],
    *,
    epochs: int,
    data: dict[str, Any] = MNIST,
    **training: Any,
) -> Preset:
    settings: dict[str, Any] = {
        "optimizer": {"kind": "adam", "learning_rate": 0.002},
        "schedule": COSINE,
        "batch_size": 64,
        **training,
    }
    network = {"layers": layers}
    return build(
        name, title, summary, data=data, network=network, epochs=epochs, template=True, **settings
    )


TEMPLATES = (
    _template(
        "two-layer",
        "Two layers",
        "The classic first network: 50 sigmoid units read all pixels, ten say which digit it is.",
        [FLATTEN, dense("hidden", 50, "sigmoid"), OUTPUT],
        # 50,000 images in batches of 100: 10,000 steps are 20 epochs.
        data={**MNIST, "validation_fraction": 1 / 6},
        epochs=20,
        batch_size=100,
        optimizer={"kind": "sgd", "learning_rate": 0.1},
        schedule={"kind": "constant"},
    ),
    _template(
        "lenet-5",
        "LeNet-5",
        "Two convolutions with average pooling, then dense layers (LeCun et al. 1998).",
        [
            _conv("conv-1", 6, "tanh", kernel_size=5),
            _pool("pool-1", "average-pool2d"),
            _conv("conv-2", 16, "tanh", kernel_size=5, padding="valid"),
            _pool("pool-2", "average-pool2d"),
            FLATTEN,
            dense("dense-1", 120, "tanh"),
            dense("dense-2", 84, "tanh"),
            OUTPUT,
        ],
        epochs=5,
    ),
    _template(
        "beginner",
        "Beginner",
        "Eight maps, sixteen maps, one dense layer: a first convolutional network.",
        [
            _conv("conv-1", 8),
            _pool("pool-1"),
            _conv("conv-2", 16),
            _pool("pool-2"),
            FLATTEN,
            dense("dense", 64, "relu"),
            _drop("drop", 0.25),
            OUTPUT,
        ],
        epochs=5,
    ),
    _template(
        "intermediate",
        "Intermediate",
        "Pairs of convolutions with batch normalization, dropout after each pooling.",
        [
            *_double(1, 16, 0.1),
            *_double(2, 32, 0.1),
            FLATTEN,
            dense("dense", 128, "relu"),
            _drop("drop", 0.3),
            OUTPUT,
        ],
        epochs=5,
    ),
    _template(
        "advanced",
        "Advanced",
        "Six convolutions up to 128 maps, on images that are shifted and turned a little.",
        [
            *_double(1, 32, 0.1),
            *_double(2, 64, 0.1),
            *_double(3, 128, 0.2),
            FLATTEN,
            dense("dense-1", 256, "relu"),
            _drop("drop-4", 0.4),
            dense("dense-2", 128, "relu"),
            _drop("drop-5", 0.3),
            OUTPUT,
        ],
        data={**MNIST, "augmentation": {}},
        epochs=8,
    ),
    _template(
        "conv-5x5",
        "5×5 kernels",
        "Large kernels and nothing else: what each map looks for can be seen in its kernel.",
        [
            _conv("conv-1", 8, kernel_size=5),
            _pool("pool-1"),
            _conv("conv-2", 16, kernel_size=5),
            _pool("pool-2"),
            FLATTEN,
            OUTPUT,
        ],
        epochs=5,
    ),
    _template(
        "residual",
        "Residual",
        "Shortcuts around pairs of convolutions: each pair only learns what to add.",
        _residual(),
        epochs=5,
    ),
    _template(
        "dense-connections",
        "Dense connections",
        "Every convolution reads all maps before it: few filters go a long way.",
        _dense_connections(),
        epochs=5,
    ),
)
"""The templates, from the simplest on."""
