"""Random networks and trainings, finished and unfinished."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from netlapse.errors import SpecError
from netlapse.spec.activations import ACTIVATIONS
from netlapse.spec.network import Facts, Network

IDS = ("a", "b", "c", "input", "hidden-1", "flatten", "output", "x" * 40)
"""Few, so that they collide."""

initializers = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["glorot", "he", "lecun"])},
        optional={"distribution": st.sampled_from(["uniform", "normal"])},
    ),
    st.just({"kind": "zeros"}),
    st.fixed_dictionaries({"kind": st.just("constant")}, optional={"value": st.floats(-2, 2)}),
    st.fixed_dictionaries(
        {"kind": st.just("normal")}, optional={"standard_deviation": st.floats(0.01, 2)}
    ),
)


def _dense(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"kind": st.just("dense"), **fields},
        optional={
            "units": st.integers(1, 7),
            "activation": st.sampled_from(ACTIVATIONS),
            "use_bias": st.booleans(),
            "kernel_initializer": initializers,
            "bias_initializer": initializers,
            "frozen": st.booleans(),
        },
    )


def layers(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Any layer, with some fields given."""
    return st.one_of(
        _dense(**fields),
        st.fixed_dictionaries(
            {"kind": st.just("activation"), **fields},
            optional={"activation": st.sampled_from(ACTIVATIONS)},
        ),
        st.fixed_dictionaries(
            {"kind": st.just("dropout"), **fields}, optional={"rate": st.floats(0, 0.95)}
        ),
        st.fixed_dictionaries({"kind": st.just("flatten"), **fields}),
    )


def image_layers(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Any layer of an image network that reads one other, with some fields given."""
    windows = {
        "stride": st.integers(1, 4),
        "padding": st.sampled_from(["same", "valid"]),
    }
    convolution = {
        "filters": st.integers(1, 6),
        "kernel_size": st.integers(1, 6),
        "activation": st.sampled_from(ACTIVATIONS),
        "use_bias": st.booleans(),
        "kernel_initializer": initializers,
        **windows,
    }
    pool = {"pool": st.integers(1, 5), **windows, "stride": st.integers(0, 4)}
    norm = {
        "learn_scale": st.booleans(),
        "learn_offset": st.booleans(),
        "frozen": st.booleans(),
    }
    optional: dict[str, dict[str, Any]] = {
        "conv2d": convolution,
        "separable-conv2d": convolution,
        "max-pool2d": pool,
        "average-pool2d": pool,
        "global-pool2d": {"mode": st.sampled_from(["average", "max"])},
        "batch-norm": norm,
        "layer-norm": norm,
        "spatial-dropout2d": {"rate": st.floats(0, 0.95)},
        "flatten": {},
    }
    return st.one_of(
        layers(**fields),
        *(
            st.fixed_dictionaries({"kind": st.just(kind), **fields}, optional=more)
            for kind, more in optional.items()
        ),
    )


def _wires(entry: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Layers that read what they name, which may not be there."""
    named = st.one_of(st.none(), st.lists(st.sampled_from(IDS), max_size=3))
    return st.builds(lambda layer, inputs: {**layer, "inputs": inputs}, entry, named)


_merging = st.builds(
    lambda kind, name: {"kind": kind, "id": name},
    st.sampled_from(["add", "concatenate"]),
    st.sampled_from(IDS),
)
_any_image_layer = image_layers(id=st.sampled_from(IDS))
unfinished_image_networks = st.lists(
    st.one_of(_any_image_layer, _wires(_any_image_layer), _wires(_merging)), max_size=8
).map(lambda entries: {"layers": entries})
"""Any layers of image networks in any order, right or wrong."""

unfinished_networks = st.lists(
    st.one_of(
        layers(id=st.sampled_from(IDS)),
        layers(
            id=st.sampled_from(IDS),
            inputs=st.one_of(st.none(), st.lists(st.sampled_from(IDS), max_size=3)),
        ),
    ),
    max_size=6,
).map(lambda entries: {"layers": entries})
"""Any layers in any order: ids that collide, inputs that do not exist, outputs that do not fit."""


@st.composite
def facts(draw: Any, *, flat: bool = False) -> Facts:
    """What a network must know of its data."""
    task = draw(st.sampled_from(["binary", "multiclass", "regression"]))
    units = draw(st.integers(3, 5)) if task == "multiclass" else 1
    most = 1 if flat else 3
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=most)))
    return Facts(shape, task, units, draw(st.integers(1, 100)))


@st.composite
def image_facts(draw: Any, *, least: int = 1) -> Facts:
    """What a network must know of images."""
    height, width = draw(st.integers(least, 12)), draw(st.integers(least, 12))
    task = draw(st.sampled_from(["binary", "multiclass"]))
    units = draw(st.integers(3, 10)) if task == "multiclass" else 1
    channels = draw(st.sampled_from([1, 3]))
    return Facts((height, width, channels), task, units, draw(st.integers(1, 60_000)))


OUTPUTS = {"binary": "sigmoid", "multiclass": "softmax", "regression": "linear"}


