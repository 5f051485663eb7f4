"""Findings of image networks: each one sentence on its layer, with a remedy, and fixes that fix."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings

from netlapse.spec.document import Spec
from netlapse.spec.findings import Finding, remedy_of
from netlapse.spec.network import Examination, Facts
from netlapse.spec.resolve import examine_spec
from tests.spec import documents

MNIST = Facts((28, 28, 1), "multiclass", 10, 55_000)
SMALL = Facts((4, 4, 1), "multiclass", 10, 1_000)


def _spec(network: Any, training: Any = None) -> Spec:
    data = {"kind": "images", "name": "mnist"}
    return Spec.model_validate({"data": data, "network": network, "training": training or {}})


def _layer(kind: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "id": name, **fields}


def _conv(name: str, **fields: Any) -> dict[str, Any]:
    start = {"kernel_initializer": {"kind": "he"}}
    return _layer("conv2d", name, **{"filters": 8, "activation": "relu", **start, **fields})


def _dense(name: str, units: int = 10, activation: str = "softmax", **more: Any) -> dict[str, Any]:
    return _layer("dense", name, units=units, activation=activation, **more)


FLAT = _layer("flatten", "flat")
OUT = _dense("out")
POOL = _layer("max-pool2d", "pool")

CASES: dict[str, tuple[list[dict[str, Any]], Facts, str, str]] = {
    "kernel larger than its input": (
        [_conv("a", kernel_size=7, padding="valid"), FLAT, OUT],
        SMALL,
        "error a: The kernel of `a` is 7×7 and its input only 4×4. Use a kernel of 4 or less, or "
        "the padding `same`.",
        "Use the padding same",
    ),
    "kernel much larger than its input": (
        [_conv("a", kernel_size=11, padding="valid"), FLAT, OUT],
        SMALL,
        "error a: The kernel of `a` is 11×11 and its input only 4×4. Use a kernel of 4 or less, or "
        "the padding `same`.",
        "Use a kernel of 4",
    ),
    "kernel that reaches beyond the map": (
        [_conv("a", kernel_size=9), FLAT, OUT],
        SMALL,
        "warning a: The outer weights of the 9×9 kernel of `a` meet nothing but zeros around its "
        "4×4 input; use a kernel of 7 or less.",
        "Use a kernel of 7",
    ),
    "pool larger than its input": (
        [_conv("a"), _layer("average-pool2d", "p", pool=5), FLAT, OUT],
        SMALL,
        "error p: The pool of `p` is 5×5 and its input only 4×4. Use a pool of 4 or less, or the "
        "padding `same`.",
        "Use a pool of 4",
    ),
    "pooling to nothing": (
        [*(_layer("max-pool2d", f"p{i}") for i in range(3)), FLAT, OUT],
        SMALL,
        "error p2: The pool of `p2` is 2×2 and its input only 1×1. Leave it out: a single value "
        "cannot be pooled.",
        "Remove p2",
    ),
    "sum of other channels": (
        [_conv("a"), _conv("b", filters=4), _layer("add", "s", inputs=["a", "b"]), FLAT, OUT],
        MNIST,
        "error s: `s` adds layers of one shape, got (28, 28, 8) of `a` and (28, 28, 4) of "
        "`b`. Bring one to the channels of the other with a 1×1 convolution, or use Concatenate.",
        "Put a 1×1 convolution after a",
    ),
    "sum of other sizes": (
        [_conv("a"), POOL, _layer("add", "s", inputs=["pool", "a"]), FLAT, OUT],
        MNIST,
        "error s: `s` adds layers of one shape, got (14, 14, 8) of `pool` and (28, 28, 8) "
        "of `a`. Bring one to the size of the other by pooling or a convolution with a stride.",
        "Put a 1×1 convolution after a",
    ),
    "sum of other lists": (
        [
            FLAT,
            _dense("a", 8, "tanh"),
            _dense("b", 9, "tanh"),
            _layer("add", "s", inputs=["a", "b"]),
            OUT,
        ],
        MNIST,
        "error s: `s` adds layers of one shape, got (8,) of `a` and (9,) of `b`. Bring one to "
        "the length of the other with a dense layer, or use Concatenate.",
        "Put a dense layer after a",
    ),
    "maps of other sizes side by side": (
        [_conv("a"), POOL, _layer("concatenate", "c", inputs=["pool", "a"]), FLAT, OUT],
        MNIST,
        "error c: `c` puts maps of one height and width side by side, got (14, 14, 8) of "
        "`pool` and (28, 28, 8) of `a`. Bring them to one size by pooling or a stride.",
        "Put a 1×1 convolution after a",
    ),
    "merging one": (
        [_conv("a"), _layer("add", "s", inputs=["a"]), FLAT, OUT],
        MNIST,
        "error s: `s` merges two layers or more, got 1. Name them in `inputs`.",
        "Remove s",
    ),
    "circle": (
        [_conv("a", inputs=["b"]), _conv("b"), FLAT, OUT],
        MNIST,
        "error a: `a` reads `b`, which comes of `a`: values flow one way, and a wire back makes a "
        "circle. Let it read an earlier layer or `input`.",
        "Read input",
    ),
    "circle of one": (
        [_conv("a", inputs=["a"]), FLAT, OUT],
        MNIST,
        "error a: `a` reads itself: values flow one way, and a wire back makes a circle. "
        "Let it read an earlier layer or `input`.",
        "Read input",
    ),
    "wrong order": (
        [_conv("a", inputs=["b"]), _conv("b", inputs=["input"]), FLAT, OUT],
        MNIST,
        "error a: `a` reads `b`, which stands behind it: a layer reads only what stands before it. "
        "Let it read an earlier layer or `input`.",
        "Read input",
    ),
    "wire to nothing": (
        [_conv("a"), _conv("b", inputs=["gone"]), FLAT, OUT],
        MNIST,
        "error b: Layer `b` reads `gone`, which does not stand before it. Name an earlier layer or "
        "`input`.",
        "Read a",
    ),
    "two inputs where one is read": (
        [_conv("a"), _conv("b", inputs=["input", "a"]), FLAT, OUT],
        MNIST,
        "error b: A Convolution layer reads exactly one layer, got 2. Name one layer in `inputs`.",
        "Read a alone",
    ),
    "two outputs": (
        [FLAT, _dense("first"), _dense("second", inputs=["flat"])],
        MNIST,
        "error first: Nothing reads the layer `first`; only the last layer may be an output.",
        "Remove first",
    ),
    "wrong number of classes": (
        [FLAT, _dense("out", 7)],
        MNIST,
        "error out: The output layer `out` must have 10 units for 10 classes, got 7 units.",
        "Use 10 units",
    ),
    "a hidden layer at the end": (
        [FLAT, _dense("a", 64, "tanh")],
        MNIST,
        "error a: The output layer `a` must have 10 units for 10 classes, got 64 units.",
        "Add an output layer",
    ),
    "maps at the end": (
        [_conv("a"), POOL],
        MNIST,
        "error pool: The output layer `pool` must have 10 units for 10 classes, got shape "
        "(14, 14, 8).",
        "Add an output layer",
    ),
    "no layers": (
        [],
        MNIST,
        "error None: The network has no layers; its output needs 10 units.",
        "Add an output layer",
    ),
    "no flatten": (
        [_conv("a"), OUT],
        MNIST,
        "error out: A dense layer reads a flat list of features, got shape (28, 28, 8). "
        "Put a flatten layer before it.",
        "Insert a flatten layer",
    ),
    "convolution of a list": (
        [FLAT, _conv("a"), _layer("flatten", "again"), OUT],
        MNIST,
        "error a: A Convolution layer reads maps (height, width, channels), got shape (784,). "
        "Put it before the flatten layer, or choose image data.",
        "Remove flat",
    ),
    "bias before batch normalization": (
        [_conv("a", activation="linear"), _layer("batch-norm", "n"), FLAT, OUT],
        MNIST,
        "advice a: `n` takes the bias of `a` off again with the mean; leave it out.",
        "Use no bias",
    ),
    "dropout of the output": (
        [FLAT, OUT, _layer("dropout", "d"), _layer("activation", "s", activation="softmax")],
        MNIST,
        "warning d: `d` drops parts of the answer itself, since no weights come after it; dropout "
        "belongs before the output layer.",
        "Remove d",
    ),
    "dropout after the output": (
        [FLAT, _dense("a", activation="linear"), _layer("dropout", "d", rate=0.5)],
        Facts((28, 28, 1), "regression", 10, 100),
        "warning d: `d` drops parts of the answer itself, since no weights come after it; dropout "
        "belongs before the output layer.",
        "Remove d",
    ),
    "softmax in between": (
        [FLAT, _dense("a", 64), OUT],
        MNIST,
        "warning a: `a` is a hidden layer and ends in a softmax, and `out` applies another: its "
        "values add up to 1, so that most of them vanish; softmax is for the output.",
        "Use relu",
    ),
    "softmax twice": (
        [FLAT, OUT, _layer("activation", "s", activation="softmax")],
        MNIST,
        "warning s: `out` applies softmax and `s` softmax to the same values, softmax twice; one "
        "activation is enough.",
        "Use linear in out",
    ),
    "activation twice": (
        [
            _conv("a", activation="linear"),
            _layer("activation", "r", activation="relu"),
            _layer("activation", "t", activation="tanh"),
            FLAT,
            OUT,
        ],
        MNIST,
        "warning t: `r` applies relu and `t` tanh to the same values, one after another; one "
        "activation is enough.",
        "Remove r",
    ),
}


def _told(finding: Finding) -> str:
    return f"{finding.severity} {finding.layer}: {finding.message}"


@pytest.mark.parametrize("case", CASES)
def test_one_sentence_with_a_fix_that_clears_it(case: str) -> None:
    layers, facts, expected, title = CASES[case]
    spec = _spec({"layers": layers})
    told = {_told(finding): finding for finding in examine_spec(spec, facts).findings}
    assert expected in told
    fix = told[expected].fix
    assert fix is not None
    assert fix.title == title
    fixed = Spec.model_validate(documents.patched(spec.to_dict(), fix.patch))
    after = {_told(finding) for finding in examine_spec(fixed, facts).findings}
    assert expected not in after
    errors = [one for one in after if one.startswith("error")]
    others = [one for one in told if one.startswith("error") and one != expected]
    assert len(errors) <= len(others), errors


@pytest.mark.parametrize("kind", ["add", "concatenate"])
def test_maps_and_lists_cannot_be_merged(kind: str) -> None:
    layers = [_conv("a"), FLAT, _layer(kind, "m", inputs=["flat", "a"]), OUT]
    (finding,) = (
        one for one in examine_spec(_spec({"layers": layers}), MNIST).findings if one.layer == "m"
    )
    assert "got (6272,) of `flat` and (28, 28, 8) of `a`. Flatten both" in finding.message
    assert finding.fix is None


def test_a_batch_of_one_says_nothing_of_its_spread() -> None:
    layers = [_conv("a", use_bias=False), _layer("batch-norm", "n"), FLAT, OUT]
    spec = _spec({"layers": layers}, {"batch_size": 1})
    (finding,) = examine_spec(spec, MNIST).findings
    assert _told(finding) == (
        "warning n: `n` compares the samples of a batch, and every batch has one sample; use a "
        "larger batch or layer normalization."
    )
    assert finding.fix is not None
    fixed = Spec.model_validate(documents.patched(spec.to_dict(), finding.fix.patch))
    assert examine_spec(fixed, MNIST).findings == ()


@pytest.mark.parametrize(
    "layers",
    [
        [_conv("a"), _layer("batch-norm", "n"), FLAT, OUT],  # the bias acts before the activation
        [_conv("a"), _layer("dropout", "d"), FLAT, OUT],
        [_conv("a"), FLAT, _dense("b", 64, "tanh"), _layer("dropout", "d"), OUT],
        [_conv("a"), POOL, _layer("dropout", "d")],  # more is to come
        [FLAT, _dense("a", activation="linear"), _layer("activation", "s", activation="softmax")],
        [
            _conv("a", activation="linear"),
            _layer("batch-norm", "n"),
            _layer("add", "s", inputs=["a", "n"]),  # the bias reaches the sum
            FLAT,
            OUT,
        ],
    ],
)
def test_nothing_is_said_of_what_is_right(layers: list[dict[str, Any]]) -> None:
    findings = examine_spec(_spec({"layers": layers}), MNIST).findings
    assert [finding for finding in findings if finding.severity != "error"] == []


def _counted(examination: Examination) -> Counter[str]:
    return Counter(_told(finding) for finding in examination.findings)


@settings(deadline=None, max_examples=300)
@given(documents.unfinished_image_networks, documents.trainings, documents.image_facts())
def test_examining_never_raises_and_fixes_fix(network: Any, training: Any, facts: Facts) -> None:
    spec = _spec(network, training)
    examination = examine_spec(spec, facts)
    before = _counted(examination)
    has_doubles = len({layer.id for layer in spec.network.layers}) < len(spec.network.layers)
    assert len(examination.layers) == len(spec.network.layers)
    for finding in examination.findings:
        assert finding.message.endswith(".")
        assert remedy_of(finding).endswith(".")
        node: Any = spec.to_dict()
        for part in finding.path.split("/")[1:]:
            node = node[int(part)] if isinstance(node, list) else node[part]
        # Of two layers with one name, one may have the fault of the other after its fix.
        if finding.fix is None or (has_doubles and "named" not in finding.message):
            continue
        fixed = Spec.model_validate(documents.patched(spec.to_dict(), finding.fix.patch))
        assert _counted(examine_spec(fixed, facts))[_told(finding)] < before[_told(finding)], (
            finding
        )
