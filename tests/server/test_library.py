"""The library of runs over REST: finding, describing, hiding, comparing."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlapse.record.contract import RunStatus
from netlapse.record.memory import MemoryStore
from netlapse.server import manager
from netlapse.server.shelf import KEPT_HIDDEN_S, forget_hidden
from netlapse.spec.changes import set_value
from netlapse.spec.document import Spec
from netlapse.spec.presets import PRESETS
from tests.server.fakes import FakeStudio, evaluation_at, fake_studio
from tests.server.test_manager import House

SPIRAL = PRESETS["spiral"].spec


def recorded(store: MemoryStore, name: str, *, steps: int = 0, tags: tuple[str, ...] = ()) -> str:
    """A closed run of so many steps."""
    run = store.create(SPIRAL)
    loss = np.linspace(1, 0.5, steps, dtype=np.float32)
    store.append_metrics(run, 1, loss, loss)
    if steps:
        store.append_evaluation(run, evaluation_at(steps).to_dict())
    store.set_status(run, RunStatus("paused", steps, steps / 20, 400))
    store.describe(run, name=name, tags=tags)
    store.release(run)
    return run


def names(studio: FakeStudio, **query: Any) -> list[str]:
    """The names of the runs that the library shows."""
    answer = studio.client.get("/api/library", params=query)
    assert answer.status_code == 200, answer.text
    return [entry["name"] for entry in answer.json()["runs"]]


def test_search_filter_sort_and_pages(studio: FakeStudio) -> None:
    for name, steps, tags in (
        ("Spiral, wide", 40, ("lecture", "wide")),
        ("Spiral", 20, ("lecture",)),
        ("Circles", 0, ()),
    ):
        recorded(studio.store, name, steps=steps, tags=tags)
    assert names(studio) == ["Circles", "Spiral", "Spiral, wide"]
    assert names(studio, search="SPIRAL wi") == ["Spiral, wide"]
    assert names(studio, tag=["lecture", "wide"]) == ["Spiral, wide"]
    assert names(studio, state=["training", "failed"]) == []
    assert names(studio, sort="step") == ["Spiral, wide", "Spiral", "Circles"]
    assert names(studio, sort="name", ascending=True) == ["Circles", "Spiral", "Spiral, wide"]
    assert names(studio, sort="step", limit=1, offset=1) == ["Spiral"]
    page = studio.client.get("/api/library", params={"tag": "lecture", "limit": 1}).json()
    assert page["total"] == 2
    assert page["bytes"] == studio.store.bytes_used() > 0
    [tagged] = studio.client.get("/api/runs", params={"tag": "wide"}).json()
    assert tagged["name"] == "Spiral, wide"
    assert studio.client.get("/api/library/tags").json() == [
        {"name": "lecture", "runs": 2},
        {"name": "wide", "runs": 1},
    ]


def test_an_entry_says_what_the_newest_evaluation_says(studio: FakeStudio) -> None:
    run = recorded(studio.store, "Spiral", steps=40)
    branch = studio.store.branch(run, 20)
    entries = studio.client.get("/api/library").json()["runs"]
    by_id = {entry["id"]: entry for entry in entries}
    assert by_id[run]["origin"] is None
    assert (by_id[run]["part"], by_id[run]["loss"], by_id[run]["accuracy"]) == (
        "validation",
        0.5,
        0.75,
    )
    assert by_id[branch]["origin"] == {"run": run, "step": 20}
    assert by_id[branch]["part"] is None


@pytest.mark.parametrize(
    "query",
    [{"sort": "color"}, {"state": "asleep"}, {"limit": -1}, {"search": "x" * 121}, {"tag": "a,b"}],
)
def test_queries_that_are_refused(studio: FakeStudio, query: dict[str, Any]) -> None:
    assert studio.client.get("/api/library", params=query).status_code == 422


def test_a_page_is_bounded(studio: FakeStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netlapse.server.routes.library.MAX_PAGE", 2)
    for name in "abc":
        recorded(studio.store, name)
    assert len(names(studio)) == len(names(studio, limit=3)) == 2
    assert studio.client.get("/api/library").json()["total"] == 3


def test_name_tags_and_remark(studio: FakeStudio) -> None:
    run = recorded(studio.store, "Spiral", steps=20)
    url = f"/api/runs/{run}"
    entry = studio.client.patch(url, json={"name": " Best  ", "tags": ["b", " a ", "b"]}).json()
    assert (entry["name"], entry["tags"], entry["remark"]) == ("Best", ["a", "b"], "")
    entry = studio.client.patch(url, json={"remark": "Two\nlines."}).json()
    assert (entry["name"], entry["tags"], entry["remark"]) == ("Best", ["a", "b"], "Two\nlines.")
    assert studio.client.patch("/api/runs/none", json={"name": "x"}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x" * 121},
        {"name": "two\nlines"},
        {"tags": ["x" * 41]},
        {"tags": ["a"] * 21},
        {"tags": ["a,b"]},
        {"remark": "x" * 2001},
        {"remark": "\0"},
        {"state": "finished"},
    ],
)
def test_descriptions_that_are_refused(studio: FakeStudio, body: dict[str, Any]) -> None:
    run = recorded(studio.store, "Spiral")
    assert studio.client.patch(f"/api/runs/{run}", json=body).status_code == 422
    assert studio.store.summary(run).name == "Spiral"


def test_a_hidden_run_is_closed_out_of_sight_and_comes_back_whole(
    studio: FakeStudio, spec: dict[str, Any]
) -> None:
    session = studio.create(spec)
    run = session.run
    assert studio.client.post(f"/api/runs/{run}/hide").json() == {"done": True}
    assert session.closed
    assert names(studio) == []
    [entry] = studio.client.get("/api/library", params={"hidden": True}).json()["runs"]
    assert entry["id"] == run and entry["hidden"]
    assert studio.client.post(f"/api/runs/{run}/restore").json() == {"done": True}
    assert names(studio) == [spec["name"]]
    assert studio.client.post("/api/runs/none/hide").status_code == 404
    assert studio.client.post("/api/runs/none/restore").status_code == 404


def test_what_was_hidden_long_ago_is_deleted_when_the_studio_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MemoryStore()
    old, fresh, shown = (recorded(store, name) for name in ("old", "fresh", "shown"))
    store.hide(fresh)
    now = time.time()
    with monkeypatch.context() as past:
        past.setattr(time, "time", lambda: now - KEPT_HIDDEN_S - 60)
        store.hide(old)
    with fake_studio(tmp_path, store) as studio:
        end = time.monotonic() + 10
        while studio.client.get(f"/api/runs/{old}").status_code == 200:
            assert time.monotonic() < end
        assert studio.client.get(f"/api/runs/{fresh}").status_code == 200
        assert names(studio) == ["shown"]
    forget_hidden(store)
    assert store.summary(shown).name == "shown"


def test_versions_of_a_spec(studio: FakeStudio, spec: dict[str, Any]) -> None:
    run = studio.create(spec).run
    url = f"/api/runs/{run}/commands"
    studio.client.post(url, json={"kind": "advance", "steps": 7})
    change = {"kind": "set", "path": "training.optimizer.learning_rate", "value": 0.5}
    studio.client.post(url, json={"kind": "intervene", "changes": [change]})
    first, second = studio.client.get(f"/api/runs/{run}/versions").json()
    assert (first["step"], first["changes"], first["spec"]) == (0, [], spec)
    assert (second["step"], second["changes"]) == (7, ["learning rate 0.01 → 0.5"])
    assert second["spec"]["training"]["optimizer"]["learning_rate"] == 0.5


def test_versions_reach_back_to_the_runs_that_were_edited_into_it(
    studio: FakeStudio, spec: dict[str, Any]
) -> None:
    def advance(run: str) -> None:
        studio.client.post(f"/api/runs/{run}/commands", json={"kind": "advance", "steps": 3})

    def wider(units: int) -> dict[str, Any]:
        return set_value(Spec.model_validate(spec), "network.layers[0].units", units).to_dict()

    first = studio.create(spec).run
    advance(first)
    draft = studio.create(wider(9), first).run  # never trained
    second = studio.create(wider(12), draft).run
    advance(second)
    versions = studio.client.get(f"/api/runs/{second}/versions").json()
    assert [(version["run"], version["step"], version["changes"]) for version in versions] == [
        (first, 0, []),
        (second, 0, ["hidden-1: 8 → 12 units"]),
    ]
    assert studio.client.delete(f"/api/runs/{first}").status_code == 200
    (left,) = studio.client.get(f"/api/runs/{second}/versions").json()
    assert (left["run"], left["changes"]) == (second, [])


def test_comparing(studio: FakeStudio) -> None:
    one = recorded(studio.store, "One", steps=40)
    other = recorded(studio.store, "Other", steps=20)
    wide = studio.store.create(set_value(SPIRAL, "network.layers[0].units", 16))
    query = {"run": [one, other, wide]}
    found = studio.client.get("/api/compare", params=query).json()
    assert [run["name"] for run in found["runs"]] == ["One", "Other", "Spiral"]
    assert found["runs"][2]["differences"] == ["hidden-1: 8 → 16 units"]
    assert found["metrics"][0]["values"] == [0.5, 0.5, None]
    text = studio.client.get("/api/compare/markdown", params=query)
    assert "hidden-1: 8 → 16 units" in text.text
    assert text.headers["content-type"].startswith("text/markdown")
    table = studio.client.get("/api/compare/csv", params=query)
    assert table.text.startswith("part,metric,better,One,Other,Spiral,best\n")
    assert table.headers["content-disposition"] == 'attachment; filename="comparison.csv"'
    losses = studio.client.get("/api/compare/losses", params=query)
    assert losses.text.count("\n") == 61


@pytest.mark.parametrize(
    ("runs", "status"), [([], 422), (["one"], 422), (["one"] * 2, 422), (["one", "none"], 404)]
)
def test_what_cannot_be_compared(studio: FakeStudio, runs: list[str], status: int) -> None:
    one = recorded(studio.store, "One", steps=40)
    query = {"run": [one if run == "one" else run for run in runs]}
    answer = studio.client.get("/api/compare", params=query)
    assert answer.status_code == status
    assert set(answer.json()) == {"kind", "message", "place", "remedy"}


def test_runs_that_nobody_watches_any_more_give_their_workers_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(manager, "LINGER_S", 0.0)

    async def main() -> None:
        house = House(max_open=7)
        runs = [await house.started() for _ in range(6)]
        assert len(house.open_runs()) == 6
        house.manager.left(runs[-1])
        await asyncio.sleep(0.2)
        assert sorted(house.open_runs()) == sorted(runs[-manager.KEPT_OPEN :])

    asyncio.run(main())
