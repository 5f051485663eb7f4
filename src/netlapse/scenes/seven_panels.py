"""A small network in seven panels: data and fit, loss, diagram, weights, biases, gradients.

All of a scene belongs to one state. What is common to the pictures of a film, the scales of color
and width and the limits of the axes, is in its `Limits`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError
from netlapse.protocol.messages import Picture
from netlapse.scenes.boundary import BoundaryScene
from netlapse.scenes.caption import Caption
from netlapse.spec.layers import INPUT
from netlapse.spec.layers.dense import Dense
from netlapse.spec.network import Network, layer_inputs

MOST_UNITS = 32
"""Inputs, and units of a layer."""
MOST_LAYERS = 5
"""Layers with weights, the output among them."""
MOST_PICTURES = 41
"""Of a film whose interval nobody chose."""
LOG_FROM = 20
"""Losses that differ by more than this factor have a logarithmic axis."""
DECADES = 3
"""Of gradients, on their logarithmic scale; below it is linear, through zero."""
PLAIN = ("dense", "activation", "dropout")
"""Kinds of layers that such a network is made of."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class WeightLayer:
    """A dense layer: what it reads is weighted, a bias added."""

    layer: str
    kernel: Floats
    """[from, to]."""
    bias: Floats | None
    """[to]; none where the layer has none."""
    kernel_gradient: Floats
    """∂loss/∂kernel [from, to]."""
    bias_gradient: Floats | None
    """∂loss/∂bias [to]."""


@dataclass(frozen=True)
class Limits:
    """What the pictures of a film have in common."""

    weight: float
    """The largest absolute weight or bias: the ends of their colors, the widest line."""
    gradient: float
    """The largest absolute gradient: the ends of their colors, the widest backward line."""
    value: tuple[float, float]
    """The axis of values of a fit; unused on a plane."""
    loss: tuple[float, float]
    """The axis of losses: from 0, unless it is logarithmic."""
    is_log_loss: bool
    """Whether losses differ so much that their axis is logarithmic."""
    epochs: float
    """The end of the axis of epochs."""
    states: tuple[int, ...]
    """The states that these are the largest of."""


@dataclass(frozen=True, eq=False)
class LossCurve:
    """The loss up to this state, by epochs."""

    epochs: NDArray[np.float64]
    """Epochs done before each update [k], or each column of updates."""
    low: Floats
    """The least loss of the batches of a column [k]."""
    high: Floats
    """The greatest."""
    is_full_batch: bool
    """Whether a batch is the training part: then its loss is that of the state before."""
    epoch: float
    """Of this state."""
    loss: float
    """Mean loss of the training part at this state; not a number where it is not finite."""


@dataclass(frozen=True, eq=False)
class SevenPanelsScene:
    """All seven panels at one state."""

    caption: Caption
    fit: BoundaryScene
    loss: LossCurve
    layers: tuple[WeightLayer, ...]
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    """Empty where the outputs have no names of their own."""
    gradient_samples: int
    """How many training samples the loss and its gradient are the mean of."""
    samples: int
    """Training samples in all."""
    has_penalty: bool
    """Whether the training adds L1 or L2, which are not in loss and gradients here."""
    limits: Limits
    is_linear: bool
    """Whether gradients are shown on a linear scale; else on a logarithmic one."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, then the units of each layer."""
        return (len(self.layers[0].kernel), *(layer.kernel.shape[1] for layer in self.layers))


def usual_every(last: int) -> int:
    """States from one picture to the next: 5, or more where that would be many pictures.

    >>> usual_every(101), usual_every(8000)
    (5, 200)
    """
    power = 1
    while True:
        for every in (5 * power, 10 * power, 20 * power):
            if last // every + 1 <= MOST_PICTURES:
                return every
        power *= 10


def refuse_unfit(network: Network, input_shape: Sequence[int]) -> None:
    """Check that a network has seven panels.

    Raises:
        DataError: It is too large, no plain chain of dense layers, has no hidden layer, or reads
            images.
    """
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    ids = [layer.id for layer in network.layers]
    is_chain = layer_inputs(network) == tuple((name,) for name in [INPUT, *ids[:-1]])
    other = [layer.id for layer in network.layers if layer.kind not in PLAIN]
    problem = ""
    if len(input_shape) != 1:
        problem = "read a list of inputs, and this network reads images"
    elif other:
        problem = f"have dense layers alone, and layer `{other[0]}` is of another kind"
    elif not is_chain:
        problem = "have one layer after the other, and this network branches"
    elif not 2 <= len(dense) <= MOST_LAYERS:
        problem = f"have 1 to {MOST_LAYERS - 1} hidden layers, got {max(0, len(dense) - 1)}"
    elif input_shape[0] > MOST_UNITS:
        problem = f"have at most {MOST_UNITS} inputs, got {input_shape[0]:,}"
    else:
        large = [layer for layer in dense if layer.units > MOST_UNITS]
        if large:
            problem = (
                f"have at most {MOST_UNITS} units in a layer, and layer `{large[0].id}` has "
                f"{large[0].units:,}"
            )
    if problem:
        raise DataError(
            f"The seven panels are for small networks that {problem}.",
            place="seven-panels",
            remedy="Look at the network or the weights instead.",
        )


