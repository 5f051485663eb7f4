"""Own images are kept whole or not at all, under an id made from their content."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from netlapse.data import ImageStore, facts_of, known_facts, load, read_images
from netlapse.errors import DataError, NotFoundError, StateError
from netlapse.folders import images_folder
from netlapse.spec.data import OwnImages
from tests.data.images.own.making import packed, pets, picture

PETS = read_images(packed(pets(10)), "pets.zip")


@pytest.fixture
def store(tmp_path: Path) -> ImageStore:
    return ImageStore(images_folder(tmp_path))


def test_images_come_back_as_they_were(store: ImageStore):
    assert store.list() == ()
    assert store.add(PETS) == PETS.id == store.add(read_images(packed(pets(10)), "again"))
    found = store.get(PETS.id)
    assert found.id == PETS.id and found.name == "pets.zip"
    np.testing.assert_array_equal(found.images, PETS.images)
    (entry,) = store.list()
    assert entry == store.entry(PETS.id)
    assert (entry.id, entry.name, entry.train, entry.test) == (PETS.id, "pets.zip", 20, 0)
    assert entry.class_names == ("cats", "dogs") and entry.image_shape == (8, 8, 1)
    store.delete(PETS.id)
    assert store.list() == () and list(store.folder.iterdir()) == []


@pytest.mark.parametrize("wrong", ["", "0" * 31, "../" + "0" * 29, "0" * 32, "G" * 32])
def test_an_unknown_id_is_not_found(store: ImageStore, wrong: str):
    store.add(PETS)
    for ask in (store.get, store.entry, store.delete):
        with pytest.raises(NotFoundError, match="no images of this id"):
            ask(wrong)


@pytest.mark.parametrize("content", [b"", b"x" * 100, b"\xff" * 8 + b"{}"])
def test_a_damaged_file_is_named_and_not_listed(store: ImageStore, content: bytes):
    store.add(PETS)
    (path,) = store.folder.iterdir()
    path.write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        store.get(PETS.id)
    assert store.list() == ()


def test_other_pixels_under_the_id_are_noticed(store: ImageStore):
    store.add(PETS)
    (path,) = store.folder.iterdir()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(DataError, match="damaged"):
        store.get(PETS.id)


def test_all_sets_together_have_a_bound(tmp_path: Path):
    small = ImageStore(tmp_path, max_bytes=4000)
    small.add(PETS)
    other = read_images(packed({**pets(40), "cats/x.png": picture(3)}))
    with pytest.raises(StateError, match=r"may take at most .* GB together") as caught:
        small.add(other)
    assert "Delete some" in caught.value.remedy
    assert [entry.id for entry in small.list()] == [PETS.id]


def test_a_document_names_them(tmp_path: Path):
    ImageStore(images_folder(tmp_path)).add(PETS)
    document = OwnImages(kind="own-images", images=PETS.id, validation_fraction=0.2)
    dataset = load(document, folder=tmp_path)
    assert dataset.train_inputs.shape == (16, 8, 8, 1)
    assert np.bincount(dataset.validation_targets[:, 0].astype(int)).tolist() == [2, 2]
    # Two classes are one output: 0 or 1.
    assert (dataset.task, dataset.output_units) == ("binary", 1)
    assert facts_of(dataset).input_shape == (8, 8, 1)
    assert known_facts(document) is None
    with pytest.raises(NotFoundError, match="no images of this id"):
        load(OwnImages(kind="own-images", images="0" * 32), folder=tmp_path)
