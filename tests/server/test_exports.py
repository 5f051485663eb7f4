"""Exports over REST: files, bundles that come back, drawings with progress and cancel."""

from __future__ import annotations

import csv
import io
import time
from typing import Any

import h5py
import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from netlapse.record.contract import RunStatus
from netlapse.server import animations
from netlapse.server.routes.exports import BUNDLE_BYTES
from tests.server.fakes import FakeStudio
from tests.server.test_shares import as_guest, link_to


@pytest.fixture
def run(studio: FakeStudio, spec: dict[str, Any]) -> str:
    """A recorded run of 100 steps."""
    made = studio.create({**spec, "name": "My, =spiral"})
    steps = np.linspace(1, 0.1, 100, dtype=np.float32)
    studio.store.append_metrics(made.run, 1, steps, steps)
    split = {"samples": 200, "loss": 0.5, "accuracy": 0.75}
    evaluation = {"step": 0, "epoch": 0.0, "train": split, "validation": split}
    studio.store.append_evaluation(made.run, evaluation)
    studio.store.set_status(made.run, RunStatus("paused", 100, 5.0, 400))
    return made.run


def finished(studio: FakeStudio, job: str) -> dict[str, Any]:
    """A drawing when it is over."""
    for _ in range(600):
        answer = studio.client.get(f"/api/animations/{job}").json()
        if answer["state"] not in ("waiting", "drawing"):
            return answer
        time.sleep(0.05)
    raise AssertionError(answer)


def test_tables_and_summary(studio: FakeStudio, run: str) -> None:
    answer = studio.client.get(f"/api/runs/{run}/export/metrics.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="my-spiral-metrics.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["step"] for row in rows] == [str(step) for step in range(1, 101)]
    assert rows[19]["epoch"] == "1"
    parquet = studio.client.get(f"/api/runs/{run}/export/metrics.parquet").content
    assert pq.read_table(io.BytesIO(parquet)).num_rows == 100
    rows = studio.client.get(f"/api/runs/{run}/export/metrics.json").json()
    assert [row["step"] for row in rows] == list(range(1, 101))
    content = studio.client.get(f"/api/runs/{run}/export/metrics.h5").content
    with h5py.File(io.BytesIO(content)) as file:
        assert file.attrs["run"] == run
        assert len(file["loss"]) == 100
    evaluations = studio.client.get(f"/api/runs/{run}/export/evaluations.csv").text
    assert "validation_accuracy" in evaluations.splitlines()[0]
    for ending in ("md", "txt"):
        text = studio.client.get(f"/api/runs/{run}/export/summary.{ending}").text
        assert "121 parameters" in text
    assert studio.client.get(f"/api/runs/{run}/export/summary.json").json()["parameters"] == 121


def test_a_bundle_comes_back_as_another_run(studio: FakeStudio, run: str) -> None:
    answer = studio.client.get(f"/api/runs/{run}/export/bundle")
    assert 'filename="my-spiral.netlapse"' in answer.headers["content-disposition"]
    made = studio.client.post("/api/import", content=answer.content)
    assert made.status_code == 200, made.text
    again = made.json()["run"]
    assert again != run
    assert studio.store.recorded_step(again) == 100
    assert studio.store.summary(again).name == "My, =spiral"


def test_a_guest_s_copy_has_no_words_of_the_owner(studio: FakeStudio, run: str) -> None:
    studio.store.describe(run, tags=["mine"], remark="for nobody else")
    address = f"/api/runs/{run}/export/bundle"
    token = link_to(studio, studio.run(run))
    for headers, tags in (({}, ("mine",)), (as_guest(token), ())):
        content = studio.client.get(address, headers=headers).content
        made = studio.client.post("/api/import", content=content).json()["run"]
        summary = studio.store.summary(made)
        assert (summary.tags, summary.remark == "") == (tags, not tags)


def test_what_is_no_bundle_is_refused_and_leaves_nothing(studio: FakeStudio, run: str) -> None:
    before = studio.store.count_runs()
    good = studio.client.get(f"/api/runs/{run}/export/bundle").content
    for content in (b"", b"PK\x03\x04", good[:-1], good[:-200] + good[-100:]):
        answer = studio.client.post("/api/import", content=content)
        assert answer.status_code == 422
        assert "not a netlapse bundle" in answer.json()["message"]
    declared = {"content-length": str(BUNDLE_BYTES + 1)}
    assert studio.client.post("/api/import", content=b"", headers=declared).status_code == 413
    assert studio.store.count_runs() == before


