"""Advice: recommendations that fit, and a score in which every lost point has its sentence."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlapse.data import known_facts
from netlapse.errors import SpecError
from netlapse.spec.advice import (
    ArchitectureScore,
    Lost,
    Recommendation,
    architecture_score,
    recommend,
)
from netlapse.spec.document import Spec
from netlapse.spec.network import Facts, Network
from netlapse.spec.presets import PRESETS
from netlapse.spec.resolve import examine_spec
from netlapse.spec.training import Training
from tests.spec import documents

MNIST = Facts((28, 28, 1), "multiclass", 10, 55_000)
PLANE = Facts((2,), "binary", 1, 320)
TEMPLATES = [name for name, preset in PRESETS.items() if preset.template]
SEVERITIES = ("error", "warning", "advice")


def _facts(name: str) -> Facts:
    from netlapse.data import facts_of, load

    data = PRESETS[name].spec.data
    return known_facts(data) or facts_of(load(data))


def _spec(network: Any, training: Any = None) -> Spec:
    data = {"kind": "images", "name": "mnist"}
    return Spec.model_validate({"data": data, "network": network, "training": training or {}})


def _conv(name: str, filters: int = 8, activation: str = "relu", **more: Any) -> dict[str, Any]:
    return {
        "kind": "conv2d",
        "id": name,
        "filters": filters,
        "activation": activation,
        "kernel_initializer": {"kind": "he"},
        **more,
    }


def _dense(name: str, units: int, activation: str = "relu", **more: Any) -> dict[str, Any]:
    start = {"kind": "he" if activation == "relu" else "glorot"}
    return {
        "kind": "dense",
        "id": name,
        "units": units,
        "activation": activation,
        "kernel_initializer": start,
        **more,
    }


POOL = {"kind": "max-pool2d", "id": "pool"}
FLAT = {"kind": "flatten", "id": "flat"}
OUT = _dense("out", 10, "softmax")


# --- recommendations --------------------------------------------------------------------------


def _errors(spec: Spec, facts: Facts) -> Counter[str]:
    return Counter(finding.severity for finding in examine_spec(spec, facts).findings)


def _applied(spec: Spec, recommended: Recommendation) -> Spec:
    return Spec.model_validate(documents.patched(spec.to_dict(), recommended.fix.patch))


def _check_all(spec: Spec, facts: Facts, after: str | None) -> None:
    """What holds for every recommendation at every place of every network."""
    before = _errors(spec, facts)
    found = recommend(spec.network, facts, after, spec.training)
    assert len({one.title for one in found}) == len(found) <= 6
    for one in found:
        assert one.reason.endswith(".")
        assert one.fix.title.startswith("Add ")
        fixed = _applied(spec, one)
        added = {layer.id for layer in one.layers}
        assert added.isdisjoint(layer.id for layer in spec.network.layers)
        assert added <= {layer.id for layer in fixed.network.layers}
        assert len(fixed.network.layers) == len(spec.network.layers) + len(one.layers)
        counts = _errors(fixed, facts)
        assert all(counts[severity] <= before[severity] for severity in SEVERITIES), one


@pytest.mark.parametrize("name", PRESETS)
def test_no_recommendation_contradicts_the_validator_at_any_place_of_any_preset(name: str) -> None:
    spec, facts = PRESETS[name].spec, _facts(name)
    score = architecture_score(spec.network, facts, spec.training).total
    for after in (None, "input", *(layer.id for layer in spec.network.layers)):
        _check_all(spec, facts, after)
        for one in recommend(spec.network, facts, after, spec.training):
            network = _applied(spec, one).network
            assert architecture_score(network, facts, spec.training).total >= score


@settings(deadline=None, max_examples=150)
@given(documents.unfinished_image_networks, documents.trainings, documents.image_facts())
def test_no_recommendation_contradicts_the_validator_in_any_image_network(
    network: Any, training: Any, facts: Facts
) -> None:
    spec = _spec(network, training)
    for after in (None, "input", *(layer.id for layer in spec.network.layers)):
        _check_all(spec, facts, after)


@settings(deadline=None, max_examples=100)
@given(documents.unfinished_networks, documents.trainings, documents.facts())
def test_no_recommendation_contradicts_the_validator_in_any_network(
    network: Any, training: Any, facts: Facts
) -> None:
    spec = _spec(network, training)
    for after in (None, "input", *(layer.id for layer in spec.network.layers)):
        _check_all(spec, facts, after)


@settings(deadline=None, max_examples=60)
@given(st.one_of(documents.image_facts(least=6), documents.facts(flat=True)))
def test_following_the_first_recommendation_leads_to_a_network_that_trains(facts: Facts) -> None:
    spec = _spec({"layers": []}, {"batch_size": "full"})
    for _ in range(30):
        last = spec.network.layers[-1].id if spec.network.layers else "input"
        found = recommend(spec.network, facts, last)
        if not found:
            break
        spec = _applied(spec, found[0])
    examination = examine_spec(spec, facts)
    assert examination.findings == ()
    assert examination.parameters > 0
    assert 2 <= len(spec.network.layers) < 30


def _titles(layers: list[dict[str, Any]], facts: Facts, after: str | None = None) -> list[str]:
    network = Network.model_validate({"layers": layers})
    return [one.title for one in recommend(network, facts, after)]


@pytest.mark.parametrize(
    ("layers", "facts", "after", "first"),
    [
        ([], MNIST, None, "A convolution of 16 filters"),
        ([], PLANE, None, "A hidden layer of 8 units"),
        ([_conv("a")], MNIST, None, "Max pooling"),
        ([_conv("a"), POOL], MNIST, None, "A convolution of 16 filters"),
        ([_conv("a", activation="linear")], MNIST, None, "The activation relu"),
        ([_conv("a"), POOL, _conv("b")], MNIST, "a", "A second convolution of 8 filters"),
        ([_conv("a", kernel_size=11, stride=8)], MNIST, None, "Flatten"),
        ([_conv("a"), OUT], MNIST, "a", "Flatten"),
        ([_conv("a"), POOL, FLAT, _dense("b", 64)], MNIST, None, "The output layer"),
        ([FLAT, OUT], MNIST, "input", "A convolution of 16 filters and pooling"),
        ([FLAT, OUT], MNIST, None, "A hidden layer of 64 units"),
        ([_dense("a", 8, "tanh"), _dense("b", 1, "sigmoid")], PLANE, None, "Another hidden layer "),
        ([_conv("a", activation="linear"), POOL, FLAT, OUT], MNIST, "a", "The activation relu"),
    ],
)
def test_what_comes_first(
    layers: list[dict[str, Any]], facts: Facts, after: str | None, first: str
) -> None:
    assert _titles(layers, facts, after)[0].startswith(first)


def test_nothing_follows_the_output_or_an_error() -> None:
    assert _titles([FLAT, OUT], MNIST, "out") == []
    broken = [_conv("a", kernel_size=11, padding="valid", stride=8), _conv("b", padding="valid")]
    assert _titles([*broken, _conv("c", padding="valid")], MNIST, "c") == []
    with pytest.raises(SpecError, match="There is no layer `nothing`"):
        recommend(Network(), MNIST, "nothing")


def test_a_second_convolution_sees_farther() -> None:
    layers = [_conv("a", kernel_size=5, stride=2), POOL, FLAT, OUT]
    found = recommend(Network.model_validate({"layers": layers}), MNIST, "a")
    (one,) = (one for one in found if one.title == "A second convolution of 8 filters")
    # 5 pixels for the first of three places, and two more steps of 2.
    assert one.reason == (
        "After `a` a kernel of 3×3 sees 9×9 pixels of what that reads, and finds patterns of its "
        "patterns."
    )


def test_batch_normalization_replaces_the_bias() -> None:
    relu = {"kind": "activation", "id": "r", "activation": "relu"}
    spec = _spec({"layers": [_conv("a", activation="linear"), relu, POOL, FLAT, OUT]})
    (one,) = (
        one for one in recommend(spec.network, MNIST, "a") if one.title == "Batch normalization"
    )
    conv, norm, *_ = _applied(spec, one).network.layers
    assert (norm.kind, conv.to_dict()["use_bias"]) == ("batch-norm", False)
    assert one.reason == (
        "It keeps mean and spread of `a` steady while the layers before it change, so that "
        "training is faster and takes a higher learning rate; its offset replaces the bias."
    )


def test_a_residual_block_reads_its_place_twice_and_is_read_by_all_that_read_it() -> None:
    join = {"kind": "add", "id": "join", "inputs": ["a", "b"]}
    spec = _spec({"layers": [_conv("a"), _conv("b"), join, POOL, FLAT, OUT]})
    found = recommend(spec.network, MNIST, "a")
    (one,) = (one for one in found if one.title == "A residual block")
    network = _applied(spec, one).network
    by_id = {layer.id: layer for layer in network.layers}
    add = next(layer for layer in one.layers if layer.kind == "add")
    last = one.layers[-1].id
    assert add.inputs == ("a", one.layers[4].id)
    assert by_id["join"].inputs == (last, "b")
    assert [layer.id for layer in network.layers][:2] == ["a", one.layers[0].id]


def test_what_is_recommended_has_the_function_and_start_of_the_others() -> None:
    layers = [_dense("a", 8, "tanh"), _dense("b", 1, "sigmoid")]
    (layer,) = recommend(Network.model_validate({"layers": layers}), PLANE)[0].layers
    assert (layer.function, layer.to_dict()["kernel_initializer"]["kind"]) == ("tanh", "glorot")


# --- score ------------------------------------------------------------------------------------


def _score(
    layers: list[dict[str, Any]], facts: Facts = MNIST, **training: Any
) -> ArchitectureScore:
    network = Network.model_validate({"layers": layers})
    return architecture_score(network, facts, Training.model_validate(training))


def _lost(score: ArchitectureScore) -> list[tuple[str, Lost]]:
    return [(part.part, lost) for part in score.parts for lost in part.lost]


def _check_score(score: ArchitectureScore) -> None:
    """Every point is somewhere, and every one that is lost has a sentence and a remedy."""
    assert [part.part for part in score.parts] == [
        "validity",
        "order",
        "capacity",
        "regularization",
        "cost",
    ]
    assert [part.of for part in score.parts] == [30, 20, 20, 15, 15]
    assert score.total == sum(part.points for part in score.parts)
    for part in score.parts:
        assert part.points == part.of - sum(lost.points for lost in part.lost) >= 0
        for lost in part.lost:
            assert lost.points > 0
            assert lost.sentence.endswith(".") and lost.remedy.endswith(".")
            assert lost.sentence != lost.remedy


@pytest.mark.parametrize("name", PRESETS)
def test_presets_score_high(name: str) -> None:
    spec = PRESETS[name].spec
    score = architecture_score(spec.network, _facts(name), spec.training)
    _check_score(score)
    assert score.total >= 85
    assert score.parts[0].lost == ()


@settings(deadline=None, max_examples=200)
@given(
    st.one_of(documents.unfinished_image_networks, documents.unfinished_networks),
    documents.trainings,
    st.one_of(documents.image_facts(), documents.facts()),
)
def test_every_lost_point_has_a_sentence_and_fixes_can_be_applied(
    network: Any, training: Any, facts: Facts
) -> None:
    spec = _spec(network, training)
    score = architecture_score(spec.network, facts, spec.training)
    _check_score(score)
    trainable = examine_spec(spec, facts).trainable
    assert (score.total > 15) or not trainable
    if not trainable:
        assert all(part.points == 0 for part in score.parts[1:])
    for part, lost in _lost(score):
        if lost.fix is None:
            continue
        fixed = Spec.model_validate(documents.patched(spec.to_dict(), lost.fix.patch))
        if trainable and part != "validity":
            assert examine_spec(fixed, facts).trainable, lost


LEARNER = [_conv("a"), POOL, _conv("b", 16), {**POOL, "id": "p"}, FLAT, _dense("d", 64), OUT]


def _with(name: str, **fields: Any) -> list[dict[str, Any]]:
    return [{**layer, **fields} if layer["id"] == name else layer for layer in LEARNER]


def _before(name: str, *layers: dict[str, Any]) -> list[dict[str, Any]]:
    at = next(i for i, layer in enumerate(LEARNER) if layer["id"] == name)
    return [*LEARNER[:at], *layers, *LEARNER[at:]]


def test_a_usual_network_loses_nothing() -> None:
    assert _score(LEARNER).total == 100


@pytest.mark.parametrize(
    ("layers", "facts", "training", "part", "points", "sentence"),
    [
        (
            _with("a", kernel_size=9),
            MNIST,
            {},
            "cost",
            4,
            "The 9×9 kernel of `a` costs 9 times a 3×3 one; a few of those in a row see as far and "
            "bend more often.",
        ),
        (
            _with("a", activation="linear"),
            MNIST,
            {},
            "order",
            6,
            "No activation stands between `a` and `b`: only pooling bends the signal.",
        ),
        (
            _with("d", activation="linear"),
            MNIST,
            {},
            "order",
            6,
            "No activation stands between `d` and `out`: together they do no more than one.",
        ),
        (
            [FLAT, _dense("d", 64), OUT],
            MNIST,
            {},
            "order",
            5,
            "`d` reads the image as a list: it must learn every pattern anew at every place.",
        ),
        (
            _before("a", {**POOL, "id": "early"}),
            MNIST,
            {},
            "order",
            4,
            "`early` throws pixels away before anything has looked at them.",
        ),
        (
            _before("b", {**POOL, "id": "again"}),
            MNIST,
            {},
            "order",
            3,
            "`again` pools what `pool` has just given; one will do.",
        ),
        (
            _before("b", *(_conv(f"c{i}") for i in range(5))),
            MNIST,
            {},
            "order",
            4,
            "9 layers with weights stand in a row with neither normalization nor a shortcut, so "
            "the gradient may fade or grow on its way back.",
        ),
        (
            _with("d", units=4096),
            MNIST,
            {},
            "capacity",
            8,
            "3,257,578 parameters for 55,000 samples are 59 for each, and 99 % of them stand in "
            "`d`; up to 15 are usual.",
        ),
        (
            [FLAT, OUT],
            MNIST,
            {},
            "capacity",
            6,
            "Nothing with weights stands before the output layer: it compares the image with one "
            "picture for each class.",
        ),
        (
            _with("d", units=4),
            MNIST,
            {},
            "capacity",
            5,
            "`d` passes only 4 features on for 10 classes.",
        ),
        (
            LEARNER,
            Facts((28, 28, 1), "multiclass", 10, 10_000),
            {},
            "regularization",
            4,
            "52,138 parameters can learn the 10,000 samples by heart, and nothing keeps them from "
            "it.",
        ),
        (
            _before("b", {"kind": "batch-norm", "id": "norm"}),
            MNIST,
            {"batch_size": 4},
            "regularization",
            5,
            "`norm` takes mean and spread from batches of 4, which say little.",
        ),
        (
            LEARNER,
            MNIST,
            {"l2": 0.5},
            "regularization",
            4,
            "An L2 of 0.5 pulls all weights to zero.",
        ),
        (
            _before("out", {"kind": "dropout", "id": "x"}, {"kind": "dropout", "id": "y"}),
            MNIST,
            {},
            "regularization",
            3,
            "`y` drops what `x` has just given; one will do.",
        ),
        (
            _before("pool", _conv("wide", 512), _conv("wider", 16)),
            MNIST,
            {},
            "cost",
            3,
            "87 million multiply-adds for each sample are 14.4 trillion in an epoch, most of them "
            "in `wider`.",
        ),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_worse_variants_lose_points(
    layers: list[dict[str, Any]],
    facts: Facts,
    training: dict[str, Any],
    part: str,
    points: int,
    sentence: str,
) -> None:
    score = _score(layers, facts, **training)
    _check_score(score)
    (lost,) = (lost for name, lost in _lost(score) if name == part)
    assert (lost.points, lost.sentence) == (points, sentence)


def test_an_unfinished_network_is_judged_by_its_errors_alone() -> None:
    score = _score([_conv("a")])
    assert [part.points for part in score.parts] == [15, 0, 0, 0, 0]
    _, first, *_ = (lost for _, lost in _lost(score))
    assert first.sentence == "This is judged as soon as the network can be trained."
    assert first.fix is not None


@pytest.mark.parametrize("name", TEMPLATES)
def test_applying_the_fixes_of_lost_points_raises_the_score(name: str) -> None:
    """Worse in several ways at once, then one click after the other."""
    document = PRESETS[name].spec.to_dict()
    for layer in document["network"]["layers"][:-1]:
        if layer["kind"] == "conv2d" and layer["kernel_size"] > 1:
            layer["kernel_size"] = 9 if layer["padding"] == "same" else layer["kernel_size"]
        if layer["kind"] == "dense":
            layer["units"], layer["activation"] = 2048, "linear"
    document["training"]["l1"] = 0.5
    facts = known_facts(PRESETS[name].spec.data)
    assert facts is not None
    spec = Spec.model_validate(document)
    totals = [architecture_score(spec.network, facts, spec.training).total]
    for _ in range(30):
        score = architecture_score(spec.network, facts, spec.training)
        fix = next((lost.fix for _, lost in _lost(score) if lost.fix), None)
        if fix is None:
            break
        spec = Spec.model_validate(documents.patched(spec.to_dict(), fix.patch))
        totals.append(architecture_score(spec.network, facts, spec.training).total)
    assert totals == sorted(totals)
    assert totals[0] < totals[-1] >= 85
