"""Own images come as an archive, are listed, shown and go; what is wrong leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from netlapse.server.routes import images as route
from netlapse.spec.presets import PRESETS
from tests.data.images.own.making import packed, pets, picture
from tests.server.fakes import FakeStudio


def added(studio: FakeStudio, content: bytes, query: str = "name=pets.zip") -> Any:
    return studio.client.post(f"/api/images?{query}", content=content)


def test_images_come_are_listed_shown_and_go(studio: FakeStudio) -> None:
    answer = added(studio, packed(pets(10)), "name=../../pets.zip")
    assert answer.status_code == 200, answer.text
    assert answer.json()["is_new"]
    entry = answer.json()["images"]
    assert (entry["name"], entry["train"], entry["test"]) == ("pets", 20, 0)
    assert entry["image"] == {"height": 8, "width": 8, "channels": 1}
    assert entry["class_names"] == ["cats", "dogs"]
    assert studio.client.get("/api/images").json() == [entry]
    assert studio.client.get(f"/api/images/{entry['id']}").json() == entry
    assert not added(studio, packed(pets(10))).json()["is_new"]
    storage = studio.client.get("/api/storage").json()
    assert storage["images"] == 1 and storage["bytes"] == entry["bytes"] > 20 * 64

    preview = studio.client.post("/api/dataset", json={"data": entry["data"]}).json()
    assert (preview["name"], preview["train"], preview["validation"]) == ("pets", 16, 4)
    assert preview["task"] == "binary"
    body = {"data": entry["data"], "label": 1, "count": 3}
    samples = studio.client.post("/api/data/samples", json=body).json()
    assert samples["total"] == 8
    assert {sample["label"] for sample in samples["samples"]} == {1}

    assert studio.client.delete(f"/api/images/{entry['id']}").json() == {"done": True}
    assert studio.client.get("/api/images").json() == []
    for question in (
        studio.client.post("/api/data/samples", json=body),
        studio.client.post("/api/dataset", json={"data": entry["data"]}),
        studio.client.get(f"/api/images/{entry['id']}"),
        studio.client.delete(f"/api/images/{entry['id']}"),
    ):
        assert question.status_code == 404
        assert question.json()["message"] == "There are no images of this id."


def test_the_check_knows_their_size(studio: FakeStudio) -> None:
    data = added(studio, packed(pets(10))).json()["images"]["data"]
    spec = PRESETS["beginner"].spec.to_dict() | {"data": data}
    answer = studio.client.post("/api/check", json={"spec": spec}).json()
    assert answer["problem"] is None
    assert answer["examination"]["layers"][0]["output_shape"] == [8, 8, 8]


def test_size_and_color_are_chosen(studio: FakeStudio) -> None:
    answer = added(studio, packed(pets()), "name=pets.zip&size=16&color=rgb").json()
    assert answer["images"]["image"] == {"height": 16, "width": 16, "channels": 3}
    assert answer["images"]["notes"] == ["The images were scaled from 8×8 to 16×16 pixels."]


@pytest.mark.parametrize(
    ("content", "query", "words"),
    [
        (b"", "name=x", "empty"),
        (b"no archive", "name=x", "no zip archive"),
        (packed({"cats/a.png": picture(), "x/../../a.png": b""}), "name=x", "lead out of it"),
        (packed({"cats/a.png": picture()}), "name=x", "two classes"),
        (packed({**pets(), "cats/x.png": b"broken"}), "name=x", "cats/x.png"),
        (packed(pets()), "name=x&size=65", "size"),
        (packed(pets()), "name=x&color=blue", "color"),
        (packed(pets()), "", "name"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_is_stored(
    content: bytes, query: str, words: str, studio: FakeStudio
) -> None:
    answer = added(studio, content, query)
    assert answer.status_code == 422
    assert set(answer.json()) == {"kind", "message", "place", "remedy"}
    assert words in answer.json()["message"] + answer.json()["place"]
    assert "\n" not in answer.json()["message"]
    assert studio.client.get("/api/images").json() == []
    assert not (studio.settings.folder / "images").exists()


def test_a_large_upload_is_refused_by_its_length(studio: FakeStudio) -> None:
    headers = {"Content-Length": str(129 << 20)}
    answer = studio.client.post("/api/images?name=x", headers=headers, content=b"")
    assert answer.status_code == 413
    assert "128 MB" in answer.json()["message"]


def test_reading_has_a_time_limit(studio: FakeStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "READ_LIMIT_S", 0)
    answer = added(studio, packed(pets()))
    assert answer.status_code == 422
    assert "took longer than 0 s" in answer.json()["message"]


@pytest.mark.parametrize("images", ["..%2f..%2fstudio.json", "0" * 31, "%00", "a" * 300])
def test_no_path_reaches_the_file_system(studio: FakeStudio, images: str) -> None:
    assert studio.client.get(f"/api/images/{images}").status_code in (404, 405)
    assert studio.client.delete(f"/api/images/{images}").status_code in (404, 405)
