"""What cannot be used is refused in one sentence that says which file, and never blows up."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlapse.data import read_images
from netlapse.data.images.own import entries, read
from netlapse.errors import DataError, NetlapseError
from tests.data.images.own.making import packed, pets, picture
from tests.data.images.test_idx import idx

PETS = pets()
NOISE = picture(np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8))


def refusal(content: bytes) -> str:
    with pytest.raises(DataError) as caught:
        read_images(content)
    text = str(caught.value)
    assert "\n" not in text and caught.value.message.endswith(".")
    return text


def renamed(old: str, new: str) -> bytes:
    """An archive with a path that `zipfile` itself would not write."""
    assert len(old) == len(new)
    return packed({**PETS, old: picture()}).replace(old.encode(), new.encode())


def link() -> bytes:
    stream = io.BytesIO(packed(PETS))
    with zipfile.ZipFile(stream, "a") as archive:
        info = zipfile.ZipInfo("cats/passwd.png")
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return stream.getvalue()


def flagged(offset: int, value: int) -> bytes:
    """An archive where a field of every entry of its list has another value."""
    content = bytearray(packed(PETS))
    at = content.find(b"PK\1\2")
    while at >= 0:
        content[at + offset : at + offset + 2] = value.to_bytes(2, "little")
        at = content.find(b"PK\1\2", at + 4)
    return bytes(content)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def large_png(side: int) -> bytes:
    """A small file that says it is very large."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


CASES: dict[str, tuple[Callable[[], bytes], list[str]]] = {
    "nothing": (lambda: b"", ["empty"]),
    "no archive": (lambda: picture(), ["no zip archive"]),
    "cut off": (lambda: packed(PETS)[:-30], ["no zip archive"]),
    "up": (lambda: renamed("xx/evil.png", "../evil.png"), ["lead out of it", "../evil.png"]),
    "up within": (lambda: packed({**PETS, "cats/../../a.png": b""}), ["lead out of it"]),
    "absolute": (lambda: renamed("xetc/a.png", "/etc/a.png"), ["lead out of it", "/etc/a.png"]),
    "drive": (lambda: renamed("xx/dogs/a.png", "C:/dogs/a.png"), ["lead out of it"]),
    "backslashes": (lambda: renamed("xx-evil.png", "..\\evil.png"), ["lead out of it"]),
    "link": (link, ["links", "cats/passwd.png"]),
    "twice": (lambda: packed({**PETS, "cats//0.png": picture()}), ["twice", "cats//0.png"]),
    "encrypted": (lambda: flagged(8, 1), ["encrypted", "cats/0.png"]),
    "other packing": (
        lambda: packed(PETS, compression=zipfile.ZIP_LZMA),
        ["another way than deflate"],
    ),
    "archive within": (lambda: packed({**PETS, "cats/a.zip": packed(PETS)}), ["cats/a.zip"]),
    "bomb": (
        lambda: packed({**PETS, **{f"cats/{i}.bmp": bytes(9 << 20) for i in range(12, 16)}}),
        ["100 times"],
    ),
    "large file": (
        lambda: packed({**PETS, "cats/x.png": bytes(65 << 20)}),
        ["64 MB", "cats/x.png"],
    ),
    "pixel bomb": (
        lambda: packed({**PETS, "cats/x.png": large_png(8000)}),
        ["24 million pixels", "cats/x.png"],
    ),
    "huge pixel bomb": (
        lambda: packed({**PETS, "cats/x.png": large_png(100_000)}),
        ["24 million pixels", "cats/x.png"],
    ),
    "broken": (lambda: packed({**PETS, "dogs/x.png": b"no picture"}), ["dogs/x.png", "no picture"]),
    "half": (lambda: packed({**PETS, "dogs/x.png": NOISE[:2000]}), ["dogs/x.png"]),
    "empty file": (lambda: packed({**PETS, "dogs/x.jpg": b""}), ["dogs/x.jpg"]),
    "script": (
        lambda: packed({**PETS, "dogs/x.png": b"%!PS-Adobe-3.0 EPSF-3.0\n"}),
        ["dogs/x.png", "no picture"],
    ),
    "other format": (lambda: packed({**PETS, "dogs/x.tiff": b"II*\0"}), ["dogs/x.tiff"]),
    "one class": (
        lambda: packed({f"cats/{i}.png": picture(i) for i in range(5)}),
        ["two classes", "cats"],
    ),
    "no class": (lambda: packed({f"{i}.png": picture(i) for i in range(5)}), ["0.png", "in none"]),
    "beside the classes": (lambda: packed({**PETS, "x.png": picture()}), ["x.png", "in none"]),
    "empty class": (lambda: packed({**PETS, "birds/": b""}), ["birds", "none in the folder"]),
    "class without images": (
        lambda: packed({**PETS, "birds/": b"", "birds/note.txt": b"later"}),
        ["birds"],
    ),
    "too many classes": (
        lambda: packed({f"{i}/a.png": picture() for i in range(101)}),
        ["at most 100 classes", "101"],
    ),
    "only tested": (
        lambda: packed(
            {f"train/{k}": v for k, v in PETS.items()}
            | {"test/cats/a.png": picture(), "test/birds/a.png": picture()}
        ),
        ["birds", "training images"],
    ),
    "no images": (lambda: packed({"cats/a.txt": b"", "dogs/b.txt": b""}), ["got none"]),
    "long name": (lambda: packed({**PETS, f"{'x' * 101}/a.png": picture()}), ["100 printable"]),
    "name with a bell": (lambda: packed({**PETS, "b\7rds/a.png": picture()}), ["printable"]),
}


