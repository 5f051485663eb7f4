"""Animations: any view of a run over its steps, as GIF or MP4.

Steps are shown as they were: each frame is a look at that step, with its caption. The same run and
the same choices give the same bytes of a GIF. MP4 needs `netlapse[video]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError, InputError, StateError
from netlapse.export.figures import DESIGN_PX, draw, pixels, size_of
from netlapse.export.film import DEFAULT, Choice, Film, ViewName
from netlapse.export.writing import whole_file
from netlapse.palette import Theme
from netlapse.scenes.seven_panels import usual_every

FRAMES, MOST_FRAMES = 60, 1000
FPS, MOST_FPS = 10, 50
PANELS_FPS, PANELS_PX = 4, 1280
"""Seven panels have more to read: fewer pictures a second, and larger ones."""
MOST_PIXELS = 400_000_000
"""Of all frames together: what is kept in memory while a GIF is written."""
LAST_S = 1.5
"""How long the last frame of a GIF stays before it begins anew."""
SUFFIXES = (".gif", ".mp4")


def usual_fps(view: ViewName) -> int:
    """Frames a second of a view, where nobody chose."""
    return PANELS_FPS if view == "seven-panels" else FPS


def usual_size(view: ViewName) -> int:
    """Width of a view in pixels, where nobody chose."""
    return PANELS_PX if view == "seven-panels" else DESIGN_PX


OnFrame = Callable[[int, int], None]
"""Called with the frames done and the frames in all."""


@dataclass(frozen=True)
class Animation:
    """What is shown, and how."""

    view: ViewName
    steps: tuple[int, ...]
    """In the order of the frames."""
    fps: int = FPS
    size: int = DESIGN_PX
    """Width in pixels."""
    theme: Theme = "light"
    choice: Choice = DEFAULT


def even_steps(first: int, last: int, frames: int) -> tuple[int, ...]:
    """Steps from the first to the last, evenly; fewer where there are not so many.

    Raises:
        DataError: There are too few or too many frames, or the first is not before the last.

    >>> even_steps(0, 100, 5), even_steps(3, 5, 10)
    ((0, 25, 50, 75, 100), (3, 4, 5))
    """
    if not 2 <= frames <= MOST_FRAMES:
        raise DataError(
            f"An animation has between 2 and {MOST_FRAMES:,} frames, got {frames:,}.",
            place="frames",
        )
    if not 0 <= first < last:
        raise DataError(
            f"The first step must be before the last, got {first:,} and {last:,}.",
            place="steps",
            remedy="Train the run first." if last == 0 else "",
        )
    return tuple(int(step) for step in np.unique(np.linspace(first, last, frames).round()))


def animate(
    film: Film,
    path: Path,
    animation: Animation,
    *,
    on_frame: OnFrame | None = None,
    is_canceled: Callable[[], bool] = lambda: False,
) -> None:
    """Write an animation; the end of the file's name says whether as GIF or as MP4.

    Args:
        film: The run.
        path: The file; it is there when it is done, and not before.
        animation: What is shown.
        on_frame: Hears of each frame.
        is_canceled: Asked before each frame.

    Raises:
        DataError: A choice is out of range, the data has no such view, or the file cannot be
            written.
        InputError: An MP4 is asked for and `netlapse[video]` is not installed.
        StateError: The record does not reach so far, or it was canceled.
    """
    _writer(path)
    _check(film, animation)
    frames = _frames(film, animation, on_frame, is_canceled)
    size = size_of(film.scene("loss", 0), animation.size)
    write_frames(path, frames, count=len(animation.steps), fps=animation.fps, size=size)


def refuse_early(
    film: Film,
    path: Path,
    view: ViewName,
    choice: Choice,
    *,
    frames: int | None = None,
    every: int | None = None,
) -> None:
    """Refuse before a training what no training mends.

    Args:
        film: The run at step 0.
        path: Where its animation shall go.
        view: What shall be shown.
        choice: Of what.
        frames: As `steps_of` takes them.
        every: As `steps_of` takes it.

    Raises:
        DataError: The choice of steps is out of range, the data or the network has no such view,
            or the file is no animation.
        InputError: An MP4 is asked for and `netlapse[video]` is not installed.
    """
    _writer(path)
    _check_interval(frames, every)
    film.scene(view, 0, choice)


def write_frames(
    path: Path,
    frames: Iterator[NDArray[np.uint8]],
    *,
    count: int,
    fps: int,
    size: tuple[int, int],
) -> None:
    """Write pictures [rows, columns, 3] as a GIF or an MP4, by the end of the file's name.

    Args:
        path: The file; it is there when it is done, and not before.
        frames: The pictures, drawn as they are needed.
        count: How many there are.
        fps: Frames a second.
        size: Columns and rows of a picture.

    Raises:
        DataError: There are too many, or the file cannot be written.
        InputError: An MP4 is asked for and `netlapse[video]` is not installed.
    """
    write = _writer(path)
    _check_frames(count, fps, size)
    with whole_file(path) as beside:
        write(beside, frames, count, fps)


def _check(film: Film, animation: Animation) -> None:
    size = size_of(film.scene("loss", 0), animation.size)
    _check_frames(len(animation.steps), animation.fps, size)
    last = film.last_step
    wrong = [step for step in animation.steps if not 0 <= step <= last]
    if wrong:
        raise StateError(f"The record ends at step {last:,}, and step {wrong[0]:,} is not in it.")


def _check_frames(count: int, fps: int, size: tuple[int, int]) -> None:
    if not 1 <= fps <= MOST_FPS:
        raise DataError(f"There can be 1 to {MOST_FPS} frames a second, got {fps}.", place="fps")
    if not 1 <= count <= MOST_FRAMES:
        raise DataError(
            f"An animation has at most {MOST_FRAMES:,} frames, got {count:,}.", place="frames"
        )
    width, height = size
    if count * width * height > MOST_PIXELS:
        raise DataError(
            f"{count:,} frames of {width} × {height} pixels are too much for one file.",
            place="size",
            remedy="Use fewer frames or a smaller size.",
        )


def _frames(
    film: Film, animation: Animation, on_frame: OnFrame | None, is_canceled: Callable[[], bool]
) -> Iterator[NDArray[np.uint8]]:
    until = max(animation.steps)
    for done, step in enumerate(animation.steps, start=1):
        if is_canceled():
            raise StateError("The animation was canceled.")
        among = animation.steps
        scene = film.scene(animation.view, step, animation.choice, until=until, among=among)
        yield pixels(draw(scene, theme=animation.theme, width_px=animation.size))
        if on_frame is not None:
            on_frame(done, len(animation.steps))


Write = Callable[[Path, Iterator[NDArray[np.uint8]], int, int], None]


def _writer(path: Path) -> Write:
    match path.suffix.lower():
        case ".gif":
            return _write_gif
        case ".mp4":
            ffmpeg = _ffmpeg()
            return lambda beside, frames, count, fps: _write_mp4(ffmpeg, beside, frames, fps)
        case _:
            raise DataError("An animation is a .gif or a .mp4 file.", place=str(path))


def _write_gif(path: Path, frames: Iterator[NDArray[np.uint8]], count: int, fps: int) -> None:
    from PIL import Image

    def colored(frame: NDArray[np.uint8]) -> Image.Image:
        image = Image.fromarray(frame)
        # Median cut would give a thin line the color of what is more: purple dots became gray.
        most_colors = Image.Quantize.MAXCOVERAGE
        return image.quantize(255, most_colors, kmeans=1, dither=Image.Dither.NONE)

    first = colored(next(frames))
    first.save(
        path,
        format="GIF",
        save_all=True,
        append_images=(colored(frame) for frame in frames),
        duration=gif_durations(count, fps),
        loop=0,
        optimize=False,
        disposal=1,
    )


def gif_durations(frames: int, fps: int) -> list[int]:
    """Milliseconds of each frame: a GIF counts in hundredths of a second.

    >>> gif_durations(3, 10), gif_durations(2, 30)
    ([100, 100, 1600], [30, 1530])
    """
    each = max(2, round(100 / fps)) * 10
    return [each] * (frames - 1) + [each + round(1000 * LAST_S)]


def _ffmpeg() -> ModuleType:
    try:
        import imageio_ffmpeg
    except ImportError:
        raise InputError(
            "An MP4 needs ffmpeg, which is not installed.",
            remedy='Install it with `pip install "netlapse[video]"`, or write a .gif.',
        ) from None
    return imageio_ffmpeg


def _write_mp4(ffmpeg: Any, path: Path, frames: Iterator[NDArray[np.uint8]], fps: int) -> None:
    first = next(frames)
    height, width = first.shape[:2]
    writing = ffmpeg.write_frames(
        str(path),
        (width, height),
        fps=fps,
        codec="libx264",
        pix_fmt_out="yuv420p",
        macro_block_size=2,
        ffmpeg_log_level="error",
        output_params=["-f", "mp4", "-movflags", "+faststart"],
    )
    try:
        writing.send(None)
        for frame in chain([first], frames):
            writing.send(np.ascontiguousarray(frame))
    finally:
        writing.close()


def steps_of(
    film: Film,
    view: ViewName = "boundary",
    *,
    frames: int | None = None,
    every: int | None = None,
    first: int = 0,
    last: int | None = None,
    steps: Sequence[int] | None = None,
) -> tuple[int, ...]:
    """The steps of an animation: those of a list, every so many, or evenly chosen ones.

    Where neither `frames` nor `every` is given, seven panels show every fifth step, or fewer of a
    long training; all other views 60 frames.

    Raises:
        DataError: They are out of range, or `frames` and `every` are both given.
    """
    if steps is not None:
        return tuple(int(step) for step in steps)
    end = film.last_step if last is None else last
    _check_interval(frames, every)
    if every is None and frames is None and view == "seven-panels" and 0 <= first < end:
        every = usual_every(end - first)
    if every is None:
        return even_steps(first, end, FRAMES if frames is None else frames)
    return _steps_by(first, end, every)


def _check_interval(frames: int | None, every: int | None) -> None:
    if frames is not None and every is not None:
        raise DataError("Give `frames` or `every`, not both.", place="every")
    if every is not None and every < 1:
        raise DataError(f"The interval must be at least 1 step, got {every}.", place="every")


def _steps_by(first: int, last: int, every: int) -> tuple[int, ...]:
    count = (last - first) // every + 1
    if count > MOST_FRAMES:
        raise DataError(
            f"An animation has at most {MOST_FRAMES:,} frames, got {count:,}.",
            place="every",
            remedy="Use a larger interval.",
        )
    return even_steps(first, first + (count - 1) * every, max(2, count))
