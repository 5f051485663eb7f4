"""Samples as images: the very pixels that are trained on, by part and class, page by page."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from netlapse.data import load
from netlapse.data.dataset import Part
from netlapse.protocol.rest import MAX_SAMPLES
from netlapse.spec.data import Images
from tests.server.fakes import FakeStudio

DIGITS = {"kind": "images", "name": "digits", "validation_fraction": 0.2, "train_samples": 500}


def asked(studio: FakeStudio, **body: Any) -> dict[str, Any]:
    answer = studio.client.post("/api/data/samples", json={"data": DIGITS, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def pixels(answer: dict[str, Any]) -> np.ndarray:
    shape = (len(answer["samples"]), answer["height"], answer["width"], answer["channels"])
    return np.frombuffer(base64.b64decode(answer["pixels"]), np.uint8).reshape(shape)


@pytest.mark.parametrize("part", ["train", "validation"])
def test_the_samples_are_those_that_are_trained_on(part: Part, studio: FakeStudio) -> None:
    dataset = load(Images.model_validate(DIGITS))
    inputs, targets = dataset.part(part)
    answer = asked(studio, part=part, start=7, count=20)
    assert answer["total"] == len(inputs)
    assert [sample["index"] for sample in answer["samples"]] == list(range(7, 27))
    assert [sample["label"] for sample in answer["samples"]] == targets[7:27].tolist()
    np.testing.assert_array_equal(pixels(answer), np.floor(inputs[7:27] * 255).astype(np.uint8))


def test_the_samples_of_one_class_keep_their_places(studio: FakeStudio) -> None:
    dataset = load(Images.model_validate(DIGITS))
    places = np.flatnonzero(dataset.train_targets == 4)
    answer = asked(studio, label=4, start=5, count=200)
    assert answer["total"] == len(places)
    assert [sample["index"] for sample in answer["samples"]] == places[5:205].tolist()
    assert {sample["label"] for sample in answer["samples"]} == {4}


def test_beyond_the_end_there_is_an_empty_page(studio: FakeStudio) -> None:
    answer = asked(studio, start=500, count=10)
    assert (answer["total"], answer["samples"], answer["pixels"]) == (500, [], "")
    assert asked(studio, part="test")["total"] == 0


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"count": MAX_SAMPLES + 1}, "count"),
        ({"count": 0}, "count"),
        ({"start": -1}, "start"),
        ({"part": "all"}, "part"),
        ({"label": 10}, ""),
        ({"data": {"kind": "spiral"}}, "data.kind"),
    ],
)
def test_a_wrong_question_is_one_sentence(
    changes: dict[str, Any], place: str, studio: FakeStudio
) -> None:
    answer = studio.client.post("/api/data/samples", json={"data": DIGITS, **changes})
    assert answer.status_code == 422
    assert answer.json()["place"] == place


def test_images_that_are_not_here_are_one_sentence(
    studio: FakeStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NETLAPSE_FASHION_MNIST_DIR", raising=False)
    body = {"data": {"kind": "images", "name": "fashion-mnist"}}
    answer = studio.client.post("/api/data/samples", json=body)
    assert answer.status_code == 422
    assert answer.json()["message"] == "Fashion-MNIST is not on this machine yet."
