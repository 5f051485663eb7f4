"""Fetching survives bad mirrors, broken connections and stops, and never keeps a wrong file."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from netlapse.data import COLLECTIONS, Collection, CollectionFolder
from netlapse.data.images.catalog import CollectionFile
from netlapse.data.images.fetch import FetchStoppedError, fetch
from netlapse.errors import DataError, RunError, StateError
from tests.data.images.mirror import Mirror, serving
from tests.data.images.test_idx import idx

random = np.random.default_rng(0)
IMAGES = idx(random.integers(0, 256, (300, 28, 28), np.uint8))
LABELS = idx(random.integers(0, 10, 300, np.uint8))
PACKED = {"images.gz": gzip.compress(IMAGES), "labels.gz": gzip.compress(LABELS)}


def _file(name: str, content: bytes, shape: tuple[int, ...]) -> CollectionFile:
    digest = hashlib.sha256(content).hexdigest()
    return CollectionFile(name, shape, len(PACKED[f"{name}.gz"]), sha256=digest)


SMALL = replace(
    COLLECTIONS["mnist"],
    files=(_file("images", IMAGES, (300, 28, 28)), _file("labels", LABELS, (300,))),
    variable="NETLAPSE_SMALL_DIR",
)


@pytest.fixture
def mirrors() -> Iterator[tuple[Mirror, Mirror]]:
    with serving(Mirror(dict(PACKED))) as first, serving(Mirror(dict(PACKED))) as second:
        yield first, second


def small(*mirrors: Mirror) -> Collection:
    return replace(SMALL, mirrors=tuple(mirror.address for mirror in mirrors))


def folder_in(path: Path, *mirrors: Mirror) -> CollectionFolder:
    return CollectionFolder(small(*mirrors), path / "small", given=False)


def names(folder: CollectionFolder) -> list[str]:
    return sorted(path.name for path in folder.path.iterdir())


def is_complete(folder: CollectionFolder) -> bool:
    arrays = [folder.read(file) for file in folder.collection.files]
    return arrays[0].tobytes() == IMAGES[16:] and arrays[1].tobytes() == LABELS[8:]


def test_what_is_missing_is_fetched_with_progress(mirrors: tuple[Mirror, Mirror], tmp_path: Path):
    folder = folder_in(tmp_path, *mirrors)
    told: list[tuple[int, int]] = []
    assert not folder.complete
    fetch(folder, report=lambda received, expected: told.append((received, expected)))
    assert folder.complete and is_complete(folder)
    assert names(folder) == ["images.gz", "labels.gz"]
    size = sum(map(len, PACKED.values()))
    assert told == sorted(told) and told[-1] == (size, size)
    assert len(mirrors[0].asked) == 2 and mirrors[1].asked == []
    fetch(folder)
    assert len(mirrors[0].asked) == 2


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_a_mirror_that_refuses_is_left_for_the_next(
    status: int, mirrors: tuple[Mirror, Mirror], tmp_path: Path
):
    mirrors[0].status = status
    folder = folder_in(tmp_path, *mirrors)
    fetch(folder)
    assert is_complete(folder)


def test_a_mirror_that_is_silent_is_left_for_the_next(
    mirrors: tuple[Mirror, Mirror], tmp_path: Path
):
    mirrors[0].silent = True
    folder = folder_in(tmp_path, *mirrors)
    fetch(folder, timeout_s=0.2)
    assert is_complete(folder)


def test_a_connection_that_breaks_off_is_resumed(mirrors: tuple[Mirror, Mirror], tmp_path: Path):
    mirrors[0].drop_after = 100_000
    folder = folder_in(tmp_path, *mirrors)
    fetch(folder)
    assert is_complete(folder)
    asked = [range for path, range in mirrors[0].asked if path == "/images.gz"]
    assert asked == [
        None,
        *(f"bytes={n}-" for n in range(100_000, len(PACKED["images.gz"]), 100_000)),
    ]
    assert mirrors[1].asked == []


def test_the_next_mirror_goes_on_where_the_first_ended(
    mirrors: tuple[Mirror, Mirror], tmp_path: Path
):
    mirrors[0].drop_after = 50_000
    mirrors[0].ranges = False
    folder = folder_in(tmp_path, *mirrors)
    fetch(folder)
    assert is_complete(folder)
    assert mirrors[1].asked[0] == ("/images.gz", "bytes=50000-")


def test_a_mirror_without_range_begins_again(mirrors: tuple[Mirror, Mirror], tmp_path: Path):
    mirrors[0].ranges = False
    folder = folder_in(tmp_path, mirrors[0])
    folder.path.mkdir()
    (folder.path / "images.gz.part").write_bytes(PACKED["images.gz"][:1234])
    fetch(folder)
    assert is_complete(folder)


def test_a_mirror_that_sends_another_part_is_not_trusted(
    mirrors: tuple[Mirror, Mirror], tmp_path: Path
):
    mirrors[0].shifted = True
    folder = folder_in(tmp_path, *mirrors)
    folder.path.mkdir()
    (folder.path / "images.gz.part").write_bytes(PACKED["images.gz"][:1234])
    fetch(folder)
    assert is_complete(folder)


@pytest.mark.parametrize("rest", [b"", b"more than there is"])
def test_a_complete_or_overlong_beginning_is_judged_by_its_content(
    rest: bytes, mirrors: tuple[Mirror, Mirror], tmp_path: Path
):
    folder = folder_in(tmp_path, mirrors[0])
    folder.path.mkdir()
    (folder.path / "images.gz.part").write_bytes(PACKED["images.gz"] + rest)
    fetch(folder)
    assert is_complete(folder)


def test_a_wrong_beginning_is_thrown_away(mirrors: tuple[Mirror, Mirror], tmp_path: Path):
    folder = folder_in(tmp_path, mirrors[0])
    folder.path.mkdir()
    (folder.path / "images.gz.part").write_bytes(bytes(1000))
    fetch(folder)
    assert is_complete(folder)


def test_wrong_files_are_fetched_anew(mirrors: tuple[Mirror, Mirror], tmp_path: Path):
    folder = folder_in(tmp_path, *mirrors)
    fetch(folder)
    (folder.path / "images.gz").write_bytes(PACKED["images.gz"][:-5])
    (folder.path / "labels.gz").unlink()
    (folder.path / "labels").write_bytes(b"torn")
    with pytest.raises(DataError, match="is not the file of MNIST"):
        folder.read(folder.collection.files[0])
    fetch(folder)
    assert is_complete(folder)


def _flipped(content: bytes) -> bytes:
    return gzip.compress(gzip.decompress(content)[:-1] + b"\xff")


@pytest.mark.parametrize(
    "spoiled",
    [
        _flipped(PACKED["images.gz"]),
        PACKED["images.gz"][:-3],
        PACKED["labels.gz"],
        b"<html>Sign in to this network</html>",
        b"",
        gzip.compress(bytes(50_000_000)),
        bytes(5_000_000),
    ],
    ids=["flipped", "cut", "other", "page", "empty", "bomb", "large"],
)
@pytest.mark.parametrize("announces", [True, False])
def test_a_wrong_file_is_refused_and_never_kept(
    spoiled: bytes, announces: bool, mirrors: tuple[Mirror, Mirror], tmp_path: Path
):
    for mirror in mirrors:
        mirror.files["images.gz"] = spoiled
        mirror.announces = announces
    folder = folder_in(tmp_path, *mirrors)
    with pytest.raises(DataError, match=r"MNIST could not be fetched .*not the right file"):
        fetch(folder)
    assert not folder.complete
    assert all((folder.path / name).stat().st_size == 0 for name in names(folder))
    mirrors[1].files["images.gz"] = PACKED["images.gz"]
    fetch(folder)
    assert is_complete(folder)


def test_without_a_network_there_is_one_sentence_with_a_remedy(tmp_path: Path):
    with serving(Mirror({})) as gone:
        folder = folder_in(tmp_path, gone)
    with pytest.raises(DataError) as caught:
        fetch(folder)
    host = gone.address.split("/")[2]
    assert str(caught.value) == (
        f"MNIST could not be fetched ({host}: connection refused). Try again with a network, name "
        "a folder that has the files in NETLAPSE_SMALL_DIR, or use the bundled digits."
    )


def test_a_stop_keeps_what_was_received(mirrors: tuple[Mirror, Mirror], tmp_path: Path):
    folder = folder_in(tmp_path, mirrors[0])
    received = 0

    def report(now: int, expected: int) -> None:
        nonlocal received
        received = now

    with pytest.raises(FetchStoppedError):
        fetch(folder, report=report, stopped=lambda: received > 0)
    kept = (folder.path / "images.gz.part").stat().st_size
    assert 0 < kept < len(PACKED["images.gz"])
    fetch(folder)
    assert is_complete(folder)
    assert ("/images.gz", f"bytes={kept}-") in mirrors[0].asked


def test_two_programs_do_not_write_one_file(mirrors: tuple[Mirror, Mirror], tmp_path: Path):
    fcntl = pytest.importorskip("fcntl")
    folder = folder_in(tmp_path, mirrors[0])
    folder.path.mkdir()
    with (folder.path / "images.gz.part").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(StateError, match="fetched already by another program"):
            fetch(folder)
    fetch(folder)
    assert is_complete(folder)


def test_a_folder_of_the_user_is_verified_and_never_written(
    mirrors: tuple[Mirror, Mirror], tmp_path: Path
):
    folder = CollectionFolder(small(mirrors[0]), tmp_path, given=True)
    (tmp_path / "images.gz").write_bytes(PACKED["images.gz"])
    (tmp_path / "labels.gz").write_bytes(b"torn")
    with pytest.raises(DataError, match="unset NETLAPSE_SMALL_DIR"):
        fetch(folder)
    assert (tmp_path / "labels.gz").read_bytes() == b"torn"
    assert mirrors[0].asked == []


def test_a_folder_that_cannot_be_written_is_one_sentence(
    mirrors: tuple[Mirror, Mirror], tmp_path: Path
):
    (tmp_path / "small").write_bytes(b"a file where the folder should be")
    with pytest.raises(RunError, match="MNIST cannot be kept: File exists"):
        fetch(folder_in(tmp_path, mirrors[0]))
