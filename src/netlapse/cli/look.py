"""`netlapse look`: what a recorded run takes images for, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.cli.show import number, print_json, print_table
from netlapse.errors import DataError
from netlapse.looking import ImageLike
from netlapse.run import Run, reopen

MOST = 10_000
"""Images of one call."""
TOP = 3
_SAMPLES = re.compile(r"(train|validation|test):([0-9]{1,9})(?:-([0-9]{1,9}))?")


@dataclass(frozen=True)
class _Item:
    """One image."""

    name: str
    image: ImageLike
    """As a question takes it."""
    truth: int | None


def look_and_print(
    run: str, images: Sequence[str], *, centre: bool, save: Path | None, as_json: bool
) -> None:
    """Print predictions and the most probable classes of some images.

    Raises:
        NetlapseError: There is no such run, sample or file, or a file is no image.
    """
    with reopen(run) as opened:
        results: list[dict[str, Any]] = []
        kept: dict[str, list[NDArray[Any]]] = {}
        for item in _items(opened, images, centre=centre):
            maps = opened.feature_maps(item.image)
            outputs = list(maps.values())[-1]
            results.append(_result(item, outputs, opened.class_names))
            if save is not None:
                _keep(kept, opened, item, maps)
        step = opened.step
    if save is not None:
        _save(save, kept)
    if as_json:
        print_json({"run": run, "step": step, "images": results})
    else:
        _print(results)


def _items(run: Run, images: Sequence[str], *, centre: bool) -> Iterator[_Item]:
    """The images that were named, in their order.

    Raises:
        DataError: There are too many, or a file cannot be read.
    """
    count = 0
    for name in images:
        found = _SAMPLES.fullmatch(name)
        many = _samples(run, *found.groups()) if found else _file(run, Path(name), centre=centre)
        for item in many:
            count += 1
            if count > MOST:
                raise DataError(f"At most {MOST:,} images can be looked at in one call.")
            yield item


def _samples(run: Run, part: str, first: str, last: str | None) -> Iterator[_Item]:
    for index in range(int(first), int(last or first) + 1):
        _, truth = run.samples(part, [index])
        yield _Item(f"{part}:{index}", (part, index), int(truth[0]))


def _file(run: Run, path: Path, *, centre: bool) -> Iterator[_Item]:
    pictures = _array(path) if path.suffix == ".npy" else [_picture(path)]
    for number_, pixels in enumerate(pictures):
        drawn = run.draw(pixels, centre=centre)
        name = f"{path}[{number_}]" if len(pictures) > 1 else str(path)
        yield _Item(name, drawn.seen, None)


def _picture(path: Path) -> NDArray[np.uint8]:
    """The pixels of a picture [h, w, 1 or 3].

    Raises:
        DataError: It cannot be read.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            gray = image.mode in ("1", "L", "I", "I;16", "F")
            image.thumbnail((1024, 1024))
            return np.asarray(image.convert("L" if gray else "RGB"))
    except OSError as error:
        reason = error.strerror or "it is no picture that can be read"
        raise DataError(f"The picture cannot be used: {reason}.", place=str(path)) from None


def _array(path: Path) -> Sequence[NDArray[np.uint8]]:
    """Pictures of an array [n, h, w] or [n, h, w, c]: uint8, or numbers from 0 to 1.

    Raises:
        DataError: It is no such array.
    """
    try:
        array = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no .npy file"
        raise DataError(f"The array cannot be used: {reason}.", place=str(path)) from None
    if array.ndim not in (3, 4) or array.dtype.kind not in "uif":
        raise DataError(
            f"An array of pictures must be [n, h, w] or [n, h, w, c], got {list(array.shape)} of "
            f"{array.dtype}.",
            place=str(path),
        )
    if array.dtype != np.uint8:
        array = np.rint(255 * np.clip(np.nan_to_num(array.astype(np.float64)), 0, 1))
    return array.astype(np.uint8)


def _result(item: _Item, outputs: NDArray[np.float32], names: Sequence[str]) -> dict[str, Any]:
    """What `--json` prints of an image."""
    shares = np.concatenate([1 - outputs, outputs]) if len(outputs) == 1 and names else outputs
    if not names:
        return {"image": item.name, "outputs": [float(value) for value in outputs]}
    top = np.argsort(-shares, kind="stable")[:TOP]
    truth = {} if item.truth is None else {"truth": names[item.truth]}
    return {
        "image": item.name,
        **truth,
        "predicted": names[top[0]],
        "top": [
            {"class": names[index], "probability": float(shares[index])} for index in map(int, top)
        ],
    }


def _keep(
    kept: dict[str, list[NDArray[Any]]], run: Run, item: _Item, maps: dict[str, NDArray[Any]]
) -> None:
    arrays = {f"activation.{layer}": values for layer, values in maps.items()}
    arrays["outputs"] = list(maps.values())[-1]
    arrays["saliency"] = run.saliency(item.image)
    for name, values in arrays.items():
        kept.setdefault(name, []).append(values)


def _save(path: Path, kept: dict[str, list[NDArray[Any]]]) -> None:
    try:
        with path.open("wb") as file:
            arrays: dict[str, Any] = {name: np.stack(values) for name, values in kept.items()}
            np.savez(file, **arrays)
    except OSError as error:
        raise DataError(f"The file cannot be written: {error.strerror}.", place=str(path)) from None


def _print(results: Sequence[dict[str, Any]]) -> None:
    rows = [
        (
            str(result["image"]),
            str(result.get("truth", "–")),
            str(result.get("predicted", "–")),
            ", ".join(f"{top['class']} {number(top['probability'])}" for top in result["top"])
            if "top" in result
            else ", ".join(map(number, result["outputs"])),
        )
        for result in results
    ]
    print_table(("image", "truth", "predicted", "most probable"), rows)
