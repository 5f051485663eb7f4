"""`netlapse runs` and `netlapse compare`."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from netlapse.cli import main


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A library of its own: two runs of these tests alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETLAPSE_HOME", str(tmp_path_factory.mktemp("library")))
        yield


@pytest.fixture(scope="module")
def runs(folder: None) -> tuple[str, str]:
    """Two trainings that differ in their rate."""
    from netlapse.session.shared import shared_store

    made: list[str] = []
    import netlapse as nl
    from netlapse.spec.changes import set_value

    for rate, name in ((0.01, "Calm"), (0.1, "Bold")):
        spec = set_value(nl.presets.spiral(), "training.optimizer.learning_rate", rate)
        with nl.train(spec.with_changes(name=name), epochs=2) as run:
            assert run.metrics.validation is not None
            made.append(run.id)
    shared_store(record=True).describe(made[1], tags=("lecture",))
    return made[0], made[1]


def test_a_table_of_the_newest(runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    [calm], [bold] = ([line for line in lines if run in line] for run in runs)
    assert lines.index(bold) < lines.index(calm)
    assert "Calm" in calm and " 40 " in calm and "finished" in calm and " KB" in calm
    assert bold.rstrip().endswith("lecture")


def test_filters_and_json(runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    def found(*options: str) -> list[str]:
        assert main(["runs", "--json", *options]) == 0
        return [entry["id"] for entry in json.loads(capsys.readouterr().out)]

    calm, bold = runs
    assert found() == [bold, calm]
    assert found("--search", "cal") == [calm]
    assert found("--tag", "lecture") == [bold]
    assert found("--state", "training") == []
    assert found("--sort", "name") == [calm, bold]
    assert found("--sort", "name", "--ascending", "--limit", "1") == [bold]
    assert main(["runs", "--limit", "1"]) == 0
    assert "1 more; --limit" in capsys.readouterr().out
    assert main(["runs", "--search", "nothing like it"]) == 0
    assert capsys.readouterr().out == "There are no such runs.\n"


def test_compare(runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *runs]) == 0
    out = capsys.readouterr().out
    assert "learning rate 0.01 → 0.1" in out
    assert sum(line.count(" *") for line in out.splitlines() if "accuracy" in line) >= 1
    assert main(["compare", *runs, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [run["id"] for run in found["runs"]] == list(runs)
    assert len(found["runs"][0]["losses"]["steps"]) == 40
    assert main(["compare", *runs, "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("# Comparison\n")
    assert main(["compare", *runs, "--csv"]) == 0
    assert capsys.readouterr().out.startswith("part,metric,better,Calm,Bold,best\n")


def test_what_cannot_be_compared(runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", runs[0]]) == 2
    assert capsys.readouterr().err == "2 to 6 runs can be compared, got 1.\n"
    assert main(["compare", runs[0], "none"]) == 2
    assert "There is no such run" in capsys.readouterr().err


def test_deleting_asks_first(
    runs: tuple[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calm, bold = runs

    def kept() -> set[str]:
        assert main(["runs", "--json"]) == 0
        return {entry["id"] for entry in json.loads(capsys.readouterr().out)}

    for answer in ("n\n", ""):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        assert main(["runs", "--delete", calm]) == 1
        assert "Nothing is deleted." in capsys.readouterr().out
    assert main(["runs", "--delete", calm, "--delete", "none", "--yes"]) == 2
    assert kept() >= {calm, bold}
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(["runs", "--delete", calm]) == 0
    capsys.readouterr()
    assert calm not in kept() and bold in kept()
    assert main(["runs", "--delete", bold, "--yes"]) == 0
    assert "Deleted 1 run." in capsys.readouterr().out
    assert main(["runs"]) == 0
    assert "`netlapse train spiral` makes one" in capsys.readouterr().out


def test_an_unknown_order_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "--sort", "foo"]) == 2
    orders = "'created', 'name', 'step', 'loss', 'accuracy', 'size'"
    said = f"Invalid value for '--sort': 'foo' is not one of {orders}.\n"
    assert capsys.readouterr().err == said
