"""Vitals: how the layers of a network are at one step of its training.

The worker takes them as it trains, the record keeps them with the run, and every face shows them.
All numbers of one `Vitals` belong to one state. Weights, biases and single parameters are those of
the state. Activations, gradients and units are those of the first samples of the training part,
always the same, without dropout, augmentation and penalties. The update is the one that the
training makes next: its own batch, dropout, optimizer and learning rate.

Taken again at the same step they are the same. Numbers are rounded to six digits; one that is not
finite is null, and counted.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from netlapse.spec.base import Document
from netlapse.spec.layers import LayerId
from netlapse.spec.network import MAX_LAYERS

Step = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Size = Annotated[float, Field(ge=0)]

MAX_SINGLE = 200
"""A network with more numbers than that has no `parameters` in its vitals."""
MAX_DETAILED = 24
"""Networks with more layers that have vitals get no `summaries` of them."""
MAX_MOMENTS = 512
"""So many vitals at most are kept with a run, and given at once."""


class Summary(Document):
    """Distribution of one quantity of a layer. Non-finite values are counted, not binned."""

    quantity: Literal[
        "weights",
        "biases",
        "activations",
        "pre-activations",
        "activation gradients",
        "weight gradients",
        "bias gradients",
    ]
    count: int
    not_finite: int
    minimum: float | None
    maximum: float | None
    mean: float | None
    standard_deviation: float | None
    norm: float | None
    counts: Annotated[tuple[int, ...], Field(max_length=64)]
    """Counts of equal bins from minimum to maximum; 24, or none."""


class LayerVitals(Document):
    """One layer: those with parameters, and those with an activation function."""

    layer: LayerId
    """Its id."""
    summaries: Annotated[tuple[Summary, ...], Field(max_length=8)]
    """`activations`, and where it has them `weights`, `biases`, `weight gradients` and `bias
    gradients`, in this order; none where there are more than 24 such layers. Arrays that L1 and L2
    act on, the kernels, are weights; all others that are trained are biases."""
    weight_norm: Size | None
    """√Σw² of its weights; null where it has none, or they are not finite."""
    gradient_norm: Size | None
    """√Σg² of the gradient of the mean loss with respect to its weights and biases together; null
    where it has none, or it is not finite."""
    update_norm: Size | None
    """√Σ(w′ - w)² of its weights over the next update; null as `weight_norm`."""
    update_ratio: Size | None
    """`update_norm` / `weight_norm`; null where one is null, or the weights are all zero. 0 where
    the layer is frozen."""
    units: Annotated[int, Field(ge=1)]
    """Units of a dense layer, channels of a map."""
    dead: Share | None
    """Share of the units whose activation is 0 for every sample (and at every place of a map); null
    where the activation is not ReLU."""
    saturated: Share | None
    """Share of the units whose slope |f′(z)| is below 1 % of its greatest for at least 95 % of the
    samples (and places of a map); null where the activation is neither sigmoid nor tanh, and for
    the output layer."""


class SingleParameters(Document):
    """All numbers of one array of a small network, for lines over time."""

    layer: LayerId
    parameter: Annotated[str, Field(max_length=40)]
    """Such as `kernel` or `bias`."""
    shape: Annotated[tuple[int, ...], Field(max_length=8)]
    values: Annotated[tuple[float | None, ...], Field(max_length=MAX_SINGLE)]
    """In the order of the shape, the last axis fastest."""


class InputVitals(Document):
    """The features as the network reads them, of the same samples."""

    largest: Size
    """Largest absolute value."""
    least_deviation: Size
    """Standard deviation of the feature that varies least, of those that vary; 0 where none does.
    The values of images are one feature."""
    greatest_deviation: Size
    """Standard deviation of the feature that varies most."""


class Vitals(Document):
    """All layers at one step."""

    step: Step
    """Updates done."""
    epoch: float
    """Epochs done, with the fraction of the present one."""
    learning_rate: float
    """Of the next update."""
    samples: Annotated[int, Field(ge=1)]
    """Of so many samples activations and gradients are: 256, or fewer where there are fewer, or the
    layers are large."""
    loss: float | None
    """Mean loss of these samples, without penalties; null where it is not finite."""
    inputs: InputVitals
    layers: Annotated[tuple[LayerVitals, ...], Field(max_length=MAX_LAYERS)]
    """From the input to the output."""
    parameters: Annotated[tuple[SingleParameters, ...], Field(max_length=MAX_SINGLE)] = ()
    """All arrays that are trained, in the order of the layers; none where the network has more than
    200 numbers."""


class VitalsRange(Document):
    """The recorded vitals of a range of steps: `GET /api/runs/{id}/vitals`."""

    moments: tuple[Vitals, ...]
    """By step; at most as many as were asked for, spread evenly, the first and the newest among
    them."""
    total: int
    """How many are recorded in the range."""
    newest: Step | None
    """Step of the newest of the whole run; null where there are none."""