def weight_layers(network: Network, arrays: Mapping[str, NDArray[Any]]) -> tuple[WeightLayer, ...]:
    """The dense layers of a picture with weights and gradients, in order."""
    found = {name: np.asarray(array, np.float32) for name, array in arrays.items() if ":" in name}
    return tuple(
        WeightLayer(
            layer.id,
            found[f"parameter:{layer.id}:kernel"],
            found.get(f"parameter:{layer.id}:bias"),
            found[f"loss-gradient:{layer.id}:kernel"],
            found.get(f"loss-gradient:{layer.id}:bias"),
        )
        for layer in network.layers
        if isinstance(layer, Dense)
    )


def loss_of(picture: Picture) -> float:
    """The loss of the training part at a picture's state; not a number where it is not finite."""
    part = picture.gradients
    return float("nan") if part is None or part.loss is None else part.loss


def largest(arrays: Iterable[NDArray[Any] | None]) -> float:
    """The largest finite absolute value; 0 where there is none.

    >>> largest([np.array([1.0, -3.0, np.inf]), None])
    3.0
    """
    values = [np.abs(array[np.isfinite(array)]) for array in arrays if array is not None]
    return max((float(array.max()) for array in values if array.size), default=0.0)


def gradient_shares(
    gradients: NDArray[Any], limit: float, *, is_linear: bool
) -> NDArray[np.float64]:
    """Where gradients lie on their scale, -1 to 1: what color and width they have.

    Gradients fall by orders of magnitude while a network learns. On the logarithmic scale
    share = ± ln(1 + |g| / t) / ln(1 + limit / t), with t = limit / 1000.

    >>> gradient_shares(np.array([0.0, -0.02, 2.0]), 2.0, is_linear=False).round(2).tolist()
    [0.0, -0.35, 1.0]
    """
    values = np.asarray(gradients, np.float64) / (limit or 1.0)
    if is_linear:
        return values
    times = 10.0**DECADES
    return np.sign(values) * np.log1p(np.abs(values) * times) / np.log1p(times)


def limits_of(
    states: Mapping[int, tuple[Picture, Mapping[str, NDArray[Any]]]],
    network: Network,
    *,
    targets: tuple[float, float],
    losses: Floats,
    epochs: float,
) -> Limits:
    """What the pictures of some states have in common.

    Args:
        states: Pictures with weights, gradients and, on a line, the fit.
        network: Its layers.
        targets: The least and the greatest target.
        losses: Recorded losses of batches up to the last state.
        epochs: Where the axis of epochs ends.
    """
    layers = [layer for _, arrays in states.values() for layer in weight_layers(network, arrays)]
    known = np.array([loss_of(picture) for picture, _ in states.values()])
    curves = [arrays["boundary"] for _, arrays in states.values() if "boundary" in arrays]
    seen = np.concatenate([known, losses])
    greatest = largest([seen]) or 1.0
    least = float(seen[np.isfinite(seen)].min(initial=greatest))
    is_log = least > 0 and greatest / least > LOG_FROM
    return Limits(
        weight=largest(array for one in layers for array in (one.kernel, one.bias)),
        gradient=largest(
            array for one in layers for array in (one.kernel_gradient, one.bias_gradient)
        ),
        value=_axis(targets, curves),
        loss=(least / 1.3, 1.3 * greatest) if is_log else (0.0, 1.05 * greatest),
        is_log_loss=is_log,
        epochs=epochs or 1.0,
        states=tuple(states),
    )


def _axis(targets: tuple[float, float], curves: Sequence[NDArray[Any]]) -> tuple[float, float]:
    """An axis that shows all targets, and of the curves what is not far away from them."""
    low, high = targets
    span = high - low or 1.0
    finite = [curve[np.isfinite(curve)] for curve in curves]
    least = min((float(curve.min()) for curve in finite if curve.size), default=low)
    greatest = max((float(curve.max()) for curve in finite if curve.size), default=high)
    margin = 0.08 * span
    return (
        max(min(low, least), low - span / 4) - margin,
        min(max(high, greatest), high + span / 4) + margin,
    )
