"""The estimate of a training's memory: beside what JAX allocates, and what is said of much."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlapse.engine.program import build, compile_program
from netlapse.engine.programs import structure_of
from netlapse.engine.samples import Samples
from netlapse.spec.document import Spec
from netlapse.spec.memory import estimate_memory, in_words
from netlapse.spec.network import Facts
from netlapse.spec.presets import PRESETS
from netlapse.spec.resolve import examine_spec
from tests.spec import documents

ADAM = {"kind": "adam"}
MNIST = Facts((28, 28, 1), "multiclass", 10, 55_000)


def _preset(name: str, **training: Any) -> dict[str, Any]:
    document = PRESETS[name].spec.to_dict()
    document["data"]["augmentation"] = None
    document["training"].update(training)
    return document


def _wide(units: int, count: int, **training: Any) -> dict[str, Any]:
    document = _preset("two-layer", **training)
    flatten, hidden, output = document["network"]["layers"]
    layers = [{**hidden, "id": f"hidden-{i}", "units": units} for i in range(count)]
    document["network"]["layers"] = [flatten, *layers, output]
    return document


def _allocated(spec: Spec) -> int:
    """Bytes of the arguments, results and intermediate arrays of the compiled program."""
    x = np.zeros((2000, 28, 28, 1), np.float32)
    y = np.zeros(2000, np.int32)
    samples = Samples("multiclass", 10, x, y, x[:1], y[:1])
    chunk: Any = compile_program(build(structure_of(spec, samples)), x, y).chunk
    found = chunk.memory_analysis()
    return found.argument_size_in_bytes + found.output_size_in_bytes + found.temp_size_in_bytes


SEPARABLE = [
    {"kind": "separable-conv2d", "id": "a", "filters": 32, "activation": "relu"},
    {"kind": "separable-conv2d", "id": "b", "filters": 32, "activation": "relu"},
    {"kind": "global-pool2d", "id": "mean"},
    {"kind": "dense", "id": "out", "units": 10, "activation": "softmax"},
]


@pytest.mark.slow
@pytest.mark.parametrize(
    "document",
    [
        _preset("beginner", batch_size=1),
        _preset("beginner", batch_size=64),
        _preset("beginner", batch_size=256),
        _preset("lenet-5", batch_size=256),
        _preset("intermediate", batch_size=32),
        {**_preset("beginner"), "network": {"layers": SEPARABLE}},
        _wide(2048, 2, optimizer={"kind": "sgd"}),
        _wide(2048, 2, optimizer=ADAM),
        _wide(2048, 2, optimizer={"kind": "rmsprop", "centered": True}),
    ],
    ids=[
        "beginner-1",
        "beginner-64",
        "beginner-256",
        "lenet-5-256",
        "intermediate-32",
        "separable",
        "wide-sgd",
        "wide-adam",
        "wide-rmsprop",
    ],
)
def test_the_estimate_is_within_a_factor_of_two_of_what_jax_allocates(
    document: dict[str, Any],
) -> None:
    spec = Spec.model_validate(document)
    facts = Facts((28, 28, 1), "multiclass", 10, 2000)
    estimate = estimate_memory(spec.network, facts, spec.training)
    # Of what the estimate is about: the samples are known exactly and would only help it.
    known = 4 * 2000 * 28 * 28
    assert estimate.data == known
    real = _allocated(spec) - known
    assert 0.5 < (estimate.total - known) / real < 2, (estimate, real)


def test_its_parts_in_closed_form() -> None:
    spec = PRESETS["two-layer"].spec
    estimate = estimate_memory(spec.network, MNIST, spec.training.with_changes(optimizer=ADAM))
    parameters = 4 * 39_760
    assert estimate.parameters == estimate.gradients == parameters
    assert estimate.optimizer == 2 * parameters
    assert estimate.copies == 2 * 3 * parameters
    values = 4 * 100 * (784 + 50 + 10)
    assert values <= estimate.activations <= 2 * values
    assert estimate.data == 4 * 784 * 55_000
    parts = estimate.to_dict()
    total, asks = parts.pop("total"), parts.pop("asks")
    assert (sum(parts.values()), asks) == (total, False)


def test_moving_averages_have_no_gradient() -> None:
    spec = PRESETS["intermediate"].spec
    estimate = estimate_memory(spec.network, MNIST, spec.training)
    assert estimate.parameters - estimate.gradients == 4 * 2 * (16 + 16 + 32 + 32)


def _memory_finding(document: dict[str, Any]) -> Any:
    spec = Spec.model_validate(document)
    examination = examine_spec(spec, MNIST)
    (finding,) = (f for f in examination.findings if "of memory to train" in f.message)
    return spec, examination, finding


def test_many_parameters_are_said_with_their_memory() -> None:
    _, examination, finding = _memory_finding(_wide(4096, 5, optimizer={"kind": "sgd"}))
    assert finding.severity == "warning"
    assert finding.message == (
        "70,381,578 parameters and batches of 100 take about 1.3 GB of memory to train; use fewer "
        "units or filters, or pooling before a flatten layer."
    )
    assert examination.trainable
    assert examination.memory is not None
    assert not examination.memory.asks


def test_half_a_billion_parameters_ask_before_they_start() -> None:
    _, examination, finding = _memory_finding(_wide(4096, 31, optimizer=ADAM))
    assert examination.parameters > 500_000_000
    assert finding.message == (
        "506,695,690 parameters and batches of 100 take about 20.5 GB of memory to train, so a "
        "start has to be confirmed; use fewer units or filters, or pooling before a flatten layer."
    )
    assert examination.memory is not None
    assert examination.memory.asks


def test_large_batches_ask_and_a_smaller_one_clears_it() -> None:
    spec, examination, finding = _memory_finding(_preset("advanced", batch_size=16_384))
    assert examination.memory is not None
    assert examination.memory.asks
    assert finding.message.endswith("so a start has to be confirmed; use smaller batches.")
    assert finding.fix is not None
    fixed = Spec.model_validate(documents.patched(spec.to_dict(), finding.fix.patch))
    assert examine_spec(fixed, MNIST).findings == ()


def test_more_than_can_be_counted_is_an_error() -> None:
    document = _preset("beginner")
    document["network"]["layers"] = [
        {"kind": "conv2d", "id": "a", "filters": 512},
        {"kind": "flatten", "id": "f"},
        {"kind": "dense", "id": "b", "units": 4096, "activation": "relu"},
        {"kind": "dense", "id": "c", "units": 4096, "activation": "relu"},
    ]
    wide = Facts((64, 64, 3), "multiclass", 10, 1000)
    examination = examine_spec(Spec.model_validate(document), wide)
    messages = [finding.message for finding in examination.findings]
    assert any("at most 2,000,000,000 can be trained" in message for message in messages)


def test_sizes_in_words() -> None:
    assert [in_words(n) for n in (0, 999_000_000, 1_000_000_000)] == ["0 MB", "999 MB", "1.0 GB"]
