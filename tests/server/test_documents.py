"""Routes about documents and tables."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from netlapse.data import TableStore, load
from netlapse.server.datasets import CACHED, MAX_POINTS, Datasets, preview_of
from netlapse.spec.data import Bundled, Spiral, Xor
from netlapse.spec.presets import PRESETS
from tests.server.fakes import FakeStudio

IRISES = b"length,width,color,kind\n" + b"".join(
    f"{i % 7 + 0.5},{'' if i == 3 else i % 5},{'red' if i % 3 else 'blue'},{'ab'[i % 2]}\n".encode()
    for i in range(60)
)


def test_health(studio: FakeStudio) -> None:
    assert studio.client.get("/api/health").json()["status"] == "ok"


def test_presets_are_in_gallery_order_and_can_be_trained(studio: FakeStudio) -> None:
    presets = studio.client.get("/api/presets").json()
    assert [preset["name"] for preset in presets] == list(PRESETS)
    for preset in presets:
        answer = studio.client.post("/api/check", json={"spec": preset["spec"]}).json()
        assert answer["spec"] == preset["spec"]
        assert answer["problem"] is None
        assert answer["examination"]["trainable"], preset["name"]


def test_schema_holds_ranges_titles_and_help(studio: FakeStudio) -> None:
    schemas = studio.client.get("/api/schema").json()
    units = schemas["spec"]["$defs"]["Dense"]["properties"]["units"]
    assert (units["minimum"], units["maximum"]) == (1, 4096)
    assert units["description"].startswith("Number of units")
    assert schemas["spec"]["$defs"]["PlateauSchedule"]["title"] == "Reduce on plateau"
    assert "/api/runs/{run}/commands" in schemas["openapi"]["paths"]
    assert schemas["view"]["title"] == "View"


def test_check_names_the_field(studio: FakeStudio, spec: dict[str, Any]) -> None:
    spec["network"]["layers"][0]["units"] = 0
    answer = studio.client.post("/api/check", json={"spec": spec}).json()
    assert answer["spec"] is None and answer["examination"] is None
    assert answer["problem"]["place"] == "network.layers[0].units"
    assert "got 0" in answer["problem"]["message"]


def test_check_of_an_unfinished_network_gives_findings(
    studio: FakeStudio, spec: dict[str, Any]
) -> None:
    spec["network"]["layers"] = []
    answer = studio.client.post("/api/check", json={"spec": spec}).json()
    assert answer["problem"] is None
    assert not answer["examination"]["trainable"]
    assert answer["examination"]["findings"][0]["fix"]["title"] == "Add an output layer"


@pytest.mark.parametrize(
    "value", [None, 7, "text", [], {"data": {"kind": "\ud800"}}, {"\ud800": 1}]
)
def test_check_of_what_is_no_spec(studio: FakeStudio, value: object) -> None:
    headers = {"Content-Type": "application/json"}
    body = json.dumps({"spec": value})
    answer = studio.client.post("/api/check", content=body, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["problem"]["kind"] == "SpecError"


def test_check_names_data_that_cannot_be_used(studio: FakeStudio, spec: dict[str, Any]) -> None:
    spec["data"] = {
        "kind": "table",
        "table": "0" * 32,
        "target": "a",
        "inputs": [{"name": "b"}],
    }
    answer = studio.client.post("/api/check", json={"spec": spec}).json()
    assert answer["spec"] is not None
    assert answer["problem"]["kind"] == "NotFoundError"


def test_set_changes_one_value(studio: FakeStudio, spec: dict[str, Any]) -> None:
    body = {"spec": spec, "path": "training.optimizer", "value": "adam"}
    changed = studio.client.post("/api/set", json=body).json()["spec"]
    assert changed["training"]["optimizer"]["kind"] == "adam"
    body = {"spec": spec, "path": "training.nothing", "value": 1}
    answer = studio.client.post("/api/set", json=body)
    assert answer.status_code == 422
    assert answer.json()["place"] == "training.nothing"


def test_dataset_preview(studio: FakeStudio) -> None:
    body = {"data": {"kind": "xor", "samples": 40, "validation_fraction": 0.25}}
    preview = studio.client.post("/api/dataset", json=body).json()
    assert (preview["train"], preview["validation"]) == (30, 10)
    assert preview["raw_names"] == ["x", "y"]
    assert len(preview["points"]["inputs"]) == 2
    assert len(preview["points"]["target"]) == 40
    assert sum(preview["points"]["validation"]) == 10
    assert [entry["name"] for entry in preview["balance"]] == ["0", "1"]
    assert len(preview["rows"]) == 20 and len(preview["rows"][0]) == 3
    assert [column["name"] for column in preview["columns"]] == ["x", "y", "class"]


def test_preview_holds_the_samples_that_are_trained_on() -> None:
    dataset = load(Spiral(kind="spiral", samples=50))
    preview = preview_of(dataset)
    shown = np.array(preview.points.inputs).T
    raw = np.concatenate([dataset.train_raw, dataset.validation_raw])
    np.testing.assert_allclose(shown, raw, atol=1e-5)


def test_preview_of_many_columns_is_bounded() -> None:
    preview = preview_of(load(Bundled(kind="bundled", name="digits")))
    assert len(preview.points.inputs) == 64
    assert len(preview.points.target) <= MAX_POINTS
    numbers = len(preview.points.target) * 65
    assert numbers <= 400_000


def test_preview_of_images_holds_their_size_and_parts_and_no_pixels(studio: FakeStudio) -> None:
    body = {"data": {"kind": "images", "name": "digits"}}
    preview = studio.client.post("/api/dataset", json=body).json()
    assert preview["image"] == {"height": 8, "width": 8, "channels": 1}
    assert (preview["train"], preview["validation"], preview["test"]) == (1647, 150, 0)
    assert [column["name"] for column in preview["columns"]] == ["digit"]
    assert preview["points"]["inputs"] == preview["rows"] == preview["raw_names"] == []
    assert sum(entry["train"] for entry in preview["balance"]) == 1647


def test_images_are_checked_without_their_files(
    studio: FakeStudio, spec: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NETLAPSE_FASHION_MNIST_DIR", raising=False)
    spec["data"] = {"kind": "images", "name": "fashion-mnist"}
    spec["network"]["layers"] = [
        {"kind": "flatten", "id": "flat"},
        {"kind": "dense", "id": "last", "units": 10, "activation": "softmax"},
    ]
    answer = studio.client.post("/api/check", json={"spec": spec}).json()
    assert answer["problem"] is None
    assert answer["examination"]["trainable"]
    assert answer["examination"]["parameters"] == 7850
    absent = studio.client.post("/api/dataset", json={"data": spec["data"]})
    assert absent.status_code == 422
    assert absent.json()["message"] == "Fashion-MNIST is not on this machine yet."


def test_previews_are_remembered_by_their_document(tmp_path: Any) -> None:
    datasets = Datasets(TableStore(tmp_path))
    data = Xor(kind="xor", samples=20)
    assert datasets.recall(data) is None
    seen = datasets.look(data)
    assert datasets.recall(Xor(kind="xor", samples=20)) is seen
    for seed in range(CACHED):
        datasets.look(Xor(kind="xor", samples=20, seed=seed + 1))
    assert datasets.recall(data) is None


def test_a_table_comes_is_listed_shown_and_goes(studio: FakeStudio) -> None:
    added = studio.client.post("/api/tables?name=../../irises.csv", content=IRISES)
    assert added.status_code == 200
    table = added.json()["id"]
    assert added.json()["preview"]["name"] == "irises.csv"
    assert added.json()["preview"]["row_count"] == 60
    suggestion = added.json()["suggestion"]
    assert suggestion["target"] == "kind"
    entries = studio.client.get("/api/tables").json()
    assert [(entry["id"], entry["rows"], entry["columns"]) for entry in entries] == [(table, 60, 4)]
    assert studio.client.get(f"/api/tables/{table}").json() == added.json()
    preview = studio.client.post("/api/dataset", json={"data": suggestion}).json()
    assert preview["class_names"] == ["a", "b"]
    assert preview["dropped_rows"] == 1
    color = preview["columns"][2]
    assert [category["name"] for category in color["categories"]] == ["blue", "red"]
    assert studio.client.get("/api/storage").json()["tables"] == 1
    assert studio.client.delete(f"/api/tables/{table}").json() == {"done": True}
    assert studio.client.get(f"/api/tables/{table}").status_code == 404
    gone = studio.client.post("/api/dataset", json={"data": suggestion})
    assert gone.status_code == 404


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1\n2,3,4\n", b"\xff\xfe\x00\x01", b"only one column\n1\n", b"a,b\n"]
)
def test_a_wrong_table_is_one_sentence(studio: FakeStudio, content: bytes) -> None:
    answer = studio.client.post("/api/tables?name=t.csv", content=content)
    if answer.status_code == 200:
        assert answer.json()["suggestion"] is None
        assert answer.json()["problem"]["message"]
        return
    assert answer.status_code == 422
    assert set(answer.json()) == {"kind", "message", "place", "remedy"}
    assert "\n" not in answer.json()["message"]
    assert studio.client.get("/api/tables").json() == []


@pytest.mark.parametrize(
    "table", ["..%2f..%2fstudio.json", "0" * 31, "%00", "a" * 300, "nothing.parquet"]
)
def test_no_path_reaches_the_file_system(studio: FakeStudio, table: str) -> None:
    assert studio.client.get(f"/api/tables/{table}").status_code in (404, 405)
    assert studio.client.get(f"/api/runs/{table}").status_code in (404, 422)
    assert studio.client.delete(f"/api/tables/{table}").status_code in (404, 405)
    assert studio.client.get(f"/{table}").status_code == 404


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The request needs a body."),
        (b"{", "The body of the request is not JSON"),
        (b"[1]", "This must be"),
        (b"\xff", "cannot be read as JSON"),
        (b'{"spec": 1, "more": 2}', "This field is not known"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b'{"spec": ' + b"9" * 5000 + b"}", "cannot be read as JSON"),
    ],
)
def test_bodies_that_are_no_request(studio: FakeStudio, body: bytes, message: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = studio.client.post("/api/check", content=body, headers=headers)
    assert answer.status_code == 422
    assert message in answer.json()["message"]
    assert set(answer.json()) == {"kind", "message", "place", "remedy"}


def test_an_unexpected_fault_is_one_sentence(
    studio: FakeStudio, spec: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    studio.opener.refuses = ZeroDivisionError("a secret in the details")
    answer = studio.client.post("/api/runs", json={"spec": spec})
    assert answer.status_code == 500
    assert answer.json()["message"] == "Something went wrong inside netlapse."
    assert "secret" not in answer.text
    assert "a secret in the details" in caplog.text


def test_unknown_addresses_and_methods(studio: FakeStudio) -> None:
    for answer in (studio.client.get("/api/nothing"), studio.client.post("/api/presets")):
        assert answer.status_code in (404, 405)
        assert answer.json()["kind"] == "NotFoundError"


def test_storage_and_quit(studio: FakeStudio) -> None:
    storage = studio.client.get("/api/storage").json()
    folder = str(studio.settings.folder)
    assert storage == {"folder": folder, "bytes": 0, "runs": 0, "tables": 0, "images": 0}
    assert studio.client.post("/api/quit").json() == {"done": True}
    assert studio.ended == [True]
