"""Decoding a picture file to pixels of a given size, within bounds."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from netlapse.data.images.own.limits import MAX_PIXELS
from netlapse.errors import DataError

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "WEBP")
ENDINGS = (".png", ".jpg", ".jpeg", ".jfif", ".gif", ".bmp", ".dib", ".webp")
_DEEP = ("I", "F")

Size = tuple[int, int]
"""Height and width, in pixels."""


def size_of(content: bytes, place: str) -> Size:
    """The size that a picture file says it has.

    Raises:
        DataError: It is no picture, of another format, or too large.
    """
    with _opened(content, place) as image:
        return image.height, image.width


def decode(
    content: bytes, place: str, size: Size | None = None, *, gray: bool = False
) -> NDArray[np.uint8]:
    """The pixels of a PNG, JPEG, GIF (its first frame), BMP or WebP file.

    Another size keeps the whole picture and its proportions; what is left beside it has the color
    that its border has most often. What is transparent becomes white. Where a photo says how it was
    held, it is turned upright.

    Args:
        content: The file.
        place: What to call it in an error.
        size: Height and width to scale to; as it is by default.
        gray: Whether colors become shades of gray (luma of ITU-R BT.601).

    Returns:
        [height, width, 1] where it is gray all over, else [height, width, 3].

    Raises:
        DataError: It is no picture, of another format, damaged or too large.
    """
    from PIL import ImageOps

    with _opened(content, place) as image:
        try:
            if size and image.format == "JPEG":
                image.draft(None, (4 * size[1], 4 * size[0]))
            plain = _plain(ImageOps.exif_transpose(image), gray)
        except Exception as error:  # Pillow raises many kinds for what is damaged
            raise _unreadable(place) from error
    return _pixels(plain if size in (None, (plain.height, plain.width)) else _scaled(plain, size))


def scale(pixels: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    """Pixels [h, w, 1 or 3] in another size, as `decode` scales pictures."""
    from PIL import Image

    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    return _pixels(_scaled(image, size))[..., : pixels.shape[2]]


def _opened(content: bytes, place: str) -> Image.Image:
    from PIL import Image

    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(place) from error
    except Exception as error:
        raise _unreadable(place) from error
    if image.width * image.height > MAX_PIXELS or 0 in image.size:
        raise _too_large(place)
    return image


def _plain(image: Image.Image, gray: bool) -> Image.Image:
    """As 8-bit gray or RGB, on white."""
    from PIL import Image

    if image.mode.startswith(_DEEP):
        deep = np.asarray(image).astype(np.float64)
        return Image.fromarray(np.clip(deep / 257, 0, 255).round().astype(np.uint8))
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        white = Image.new("RGBA", seen.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, seen).convert("RGB")
    is_gray = gray or image.mode in ("1", "L", "LA")
    return image.convert("L" if is_gray else "RGB")


def _scaled(image: Image.Image, size: Size) -> Image.Image:
    from PIL import Image, ImageOps

    height, width = size
    return ImageOps.pad(
        image, (width, height), Image.Resampling.BILINEAR, color=_border(np.asarray(image))
    )


def _border(pixels: NDArray[np.uint8]) -> Any:
    """The most frequent value on the border of a picture: of one channel, or of three."""
    edges = [pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]
    border = np.concatenate([edge.reshape(len(edge), -1) for edge in edges])
    values, counts = np.unique(border, axis=0, return_counts=True)
    color = values[counts.argmax()].tolist()
    return color[0] if len(color) == 1 else tuple(color)


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    pixels = np.array(image, np.uint8)
    if pixels.ndim == 2:
        return pixels[..., None]
    is_gray = bool((pixels == pixels[..., :1]).all())
    return pixels[..., :1] if is_gray else pixels


def _unreadable(place: str) -> DataError:
    return DataError(
        f"`{place}` is no picture that can be read: PNG, JPEG, GIF, BMP and WebP can.",
        place=place,
        remedy="Take it out, or save it anew.",
    )


def _too_large(place: str) -> DataError:
    return DataError(
        f"A picture may have at most {MAX_PIXELS // 1_000_000} million pixels, "
        f"`{place}` says it has more.",
        place=place,
        remedy="Take it out, or make it smaller.",
    )