@st.composite
def finished_networks(draw: Any, known: Facts) -> dict[str, Any]:
    """Layers that fit: each reads one before it, all are read, the output fits the task."""
    entries: list[dict[str, Any]] = []
    if len(known.input_shape) > 1:
        entries.append({"kind": "flatten", "id": "flat"})
    for index in range(draw(st.integers(0, 4))):
        entry = draw(layers(id=st.just(f"layer-{index}")))
        if draw(st.booleans()):  # say what is the default anyway
            entry["inputs"] = [entries[-1]["id"] if entries else "input"]
        entries.append(entry)
    last = {"kind": "dense", "id": "last", "units": known.output_units}
    entries.append({**last, "activation": OUTPUTS[known.task]})
    return {"layers": entries}


@st.composite
def finished_image_networks(draw: Any, known: Facts) -> dict[str, Any]:
    """Layers that fit, with branches that are merged; the output fits the task."""
    entries: list[dict[str, Any]] = []
    shapes: dict[str, tuple[int, ...]] = {"input": known.input_shape}

    def grow(reads: str, strategy: Any) -> str:
        """One more layer where it fits; what stands last then."""
        entry = {**draw(strategy(id=st.just(f"layer-{len(entries)}"))), "inputs": [reads]}
        (layer,) = Network.model_validate({"layers": [entry]}).layers
        try:
            shapes[layer.id] = layer.output_shape((shapes[reads],))
        except SpecError:
            return reads
        entries.append(entry)
        return layer.id

    def merge(kind: str, reads: list[str]) -> str:
        name = f"layer-{len(entries)}"
        entries.append({"kind": kind, "id": name, "inputs": reads})
        (layer,) = Network.model_validate({"layers": entries[-1:]}).layers
        shapes[name] = layer.output_shape(tuple(shapes[read] for read in reads))
        return name

    def keeping_maps(**fields: Any) -> Any:
        ends = ("dense", "flatten", "global-pool2d")
        return image_layers(**fields).filter(lambda entry: entry["kind"] not in ends)

    here = "input"
    for number in range(draw(st.integers(1, 7))):
        before, here = here, grow(here, keeping_maps if number < 5 else image_layers)
        if here != before and draw(st.booleans()) and shapes[here][:-1] == shapes[before][:-1]:
            same = shapes[here] == shapes[before]
            kind = draw(st.sampled_from(["add", "concatenate"])) if same else "concatenate"
            here = merge(kind, [before, here])
    if len(shapes[here]) > 1:
        kinds = st.sampled_from(["flatten", "global-pool2d"])
        here = grow(here, lambda **fields: st.fixed_dictionaries({"kind": kinds, **fields}))
    last = {"kind": "dense", "id": "last", "units": known.output_units, "inputs": [here]}
    entries.append({**last, "activation": OUTPUTS[known.task]})
    return {"layers": entries}


rates = st.floats(1e-6, 1)
optimizers = st.sampled_from(
    ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]
).flatmap(
    lambda kind: st.fixed_dictionaries({"kind": st.just(kind)}, optional={"learning_rate": rates})
)
schedules = st.one_of(
    st.just({"kind": "constant"}),
    st.fixed_dictionaries({"kind": st.just("step"), "every": st.integers(1, 50)}),
    st.fixed_dictionaries({"kind": st.just("exponential"), "factor": st.floats(0.01, 1)}),
    st.fixed_dictionaries(
        {"kind": st.just("cosine"), "floor": st.floats(0, 1), "warmup_epochs": st.floats(0, 9)}
    ),
    st.fixed_dictionaries({"kind": st.just("warm-up"), "start": st.floats(0, 1)}),
    st.fixed_dictionaries({"kind": st.just("reduce-on-plateau"), "patience": st.integers(0, 9)}),
)
trainings = st.fixed_dictionaries(
    {},
    optional={
        "optimizer": optimizers,
        "schedule": schedules,
        "batch_size": st.one_of(st.integers(1, 200), st.just("full")),
        "epochs": st.integers(1, 10_000_000),
        "l1": st.floats(0, 10),
        "l2": st.floats(0, 10),
        "clip_norm": st.one_of(st.none(), st.floats(1e-3, 1e6)),
        "clip_value": st.one_of(st.none(), st.floats(1e-3, 1e6)),
        "early_stopping": st.one_of(st.none(), st.just({"patience": 3})),
        "loss": st.one_of(
            st.fixed_dictionaries(
                {
                    "kind": st.sampled_from(
                        [
                            "auto",
                            "mean-squared-error",
                            "binary-cross-entropy",
                            "categorical-cross-entropy",
                        ]
                    )
                }
            ),
            st.fixed_dictionaries({"kind": st.just("huber"), "delta": st.floats(0.01, 1000)}),
        ),
    },
)


def patched(document: dict[str, Any], patch: Any) -> dict[str, Any]:
    """A copy of a document after a JSON Patch (RFC 6902) of `add`, `replace` and `remove`."""
    import copy

    changed: Any = copy.deepcopy(document)
    for operation in patch:
        *parents, last = operation.path.removeprefix("/").split("/")
        node: Any = changed
        for part in parents:
            node = node[int(part)] if isinstance(node, list) else node[part]
        key: Any = last
        if isinstance(node, list):
            key = len(node) if last == "-" else int(last)
        if operation.op == "remove":
            del node[key]
        elif operation.op == "add" and isinstance(node, list):
            node.insert(key, operation.value)
        else:
            assert operation.op == "add" or last in node or isinstance(node, list)
            node[key] = operation.value
    return changed
