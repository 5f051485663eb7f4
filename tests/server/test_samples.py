"""Samples as images: the very pixels that are trained on, by part and class, page by page."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from netlapse.data import PARTS, describe, facts_of, load
from netlapse.data.dataset import Part
from netlapse.data.images.album import open_album
from netlapse.protocol.rest.images import MAX_SAMPLES
from netlapse.server.datasets import image_preview
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


@pytest.mark.parametrize(
    "data",
    [
        DIGITS,
        {"kind": "images", "name": "digits", "validation_fraction": 0},
        {"kind": "images", "name": "digits", "train_samples": 10, "seed": 3},
    ],
)
def test_what_is_shown_of_images_is_what_their_dataset_holds(data: dict[str, Any]) -> None:
    document = Images.model_validate(data)
    album, dataset = open_album(document), load(document)
    described, preview = describe(dataset), image_preview(album)
    assert album.facts == facts_of(dataset)
    assert {part: getattr(preview, part) for part in PARTS} == described["samples"]
    assert [entry.to_dict() for entry in preview.balance] == described["classes"]
    assert (preview.name, preview.task) == (described["name"], described["task"])


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
        ({"data": {"kind": "spiral"}}, "data"),
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


AUGMENTED = {**DIGITS, "augmentation": {"shift": 1.0, "rotate": 20.0, "noise": 0.1}}


def test_augmented_samples_are_those_of_the_step(studio: FakeStudio) -> None:
    question = {"data": AUGMENTED, "augmented": True, "start": 3, "count": 8}
    plain, first = asked(studio, start=3, count=8), asked(studio, **question)
    assert not (pixels(first) == pixels(plain)).all(axis=(1, 2, 3)).any()
    assert asked(studio, **question) == first
    for other in ({"step": 1}, {"seed": 1}):
        assert asked(studio, **question, **other)["pixels"] != first["pixels"]
    # A sample changes alike, whichever page it is on.
    alone = asked(studio, **{**question, "start": 5, "count": 1})
    np.testing.assert_array_equal(pixels(alone)[0], pixels(first)[2])


def test_only_training_samples_are_augmented(studio: FakeStudio) -> None:
    question = {"data": AUGMENTED, "part": "validation", "count": 5}
    assert asked(studio, **question, augmented=True) == asked(studio, **question)
