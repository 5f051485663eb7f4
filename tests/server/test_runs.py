"""Routes about runs, over fake sessions."""

from __future__ import annotations

from typing import Any

import pytest

from netlapse.errors import DataError
from netlapse.protocol.messages import Intervene, Play, SetPace
from netlapse.server import predictions
from tests.server.fakes import FakeStudio, status_of


def test_a_run_is_created_listed_described_and_deleted(
    studio: FakeStudio, spec: dict[str, Any]
) -> None:
    run = studio.create(spec).run
    entries = studio.client.get("/api/runs").json()
    assert [entry["id"] for entry in entries] == [run]
    details = studio.client.get(f"/api/runs/{run}").json()
    assert details["spec"] == details["initial_spec"] == spec
    assert details["status"]["state"] == "paused"
    assert details["interventions"] == [] and details["evaluations"] == []
    assert studio.client.delete(f"/api/runs/{run}").json() == {"done": True}
    assert studio.run(run).closed
    assert studio.client.get("/api/runs").json() == []
    assert studio.client.get(f"/api/runs/{run}").status_code == 404


def test_a_spec_that_the_worker_refuses(studio: FakeStudio, spec: dict[str, Any]) -> None:
    studio.opener.refuses = DataError("The data has one class only.", place="data")
    answer = studio.client.post("/api/runs", json={"spec": spec})
    assert answer.status_code == 422
    assert answer.json()["message"] == "The data has one class only."
    assert all(session.closed for session in studio.opener.opened.values())


def test_commands_reach_the_run(studio: FakeStudio, spec: dict[str, Any]) -> None:
    session = studio.create(spec)
    url = f"/api/runs/{session.run}/commands"
    assert studio.client.post(url, json={"kind": "advance", "steps": 5}).json()["step"] == 5
    studio.client.post(url, json={"kind": "pace", "epochs_per_second": 60})
    studio.client.post(url, json={"kind": "play", "more_epochs": 3})
    pace, play = session.calls[-2:]
    assert isinstance(pace, SetPace) and pace.epochs_per_second == 60
    assert isinstance(play, Play) and play.more_epochs == 3


def test_an_intervention_is_acknowledged_with_its_step(
    studio: FakeStudio, spec: dict[str, Any]
) -> None:
    session = studio.create(spec)
    url = f"/api/runs/{session.run}/commands"
    studio.client.post(url, json={"kind": "advance", "steps": 7})
    change = {"kind": "set", "path": "training.optimizer.learning_rate", "value": 0.5}
    answer = studio.client.post(url, json={"kind": "intervene", "changes": [change]}).json()
    assert answer["intervention"] == {"step": 7, "changes": [change]}
    assert isinstance(session.calls[-1], Intervene)
    details = studio.client.get(f"/api/runs/{session.run}").json()
    assert details["spec"]["training"]["optimizer"]["learning_rate"] == 0.5
    assert details["initial_spec"] == spec
    refused = {"kind": "set", "path": "training.l2", "value": "refuse"}
    answer = studio.client.post(url, json={"kind": "intervene", "changes": [refused]})
    assert answer.status_code == 422
    assert answer.json()["place"] == "somewhere"


@pytest.mark.parametrize(
    "command",
    [
        {},
        {"kind": "open", "run": "x", "spec": {}},
        {"kind": "close"},
        {"kind": "intervene", "changes": []},
        {"kind": "advance", "steps": -1},
        {"kind": "pace", "steps_per_second": 0},
        [],
    ],
)
def test_what_is_no_command(studio: FakeStudio, spec: dict[str, Any], command: object) -> None:
    session = studio.create(spec)
    answer = studio.client.post(f"/api/runs/{session.run}/commands", json=command)
    assert answer.status_code == 422
    assert session.calls == []


