"""Exports from the command line: animations, tables, figures, bundles, summaries."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PIL import Image

import netlapse as nl
from netlapse.cli import main


@pytest.fixture(scope="module")
def run() -> str:
    """A recorded run of 200 steps."""
    with nl.train(nl.presets.spiral(), steps=200) as made:
        return made.id


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """What a command is refused with, as bad input."""
    assert main([str(word) for word in arguments]) == 2
    return capsys.readouterr().err


def test_a_recorded_run_becomes_an_animation(run: str, tmp_path: Path) -> None:
    out = tmp_path / "learning.gif"
    words = ["animate", run, "--out", str(out), "--frames", "4", "--size", "200", "--from", "50"]
    assert main([*words, "--theme", "dark", "--fps", "5"]) == 0
    with Image.open(out) as gif:
        assert (gif.n_frames, gif.size, gif.info["duration"]) == (4, (200, 200), 200)


def test_a_preset_is_trained_first(tmp_path: Path) -> None:
    out = tmp_path / "loss.gif"
    words = ["animate", "xor", "--view", "loss", "--out", str(out), "--frames", "3"]
    assert main([*words, "--epochs", "2", "--size", "160", "--quiet"]) == 0
    with Image.open(out) as gif:
        assert gif.size == (160, 120)


def test_tables_and_figures(run: str, tmp_path: Path) -> None:
    files = {
        name: tmp_path / f"{name}.{suffix}"
        for name, suffix in (
            ("metrics", "parquet"),
            ("evaluations", "json"),
            ("predictions", "csv"),
            ("figure", "svg"),
        )
    }
    words = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    assert main(["export", run, *words, "--part", "train", "--step", "100"]) == 0
    table = pq.read_table(files["metrics"])
    assert table.num_rows == 200
    assert table.schema.metadata[b"run"] == run.encode()
    assert json.loads(files["evaluations"].read_text(encoding="utf-8"))[0]["step"] == 0
    assert len(files["predictions"].read_text(encoding="utf-8").splitlines()) == 201
    assert "step 100" in files["figure"].read_text(encoding="utf-8")


def test_a_bundle_comes_back_as_another_run(
    run: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "run.netlapse"
    assert main(["export", run, "--bundle", str(bundle)]) == 0
    capsys.readouterr()
    assert main(["import", str(bundle), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["run"] != run
    assert (made["name"], made["step"]) == ("Spiral", 200)


def test_a_run_can_be_exported_while_another_program_has_it(tmp_path: Path) -> None:
    """The one writer is not in the way of those who look."""
    with nl.train(nl.presets.spiral(), steps=50) as made:
        out = tmp_path / "network.png"
        assert main(["export", made.id, "--figure", str(out), "--view", "network"]) == 0
        assert out.exists()
        assert made.train(steps=10).step == 60


def test_summaries(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", run, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parameters"] == 121
    assert main(["summary", "spiral"]) == 0
    assert "121 parameters" in capsys.readouterr().out
    assert main(["summary", "spiral", "--markdown"]) == 0
    assert "| hidden-1 | dense tanh |" in capsys.readouterr().out


def test_what_cannot_be_exported_is_one_sentence(
    run: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no file and no preset `nothing`" in refused(capsys, "summary", "nothing")
    assert "Say what to export" in refused(capsys, "export", run)
    assert "no such run" in refused(capsys, "export", "no-run", "--metrics", tmp_path / "m.csv")
    assert "written as .csv" in refused(capsys, "export", run, "--metrics", tmp_path / "m.xls")
    assert "not a netlapse bundle" in refused(capsys, "import", __file__)
    out = tmp_path / "x.avi"
    assert "a .gif or a .mp4 file" in refused(capsys, "animate", run, "--out", out)
    assert list(tmp_path.iterdir()) == []
