"""Animations: their frames, times and sizes, and what is refused."""

from __future__ import annotations

import builtins
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

from netlapse.errors import DataError, InputError, StateError
from netlapse.export.animation import Animation, animate, write_frames
from netlapse.export.figures import draw, pixels
from netlapse.run import Run


def test_a_gif_has_a_frame_for_each_step_and_they_differ(trained: Run, tmp_path: Path) -> None:
    path = tmp_path / "learning.gif"
    seen: list[tuple[int, int]] = []
    trained.animate(path, fps=20, frames=5, size=200, on_frame=lambda *at: seen.append(at))
    with Image.open(path) as gif:
        frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(gif)]
        assert gif.info["loop"] == 0
        gif.seek(0)
        assert gif.info["duration"] == 50
    assert len(frames) == 5
    assert all(frame.shape == (200, 200, 3) for frame in frames)
    assert all((a != b).any() for a, b in itertools.pairwise(frames))
    assert seen == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_a_gif_keeps_the_color_of_a_thin_line(tmp_path: Path) -> None:
    # A dark picture with many shades of blue, and three dots in a purple of their own.
    frame = np.zeros((200, 200, 3), np.uint8)
    frame[..., 2] = np.arange(200)
    frame[..., 1] = np.arange(200)[:, None] // 2
    frame[100, 50:53] = purple = (199, 146, 255)
    frame.setflags(write=False)
    file = tmp_path / "thin.gif"
    write_frames(file, iter([frame, frame]), count=2, fps=10, size=(200, 200))
    with Image.open(file) as film:
        shown = np.asarray(film.convert("RGB")).astype(int)
    assert np.abs(shown[100, 51] - purple).max() <= 4
    assert np.abs(shown - frame).max() <= 16


def test_a_gif_is_the_same_file_each_time(trained: Run, tmp_path: Path) -> None:
    files = [tmp_path / "a.gif", tmp_path / "b.gif"]
    for path in files:
        trained.animate(path, "network", steps=[0, 10, 400], size=160, theme="dark")
    assert files[0].read_bytes() == files[1].read_bytes()


def test_the_axis_of_a_loss_curve_stands_still(trained: Run) -> None:
    film = trained.film
    first, last = (pixels(draw(film.scene("loss", step, until=400))) for step in (5, 400))
    np.testing.assert_array_equal(first[420:455], last[420:455])
    assert (first[60:400] != last[60:400]).any()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the reader's
def test_an_mp4_plays(trained: Run, tmp_path: Path) -> None:
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    path = tmp_path / "learning.mp4"
    trained.animate(path, steps=range(0, 401, 50), fps=5, size=162)
    frames, seconds = imageio_ffmpeg.count_frames_and_secs(str(path))
    assert (frames, round(seconds, 1)) == (9, 1.8)
    reader = imageio_ffmpeg.read_frames(str(path))
    assert next(reader)["size"] == (162, 162)
    assert next(reader) != list(reader)[-1]


def test_without_ffmpeg_an_mp4_names_the_extra(
    trained: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "imageio_ffmpeg":
            raise ImportError(name)
        return known(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(InputError, match=r'pip install "netlapse\[video\]"'):
        trained.animate(tmp_path / "learning.mp4")


def test_a_canceled_animation_leaves_nothing(trained: Run, tmp_path: Path) -> None:
    asked = iter([False, False, True])
    with pytest.raises(StateError, match="canceled"):
        animate(
            trained.film,
            tmp_path / "learning.gif",
            Animation("weights", (0, 100, 200, 300), size=160),
            is_canceled=lambda: next(asked),
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"frames": 1}, "between 2 and 1,000 frames, got 1"),
        ({"frames": 2000}, "between 2 and 1,000 frames, got 2,000"),
        ({"fps": 0}, "1 to 50 frames a second, got 0"),
        ({"first": 300, "last": 200}, "first step must be before the last, got 300 and 200"),
        ({"size": 10_000}, "between 160 and 2,048 pixels, got 10,000"),
        ({"frames": 400, "size": 2048}, "too much for one file"),
        ({"view": "feature-maps", "frames": 2}, "this data has none"),
    ],
)
def test_choices_out_of_range_are_refused(
    trained: Run, tmp_path: Path, choices: dict[str, Any], says: str
) -> None:
    with pytest.raises(DataError, match=says):
        trained.animate(tmp_path / "x.gif", **choices)
    assert list(tmp_path.iterdir()) == []


def test_steps_beyond_the_record_are_refused(trained: Run, tmp_path: Path) -> None:
    with pytest.raises(StateError, match="ends at step 400, and step 401 is not in it"):
        trained.animate(tmp_path / "x.gif", steps=[0, 401])
    with pytest.raises(DataError, match=r"a \.gif or a \.mp4 file"):
        trained.animate(tmp_path / "x.webm")
