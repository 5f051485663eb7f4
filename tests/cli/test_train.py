"""`netlapse train`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netlapse.cli import main
from netlapse.record.sql.store import SqlStore
from netlapse.spec import presets

NETLAPSE = [sys.executable, "-m", "netlapse.cli"]
FIELDS = {
    "run",
    "steps",
    "epochs",
    "train",
    "validation",
    "seconds",
    "steps_per_second",
    "compile_seconds",
    "parameters",
}


def test_the_last_line_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "spiral", "--epochs", "3", "--json"]) == 0
    out = capsys.readouterr().out
    result = json.loads(out.splitlines()[-1])
    assert set(result) == FIELDS
    assert (result["steps"], result["epochs"], result["parameters"]) == (60, 3, 121)
    for split in (result["train"], result["validation"]):
        assert {"samples", "loss", "accuracy", "precision", "recall", "f1", "confusion"} <= set(
            split
        )
        assert "r2" not in split
    assert result["seconds"] > 0
    assert result["steps_per_second"] == pytest.approx(60 / result["seconds"])
    assert result["compile_seconds"] >= 0


def test_without_a_validation_part_it_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "quadratic", "--epochs", "2", "--json", "--quiet"]) == 0
    captured = capsys.readouterr()
    result = json.loads(captured.out)
    assert result["validation"] is None
    assert set(result["train"]) == {"samples", "loss", "mae", "rmse", "r2"}
    assert captured.err == ""


def test_people_see_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "spiral", "--epochs", "2"]) == 0
    captured = capsys.readouterr()
    assert "accuracy" in captured.out
    assert "40 steps, 2 epochs, 121 parameters" in captured.out
    assert "epoch 2/2" in captured.err


def test_one_of_something_is_singular(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "spiral", "--epochs", "1", "--quiet"]) == 0
    assert "20 steps, 1 epoch, 121 parameters" in capsys.readouterr().out


def test_the_run_is_recorded(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    main(["train", "line", "--epochs", "2", "--json", "--quiet"])
    run = json.loads(capsys.readouterr().out)["run"]
    assert SqlStore(home).recorded_step(run) == 16
    main(["train", "line", "--epochs", "2", "--json", "--quiet", "--no-record"])
    assert json.loads(capsys.readouterr().out)["run"] is None
    assert SqlStore(home).runs()[0].run == run


def test_steps_leave_the_schedule_and_epochs_do_not(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    schedule = ["--set", "training.schedule=cosine", "--json", "--quiet"]
    rates = []
    for length in (["--steps", "40"], ["--epochs", "2"]):
        assert main(["train", "spiral", *length, *schedule]) == 0
        result = json.loads(capsys.readouterr().out)
        assert result["steps"] == 40
        rates.append(SqlStore(home).spec(result["run"]).training.epochs)
    assert rates == [400, 2]


def test_settings_and_seed(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    settings = ["--set", "training.optimizer=sgd", "--set", "network.layers.hidden-1.units=3"]
    assert main(["train", "spiral", "--steps", "1", *settings, "--seed", "7", "--json", "-q"]) == 0
    spec = SqlStore(home).spec(json.loads(capsys.readouterr().out)["run"])
    assert spec.training.optimizer.kind == "sgd"
    assert spec.network.layers[0].units == 3
    assert spec.seed == 7


def test_a_spec_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(presets.line().to_json())
    assert main(["train", str(file), "--steps", "5", "--json", "-q"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nope"], "There is no file and no preset `nope`; the presets are: spiral, "),
        (["spiral", "--epochs", "1", "--steps", "1"], "Give --epochs or --steps, not both."),
        (["spiral", "--steps", "0"], "--steps must be at least 1, got 0."),
        (["spiral", "--epochs", "0"], "training.epochs: This must be at least"),
        (
            ["spiral", "--epochs", "many"],
            "Invalid value for '--epochs': This must be a valid integer.",
        ),
        (["spiral", "--seed", "-1"], "seed: This must be at least 0, got -1."),
        (["spiral", "--set", "noise"], "A setting is written path=value, got 'noise'."),
        (["spiral", "--set", "data.nose=1"], "data.nose: There is no field `nose`; there are: "),
        (["spiral", "--set", "network.layers=[]"], "The network has no layers"),
        (["spiral", "--fast"], "No such option: --fast"),
        (["x" * 300], "There is no file and no preset `xxx"),
        (["xor", "--set", f"seed={'1' * 5000}"], "seed: Unable to parse input"),
        (
            ["xor", "--steps", "9" * 20, "-q"],
            "At most 10,000,000 epochs can be added at a time, got ",
        ),
        ([], "Missing argument 'SPEC|PRESET'."),
    ],
)
def test_bad_input_is_one_sentence_and_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert captured.err.count("\n") == 1


def test_a_broken_spec_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text('{"format": 1,')
    assert main(["train", str(file)]) == 2
    assert f"{file}: This is not JSON: " in capsys.readouterr().err


def test_a_diverged_training_is_1_with_step_layer_and_cause(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rate = ["--set", "training.optimizer.learning_rate=100"]
    assert main(["train", "line", *rate, "--quiet"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    for part in ("step ", "`output`", "too large"):
        assert part in captured.err


def test_early_stopping_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    stopping = ["--set", 'training.early_stopping={"patience": 3}']
    assert main(["train", "moons", *stopping, "--json", "--quiet"]) == 0
    captured = capsys.readouterr()
    assert captured.err.startswith("Stopped early: the loss has not fallen below ")
    assert json.loads(captured.out)["epochs"] < 150


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_ctrl_c_ends_it_with_the_result_so_far(home: Path) -> None:
    store = SqlStore(home)
    before = {summary.run for summary in store.runs()}
    training = subprocess.Popen(
        [*NETLAPSE, "train", "spiral", "--epochs", "1000000", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        new = [summary.run for summary in store.runs() if summary.run not in before]
        if new and store.recorded_step(new[0]) > 0:
            break
        time.sleep(0.05)
    os.killpg(training.pid, signal.SIGINT)  # as a terminal does: to the whole group
    out, err = training.communicate(timeout=30)
    assert training.returncode == 0, err
    result = json.loads(out.splitlines()[-1])
    assert result["run"] == new[0]
    assert result["steps"] == store.recorded_step(new[0]) > 0
    assert result["train"]["loss"] is not None
    assert f"Stopped by Ctrl-C after {result['steps']:,} steps" in err
    assert "Traceback" not in err