def test_predictions(studio: FakeStudio, spec: dict[str, Any]) -> None:
    run = studio.create(spec).run
    url = f"/api/runs/{run}/predict"
    body = {"rows": [[1.0, 2.0], [-1.0, 0.5], [1000, 0]], "layers": True}
    answer = studio.client.post(url, json=body).json()
    assert answer["outputs"] == [[0.75], [0.25], [None]]
    assert answer["labels"] == ["1", "0", "0"]
    assert answer["activations"] == {"hidden-1": [[1.0, 2.0], [-1.0, 0.5], [1000.0, 0.0]]}


def test_predictions_of_a_past_step(studio: FakeStudio, spec: dict[str, Any]) -> None:
    session = studio.create(spec)
    body = {"rows": [[1.0, 2.0]], "at": 12}
    assert studio.client.post(f"/api/runs/{session.run}/predict", json=body).status_code == 200
    assert getattr(session.calls[-1], "at", None) == 12


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([], "rows"),
        ([[1, 2], [3]], "rows[1]"),
        ([[1, 2, 3]], "rows[0]"),
        ([[1e300, 2]], "rows[0]"),
        ([["text", 2]], "rows[0][0]"),
        ([[1, 2]] * 10_001, "rows"),
    ],
)
def test_rows_that_cannot_be_predicted(
    studio: FakeStudio, spec: dict[str, Any], rows: object, place: str
) -> None:
    run = studio.create(spec).run
    answer = studio.client.post(f"/api/runs/{run}/predict", json={"rows": rows})
    assert answer.status_code == 422
    assert answer.json()["place"] == place


def test_an_answer_of_too_many_numbers(
    studio: FakeStudio, spec: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions, "MAX_NUMBERS", 10)
    url = f"/api/runs/{studio.create(spec).run}/predict"
    assert studio.client.post(url, json={"rows": [[1, 2]] * 3}).status_code == 200
    answer = studio.client.post(url, json={"rows": [[1, 2]] * 4, "layers": True})
    assert answer.status_code == 422
    assert answer.json()["message"] == (
        "An answer may hold at most 10 numbers, and this one has 12."
    )


def test_evaluation_and_weights(studio: FakeStudio, spec: dict[str, Any]) -> None:
    run = studio.create(spec).run
    assert studio.client.get(f"/api/runs/{run}/evaluation").json()["train"]["accuracy"] == 0.75
    weights = studio.client.get(f"/api/runs/{run}/weights")
    assert weights.content == b"weights"
    assert weights.headers["content-type"] == "application/octet-stream"
    assert weights.headers["content-disposition"] == 'attachment; filename="spiral.safetensors"'


def test_a_dead_worker_is_a_conflict_until_it_is_resumed(
    studio: FakeStudio, spec: dict[str, Any]
) -> None:
    session = studio.create(spec)
    problem = {"kind": "WorkerError", "message": "It was ended by SIGKILL."}
    session.emit(status_of(session.run, state="worker-died", step=9, problem=problem))
    url = f"/api/runs/{session.run}"
    answer = studio.client.post(f"{url}/commands", json={"kind": "play"})
    assert answer.status_code == 409
    assert answer.json()["message"] == "It was ended by SIGKILL."
    assert answer.json()["remedy"] == "Resume the run first."
    assert studio.client.post(f"{url}/resume").json()["state"] == "paused"
    assert session.resumed == 1
    assert studio.client.post(f"{url}/commands", json={"kind": "play"}).status_code == 200
    assert studio.client.post(f"{url}/resume").status_code == 200
    assert session.resumed == 1


@pytest.mark.parametrize(
    ("method", "tail"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/resume"),
        ("POST", "/commands"),
        ("POST", "/predict"),
        ("GET", "/evaluation"),
        ("GET", "/weights"),
    ],
)
def test_a_run_that_does_not_exist(studio: FakeStudio, method: str, tail: str) -> None:
    body = (
        {"kind": "play"} if tail == "/commands" else {"rows": [[1]]} if tail == "/predict" else None
    )
    answer = studio.client.request(method, f"/api/runs/{'0' * 16}{tail}", json=body)
    assert answer.status_code == 404
    assert answer.json()["message"] == "There is no such run."
