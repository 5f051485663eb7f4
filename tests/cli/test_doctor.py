"""`netlapse doctor`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netlapse.cli import main
from netlapse.spec.presets import PRESETS


def trained(spec: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["train", spec, "--steps", "300", "--json", "--quiet"]) == 0
    return json.loads(capsys.readouterr().out)["run"]


@pytest.fixture
def dead(tmp_path: Path) -> str:
    """A spec whose hidden layer is dead from the start."""
    spec = PRESETS["xor"].spec.to_dict()
    spec["network"]["layers"][0]["bias_initializer"] = {"kind": "constant", "value": -20}
    path = tmp_path / "dead.json"
    path.write_text(json.dumps(spec))
    return str(path)


def test_findings_are_listed(dead: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = trained(dead, capsys)
    assert main(["doctor", run]) == 0
    said = capsys.readouterr().out
    assert said.startswith("error: Dead units in hidden-1, since step 0\n")
    assert "share of dead units: 1" in said
    assert "Try: Use leaky ReLU in hidden-1, in a new run." in said
    assert "Try: Use a learning rate of 0.006, now" in said
    assert main(["doctor", run, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["run"], found["step"]) == (run, 300)
    assert [one["rule"] for one in found["findings"]] == ["dead-units"]
    assert main(["doctor", run, "--at", "0"]) == 0
    assert capsys.readouterr().out == "Nothing is wrong at step 0.\n"


def test_a_step_or_run_that_is_not_there(dead: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = trained(dead, capsys)
    assert main(["doctor", run, "--at", "301"]) == 1
    assert "The record ends at step 300" in capsys.readouterr().err
    assert main(["doctor", "0123456789abcdef"]) == 2
    assert "There is no such run" in capsys.readouterr().err
