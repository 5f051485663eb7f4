"""A model at a glance."""

from __future__ import annotations

from netlapse.spec.document import Spec
from netlapse.spec.network import Facts
from netlapse.spec.presets import PRESETS
from netlapse.spec.summary import summary

FACTS = Facts((28, 28, 1), "multiclass", 10, 55_000)


def spec() -> Spec:
    """A small convolutional network with a frozen layer."""
    layers = [
        {"kind": "conv2d", "id": "conv", "filters": 4, "kernel_size": 3, "frozen": True},
        {"kind": "flatten", "id": "flat"},
        {"kind": "dense", "id": "output", "units": 10, "activation": "softmax"},
    ]
    data = {"kind": "images", "name": "mnist"}
    return Spec.model_validate({"name": "A | B", "data": data, "network": {"layers": layers}})


def test_a_summary_counts_as_the_examination_does() -> None:
    found = summary(spec(), FACTS)
    shapes = [layer.output_shape for layer in found.layers]
    assert shapes[-1] == (10,)
    height, width, channels = shapes[0] or ()
    assert found.layers[0].parameters == 4 * 9 + 4
    assert found.layers[0].multiply_adds == height * width * channels * 9
    assert found.layers[2].parameters == height * width * channels * 10 + 10
    assert found.parameters == sum(layer.parameters for layer in found.layers)
    assert [layer.frozen for layer in found.layers] == [True, False, False]
    assert found.memory is not None


def test_text_is_aligned_and_says_the_totals() -> None:
    found = summary(spec(), FACTS)
    text = found.to_text()
    lines = text.splitlines()
    assert lines[0] == "A | B"
    assert "conv2d" in text
    assert "(frozen)" in text
    assert f"{found.parameters:,} parameters" in text
    ends = {len(line) for line in lines if line.startswith(("layer", "conv", "flat", "output"))}
    assert len(ends) == 1


def test_markdown_is_a_table_whose_cells_cannot_break_it() -> None:
    text = summary(spec(), FACTS).to_markdown()
    assert text.startswith("# A \\| B\n")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 5
    assert len({row.count("|") for row in rows}) == 1


def test_an_unfinished_network_has_a_summary() -> None:
    empty = PRESETS["spiral"].spec.with_changes(network={"layers": []})
    assert summary(empty, Facts((4,), "binary", 1, 200)).parameters == 0
