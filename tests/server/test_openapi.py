"""Requests made up from the API's own description never lead to a fault of ours."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from netlapse.protocol.rest.runs import RunCommand
from netlapse.server.app import make_api
from netlapse.server.settings import Settings
from netlapse.spec.presets import PRESETS
from tests.server.fakes import FakeOpener, FakeStudio, MemoryStore, fake_studio

API = make_api(
    Settings(folder=Path(tempfile.gettempdir())), MemoryStore(), FakeOpener(MemoryStore())
)
schema = schemathesis.openapi.from_dict(API.openapi())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeStudio]:
    """One Studio for all made-up requests."""
    with fake_studio(tmp_path_factory.mktemp("studio")) as studio:
        yield studio


@schema.parametrize()
@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_is_answered_with_a_fault(case: Any, served: FakeStudio) -> None:
    run = served.opener.create(PRESETS["xor"].spec)[0].run
    if "run" in (case.path_parameters or {}):
        case.path_parameters["run"] = run
    sent = case.as_transport_kwargs(base_url=str(served.client.base_url))
    headers = {k: v for k, v in sent["headers"].items() if k.lower() != "user-agent"}
    answer = served.client.request(
        sent["method"],
        sent["url"],
        params=sent.get("params"),
        json=sent.get("json"),
        content=sent.get("data"),
        headers=headers,
    )
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert set(answer.json()) == {"kind", "message", "place", "remedy"}


def test_unions_discriminate() -> None:
    schemas = API.openapi()["components"]["schemas"]
    assert "Spec" in schemas and not [name for name in schemas if name.endswith("-Input")]
    for name in ("Spec", "Training", "Network"):
        assert "anyOf" not in str(schemas[name]["properties"].get("data", ""))
    assert schemas["Spec"]["properties"]["data"]["discriminator"]["propertyName"] == "kind"
    command = API.openapi()["paths"]["/api/runs/{run}/commands"]["post"]["requestBody"]
    body = command["content"]["application/json"]["schema"]
    assert set(body["discriminator"]["mapping"]) == {
        "play",
        "pause",
        "advance",
        "pace",
        "intervene",
    }
    assert RunCommand is not None


def test_every_operation_is_described() -> None:
    for path, operations in API.openapi()["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description"), f"{method} {path}"
