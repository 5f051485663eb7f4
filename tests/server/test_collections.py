"""Collections of images are fetched in the background: progress, stop, failure, one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from netlapse.data import COLLECTIONS
from netlapse.data.images.fetch import MIRROR_VARIABLE
from tests.data.images.mirror import Mirror, serving
from tests.data.images.test_fetch import PACKED, SMALL
from tests.server.fakes import FakeStudio

SIZE = sum(map(len, PACKED.values()))


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """A mirror of a small MNIST, which is the one that the Studio knows."""
    files = {f"mnist/{name}": content for name, content in PACKED.items()}
    with serving(Mirror(files)) as served:
        monkeypatch.setitem(COLLECTIONS, "mnist", SMALL)
        monkeypatch.setenv(MIRROR_VARIABLE, served.address)
        for variable in (SMALL.variable, "NETLAPSE_FASHION_MNIST_DIR"):
            monkeypatch.delenv(variable, raising=False)
        yield served


def entry(studio: FakeStudio, name: str = "mnist") -> dict[str, Any]:
    return next(e for e in studio.client.get("/api/collections").json() if e["name"] == name)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def fetched(studio: FakeStudio) -> dict[str, Any]:
    """The collection when the fetch has ended, one way or the other."""
    until(lambda: entry(studio)["state"] != "fetching")
    return entry(studio)


def test_the_list_says_what_is_here_and_what_a_download_comes_to(
    mirror: Mirror, studio: FakeStudio
) -> None:
    del mirror
    entries = {e["name"]: e for e in studio.client.get("/api/collections").json()}
    assert list(entries) == ["mnist", "fashion-mnist", "digits"]
    digits, mnist = entries["digits"], entries["mnist"]
    assert (digits["state"], digits["total_bytes"], digits["can_fetch"]) == ("present", 0, False)
    assert (mnist["state"], mnist["received_bytes"], mnist["total_bytes"]) == ("absent", 0, SIZE)
    assert mnist["can_fetch"] and mnist["problem"] is None
    assert mnist["image"] == {"height": 28, "width": 28, "channels": 1}
    assert mnist["class_names"][3] == "3"


def test_what_is_absent_is_fetched_and_can_be_looked_at(mirror: Mirror, studio: FakeStudio) -> None:
    body = {"data": {"kind": "images", "name": "mnist"}}
    assert studio.client.post("/api/data/samples", json=body).status_code == 422
    started = studio.client.post("/api/collections/mnist/fetch")
    assert started.status_code == 202
    done = fetched(studio)
    assert (done["state"], done["received_bytes"], done["problem"]) == ("present", SIZE, None)
    assert len(mirror.asked) == 2
    studio.client.post("/api/collections/mnist/fetch")
    assert fetched(studio)["state"] == "present"
    assert len(mirror.asked) == 2


def test_a_failure_is_one_sentence_and_can_be_tried_again(
    mirror: Mirror, studio: FakeStudio
) -> None:
    mirror.status = 503
    studio.client.post("/api/collections/mnist/fetch")
    failed = fetched(studio)
    assert failed["state"] == "failed" and failed["can_fetch"]
    assert "it answered 503" in failed["problem"]["message"]
    assert "bundled digits" in failed["problem"]["remedy"]
    mirror.status = None
    studio.client.post("/api/collections/mnist/fetch")
    assert fetched(studio)["state"] == "present"


def test_a_download_is_stopped_and_goes_on_later(mirror: Mirror, studio: FakeStudio) -> None:
    mirror.silent_after = 20_000
    studio.client.post("/api/collections/mnist/fetch")
    until(lambda: entry(studio)["received_bytes"] >= 20_000)
    assert entry(studio)["state"] == "fetching"
    stopped = studio.client.delete("/api/collections/mnist/fetch").json()
    assert stopped["state"] == "absent"
    mirror.silent_after = None
    mirror.release()
    studio.client.post("/api/collections/mnist/fetch")
    assert fetched(studio)["state"] == "present"
    assert any(asked and asked != "bytes=0-" for _, asked in mirror.asked)


def test_one_is_fetched_at_a_time(mirror: Mirror, studio: FakeStudio) -> None:
    mirror.silent_after = 0
    studio.client.post("/api/collections/mnist/fetch")
    again = studio.client.post("/api/collections/mnist/fetch")
    assert (again.status_code, again.json()["state"]) == (202, "fetching")
    other = studio.client.post("/api/collections/fashion-mnist/fetch")
    assert other.status_code == 409
    assert other.json()["message"] == "MNIST is being fetched already."
    studio.client.delete("/api/collections/mnist/fetch")
    mirror.release()


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [("digits", 409, "comes with netlapse"), ("cifar", 404, "There is no collection `cifar`")],
)
def test_what_cannot_be_fetched(
    name: str, status: int, words: str, mirror: Mirror, studio: FakeStudio
) -> None:
    answer = studio.client.post(f"/api/collections/{name}/fetch")
    assert answer.status_code == status
    assert words in answer.json()["message"]
    assert mirror.asked == []


def test_a_folder_of_the_user_is_never_written(
    mirror: Mirror, studio: FakeStudio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.setenv(SMALL.variable, str(folder))
    absent = entry(studio)
    assert (absent["state"], absent["can_fetch"]) == ("absent", False)
    assert absent["problem"]["message"].startswith("The folder of MNIST must hold `images`")
    assert studio.client.post("/api/collections/mnist/fetch").status_code == 409
    assert list(folder.iterdir()) == mirror.asked == []


def test_an_address_that_is_none_is_named(
    mirror: Mirror, studio: FakeStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MIRROR_VARIABLE, "file:///etc")
    studio.client.post("/api/collections/mnist/fetch")
    problem = fetched(studio)["problem"]
    assert problem["place"] == MIRROR_VARIABLE
    assert "http:// or https://" in problem["message"]
    assert mirror.asked == []
