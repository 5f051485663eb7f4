"""`netlapse animate quadratic --view seven-panels`: the film, its options, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

import netlapse as nl
from netlapse.cli import main

ENDLESS = ("--epochs", "1000000")
"""What is wrong is said before the training, not after it."""
WORDS = ("animate", "quadratic", "--view", "seven-panels", "--quiet")


def test_the_film_has_21_pictures(tmp_path: Path) -> None:
    out = tmp_path / "a.gif"
    assert main([*WORDS, "--out", str(out), "--size", "480"]) == 0
    with Image.open(out) as gif:
        assert (gif.n_frames, gif.size, gif.info["duration"]) == (21, (480, 300), 250)


def test_what_is_trained_can_be_another_and_is_the_same_file_each_time(tmp_path: Path) -> None:
    out, again = tmp_path / "other.gif", tmp_path / "again.gif"
    options = "--hidden-units 4 --learning-rate 0.05 --epochs 20 --noise 0 --samples 30 --seed 7"
    more = ["--every", "10", "--theme", "dark", "--size", "320", "--set", "data.seed=3"]
    for file in (out, again):
        assert main([*WORDS, "--out", str(file), *options.split(), *more]) == 0
    assert out.read_bytes() == again.read_bytes()
    with Image.open(out) as gif:
        assert gif.n_frames == 3


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--every", "0", *ENDLESS], "The interval must be at least 1 step, got 0"),
        (["--every", "5", "--frames", "3", *ENDLESS], "Give `frames` or `every`, not both"),
        (["--hidden-units", "40", *ENDLESS], "at most 32 units in a layer"),
        (["--hidden-units", "0"], "network.layers[0].units: This must be at least 1, got 0."),
        (["--learning-rate", "-1"], "learning_rate"),
        (["--noise", "5"], "noise"),
    ],
)
def test_wrong_options_are_one_sentence(
    options: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.gif"
    assert main([*WORDS, "--out", str(out), "--size", "320", *options]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_recorded_run_is_as_it_was_trained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with nl.train(nl.presets.quadratic(), epochs=10) as made:
        run = made.id
    out = tmp_path / "film.gif"
    words = ["animate", run, "--view", "seven-panels", "--out", str(out), "--size", "320"]
    assert main([*words, "--noise", "0.2"]) == 2
    assert "A recorded run is as it was trained" in capsys.readouterr().err
    assert main(words) == 0
    with Image.open(out) as gif:
        assert gif.n_frames == 3
    figure = tmp_path / "one.svg"
    asked = ["export", run, "--figure", str(figure), "--view", "seven-panels", "--step", "5"]
    assert main(asked) == 0
    assert "step 5" in figure.read_text(encoding="utf-8")
