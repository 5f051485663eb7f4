"""Routes of the optimizer lab."""

from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydantic import TypeAdapter

from netlapse.errors import StateError
from netlapse.protocol.frames import decode, pack, unpack
from netlapse.protocol.lab import Apart, RunRace
from netlapse.protocol.messages import Reply
from netlapse.record.memory import MemoryStore
from netlapse.server.lab import MOST_WAITING, Lab
from netlapse.spec.base import parse
from netlapse.spec.lab import SURFACES, Race
from netlapse.worker.apart import answer_apart
from tests.server.fakes import FakeAnswer, FakeOpener, FakeStudio

REPLY: TypeAdapter[Any] = TypeAdapter(Reply)
QUESTION = RunRace(kind="run-race", race=Race(steps=1))


def computed(question: Apart, is_canceled: Callable[[], bool]) -> FakeAnswer:
    """The answer that a worker would give."""
    del is_canceled
    values, arrays = answer_apart(question)
    buffers, _ = pack(arrays)
    reply = Reply(kind="reply", command=1, step=0, values=values, buffers=buffers)
    return FakeAnswer(reply, arrays)


def frame(content: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values and arrays of an answer."""
    reply, payload = decode(content, REPLY)
    return reply.values, unpack(reply.buffers, payload)


def test_surfaces_can_be_raced_on_as_they_are(studio: FakeStudio) -> None:
    studio.opener.answer_apart = computed
    entries = studio.client.get("/api/lab/surfaces").json()
    assert [entry["surface"]["kind"] for entry in entries] == list(SURFACES)
    rosenbrock = entries[2]
    assert rosenbrock["title"] == "Rosenbrock"
    assert rosenbrock["minima"] == [{"x": 1.0, "y": 1.0, "f": 0.0, "found": False}]
    assert rosenbrock["domain"] == {"x": [-2.0, 2.0], "y": [-1.0, 3.0]}
    assert rosenbrock["latex"].startswith(r"\left(1 - x\right)^{2} + 100")
    for entry in entries:
        assert parse(Race, entry["race"]).to_dict() == entry["race"]
    answer = studio.client.post("/api/lab/race", json={"race": rosenbrock["race"]})
    assert answer.headers["content-type"] == "application/octet-stream"
    values, arrays = frame(answer.content)
    assert arrays["path"].shape == (6, 501, 3) and arrays["path"].dtype == np.float64
    assert arrays["path"][0, 0].tolist() == [-1.5, 2.0, 12.5]
    assert [racer["name"] for racer in values["race"]["racers"]][-1] == "Adam"


def test_a_grid(studio: FakeStudio) -> None:
    studio.opener.answer_apart = computed
    body = {"surface": {"kind": "expression", "text": "x - 1/y"}, "size": 21}
    values, arrays = frame(studio.client.post("/api/lab/grid", json=body).content)
    assert arrays["values"].shape == (21, 21) and arrays["values"].dtype == np.float32
    assert values["grid"]["note"] == "The function is not finite at 21 of 441 points."


@pytest.mark.parametrize(
    ("path", "body", "place", "message"),
    [
        (
            "race",
            {"race": {"surface": {"kind": "expression", "text": "x +"}}},
            "race.surface.text",
            "Column 4: a number, a name or a bracket is expected, got the end.",
        ),
        ("race", {"race": {"start": [None, 1]}}, "race.start[0]", "got null."),
        ("race", {"race": {"steps": 0}}, "race.steps", "This must be at least 1, got 0."),
        ("race", {"race": {"surface": {"kind": "cone"}}}, "race.surface", "The kind `cone`"),
        ("grid", {"surface": {"kind": "booth"}, "size": 401}, "size", "at most 400, got 401."),
        (
            "race",
            {"race": {"surface": {"kind": "expression", "text": "1/x"}, "start": [0, 1]}},
            "start",
            "The function is not finite at the start (0, 1).",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(
    studio: FakeStudio, path: str, body: dict[str, Any], place: str, message: str
) -> None:
    studio.opener.answer_apart = computed
    answer = studio.client.post(f"/api/lab/{path}", json=body)
    assert answer.status_code == 422
    assert answer.json()["place"] == place
    assert message in answer.json()["message"]


def test_a_start_that_is_no_number(studio: FakeStudio) -> None:
    body = '{"race": {"start": [NaN, 1]}}'
    answer = studio.client.post(
        "/api/lab/race", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json()["message"] == "This must be a finite number, got NaN."


def drawn(studio: FakeStudio, body: dict[str, Any]) -> dict[str, Any]:
    """The job of a drawing when it is over."""
    job = studio.client.post("/api/lab/drawings", json=body).json()
    for _ in range(2400):
        if job["state"] not in ("waiting", "drawing"):
            return job
        time.sleep(0.05)
        job = studio.client.get(f"/api/animations/{job['id']}").json()
    raise AssertionError(job)


def test_a_race_is_drawn_as_a_film_and_as_a_figure(studio: FakeStudio) -> None:
    studio.opener.answer_apart = computed
    race = {"surface": {"kind": "booth"}, "start": [-8, -6], "steps": 9}
    job = drawn(studio, {"race": race, "frames": 4, "size": 160, "theme": "dark"})
    assert (job["state"], job["frames_done"], job["frames"], job["run"]) == ("done", 4, 4, "")
    film = studio.client.get(f"/api/animations/{job['id']}/file")
    assert film.headers["content-type"] == "image/gif"
    assert 'filename="race-booth.gif"' in film.headers["content-disposition"]
    with Image.open(io.BytesIO(film.content)) as gif:
        assert (gif.n_frames, gif.size) == (4, (160, 160))
    job = drawn(studio, {"race": race, "format": "svg", "step": 7})
    figure = studio.client.get(f"/api/animations/{job['id']}/file").text
    assert "step 7 of 9" in figure
    job = drawn(studio, {"race": race, "format": "png", "size": 200, "step": 100})
    with Image.open(
        io.BytesIO(studio.client.get(f"/api/animations/{job['id']}/file").content)
    ) as png:
        assert png.size == (200, 200)


def test_a_race_that_cannot_be_drawn_says_why(studio: FakeStudio) -> None:
    studio.opener.answer_apart = computed
    pole = {"surface": {"kind": "expression", "text": "1/x"}, "start": [0, 1]}
    job = drawn(studio, {"race": pole})
    assert job["state"] == "failed"
    assert job["problem"]["message"] == "The function is not finite at the start (0, 1)."
    refused = studio.client.post("/api/lab/drawings", json={"race": {}, "frames": 1})
    assert refused.status_code == 422


def test_a_drawing_of_a_race_that_is_canceled_leaves_nothing(studio: FakeStudio) -> None:
    begun = threading.Event()

    def slowly(question: Apart, is_canceled: Callable[[], bool]) -> FakeAnswer:
        begun.set()
        while not is_canceled():
            time.sleep(0.01)
        raise StateError("The question was canceled.")

    studio.opener.answer_apart = slowly
    job = studio.client.post("/api/lab/drawings", json={"race": {}}).json()["id"]
    entry = studio.api.state.studio.animations._jobs[job]
    assert begun.wait(60)
    assert studio.client.delete(f"/api/animations/{job}").json() == {"done": True}
    while entry.state == "drawing":
        time.sleep(0.01)
    assert entry.state == "canceled" and not entry.path.exists()


def test_the_lab_is_not_for_strangers_or_guests(studio: FakeStudio) -> None:
    for method, path in (
        ("GET", "surfaces"),
        *(("POST", name) for name in ("grid", "race", "drawings")),
    ):
        answer = studio.client.request(
            method, f"/api/lab/{path}", headers={"Authorization": "Bearer wrong"}
        )
        assert answer.status_code == 401


def test_forms_are_made_of_the_schema_of_a_race(studio: FakeStudio) -> None:
    schema = studio.client.get("/api/schema").json()["race"]
    steps = schema["properties"]["steps"]
    assert (steps["minimum"], steps["maximum"], steps["default"]) == (1, 100_000, 100)
    assert schema["$defs"]["LongValley"]["title"] == "Long valley"
    surfaces = schema["properties"]["surface"]["discriminator"]["mapping"]
    assert set(surfaces) == set(SURFACES)


# --- turns, and who leaves ----------------------------------------------------------------------


async def stays() -> bool:
    """Who asks is there."""
    return False


async def leaves() -> bool:
    """Who asks is gone."""
    return True


def slow_opener(release: threading.Event) -> FakeOpener:
    """Answers when it is let go, or when nobody waits any more."""
    opener = FakeOpener(MemoryStore())

    def answer(question: Apart, is_canceled: Callable[[], bool]) -> FakeAnswer:
        del question
        while not release.wait(0.01):
            if is_canceled():
                raise StateError("The question was canceled.")
        return FakeAnswer(Reply(kind="reply", command=1, step=0))

    opener.answer_apart = answer
    return opener


def test_one_question_at_a_time() -> None:
    async def run() -> None:
        release = threading.Event()
        opener = slow_opener(release)
        lab = Lab(opener)
        asked = [asyncio.create_task(lab.ask(QUESTION, stays)) for _ in range(MOST_WAITING)]
        while not opener.asked:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert len(opener.asked) == 1
        with pytest.raises(StateError, match="The lab is busy with other races"):
            await lab.ask(QUESTION, stays)
        release.set()
        await asyncio.gather(*asked)
        assert len(opener.asked) == MOST_WAITING

    asyncio.run(run())


def test_a_question_ends_when_who_asked_is_gone() -> None:
    async def run() -> None:
        opener = slow_opener(threading.Event())
        lab = Lab(opener)
        with pytest.raises(StateError, match="The question was canceled"):
            await lab.ask(QUESTION, leaves)
        opener.answer_apart = None
        await lab.ask(QUESTION, stays)

    asyncio.run(run())


def test_who_leaves_while_waiting_is_not_asked_for() -> None:
    async def run() -> None:
        release = threading.Event()
        opener = slow_opener(release)
        lab = Lab(opener)
        first = asyncio.create_task(lab.ask(QUESTION, stays))
        while not opener.asked:
            await asyncio.sleep(0.01)
        second = asyncio.create_task(lab.ask(QUESTION, leaves))
        await asyncio.sleep(0.05)
        release.set()
        await first
        with pytest.raises(StateError, match="canceled"):
            await second
        assert len(opener.asked) == 1

    asyncio.run(run())
