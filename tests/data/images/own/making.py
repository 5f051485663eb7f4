"""Pictures and archives for the tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image


def picture(value: object = 128, size: tuple[int, int] = (8, 8), kind: str = "PNG") -> bytes:
    """A picture file of one color, or of an array."""
    if isinstance(value, np.ndarray):
        image = Image.fromarray(value)
    else:
        mode = "L" if isinstance(value, int) else "RGB" if len(value) == 3 else "RGBA"  # type: ignore[arg-type]
        image = Image.new(mode, (size[1], size[0]), value)  # type: ignore[arg-type]
    stream = io.BytesIO()
    image.save(stream, kind)
    return stream.getvalue()


def packed(files: Mapping[str, bytes], **more: Any) -> bytes:
    """A zip archive; a name that ends with `/` is a folder."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", more.pop("compression", zipfile.ZIP_DEFLATED)) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name) if name.endswith("/") else name, content)
    return stream.getvalue()


def pets(count: int = 6, size: tuple[int, int] = (8, 8)) -> dict[str, bytes]:
    """Dark cats and bright dogs."""
    return {
        f"{name}/{index}.png": picture(value + index, size)
        for name, value in (("cats", 20), ("dogs", 200))
        for index in range(count)
    }
