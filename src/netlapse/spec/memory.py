"""How much memory a training takes, before it is started."""

from __future__ import annotations

import math

from netlapse.spec.findings import Finding, Fix, replace
from netlapse.spec.layers import AnyLayer, Conv2D, SeparableConv2D, Shape
from netlapse.spec.layers.convolutions import (
    BLOCKED_BYTES,
    CACHED_BYTES,
    FEW_CHANNELS,
    Padding,
    output_length,
)
from netlapse.spec.network import Examination, Facts, MemoryEstimate, Network
from netlapse.spec.optimizers import OptimizerBase
from netlapse.spec.training import Training, batch_length

FLOAT = 4
MANY_PARAMETERS = 50_000_000
"""From here on the network is called large."""
ASK_BYTES = 4 * 1024**3
"""From here on a training is started only after a question."""

MOMENTS = {"sgd": 0, "momentum": 1, "nesterov": 1, "adagrad": 1, "adam": 2, "adamw": 2}
"""Numbers that an optimizer keeps for each parameter."""


def estimate_memory(network: Network, facts: Facts, training: Training) -> MemoryEstimate:
    """What a training would take, within a factor of two; 0 for layers that do not fit.

    >>> from netlapse.spec.presets import two_layer
    >>> facts = Facts((28, 28, 1), "multiclass", 10, 50_000)
    >>> estimate_memory(two_layer().network, facts, two_layer().training).parameters
    159040
    """
    from netlapse.spec.examination import examine

    return memory_of(network, facts, training, examine(network, facts))


def memory_of(
    network: Network, facts: Facts, training: Training, examination: Examination
) -> MemoryEstimate:
    """As `estimate_memory`, of what has been examined already."""
    batch = batch_length(training, max(1, facts.samples))
    trained = kept = 0
    outputs = work = 0
    for layer, report in zip(network.layers, examination.layers, strict=True):
        if report.output_shape is None:
            continue
        declared = layer.parameters(report.input_shapes).values()
        trained += sum(array.size for array in declared if array.trainable)
        kept += sum(array.size for array in declared)
        outputs += batch * report.memory_bytes
        work = max(work, _work_bytes(layer, report.input_shapes[0], batch))
    parameters, gradients = FLOAT * kept, FLOAT * trained
    optimizer = _moments(training.optimizer) * parameters
    copies = 2 * (parameters + optimizer)
    data = FLOAT * facts.samples * math.prod(facts.input_shape)
    total = parameters + gradients + optimizer + copies + outputs + work + data
    return MemoryEstimate(
        parameters=parameters,
        gradients=gradients,
        optimizer=optimizer,
        copies=copies,
        activations=outputs + work,
        data=data,
        total=total,
        asks=total > ASK_BYTES,
    )


def _moments(optimizer: OptimizerBase) -> int:
    fields = optimizer.to_dict()
    if fields["kind"] == "rmsprop":
        return 3 if fields["centered"] else 2
    return MOMENTS[fields["kind"]]


def _work_bytes(layer: AnyLayer, shape: Shape, batch: int) -> int:
    """What the arithmetic of a layer works on for a moment. For a convolution: patches of the input
    on the way there, shifted gradients on the way back, in blocks where they are large."""
    if not isinstance(layer, Conv2D | SeparableConv2D):
        return FLOAT * batch * math.prod(shape)
    height, width, channels = shape
    size, stride, padding = layer.kernel_size, layer.stride, layer.padding
    places = _places(height, size, stride, padding) * _places(width, size, stride, padding)
    patches = FLOAT * batch * places * size**2 * channels
    if isinstance(layer, SeparableConv2D):
        return patches + FLOAT * batch * places * channels
    few = channels <= FEW_CHANNELS
    shifted = FLOAT * height * width * size**2 * layer.filters
    each = patches // batch if few or stride > 1 else shifted
    back = batch * each if batch * each <= BLOCKED_BYTES else max(each, CACHED_BYTES)
    return max(patches if few else 0, 2 * back)


def _places(length: int, size: int, stride: int, padding: Padding) -> int:
    return max(0, output_length(length, size, stride, padding))


def memory_findings(
    training: Training, facts: Facts, examination: Examination, memory: MemoryEstimate
) -> list[Finding]:
    """What there is to say about a training that takes much memory."""
    if examination.parameters <= MANY_PARAMETERS and not memory.asks:
        return []
    batch = batch_length(training, max(1, facts.samples))
    asks = ", so a start has to be confirmed" if memory.asks else ""
    helps, fix = "use fewer units or filters, or pooling before a flatten layer", None
    if 2 * memory.activations > memory.total and batch > 1:
        smaller = max(1, int(batch * ASK_BYTES / (4 * memory.activations)))
        fix = _smaller_batch(min(smaller, batch // 2))
        helps = "use smaller batches"
    return [
        Finding(
            severity="warning",
            message=f"{examination.parameters:,} parameters and batches of {batch:,} take about "
            f"{in_words(memory.total)} of memory to train{asks}; {helps}.",
            path="/training/batch_size" if fix else "",
            fix=fix,
        )
    ]


def _smaller_batch(size: int) -> Fix:
    return replace("/training/batch_size", size, f"Use batches of {size}")


def in_words(count: int) -> str:
    """A number of bytes as people say it.

    >>> in_words(20_400_000_000), in_words(130_000_000)
    ('20.4 GB', '130 MB')
    """
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.0f} MB"
