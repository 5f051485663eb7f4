"""Advice: what could stand next, and what an architecture is worth. All rules stand in this file.

Both speak only of what the validator (`examine_training`) leaves open and never contradict it: a
recommendation is dropped where the network had one error, warning or advice more with it, or a
lower score; and the score starts from the validator's findings.

Recommendations, by rank where several fit (`RULES`, one function each). Where a layer would be one
more of what is there already, its rank is 25 to 45:

| rank | what | where |
| --- | --- | --- |
| 100 | an activation | after weights, where no function stands before the next ones |
| 96 | the output layer | at the end of a list of features that weights have made |
| 94 | a first convolution (and pooling) | on an image that nothing has looked at yet |
| 92 | flatten | at the end of small maps, or before a dense layer |
| 90 | a hidden dense layer | on features that nothing has read yet |
| 88 | a convolution of twice the filters | right after pooling |
| 80 | pooling | after convolutions, on maps of 6×6 and more |
| 75 | batch normalization | after a linear convolution or dense layer |
| 65 | a second convolution | after a single one of its size |
| 60 | dropout | after a wide dense layer; with rank 30 after pooling |
| 50 | global pooling | at the end of sixteen maps or more |
| 35 | another dense layer | after a hidden one, half as wide |
| 28 | a residual block | on eight maps or more |

The score has 100 points in five parts. In each part points are lost until none is left:

- validity, 30: 15 for an error, 5 for a warning, 1 for advice of the validator; with an error the
  other parts are not judged and have no points.
- order, 20: 6 where no activation stands between two layers with weights; 5 for an image that only
  dense layers read; 4 for pooling before any weights; 4 for more than seven layers with weights in
  a row without normalization or shortcut; 3 for two poolings in a row.
- capacity, 20: 4 for each doubling of the parameters beyond 15 for each sample, up to 16; 6 for an
  image and no hidden layer; 5 for a hidden dense layer with fewer units than there are classes.
- regularization, 15: 4 for more than 2 parameters for each sample, 8 for more than 8, without any
  regularization; 5 for batch normalization with batches under 8; 4 for an L1 or L2 over 0.1; 3 for
  two dropouts in a row.
- cost, 15: 4 for each kernel of 7 or more with a stride of 1; 3 for each doubling of the
  multiply-adds beyond 50 million or 60,000 for each pixel of an image, up to 9.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from netlapse.spec.advice.documents import Lost, PartName
from netlapse.spec.advice.place import AnyDropout, Convolution, Place, Pool, Weighted, Whole
from netlapse.spec.examination import output_layer
from netlapse.spec.findings import Fix, PatchOperation, remedy_of, replace
from netlapse.spec.layers import (
    Add,
    BatchNorm,
    Concatenate,
    Dense,
    Flatten,
    GlobalPool2D,
    LayerNorm,
)
from netlapse.spec.layers.activation import ActivationLayer
from netlapse.spec.network import free_id
from netlapse.spec.training import batch_length
from netlapse.spec.wiring import SOURCE, inserted, removed

ENOUGH_PARAMETERS = 15
"""Parameters for each training sample up to which a network is not called large."""

# --- recommendations ------------------------------------------------------------------------


@dataclass(frozen=True)
class Idea:
    """What a rule has to say."""

    rank: int
    title: str
    reason: str
    layers: tuple[dict[str, Any], ...]
    patch: tuple[PatchOperation, ...] = ()
    """What changes besides."""


Rule = Callable[[Place], Idea | None]


def activation(place: Place) -> Idea | None:
    last = next((x for x in place.before if isinstance(x, Weighted)), None)
    if place.is_active or last is None or _activation_follows(place):
        return None
    return Idea(
        100,
        f"The activation {place.function}",
        f"`{last.id}` only multiplies and adds: without a function before the next weights, both "
        "together do no more than one layer.",
        ({"kind": "activation", "activation": place.function},),
    )


def _activation_follows(place: Place) -> bool:
    """Whether what reads it bends the signal before any weights."""
    for layer in place.behind:
        if layer.function != "linear" and not isinstance(layer, Weighted):
            return True
        if isinstance(layer, Weighted):
            return False
    return False


def output(place: Place) -> Idea | None:
    if not place.is_end or place.features is None:
        return None
    hidden = any(isinstance(layer, Weighted) for layer in place.before)
    what = {
        "binary": "the probability of the second of the two classes",
        "multiclass": f"the probabilities of the {place.facts.output_units} classes",
        "regression": "the value",
    }[place.facts.task]
    return Idea(
        96 if hidden else 70,
        "The output layer",
        f"The network ends in {place.features:,} features; the output layer makes {what} of them.",
        (output_layer(place.facts).to_dict(),),
    )


def first_convolution(place: Place) -> Idea | None:
    if place.maps is None or place.count(Convolution):
        return None
    height, width, channels = place.maps
    filters = 16 if min(height, width) > 10 else 8
    one = place.weights("conv2d", filters=filters)
    flattened = place.feeds(Flatten | Dense)
    weights = 9 * channels * filters + filters
    return Idea(
        94 if not place.feeds(Convolution) else 33,
        f"A convolution of {filters} filters" + (" and pooling" if flattened else ""),
        f"It looks for {filters} small patterns at every place of the {height}×{width} image with "
        f"{weights} parameters; one dense unit alone has {height * width * channels}.",
        (one, {"kind": "max-pool2d"}) if flattened else (one,),
    )


def flatten(place: Place) -> Idea | None:
    if place.shape is None or len(place.shape) < 2:
        return None
    size = "×".join(map(str, place.shape))
    ends = place.is_end and (place.maps is None or place.count(Convolution) > 0)
    dense = place.feeds(Dense)
    if not (ends or dense):
        return None
    small = place.maps is None or min(place.maps[:2]) <= 7
    return Idea(
        92 if small or dense else 45,
        "Flatten",
        f"Dense layers read a flat list: it makes {math.prod(place.shape):,} features of {size}.",
        ({"kind": "flatten"},),
    )


def hidden(place: Place) -> Idea | None:
    if place.features is None or place.count(Dense):
        return None
    units, is_first = _width(place), _ends_after(place)
    drawn = "a flat surface" if place.facts.task == "regression" else "straight boundaries"
    if not is_first:
        reason = "One more layer lets the ones after it bend what it has bent already."
    elif place.count(Convolution):
        reason = "It weighs the features of all maps together before the output does."
    else:
        reason = f"An output layer alone draws only {drawn}; hidden units bend what it draws."
    weights = place.weights("dense", units=units)
    return Idea(90 if is_first else 34, f"A hidden layer of {units} units", reason, (weights,))


def _ends_after(place: Place) -> bool:
    """Whether nothing with weights follows but the output layer."""
    return sum(isinstance(layer, Weighted) for layer in place.behind) <= 1


def _width(place: Place) -> int:
    """A power of two between the features and the outputs that two weights for each sample fill."""
    features, facts = place.features or 1, place.facts
    between = math.sqrt(features * facts.output_units)
    wanted = 2 ** round(math.log2(max(8, min(128, between if features > 64 else 4 * between))))
    most = max(1, 2 * facts.samples // (features + facts.output_units))
    return int(max(8, facts.output_units, min(wanted, 2 ** int(math.log2(most)))))


def wider_convolution(place: Place) -> Idea | None:
    if place.maps is None or not isinstance(place.last, Pool) or min(place.maps[:2]) < 3:
        return None
    if place.feeds(Convolution):
        return None
    channels = place.maps[2]
    can_double = 18 * channels**2 <= 5 * place.facts.samples
    filters = min(2 * channels if can_double else channels, 256)
    return Idea(
        88,
        f"A convolution of {filters} filters",
        f"Pooling has made the maps smaller: {filters} filters cost little now and find patterns "
        "of patterns.",
        (place.weights("conv2d", filters=filters),),
    )


def pooling(place: Place) -> Idea | None:
    if place.maps is None or min(place.maps[:2]) < 6 or not place.is_active:
        return None
    convolutions = place.count(Convolution, until=Pool | GlobalPool2D)
    if not convolutions or place.feeds(Pool | GlobalPool2D):
        return None
    height, width, _ = place.maps
    ends = place.is_end or place.feeds(Flatten)
    return Idea(
        80 if ends else 40,
        "Max pooling",
        f"It makes {height // 2}×{width // 2} maps of {height}×{width}: what follows costs a "
        "quarter and sees twice as far.",
        ({"kind": "max-pool2d"},),
    )


def batch_normalization(place: Place) -> Idea | None:
    last = place.last
    if not isinstance(last, Weighted) or last.function != "linear" or last is not place.before[0]:
        return None
    if place.feeds(BatchNorm | LayerNorm):
        return None
    path = f"/network/layers/{place.index}/use_bias"
    no_bias = replace(path, False, "").patch if last.use_bias else ()
    return Idea(
        75,
        "Batch normalization",
        f"It keeps mean and spread of `{last.id}` steady while the layers before it change, so "
        "that training is faster and takes a higher learning rate"
        + ("; its offset replaces the bias." if last.use_bias else "."),
        ({"kind": "batch-norm"},),
        no_bias,
    )


def second_convolution(place: Place) -> Idea | None:
    if place.maps is None or min(place.maps[:2]) < 5 or not place.is_active:
        return None
    since = place.count(Convolution, until=Pool)
    if since != 1 or place.feeds(Convolution):
        return None
    first = next(layer for layer in place.before if isinstance(layer, Convolution))
    seen = first.kernel_size + 2 * first.stride
    return Idea(
        65,
        f"A second convolution of {place.maps[2]} filters",
        f"After `{first.id}` a kernel of 3×3 sees {seen}×{seen} pixels of what that reads, and "
        "finds patterns of its patterns.",
        (place.weights("conv2d", filters=place.maps[2]),),
    )


def dropout(place: Place) -> Idea | None:
    near = (*place.before[:1], *place.next)
    if not place.is_active or any(isinstance(layer, AnyDropout) for layer in near):
        return None
    last = place.last
    if isinstance(last, Dense) and last.units >= 32 and place.features:
        own = place.parameters_of(last)
        return Idea(
            60 if own > place.facts.samples // 2 else 25,
            "Dropout of 0.3",
            f"`{last.id}` has {last.units} units that can learn samples by heart; units that are "
            "missing at random cannot rely on each other.",
            ({"kind": "dropout", "rate": 0.3},),
        )
    if isinstance(last, Pool) and place.count(Convolution) >= 2:
        return Idea(
            30,
            "Dropout of 0.1",
            "A little noise on the maps keeps what follows from relying on single pixels.",
            ({"kind": "dropout", "rate": 0.1},),
        )
    return None


def global_pooling(place: Place) -> Idea | None:
    if place.maps is None or place.maps[2] < max(16, place.facts.output_units):
        return None
    if not place.is_end or place.count(Convolution) < 2:
        return None
    height, width, channels = place.maps
    return Idea(
        50,
        "Global pooling",
        f"It makes one feature of each map: {channels} instead of the {height * width * channels:,}"
        " that flatten gives, and wherever in the image a pattern lies.",
        ({"kind": "global-pool2d"},),
    )


def another_hidden(place: Place) -> Idea | None:
    last = place.last
    if not isinstance(last, Dense) or not place.is_active or not _ends_after(place):
        return None
    units = max(last.units // 2, 8)
    if place.count(Dense) > 2 or units < place.facts.output_units:
        return None
    return Idea(
        35,
        f"Another hidden layer of {units} units",
        f"It combines what the {last.units} units of `{last.id}` have found, for "
        f"{units * (last.units + 1):,} parameters more.",
        (place.weights("dense", units=units),),
    )


def residual_block(place: Place) -> Idea | None:
    if place.maps is None or place.maps[2] < 8 or min(place.maps[:2]) < 4:
        return None
    if not place.is_active or not place.count(Convolution):
        return None
    filters = place.maps[2]
    shortcut = place.network.layers[place.index].id
    one = {
        "kind": "conv2d",
        "filters": filters,
        "use_bias": False,
        "kernel_initializer": {"kind": "he"},
    }
    bend = {"kind": "activation", "activation": place.function}
    return Idea(
        28,
        "A residual block",
        f"Two convolutions and a shortcut around them: they only learn what to add to the "
        f"{filters} maps, and the gradient always finds a way back.",
        (
            one,
            {"kind": "batch-norm"},
            bend,
            one,
            {"kind": "batch-norm"},
            {"kind": "add", "inputs": [shortcut, ""]},
            bend,
        ),
    )


RULES: tuple[Rule, ...] = (
    activation,
    output,
    first_convolution,
    flatten,
    hidden,
    wider_convolution,
    pooling,
    batch_normalization,
    second_convolution,
    dropout,
    global_pooling,
    another_hidden,
    residual_block,
)


# --- score ----------------------------------------------------------------------------------


def validity(whole: Whole) -> Iterator[Lost]:
    """What the validator finds."""
    worth = {"error": 15, "warning": 5, "advice": 1}
    for finding in whole.examination.findings:
        yield Lost(
            points=worth[finding.severity],
            sentence=finding.message,
            remedy=remedy_of(finding),
            layer=finding.layer,
            fix=finding.fix,
        )


def unbent(whole: Whole) -> Iterator[Lost]:
    """Weights after weights with no activation between them."""
    for place in whole.weighted:
        layer = whole.wiring.layer(place)
        found = whole.next_weights(place) if layer.function == "linear" else None
        if found is None:
            continue
        other = whole.wiring.layer(found[0]).id
        do = "only pooling bends the signal" if found[1] else "together they do no more than one"
        yield Lost(
            points=6,
            sentence=f"No activation stands between `{layer.id}` and `{other}`: {do}.",
            remedy=f"Give `{layer.id}` the activation relu.",
            layer=layer.id,
            fix=_bent(whole, place),
        )


def _bent(whole: Whole, place: int) -> Fix:
    """ReLU for a layer; after its normalization where there is one."""
    title = "Use ReLU"
    for reader in whole.wiring.readers(place):
        if isinstance(whole.wiring.layer(reader), BatchNorm | LayerNorm):
            name = free_id("relu", whole.network)
            relu = ActivationLayer(kind="activation", id=name, activation="relu")
            return Fix(title=title, patch=inserted(whole.network, [relu], reader)[1])
    path = f"/network/layers/{place}"
    start = replace(f"{path}/kernel_initializer", {"kind": "he"}, "")
    return Fix(title=title, patch=(*replace(f"{path}/activation", "relu", "").patch, *start.patch))


def flattened_image(whole: Whole) -> Iterator[Lost]:
    """An image that only dense layers read."""
    if whole.image is None or not whole.weighted:
        return
    first = whole.wiring.layer(whole.weighted[0])
    if isinstance(first, Dense):
        yield Lost(
            points=5,
            sentence=f"`{first.id}` reads the image as a list: it must learn every pattern anew at "
            "every place.",
            remedy="Put a convolution and pooling before the flatten layer.",
            layer=first.id,
        )


def early_pooling(whole: Whole) -> Iterator[Lost]:
    """Pooling of the image itself."""
    for place, layer in enumerate(whole.network.layers):
        if not isinstance(layer, Pool | GlobalPool2D):
            continue
        if not any(isinstance(whole.wiring.layer(i), Weighted) for i in whole.wiring.trunk(place)):
            yield Lost(
                points=4,
                sentence=f"`{layer.id}` throws pixels away before anything has looked at them.",
                remedy=f"Put a convolution before `{layer.id}`.",
                layer=layer.id,
            )


def pooling_twice(whole: Whole) -> Iterator[Lost]:
    """Pooling of what was pooled."""
    yield from _twice(whole, Pool, 3, "pools")


def dropout_twice(whole: Whole) -> Iterator[Lost]:
    """Dropout of what was dropped."""
    yield from _twice(whole, AnyDropout, 3, "drops")


def _twice(whole: Whole, kind: Any, points: int, does: str) -> Iterator[Lost]:
    for place, layer in enumerate(whole.network.layers):
        reads = whole.wiring.reads[place]
        if not isinstance(layer, kind) or not reads or reads[0] == SOURCE:
            continue
        before = whole.wiring.layer(reads[0])
        if isinstance(before, kind):
            yield Lost(
                points=points,
                sentence=f"`{layer.id}` {does} what `{before.id}` has just given; one will do.",
                remedy=f"Remove `{layer.id}`.",
                layer=layer.id,
                fix=Fix(title=f"Remove {layer.id}", patch=removed(whole.network, place)),
            )


def deep_without_help(whole: Whole) -> Iterator[Lost]:
    """Many layers in a row with nothing that keeps the gradient's size."""
    helps = BatchNorm | LayerNorm | Add | Concatenate
    depth = whole.depth()
    if depth > 7 and not any(isinstance(layer, helps) for layer in whole.network.layers):
        yield Lost(
            points=4,
            sentence=f"{depth} layers with weights stand in a row with neither normalization nor "
            "a shortcut, so the gradient may fade or grow on its way back.",
            remedy="Put batch normalization after the convolutions, or shortcuts around pairs.",
        )


