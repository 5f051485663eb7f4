"""The route about advice."""

from __future__ import annotations

from typing import Any

from tests.server.fakes import FakeStudio

MNIST: dict[str, Any] = {"data": {"kind": "images", "name": "mnist"}}


def _ask(studio: FakeStudio, **body: Any) -> Any:
    return studio.client.post("/api/advice", json=body)


def test_an_empty_network_gets_a_first_layer(studio: FakeStudio) -> None:
    advice = _ask(studio, spec=MNIST).json()
    first = advice["recommendations"][0]
    assert advice["after"] == "input"
    assert first["title"] == "A convolution of 16 filters"
    assert first["reason"].endswith(".")
    assert first["layers"][0]["kind"] == "conv2d"
    assert first["fix"]["patch"][0]["path"] == "/network/layers/0"
    assert advice["score"]["total"] == 15
    assert advice["score"]["parts"][0]["lost"][0]["fix"]["title"] == "Add an output layer"


def test_recommendations_are_for_the_place(studio: FakeStudio, spec: dict[str, Any]) -> None:
    before = _ask(studio, spec=spec, after=None).json()
    last = spec["network"]["layers"][-1]["id"]
    assert before["after"] not in (last, "input")
    assert before["recommendations"]
    assert _ask(studio, spec=spec, after=last).json()["recommendations"] == []


def test_what_cannot_be_answered(studio: FakeStudio) -> None:
    gone = _ask(studio, spec=MNIST, after="gone")
    assert (gone.status_code, gone.json()["message"]) == (422, "There is no layer `gone`.")
    assert _ask(studio, spec={**MNIST, "network": 3}).status_code == 422
    table = {"kind": "table", "table": "0" * 32, "target": "a", "inputs": [{"name": "b"}]}
    assert _ask(studio, spec={"data": table}).status_code == 404