@pytest.mark.parametrize("case", CASES)
def test_one_sentence(case: str):
    make, words = CASES[case]
    text = refusal(make())
    for word in words:
        assert word in text, text


def test_a_bomb_takes_no_memory():
    content = packed({**PETS, **{f"cats/{i}.bmp": bytes(60 << 20) for i in range(12, 18)}})
    tracemalloc.start()
    refusal(content)
    refusal(packed({**PETS, "cats/x.png": large_png(20_000)}))
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


def test_a_list_of_very_many_files_is_not_read():
    content = bytearray(packed(PETS))
    at = content.rfind(b"PK\5\6")
    content[at + 12 : at + 16] = (100 << 20).to_bytes(4, "little")
    assert "at most 60,000 files" in refusal(bytes(content))


def test_too_many_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(entries, "MAX_FILES", 10)
    assert "at most 10 files" in refusal(packed(PETS))


def test_too_many_values_name_the_remedy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(read, "MAX_VALUES", 1000)
    with pytest.raises(DataError, match="at most 0 million") as caught:
        read_images(packed(PETS), size=32)
    assert "smaller size" in caught.value.remedy


def test_too_many_pixels_in_all(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(read, "MAX_ALL_PIXELS", 500)
    assert "before they are scaled" in refusal(packed(PETS))


def test_a_time_limit():
    with pytest.raises(DataError, match="took longer than 0 s"):
        read_images(packed(PETS), limit_s=0)


def test_a_folder_with_a_link(tmp_path: Path):
    for name, content in PETS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "cats" / "x.png").symlink_to("/etc/passwd")
    with pytest.raises(DataError, match=r"links, got `x\.png`"):
        read_images(tmp_path)
    (tmp_path / "cats" / "x.png").unlink()
    (tmp_path / "birds").mkdir()
    with pytest.raises(DataError, match="`birds`"):
        read_images(tmp_path)


PIXELS = np.zeros((6, 5, 5), np.uint8)
LABELS = np.array([0, 1, 2, 0, 1, 2], np.uint8)
IDX: dict[str, tuple[bytes, bytes, str]] = {
    "magic": (b"\1" + idx(PIXELS)[1:], idx(LABELS), "begins with 00 00 08"),
    "floats": (idx(PIXELS).replace(b"\0\0\x08", b"\0\0\x0d", 1), idx(LABELS), "begins with"),
    "short": (idx(PIXELS)[:-1], idx(LABELS), "must have 166 bytes, got 165"),
    "long": (idx(PIXELS) + b"x", idx(LABELS), "must have 166 bytes"),
    "header alone": (
        b"\0\0\x08\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        idx(LABELS),
        "got 16",
    ),
    "other count": (idx(PIXELS), idx(LABELS[:5]), "5 labels"),
    "one class": (idx(PIXELS), idx(LABELS * 0), "only label 0"),
    "gap": (idx(PIXELS), idx(LABELS * 2), "none with label 1"),
    "many classes": (idx(PIXELS), idx(LABELS * 100), "below 100, got 200"),
    "no labels": (idx(PIXELS), b"", "begins with 00 00 08, got nothing"),
    "two images": (idx(PIXELS), idx(PIXELS), "needs two IDX files"),
    "large": (idx(np.zeros((6, 300, 2), np.uint8)), idx(LABELS), "up to 256×256"),
    "channels": (idx(np.zeros((6, 5, 5, 4), np.uint8)), idx(LABELS), "got 4"),
    "none": (idx(PIXELS[:0]), idx(LABELS[:0]), "1 to 60,000 images"),
}


@pytest.mark.parametrize("case", IDX)
def test_wrong_idx_files(case: str):
    images, labels, words = IDX[case]
    content = packed({"my-images-idx3-ubyte": images, "my-labels-idx1-ubyte": labels})
    assert words in refusal(content)


def test_a_missing_idx_file():
    assert "needs two IDX files" in refusal(packed({"images.idx3-ubyte": idx(PIXELS)}))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_anywhere_is_a_sentence_or_does_no_harm(data: st.DataObject):
    content = bytearray(packed(pets(2)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    try:
        found = read_images(bytes(content))
    except NetlapseError:
        return
    assert found.images.shape[0] == len(found.labels)