def test_an_animation_is_drawn_with_progress(studio: FakeStudio, run: str) -> None:
    wanted = {"view": "loss", "frames": 4, "size": 160, "theme": "dark"}
    job = studio.client.post(f"/api/runs/{run}/animations", json=wanted).json()
    done = finished(studio, job["id"])
    assert (done["state"], done["frames_done"], done["frames"]) == ("done", 4, 4)
    answer = studio.client.get(f"/api/animations/{job['id']}/file")
    assert answer.headers["content-type"] == "image/gif"
    assert 'filename="my-spiral-loss.gif"' in answer.headers["content-disposition"]
    assert len(answer.content) == done["bytes"]
    with Image.open(io.BytesIO(answer.content)) as gif:
        assert gif.n_frames == 4
    assert studio.client.delete(f"/api/animations/{job['id']}").json() == {"done": True}
    assert studio.client.get(f"/api/animations/{job['id']}").status_code == 404


def test_a_figure_is_drawn_of_one_step(studio: FakeStudio, run: str) -> None:
    wanted = {"view": "loss", "format": "svg", "last": 50}
    job = studio.client.post(f"/api/runs/{run}/animations", json=wanted).json()
    assert finished(studio, job["id"])["state"] == "done"
    assert "step 50" in studio.client.get(f"/api/animations/{job['id']}/file").text


def test_a_drawing_that_is_canceled_leaves_nothing(studio: FakeStudio, run: str) -> None:
    wanted = {"view": "loss", "frames": 101, "size": 1024}
    job = studio.client.post(f"/api/runs/{run}/animations", json=wanted).json()["id"]
    waiting = studio.client.post(f"/api/runs/{run}/animations", json=wanted).json()["id"]
    jobs = [studio.api.state.studio.animations._jobs[name] for name in (job, waiting)]
    assert studio.client.get(f"/api/animations/{job}/file").status_code == 409
    for name in (job, waiting):
        assert studio.client.delete(f"/api/animations/{name}").status_code == 200
    for entry in jobs:
        while entry.state in ("waiting", "drawing"):
            time.sleep(0.05)
    assert [entry.state for entry in jobs] == ["canceled", "canceled"]
    assert jobs[1].frames_done == 0
    assert list(jobs[0].path.parent.iterdir()) == []


def test_drawings_are_bounded(
    studio: FakeStudio, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(animations, "MOST_JOBS", 2)
    wanted = {"view": "loss", "format": "png", "size": 160}
    names = []
    for _ in range(4):
        names.append(studio.client.post(f"/api/runs/{run}/animations", json=wanted).json()["id"])
        assert finished(studio, names[-1])["state"] == "done"
    states = [studio.client.get(f"/api/animations/{name}").status_code for name in names]
    assert states == [404, 404, 200, 200]
    long = {"view": "loss", "frames": 101, "size": 1024}
    for _ in range(2):
        assert studio.client.post(f"/api/runs/{run}/animations", json=long).status_code == 200
    refused = studio.client.post(f"/api/runs/{run}/animations", json=long)
    assert refused.status_code == 409
    assert "wait already" in refused.json()["message"]


def test_what_cannot_be_drawn_says_why(studio: FakeStudio, run: str) -> None:
    wanted = {"view": "loss", "first": 90, "last": 50}
    job = studio.client.post(f"/api/runs/{run}/animations", json=wanted).json()["id"]
    failed = finished(studio, job)
    assert failed["state"] == "failed"
    assert "first step must be before the last" in failed["problem"]["message"]
    assert studio.client.post(f"/api/runs/{run}/animations", json={}).status_code == 422
    missing = studio.client.post("/api/runs/none/animations", json={"view": "loss"})
    assert missing.status_code == 404
    assert studio.client.get("/api/runs/none/export/bundle").status_code == 404
    assert studio.client.get(f"/api/runs/{run}/export/pickle").status_code == 422
