"""`netlapse lab`: races from the command line."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from netlapse.cli import main

BOWL = ["--function", "x**2/10 + y**2", "--start", "-9", "2"]


def raced(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The one object that `--json` prints."""
    assert main(["lab", *arguments, "--json"]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return json.loads(out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line on standard error of a call that is bad input."""
    assert main(["lab", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1
    return captured.err.strip()


PEERS = {
    "gradient-descent": lambda w, lr: torch.optim.SGD(w, lr=lr),
    "momentum": lambda w, lr: torch.optim.SGD(w, lr=lr, momentum=0.9),
    "nesterov": lambda w, lr: torch.optim.SGD(w, lr=lr, momentum=0.9, nesterov=True),
    "adagrad": lambda w, lr: torch.optim.Adagrad(w, lr=lr),
    "rmsprop": lambda w, lr: torch.optim.RMSprop(w, lr=lr),
    "adam": lambda w, lr: torch.optim.Adam(w, lr=lr),
    "adamw": lambda w, lr: torch.optim.AdamW(w, lr=lr),
}


def test_every_optimizer_goes_pytorchs_way(capsys: pytest.CaptureFixture[str]) -> None:
    options = [part for name in PEERS for part in ("--optimizer", name)]
    result = raced(capsys, *BOWL, *options, "--learning-rate", "0.4", "--steps", "30")
    assert [racer["optimizer"] for racer in result["racers"]] == list(PEERS)
    assert "path" not in result
    for racer, peer in zip(result["racers"], PEERS.values(), strict=True):
        weights = torch.tensor([-9.0, 2.0], dtype=torch.float64, requires_grad=True)
        optimizer = peer([weights], 0.4)
        for point in racer["path"]:
            value = weights[0] ** 2 / 10 + weights[1] ** 2
            assert point == pytest.approx([*weights.tolist(), value.item()], rel=1e-9, abs=1e-9)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
        assert len(racer["path"]) == 31 and racer["ended"] is None


def test_one_optimizer_has_its_path_on_top(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--optimizer", "adam", "--learning-rate", "0.4", "--steps", "30"]
    result = raced(capsys, *BOWL, *options)
    assert len(result["path"]) == 31
    assert result["path"][0] == [-9.0, 2.0, 12.1]
    assert result["path"][1] == pytest.approx([-8.6, 1.6, 9.956], abs=1e-6)
    (racer,) = result["racers"]
    assert racer["path"] == result["path"]
    assert (result["function"], result["start"], result["steps"]) == ("x**2/10 + y**2", [-9, 2], 30)
    assert result["minima"] == [{"x": 0.0, "y": 0.0, "f": 0.0, "found": True}]
    assert racer["parameters"] == {
        "learning_rate": 0.4,
        "beta_1": 0.9,
        "beta_2": 0.999,
        "epsilon": 1e-8,
    }
    assert len(racer["gradient_norm"]) == len(racer["distance"]) == 31
    assert racer["gradient_norm"][0] == pytest.approx(math.hypot(1.8, 4))


def test_numbers_of_optimizers_and_surfaces(capsys: pytest.CaptureFixture[str]) -> None:
    result = raced(
        capsys,
        *("--function", "regression", "--set", "surface.samples=20", "--noise", "mini-batch"),
        *("--batch-size", "4", "--steps", "5", "--seed", "3"),
        *("--optimizer", "adam", "--optimizer", "adamw", "--optimizer", "momentum"),
        *("--learning-rate", "0.1", "--learning-rate", "0.2", "--learning-rate", "0.3"),
        *("--set", "beta_1=0.8", "--set", "adamw.beta_1=0.7", "--set", "momentum=0.5"),
    )
    numbers = [racer["parameters"] for racer in result["racers"]]
    assert [own["learning_rate"] for own in numbers] == [0.1, 0.2, 0.3]
    assert (numbers[0]["beta_1"], numbers[1]["beta_1"], numbers[2]["momentum"]) == (0.8, 0.7, 0.5)
    assert result["noise"] == {"kind": "mini-batch", "batch_size": 4}
    assert result["surface"]["samples"] == 20


def test_two_of_a_kind_have_numbers_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    options = [
        *("--optimizer", "momentum:learning_rate=0.1,momentum=0.5"),
        *("--optimizer", "momentum: momentum=0.95"),
        *("--optimizer", "momentum", "--optimizer", "rmsprop:centered=true"),
    ]
    result = raced(capsys, *BOWL, *options, "--learning-rate", "0.2", "--steps", "3")
    numbers = [racer["parameters"] for racer in result["racers"]]
    assert [own["learning_rate"] for own in numbers] == [0.1, 0.2, 0.2, 0.2]
    assert [own["momentum"] for own in numbers] == [0.5, 0.95, 0.9, 0.0]
    assert numbers[3]["centered"] is True
    assert [racer["optimizer"] for racer in result["racers"]] == [*["momentum"] * 3, "rmsprop"]
    assert [racer["name"] for racer in result["racers"]] == [
        "momentum:learning_rate=0.1,momentum=0.5",
        "momentum:momentum=0.95",
        "momentum",
        "rmsprop:centered=true",
    ]
    # x²/10 + y² from (-9, 2): v ← μ·v + g, w ← w - η·v.
    y, v = 2.0, 0.0
    for _ in range(3):
        v = 0.5 * v + 2 * y
        y -= 0.1 * v
    assert result["racers"][0]["path"][3][1] == pytest.approx(y, rel=1e-12)
    # What is set for all of a kind gives way to a racer's own.
    result = raced(capsys, *BOWL, *options, "--set", "momentum=0.7", "--steps", "1")
    numbers = [racer["parameters"] for racer in result["racers"]]
    assert [own["momentum"] for own in numbers] == [0.5, 0.95, 0.7, 0.7]


def test_a_table_says_where_each_ended(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "--function", "rosenbrock"]) == 0
    out = capsys.readouterr().out
    for name in ("SGD", "Momentum", "Nesterov", "AdaGrad", "RMSprop", "Adam"):
        assert f" {name} " in out
    assert out.endswith("1 known minimum: (1, 1)\n")


def test_a_learning_rate_that_diverges(capsys: pytest.CaptureFixture[str]) -> None:
    options = [*BOWL, "--optimizer", "gradient-descent", "--learning-rate", "10", "--steps", "100"]
    result = raced(capsys, *options)
    ended = result["ended"]
    assert ended["reason"] == "left-plane" and ended["step"] == len(result["path"])
    assert all(math.isfinite(value) for point in result["path"] for value in point)
    # y is multiplied by 1 - 2·10 = -19 in each step.
    assert ended["step"] == math.floor(math.log(1e9 / 2, 19)) + 1
    assert main(["lab", *options]) == 0
    assert f"gradient-descent leaves the plane at step {ended['step']}:" in capsys.readouterr().out


def test_a_race_as_a_film_a_figure_and_a_table(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files = [tmp_path / f"race.{end}" for end in ("gif", "png", "svg", "csv", "json")]
    outs = [part for file in files for part in ("--out", str(file))]
    options = ["--steps", "5", "--size", "200", "--frames", "4", "--theme", "dark"]
    assert main(["lab", "--function", "himmelblau", *options, *outs, "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    with Image.open(files[0]) as film:
        assert (film.n_frames, film.size) == (4, (200, 200))
    with Image.open(files[1]) as figure:
        assert figure.size == (200, 200)
    assert "step 5 of 5" in files[2].read_text()
    with files[3].open() as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == 6 * 6
    assert list(rows[0])[:5] == ["racer", "step", "x", "y", "f"]
    assert [row["step"] for row in rows[:6]] == list("012345")
    assert len(json.loads(files[4].read_text())) == 36


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--function", "x +* y"], "--function: Column 4: a number, a name or a bracket"),
        (["--function", "__import__('os')"], "--function: Column 12: `'` has no meaning here."),
        (["--function", "rosenbrok"], "The surfaces are: quadratic-100, "),
        (
            ["--function", "1/x", "--start", "0", "1", "--optimizer", "adam"],
            "start: The function is not finite at the start (0, 1). Start elsewhere.",
        ),
        (["--start", "nan", "1"], "start[0]: This must be a finite number, got NaN."),
        (["--start", "inf", "1"], "start[0]: This must be a finite number, got Infinity."),
        (["--steps", "0"], "steps: This must be at least 1, got 0."),
        (["--steps", "100001", "--optimizer", "adam"], "steps: This must be at most 100000"),
        (["--steps", "90000"], "All racers together make at most 400,000 steps, got 6 × 90,000."),
        (["--optimizer", "adamx"], "--optimizer: The optimizer `adamx` is not known; there are: "),
        (
            ["--optimizer", "adam", "--learning-rate", "nan"],
            "adam: optimizer.learning_rate: This must be a finite number, got NaN.",
        ),
        (
            ["--optimizer", "adam", "--learning-rate", "-1"],
            "adam: optimizer.learning_rate: This must be at least 0, got -1.0.",
        ),
        (
            [*["--optimizer", "adam"] * 3, *["--learning-rate", "1"] * 2],
            "Give --learning-rate once for all, or once for each of the 3 optimizers, got 2.",
        ),
        (["--learning-rate", "1"], "needs an --optimizer that it is for."),
        (
            ["--optimizer", "adam:momentum=0.9"],
            "--optimizer: `adam` has no number `momentum`; it has: learning_rate, beta_1, beta_2, ",
        ),
        (
            ["--optimizer", "momentum:0.9"],
            "are written `momentum:learning_rate=0.1,…`, got `momentum:0.9`.",
        ),
        (
            ["--optimizer", "momentum:"],
            "are written `momentum:learning_rate=0.1,…`, got `momentum:`",
        ),
        (
            ["--optimizer", "adam:beta_1=0.8,beta_1=0.7"],
            "`beta_1` is given twice in `adam:beta_1=0.8,beta_1=0.7`.",
        ),
        (
            ["--optimizer", "adam:beta_1=1"],
            "adam: optimizer.beta_1: This must be less than 1, got 1.",
        ),
        (
            ["--optimizer", "adam:beta_1=much"],
            "adam: optimizer.beta_1: This must be a valid number, got",
        ),
        (
            [
                *("--optimizer", "adam:learning_rate=1", "--optimizer", "adam"),
                *("--learning-rate", "2", "--learning-rate", "3"),
            ],
            "`adam` has two learning rates: 2 by --learning-rate, 1 of its own. Give one of them.",
        ),
        (
            ["--optimizer", "adam", "--set", "momentum=0.9"],
            "--set: No optimizer of this race has a number `momentum`; there are: beta_1, ",
        ),
        (["--optimizer", "adam", "--set", "beta_1"], "A setting is written path=value"),
        (["--set", "surface.size=1"], "surface.size: This field is not known."),
        (["--noise", "loud"], "noise: Noise is a number or `mini-batch`, got `loud`."),
        (["--noise", "-1"], "noise.standard_deviation: This must be at least 0, got -1.0."),
        (["--noise", "mini-batch"], "Mini-batches need a surface that is the loss of a data set"),
        (["--batch-size", "few"], "A batch size is a whole number or `all`, got `few`."),
        (
            ["--function", "regression", "--batch-size", "65"],
            "A batch holds at most all 64 samples, got 65.",
        ),
        (["--domain", "1", "0", "0", "1"], "domain.x: The least must be below the greatest"),
        (["--seed", "-1"], "seed: This must be at least 0, got -1."),
        (["--out", "race.doc", "--steps", "1"], "A race is written as .gif, .mp4, .png, .svg, "),
        (["--out", "no/such/folder/race.csv", "--steps", "1"], "The file cannot be written"),
        (["--out", "race.gif", "--steps", "1", "--fps", "0"], "fps: There can be 1 to 50 frames"),
        (["--out", "race.png", "--steps", "1", "--size", "9"], "size: The size must be between"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in refused(capsys, *arguments, "--quiet")
    assert not list(tmp_path.iterdir())


def test_the_command_itself_computes_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from netlapse.cli import main;"
        "assert main(['lab', '--steps', '2', '--json']) == 0;"
        "assert 'jax' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert len(json.loads(done.stdout)["racers"]) == 6
