"""Vitals and diagnosis over REST."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlapse.protocol.diagnosis import Diagnosis
from netlapse.protocol.messages import TakeVitals, Timeline
from netlapse.protocol.vitals import VitalsRange
from netlapse.record.contract import Note
from netlapse.record.packed import pack_vitals
from netlapse.server.live.timeline import TimelineBuilder
from tests.server.fakes import FakeRun, FakeStudio, vitals_at
from tests.server.test_channel import header
from tests.server.test_shares import as_guest, link_to

STEPS = range(0, 1000, 10)


@pytest.fixture
def run(studio: FakeStudio, spec: dict[str, Any]) -> FakeRun:
    """A run of a thousand steps whose first layer is dead."""
    made = studio.create(spec)
    steps = np.full(1000, 0.69, np.float32)
    studio.store.append_metrics(made.run, 1, steps, steps)
    for step in STEPS:
        studio.store.append_vitals(made.run, pack_vitals(vitals_at(step)))
    return made


def asked(studio: FakeStudio, run: FakeRun, query: str = "") -> VitalsRange:
    answer = studio.client.get(f"/api/runs/{run.run}/vitals{query}")
    assert answer.status_code == 200, answer.text
    return VitalsRange.model_validate(answer.json())


def test_all_vitals_of_a_run(studio: FakeStudio, run: FakeRun) -> None:
    found = asked(studio, run)
    assert [one.step for one in found.moments] == list(STEPS)
    assert found.moments[3].to_dict() == vitals_at(30)
    assert (found.total, found.newest) == (100, 990)


def test_a_range_and_few_of_many(studio: FakeStudio, run: FakeRun) -> None:
    found = asked(studio, run, "?first_step=15&last_step=44")
    assert [one.step for one in found.moments] == [20, 30, 40]
    assert (found.total, found.newest) == (3, 990)
    assert [one.step for one in asked(studio, run, "?first_step=991").moments] == []
    few = asked(studio, run, "?most=4")
    assert [one.step for one in few.moments] == [0, 330, 660, 990]
    assert few.total == 100
    for query in ("?most=0", "?most=513", "?first_step=-1"):
        assert studio.client.get(f"/api/runs/{run.run}/vitals{query}").status_code == 422


def test_a_run_without_vitals(studio: FakeStudio, spec: dict[str, Any]) -> None:
    found = asked(studio, studio.create(spec))
    assert (found.moments, found.total, found.newest) == ((), 0, None)
    assert studio.client.get("/api/runs/0123456789abcdef/vitals").status_code == 404


def test_the_diagnosis_at_a_step_rests_on_nothing_later(studio: FakeStudio, run: FakeRun) -> None:
    def diagnosis(query: str = "") -> Diagnosis:
        answer = studio.client.get(f"/api/runs/{run.run}/diagnosis{query}")
        assert answer.status_code == 200, answer.text
        return Diagnosis.model_validate(answer.json())

    now = diagnosis()
    assert (now.run, now.step, now.moments) == (run.run, 1000, 100)
    (finding,) = now.findings
    assert (finding.rule, finding.layer, finding.since) == ("dead-units", "hidden-1", 0)
    assert (finding.severity, finding.evidence[0].value) == ("error", 1.0)
    early = diagnosis("?at=25")
    assert (early.step, early.moments, early.findings) == (25, 3, ())
    assert diagnosis("?at=30").findings[0].evidence[0].step == 30
    beyond = studio.client.get(f"/api/runs/{run.run}/diagnosis?at=1001")
    assert beyond.status_code == 409
    assert "ends at step 1,000" in beyond.json()["message"]


def test_a_diverged_run_says_so_while_it_stands_there(studio: FakeStudio, run: FakeRun) -> None:
    text = "The loss is infinite at step 1,001: the numbers in layer `output` had grown."
    studio.store.append_note(run.run, Note(1000, "diverged", text))
    answer = studio.client.get(f"/api/runs/{run.run}/diagnosis").json()
    (finding,) = answer["findings"]
    assert (finding["rule"], finding["layer"]) == ("diverged", "output")
    change = finding["remedies"][0]["changes"][0]
    assert (change["path"], change["value"]) == ("training.optimizer.learning_rate", 0.001)
    studio.store.append_metrics(run.run, 1001, np.ones(5, np.float32), np.ones(5, np.float32))
    rules = studio.client.get(f"/api/runs/{run.run}/diagnosis").json()["findings"]
    assert [one["rule"] for one in rules] == ["dead-units"]


def test_guests_see_the_health_of_their_run_alone(
    studio: FakeStudio, run: FakeRun, spec: dict[str, Any]
) -> None:
    token, other = link_to(studio, run), studio.create(spec)
    for what in ("vitals", "diagnosis"):
        for shown, status in ((run.run, 200), (other.run, 403)):
            path = f"/api/runs/{shown}/{what}"
            assert studio.client.get(path, headers=as_guest(token)).status_code == status


def test_the_timeline_says_where_the_newest_vitals_are(studio: FakeStudio, run: FakeRun) -> None:
    def newest() -> int | None:
        frame = TimelineBuilder(studio.store, run.run).frame()
        return Timeline.model_validate(header(frame)).vitals

    assert newest() == 990
    studio.store.append_vitals(run.run, pack_vitals(vitals_at(1000)))
    assert newest() == 1000


def test_the_vitals_of_any_step_are_asked_of_the_worker(studio: FakeStudio, run: FakeRun) -> None:
    answer = studio.client.get(f"/api/runs/{run.run}/vitals/437")
    assert answer.json() == vitals_at(437)
    (question,) = [one for one in run.calls if isinstance(one, TakeVitals)]
    assert question.at == 437
