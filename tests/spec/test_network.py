"""Networks: shapes and counts, findings for anything that can be written, fixes that fix."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlapse.engine.forward import forward, initial_parameters
from netlapse.spec.document import Spec
from netlapse.spec.examination import examine
from netlapse.spec.findings import Finding
from netlapse.spec.network import Examination, Facts, Network
from netlapse.spec.resolve import examine_spec
from tests.spec import documents

XOR = {"kind": "xor"}
BINARY = Facts((2,), "binary", 1, 100)


def _spec(network: Any, training: Any = None) -> Spec:
    return Spec.model_validate({"data": XOR, "network": network, "training": training or {}})


def _messages(layers: list[dict[str, Any]], facts: Facts = BINARY, **training: Any) -> list[str]:
    examination = examine_spec(_spec({"layers": layers}, training), facts)
    return [f"{finding.severity}: {finding.message}" for finding in examination.findings]


def _dense(layer: str, units: int = 4, activation: str = "tanh", **more: Any) -> dict[str, Any]:
    return {"kind": "dense", "id": layer, "units": units, "activation": activation, **more}


# --- shapes and counts ------------------------------------------------------------------------


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_shapes_and_counts_are_those_that_are_computed(data: st.DataObject) -> None:
    facts = data.draw(documents.facts())
    network = Network.model_validate(data.draw(documents.finished_networks(facts)))
    examination = examine(network, facts)
    assert examination.trainable, examination.findings

    def computed(key: Any, x: Any) -> Any:
        parameters = initial_parameters(network, facts.input_shape, 0)
        rates = {layer.id: dict(layer.hyperparameters()) for layer in network.layers}
        ids = jnp.arange(7)
        activity = forward(network, parameters, rates, x, training=True, key=key, sample_ids=ids)
        return parameters, activity.pre_activations, activity.activations

    x = jax.ShapeDtypeStruct((7, *facts.input_shape), jnp.float32)
    parameters, sums, activations = jax.eval_shape(computed, jax.random.key(0), x)
    for report in examination.layers:
        assert activations[report.layer].shape == (7, *(report.output_shape or ()))
        assert sums[report.layer].shape == activations[report.layer].shape
        assert activations[report.layer].dtype == jnp.float32
        own = parameters.get(report.layer, {})
        assert report.parameters == sum(math.prod(array.shape) for array in own.values())
    assert examination.parameters == sum(a.size for a in jax.tree.leaves(parameters))


def test_multiply_adds_of_a_dense_layer() -> None:
    report = examine(Network.model_validate({"layers": [_dense("a", 4)]}), BINARY).layers[0]
    assert (report.multiply_adds, report.parameters, report.output_shape) == (8, 12, (4,))
    assert (report.inputs, report.input_shapes) == (("input",), ((2,),))


# --- findings ---------------------------------------------------------------------------------


def _counted(examination: Examination) -> Counter[str]:
    return Counter(_identity(finding) for finding in examination.findings)


def _identity(finding: Finding) -> str:
    return f"{finding.severity} {finding.layer} {finding.message}"


@settings(deadline=None, max_examples=300)
@given(documents.unfinished_networks, documents.trainings, documents.facts())
def test_examining_never_raises_and_fixes_fix(network: Any, training: Any, facts: Facts) -> None:
    spec = _spec(network, training)
    examination = examine_spec(spec, facts)
    assert len(examination.layers) == len(spec.network.layers)
    severities = [finding.severity for finding in examination.findings]
    assert severities == sorted(severities, key=("error", "warning", "advice").index)
    assert examination.trainable == ("error" not in severities)
    before = _counted(examination)
    has_doubles = len({layer.id for layer in spec.network.layers}) < len(spec.network.layers)
    for finding in examination.findings:
        assert finding.message.endswith(".")
        if finding.layer is not None:
            assert finding.layer in {layer.id for layer in spec.network.layers}
        # Of two layers with one name, one may have the fault of the other after its fix.
        if finding.fix is None or (has_doubles and "named" not in finding.message):
            continue
        fixed = Spec.model_validate(documents.patched(spec.to_dict(), finding.fix.patch))
        after = _counted(examine_spec(fixed, facts))
        assert after[_identity(finding)] < before[_identity(finding)], finding


@settings(deadline=None, max_examples=150)
@given(documents.unfinished_networks, documents.facts())
def test_paths_of_findings_exist(network: Any, facts: Facts) -> None:
    spec = _spec(network)
    document = spec.to_dict()
    for finding in examine_spec(spec, facts).findings:
        node: Any = document
        for part in finding.path.split("/")[1:]:
            node = node[int(part)] if isinstance(node, list) else node[part]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], "error: The network has no layers; its output needs 1 unit."),
        (
            [_dense("a"), _dense("a", 1, "sigmoid")],
            "error: Two layers are named `a`; each name may stand once.",
        ),
        (
            [_dense("input", 1, "sigmoid")],
            "error: `input` is the name of the features; a layer needs another.",
        ),
        (
            [_dense("a", 1, "sigmoid", inputs=["b"])],
            "error: Layer `a` reads `b`, which does not stand before it. "
            "Name an earlier layer or `input`.",
        ),
        (
            [_dense("a", inputs=[])],
            "error: A Dense layer reads exactly one layer, got 0. Name one layer in `inputs`.",
        ),
        (
            [_dense("a", 3, "sigmoid")],
            "error: The output layer `a` must have 1 unit for two classes, got 3 units.",
        ),
        (
            [_dense("a", 1, "tanh")],
            "error: Binary cross-entropy needs probabilities: the output layer `a` must end in a "
            "sigmoid, got tanh.",
        ),
        (
            [_dense("a"), _dense("b", 1, "sigmoid", inputs=["input"])],
            "error: Nothing reads the layer `a`; only the last layer may be an output.",
        ),
        (
            [_dense("a", kernel_initializer={"kind": "zeros"}), _dense("b", 1, "sigmoid")],
            "warning: All weights start at zero, so all units of this layer stay equal; draw them "
            "at random.",
        ),
        (
            [_dense("a", activation="relu"), _dense("b", 1, "sigmoid")],
            "advice: He initialization keeps the signal's size through relu layers better than "
            "Glorot.",
        ),
        (
            [
                _dense("a"),
                {"kind": "dropout", "id": "d", "rate": 0.8},
                _dense("b", 1, "sigmoid"),
            ],
            "warning: A dropout rate of 0.8 leaves little to learn from; 0.1 to 0.5 is usual.",
        ),
        (
            [
                _dense("a", frozen=True),
                _dense("b", 1, "linear", frozen=True),
                {"kind": "activation", "id": "c", "activation": "sigmoid"},
            ],
            "warning: Every layer is frozen, so nothing can be learned; let one of them learn.",
        ),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
def test_wording(layers: list[dict[str, Any]], expected: str) -> None:
    assert expected in _messages(layers)


def test_a_network_without_weights() -> None:
    layers = [{"kind": "activation", "id": "a", "activation": "sigmoid"}]
    facts = Facts((1,), "binary", 1, 10)
    expected = ["warning: No layer has weights, so nothing can be learned; add a dense layer."]
    assert _messages(layers, facts) == expected


def test_an_image_needs_a_flatten_layer_also_where_inputs_are_named() -> None:
    facts = Facts((8, 8), "multiclass", 3, 100)
    for inputs in (None, ["input"]):
        layers = [_dense("a", inputs=inputs), _dense("b", 3, "softmax")]
        spec = _spec({"layers": layers})
        error = examine_spec(spec, facts).findings[0]
        assert error.message == (
            "A dense layer reads a flat list of features, got shape (8, 8). "
            "Put a flatten layer before it."
        )
        assert error.fix is not None
        fixed = Spec.model_validate(documents.patched(spec.to_dict(), error.fix.patch))
        assert examine_spec(fixed, facts).trainable
        assert [layer.id for layer in fixed.network.layers] == ["flatten", "a", "b"]


def test_losses_that_do_not_fit() -> None:
    layers = [_dense("a", 1, "linear")]
    facts = Facts((2,), "regression", 1, 10)
    wrong = "needs two classes, and this data has others; use the automatic loss."
    (message,) = _messages(layers, facts, loss={"kind": "binary-cross-entropy"})
    assert message == f"error: Binary cross-entropy {wrong}"
    (message,) = _messages(layers, facts, class_weights="balanced")
    assert message == (
        "error: Only classes can have weights, and this data has numbers for targets."
    )
    (message,) = _messages([_dense("a", 1, "softmax")], facts)
    assert message == (
        "error: The softmax of a single unit is always 1; give `a` another activation."
    )


def test_a_batch_larger_than_the_data() -> None:
    (message,) = _messages([_dense("a", 1, "sigmoid")], BINARY, batch_size=200)
    assert message == (
        "advice: A batch of 200 is larger than the 100 training samples, so every step uses all "
        "of them."
    )


# --- trained ----------------------------------------------------------------------------------


@settings(deadline=None, max_examples=8)
@given(st.data())
def test_what_is_found_trainable_trains(data: st.DataObject) -> None:
    from netlapse.engine.programs import Programs
    from tests.engine.building import new_trainer, samples

    facts = data.draw(documents.facts(flat=True))
    network = data.draw(documents.finished_networks(facts))
    training = {"batch_size": 16, "optimizer": {"kind": "adam"}, "clip_norm": 1.0}
    examples = samples(
        facts.task,
        count=30,
        features=facts.input_shape[0],
        outputs=facts.output_units,
        validation=5,
    )
    spec = _spec(network, training)
    examination = examine_spec(spec, examples.facts)
    assert examination.trainable, examination.findings
    trainer = new_trainer(Programs(), spec, examples)
    steps = trainer.advance(4)
    assert len(steps.losses) == 4
    assert np.isfinite(steps.losses).all()
    assert len(trainer.advance(1).losses) == 1
    assert trainer.steps_per_epoch == 2