def too_many_parameters(whole: Whole) -> Iterator[Lost]:
    """More parameters than the samples can fill."""
    ratio = whole.parameters_per_sample
    if ratio <= ENOUGH_PARAMETERS:
        return
    counts = [report.parameters for report in whole.examination.layers]
    most = max(range(len(counts)), key=counts.__getitem__)
    layer, total = whole.network.layers[most], whole.examination.parameters
    share = round(100 * counts[most] / total)
    fix = _fewer_units(whole, most)
    yield Lost(
        points=min(16, 4 * math.ceil(math.log2(ratio / ENOUGH_PARAMETERS))),
        sentence=f"{total:,} parameters for {whole.facts.samples:,} samples are {ratio:,.0f} for "
        f"each, and {share} % of them stand in `{layer.id}`; up to {ENOUGH_PARAMETERS} are usual.",
        remedy=f"{fix.title} in `{layer.id}`."
        if fix
        else f"Make what `{layer.id}` reads smaller by pooling, or use fewer units and filters.",
        layer=layer.id,
        fix=fix,
    )


def _fewer_units(whole: Whole, place: int) -> Fix | None:
    """As many units as bring the parameters to what is usual, an eighth of them at least."""
    layer, reports = whole.network.layers[place], whole.examination.layers
    if not isinstance(layer, Dense) or place == whole.weighted[-1]:
        return None
    own = reports[place].parameters
    left = ENOUGH_PARAMETERS * whole.facts.samples - (whole.examination.parameters - own)
    units = max(left * layer.units // own, layer.units // 8, 8, whole.facts.output_units)
    if units >= layer.units:
        return None
    units = 2 ** int(math.log2(units)) if units >= 2 * whole.facts.output_units else units
    return replace(f"/network/layers/{place}/units", units, f"Use {units} units")


def no_hidden_layer(whole: Whole) -> Iterator[Lost]:
    """An image that only the output layer reads."""
    if whole.image is not None and len(whole.weighted) == 1:
        yield Lost(
            points=6,
            sentence="Nothing with weights stands before the output layer: it compares the image "
            "with one picture for each class.",
            remedy="Put a convolution or a hidden dense layer before it.",
            layer=whole.network.layers[whole.weighted[0]].id,
        )


def bottleneck(whole: Whole) -> Iterator[Lost]:
    """A list of features that is too short to tell the classes apart."""
    classes = whole.facts.output_units
    for place in whole.weighted[:-1]:
        layer = whole.wiring.layer(place)
        if isinstance(layer, Dense) and layer.units < classes:
            units = 2 ** math.ceil(math.log2(2 * classes))
            yield Lost(
                points=5,
                sentence=f"`{layer.id}` passes only {layer.units} features on for {classes} "
                "classes.",
                remedy=f"Use {units} units in `{layer.id}`.",
                layer=layer.id,
                fix=replace(f"/network/layers/{place}/units", units, f"Use {units} units"),
            )


def no_regularization(whole: Whole) -> Iterator[Lost]:
    """Many parameters and nothing that keeps them from learning samples by heart."""
    ratio, training = whole.parameters_per_sample, whole.training
    if ratio <= 2 or training.l1 or training.l2 or training.early_stopping:
        return
    helps = AnyDropout | BatchNorm
    if training.optimizer.kind == "adamw" or any(
        isinstance(layer, helps) for layer in whole.network.layers
    ):
        return
    yield Lost(
        points=8 if ratio > 8 else 4,
        sentence=f"{whole.examination.parameters:,} parameters can learn the "
        f"{whole.facts.samples:,} samples by heart, and nothing keeps them from it.",
        remedy="Use an L2 of 0.0001, or put dropout after the largest dense layer.",
        fix=replace("/training/l2", 0.0001, "Use an L2 of 0.0001"),
    )


def small_batches(whole: Whole) -> Iterator[Lost]:
    """Batch normalization with too few samples for a mean."""
    batch = batch_length(whole.training, whole.facts.samples)
    norm = next((x for x in whole.network.layers if isinstance(x, BatchNorm)), None)
    if norm is None or batch >= 8:
        return
    size = min(32, whole.facts.samples)
    yield Lost(
        points=5,
        sentence=f"`{norm.id}` takes mean and spread from batches of {batch}, which say little.",
        remedy="Use batches of 32, or layer normalization.",
        layer=norm.id,
        fix=replace("/training/batch_size", size, f"Use batches of {size}") if size >= 8 else None,
    )


def strong_penalty(whole: Whole) -> Iterator[Lost]:
    """L1 or L2 that leaves no weights."""
    for name in ("l1", "l2"):
        value: float = getattr(whole.training, name)
        if value > 0.1:
            yield Lost(
                points=4,
                sentence=f"An {name.upper()} of {value:g} pulls all weights to zero.",
                remedy=f"Use an {name.upper()} of 0.001.",
                fix=replace(f"/training/{name}", 0.001, "Use 0.001"),
            )


def large_kernels(whole: Whole) -> Iterator[Lost]:
    """Kernels that cost more than several small ones in a row."""
    for place in whole.weighted:
        layer = whole.wiring.layer(place)
        if not isinstance(layer, Convolution) or layer.kernel_size < 7 or layer.stride > 1:
            continue
        size = layer.kernel_size
        yield Lost(
            points=4,
            sentence=f"The {size}×{size} kernel of `{layer.id}` costs {round(size**2 / 9)} times "
            "a 3×3 one; a few of those in a row see as far and bend more often.",
            remedy=f"Use a kernel of 3 in `{layer.id}`.",
            layer=layer.id,
            fix=replace(f"/network/layers/{place}/kernel_size", 3, "Use a kernel of 3"),
        )


def much_arithmetic(whole: Whole) -> Iterator[Lost]:
    """More multiply-adds than images of that size need."""
    adds = [report.multiply_adds for report in whole.examination.layers]
    shape = whole.facts.input_shape
    enough = max(50_000_000, 60_000 * math.prod(shape[:2]) if len(shape) == 3 else 0)
    if (total := sum(adds)) <= enough:
        return
    most = whole.network.layers[max(range(len(adds)), key=adds.__getitem__)]
    epoch = 3 * total * whole.facts.samples
    yield Lost(
        points=min(9, 3 * math.ceil(math.log2(total / enough))),
        sentence=f"{total / 1e6:,.0f} million multiply-adds for each sample are "
        f"{epoch / 1e12:,.1f} trillion in an epoch, most of them in `{most.id}`.",
        remedy=f"Pool or use a stride of 2 before `{most.id}`, or give it fewer filters.",
        layer=most.id,
    )


Judge = Callable[[Whole], Iterator[Lost]]

PARTS: dict[PartName, tuple[int, tuple[Judge, ...]]] = {
    "validity": (30, (validity,)),
    "order": (20, (unbent, flattened_image, early_pooling, deep_without_help, pooling_twice)),
    "capacity": (20, (too_many_parameters, no_hidden_layer, bottleneck)),
    "regularization": (15, (no_regularization, small_batches, strong_penalty, dropout_twice)),
    "cost": (15, (large_kernels, much_arithmetic)),
}
"""The parts of the score: how many points each has, and what loses them."""
