"""Races from Python."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import netlapse as nl
from netlapse.errors import NotFoundError
from netlapse.export.plots.race import ORDER
from netlapse.spec.lab import Racer, Regression
from netlapse.spec.optimizers import Adam, Momentum


@pytest.fixture(scope="module")
def result() -> nl.RaceResult:
    """Adam, and gradient descent that diverges."""
    return nl.race(
        "x**2/10 + y**2",
        ["adam", {"kind": "sgd", "learning_rate": 3, "name": "fast"}],
        start=(-9, 2),
        steps=30,
    )


def test_paths_are_arrays(result: nl.RaceResult) -> None:
    assert result.names == ("Adam", "fast")
    adam = result.path("Adam")
    assert adam.shape == (31, 3) and adam.dtype == np.float64
    np.testing.assert_allclose(adam[:, 2], adam[:, 0] ** 2 / 10 + adam[:, 1] ** 2, rtol=1e-12)
    for same in (result.path("adam"), result.path(0), result.path(), result.path(-2)):
        np.testing.assert_array_equal(same, adam)
    np.testing.assert_array_equal(result.path("sgd"), result.path("fast"))
    np.testing.assert_allclose(
        result.gradients("adam"), np.stack([adam[:, 0] / 5, 2 * adam[:, 1]], 1), rtol=1e-12
    )
    np.testing.assert_allclose(result.distances("adam"), np.hypot(adam[:, 0], adam[:, 1]))
    assert result.step_lengths("adam")[1] == pytest.approx(np.hypot(*(adam[1] - adam[0])[:2]))


def test_a_path_ends_where_it_left_the_plane(result: nl.RaceResult) -> None:
    assert result.ended("Adam") is None
    ended = result.ended("fast")
    assert ended is not None and ended.step == 13 and ended.message.startswith("fast leaves the")
    assert result.path("fast").shape == (13, 3)
    assert np.isfinite(result.path("fast")).all()


def test_a_data_frame_has_a_row_for_each_point(result: nl.RaceResult) -> None:
    frame: Any = result.to_dataframe()
    assert list(frame.columns) == [
        *("racer", "step", "x", "y", "f", "gradient_x", "gradient_y"),
        *("gradient_norm", "step_length", "distance"),
    ]
    assert frame.groupby("racer").size().to_dict() == {"Adam": 31, "fast": 13}
    np.testing.assert_array_equal(
        frame[frame.racer == "Adam"][["x", "y", "f"]], result.path("Adam")
    )


def test_files_of_a_race(result: nl.RaceResult, tmp_path: Path) -> None:
    done: list[tuple[int, int]] = []
    for name in ("a.gif", "b.gif"):
        result.save(
            tmp_path / name, size=200, frames=3, on_frame=lambda now, of: done.append((now, of))
        )
    assert done == [(1, 3), (2, 3), (3, 3)] * 2
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()
    with Image.open(tmp_path / "a.gif") as film:
        assert film.n_frames == 3
    result.save(tmp_path / "race.parquet")
    with pytest.raises(nl.DataError, match="A race is written as"):
        result.save(tmp_path / "race.txt")


def test_a_figure_shows_paths_up_to_its_step(result: nl.RaceResult) -> None:
    scene = result.scene_at(7)
    assert scene.caption.line == "x**2/10 + y**2 · step 7 of 30"
    assert [len(track.until(7)) for track in scene.tracks] == [8, 8]
    assert [track.ended for track in scene.tracks] == [None, 13]
    assert scene.values.shape[0] == scene.values.shape[1]
    assert scene.x[0] < -9 and scene.minima.tolist() == [[0, 0]]
    assert scene.low > 0 and scene.is_logarithmic


def test_racers_have_the_colors_that_they_have_in_the_studio() -> None:
    source = Path(__file__).parents[2] / "web" / "src" / "draw" / "labColors.ts"
    written = re.search(r"const ORDER = \[([\d, ]+)\]", source.read_text("utf-8"))
    assert written and tuple(map(int, written[1].split(","))) == ORDER


@pytest.mark.parametrize(
    "optimizers",
    [
        ["momentum", "adam"],
        [Momentum(kind="momentum"), Adam(kind="adam")],
        [Racer(optimizer=Momentum(kind="momentum")), {"optimizer": {"kind": "adam"}}],
    ],
)
def test_racers_in_every_form(optimizers: Any) -> None:
    result = nl.race("booth", optimizers, steps=3)
    assert result.names == ("Momentum", "Adam")
    assert result.race.start == (-8, -6)


def test_noise_and_batches() -> None:
    surface = Regression(kind="regression", samples=10)
    all_of = nl.race(surface, ["sgd"], batch_size="all", steps=5).path()
    np.testing.assert_allclose(all_of, nl.race(surface, ["sgd"], steps=5).path())
    batches = nl.race(surface, ["sgd"], noise="mini-batch", batch_size=2, steps=5).path()
    assert np.abs(batches - all_of).max() > 1e-3
    noisy = nl.race(surface, ["sgd"], noise=0.5, steps=5)
    assert noisy.race.noise.to_dict() == {"kind": "gaussian", "standard_deviation": 0.5}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"surface": "x +"}, "surface: Column 4: "),
        ({"optimizers": ["adamx"]}, "optimizers: The optimizer `adamx` is not known"),
        ({"optimizers": []}, "A race has at least 1 racer."),
        ({"start": (0, 1, 2)}, "start: "),
        ({"start": (float("nan"), 1)}, r"start\[0\]: This must be a finite number"),
        ({"steps": 0}, "steps: This must be at least 1, got 0."),
        ({"noise": 0.1, "batch_size": 3}, "noise: Give noise on the gradient or mini-batches"),
        ({"surface": {"kind": "cone"}}, "surface: The kind `cone` is not known"),
        ({"surface": "regression", "domain": ((0, 1), (0, 1))}, "domain: "),
    ],
)
def test_what_breaks_a_rule(options: dict[str, Any], message: str) -> None:
    with pytest.raises(nl.SpecError, match=message):
        nl.race(**options)


def test_an_unknown_racer(result: nl.RaceResult) -> None:
    with pytest.raises(NotFoundError, match="There is no racer `momentum`; there are: Adam, fast"):
        result.path("momentum")
