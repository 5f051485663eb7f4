"""Findings about how layers stand to each other, in a network whose shapes fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from netlapse.spec.findings import Finding, Fix, replace
from netlapse.spec.layers import (
    ActivationLayer,
    AnyLayer,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    SeparableConv2D,
    SpatialDropout2D,
)
from netlapse.spec.network import Examination, Facts, Network
from netlapse.spec.training import Training, batch_length
from netlapse.spec.wiring import SOURCE, Wiring, removed

WEIGHTED = (Dense, Conv2D, SeparableConv2D)


def arrangement_findings(
    network: Network, training: Training, facts: Facts, examination: Examination
) -> list[Finding]:
    """What there is to say about a network's arrangement; nothing about layers without a shape."""
    wiring = Wiring(network)
    found: list[Finding] = []
    for place, report in enumerate(examination.layers):
        if report.output_shape is None or not wiring.reads[place]:
            continue
        for rule in RULES:
            found += rule(wiring, place)
        found += _kernel_beyond_map(wiring, place, report.input_shapes[0])
        found += _single_sample(
            network, place, batch_length(training, max(1, facts.samples)), facts
        )
    if examination.layers and examination.layers[-1].output_shape == (facts.output_units,):
        found += _dropout_at_the_output(wiring)
    return found


def _needless_bias(wiring: Wiring, place: int) -> Iterator[Finding]:
    """Batch normalization takes the mean off again, and adds an offset of its own."""
    norm, (before, *_) = wiring.layer(place), wiring.reads[place]
    if not isinstance(norm, BatchNorm) or before == SOURCE:
        return
    layer = wiring.layer(before)
    if not isinstance(layer, WEIGHTED) or not layer.use_bias or layer.function != "linear":
        return
    if wiring.readers(before) != (place,):
        return
    path = f"/network/layers/{before}/use_bias"
    yield Finding(
        severity="advice",
        message=f"`{norm.id}` takes the bias of `{layer.id}` off again with the mean; "
        "leave it out.",
        layer=layer.id,
        path=path,
        fix=replace(path, False, "Use no bias"),
    )


def _activation_twice(wiring: Wiring, place: int) -> Iterator[Finding]:
    """A function of what a function has just given."""
    layer, (before, *_) = wiring.layer(place), wiring.reads[place]
    if not isinstance(layer, ActivationLayer) or layer.function == "linear" or before == SOURCE:
        return
    first = wiring.layer(before)
    if first.function == "linear":
        return
    what = f"{layer.function} twice" if first.function == layer.function else "one after another"
    path = f"/network/layers/{before}"
    yield Finding(
        severity="warning",
        message=f"`{first.id}` applies {first.function} and `{layer.id}` {layer.function} to the "
        f"same values, {what}; one activation is enough.",
        layer=layer.id,
        path=f"/network/layers/{place}/activation",
        fix=Fix(title=f"Remove {first.id}", patch=removed(wiring.network, before))
        if isinstance(first, ActivationLayer)
        else replace(f"{path}/activation", "linear", f"Use linear in {first.id}"),
    )


def _hidden_softmax(wiring: Wiring, place: int) -> Iterator[Finding]:
    """A softmax in front of weights lets one unit speak at the cost of all others."""
    layer = wiring.layer(place)
    if layer.function != "softmax":
        return
    behind = [wiring.layer(i) for i in wiring.behind(place)]
    if not any(isinstance(other, WEIGHTED) for other in behind):
        return
    path = f"/network/layers/{place}/activation"
    last = behind[-1]
    twice = f", and `{last.id}` applies another" if last.function == "softmax" else ""
    yield Finding(
        severity="warning",
        message=f"`{layer.id}` is a hidden layer and ends in a softmax{twice}: its values add up "
        "to 1, so that most of them vanish; softmax is for the output.",
        layer=layer.id,
        path=path,
        fix=replace(path, "relu", "Use relu"),
    )


RULES: tuple[Callable[[Wiring, int], Iterator[Finding]], ...] = (
    _needless_bias,
    _activation_twice,
    _hidden_softmax,
)


def _kernel_beyond_map(wiring: Wiring, place: int, shape: tuple[int, ...]) -> Iterator[Finding]:
    """Weights at the rim of a kernel that reach beyond the map from every place of it."""
    layer = wiring.layer(place)
    if not isinstance(layer, Conv2D | SeparableConv2D) or layer.padding != "same":
        return
    most = 2 * max(shape[:2]) - 1
    if layer.kernel_size <= most:
        return
    path = f"/network/layers/{place}/kernel_size"
    yield Finding(
        severity="warning",
        message=f"The outer weights of the {layer.kernel_size}×{layer.kernel_size} kernel of "
        f"`{layer.id}` meet nothing but zeros around its {shape[0]}×{shape[1]} input; "
        f"use a kernel of {most} or less.",
        layer=layer.id,
        path=path,
        fix=replace(path, most, f"Use a kernel of {most}"),
    )


def _single_sample(network: Network, place: int, batch: int, facts: Facts) -> Iterator[Finding]:
    """Batch normalization of a batch of one."""
    layer = network.layers[place]
    if not isinstance(layer, BatchNorm) or batch > 1 or layer.frozen:
        return
    size = min(32, facts.samples)
    yield Finding(
        severity="warning",
        message=f"`{layer.id}` compares the samples of a batch, and every batch has one sample; "
        "use a larger batch or layer normalization.",
        layer=layer.id,
        path=f"/network/layers/{place}",
        fix=replace("/training/batch_size", size, f"Use batches of {size}") if size > 1 else None,
    )


def _dropout_at_the_output(wiring: Wiring) -> Iterator[Finding]:
    """Dropout that no weights come after: it drops answers."""
    layers = wiring.network.layers
    weighted = [i for i, layer in enumerate(layers) if isinstance(layer, WEIGHTED)]
    for place, layer in enumerate(layers):
        if not _drops(layer) or not weighted or place < weighted[-1] or not wiring.reads[place]:
            continue
        yield Finding(
            severity="warning",
            message=f"`{layer.id}` drops parts of the answer itself, since no weights come after "
            "it; dropout belongs before the output layer.",
            layer=layer.id,
            path=f"/network/layers/{place}",
            fix=Fix(title=f"Remove {layer.id}", patch=removed(wiring.network, place)),
        )


def _drops(layer: AnyLayer) -> bool:
    return isinstance(layer, Dropout | SpatialDropout2D) and layer.rate > 0
