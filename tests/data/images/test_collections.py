"""The named collections: real MNIST where it is on the machine, digits everywhere."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlapse.data import (
    COLLECTIONS,
    CollectionFolder,
    Dataset,
    describe,
    facts_of,
    known_facts,
    load,
)
from netlapse.data.images.files import verified
from netlapse.errors import DataError
from netlapse.spec.data import Bundled, Images
from tests.data.images.finding import mnist_folder
from tests.data.images.test_idx import idx

MNIST = Images(kind="images", name="mnist")
DIGITS = Images(kind="images", name="digits")


@pytest.fixture(scope="module")
def mnist() -> Dataset:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETLAPSE_MNIST_DIR", str(mnist_folder()))
        return load(MNIST)


def test_mnist_has_its_three_parts(mnist: Dataset):
    assert mnist.train_inputs.shape == (55_000, 28, 28, 1)
    assert mnist.validation_inputs.shape == (5_000, 28, 28, 1)
    assert mnist.test_inputs.shape == (10_000, 28, 28, 1)
    for part in (mnist.train_inputs, mnist.validation_inputs, mnist.test_inputs):
        assert part.dtype == np.float32
        assert (part.min(), part.max()) == (0.0, 1.0)
    # Mean and deviation of the 60,000 pixels are known: 0.1307 and 0.3081.
    both = np.concatenate([mnist.train_inputs, mnist.validation_inputs])
    assert float(both.mean(dtype=np.float64)) == pytest.approx(0.1307, abs=5e-5)
    assert float(both.std(dtype=np.float64)) == pytest.approx(0.3081, abs=5e-5)


def test_the_counts_of_each_digit_are_those_of_mnist(mnist: Dataset):
    train = np.bincount(mnist.train_targets) + np.bincount(mnist.validation_targets)
    assert train.tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    test = np.bincount(mnist.test_targets)
    assert test.tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert [entry["test"] for entry in describe(mnist)["classes"]] == test.tolist()


def test_the_first_test_image_is_the_known_seven(mnist: Dataset):
    assert mnist.test_targets[0] == 7
    assert np.round(mnist.test_inputs[0, 7, 6:10, 0] * 255).tolist() == [84, 185, 159, 151]


def test_each_class_gives_its_share_to_the_validation_part(mnist: Dataset):
    train, validation = np.bincount(mnist.train_targets), np.bincount(mnist.validation_targets)
    np.testing.assert_allclose(validation, (train + validation) / 12, atol=1)


def test_raw_inputs_are_the_pixels_without_a_copy(mnist: Dataset):
    assert np.shares_memory(mnist.train_raw, mnist.train_inputs)
    assert mnist.train_raw.shape == (55_000, 784)
    assert mnist.raw_names[28] == "pixel 2,1"
    rows = mnist.validation_raw[:3].astype(np.float64)
    np.testing.assert_array_equal(mnist.encode(rows), mnist.validation_inputs[:3])
    with pytest.raises(DataError, match=r"shape \[m, 784\], got \[3, 783\]"):
        mnist.encode(rows[:, 1:])


def test_fewer_training_images_leave_the_validation_part_as_it_is(mnist: Dataset):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETLAPSE_MNIST_DIR", str(mnist_folder()))
        small = load(MNIST.with_changes(train_samples=500))
        other = load(MNIST.with_changes(train_samples=500, seed=1))
    assert len(small.train_inputs) == 500
    np.testing.assert_array_equal(small.train_inputs, mnist.train_inputs[:500])
    np.testing.assert_array_equal(small.validation_targets, mnist.validation_targets)
    np.testing.assert_array_equal(other.test_inputs, mnist.test_inputs)
    assert not np.array_equal(other.train_targets, small.train_targets)


def test_files_that_are_not_compressed_do_as_well(mnist: Dataset, tmp_path: Path):
    for path in mnist_folder().glob("*.gz"):
        (tmp_path / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NETLAPSE_MNIST_DIR", str(tmp_path))
        np.testing.assert_array_equal(load(MNIST).train_inputs[:9], mnist.train_inputs[:9])


def test_digits_are_those_of_scikit_learn():
    from sklearn.datasets import load_digits

    data = load(DIGITS)
    assert data.train_inputs.shape == (1647, 8, 8, 1)
    assert data.image_shape == (8, 8, 1)
    assert len(data.test_inputs) == len(data.test_targets) == 0
    flat = np.concatenate([data.train_raw, data.validation_raw])
    expected = load_digits().data / 16
    np.testing.assert_array_equal(
        flat[np.lexsort(flat.T)], expected[np.lexsort(expected.T)].astype(np.float32)
    )
    beside = load(Bundled(kind="bundled", name="digits", validation_fraction=1 / 12))
    for ours, theirs in (
        (data.train_raw, beside.train_inputs),
        (data.validation_raw, beside.validation_inputs),
    ):
        np.testing.assert_array_equal(ours[np.lexsort(ours.T)], theirs[np.lexsort(theirs.T)])


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 0.9), st.one_of(st.just("all"), st.integers(10, 60_000)))
def test_facts_are_known_without_the_files(fraction: float, samples: int | str):
    document = DIGITS.with_changes(validation_fraction=fraction, train_samples=samples)
    assert known_facts(document) == facts_of(load(document))


def test_facts_of_mnist_are_known_without_its_files(mnist: Dataset):
    assert known_facts(MNIST) == facts_of(mnist)


def test_a_boundary_through_images_is_refused_in_words():
    with pytest.raises(DataError, match="A decision boundary needs separate inputs"):
        load(DIGITS).plane_points()


def test_a_collection_that_is_not_here_is_one_sentence_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("NETLAPSE_FASHION_MNIST_DIR", raising=False)
    with pytest.raises(DataError) as caught:
        load(Images(kind="images", name="fashion-mnist"), folder=tmp_path)
    assert str(caught.value) == (
        "data.name: Fashion-MNIST is not on this machine yet. Fetch it with `netlapse data "
        "fashion-mnist --fetch`, name a folder that has it in NETLAPSE_FASHION_MNIST_DIR, or use "
        "the bundled digits."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_named_folder_without_the_files_says_which_one_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NETLAPSE_MNIST_DIR", str(tmp_path))
    with pytest.raises(DataError, match="must hold `train-images-idx3-ubyte`"):
        load(MNIST)


@pytest.mark.parametrize("harm", ["cut", "bit", "other", "empty"])
def test_wrong_files_are_refused_by_name(harm: str, tmp_path: Path):
    source = mnist_folder()
    for path in source.glob("*.gz"):
        shutil.copyfile(path, tmp_path / path.name)
    victim = tmp_path / "t10k-labels-idx1-ubyte.gz"
    content = victim.read_bytes()
    labels = bytearray(gzip.decompress(content))
    labels[100] ^= 1
    victim.write_bytes(
        {
            "cut": content[:-100],
            "bit": gzip.compress(bytes(labels)),
            "other": (source / "train-labels-idx1-ubyte.gz").read_bytes(),
            "empty": b"",
        }[harm]
    )
    folder = CollectionFolder(COLLECTIONS["mnist"], tmp_path, given=True)
    folder.read(COLLECTIONS["mnist"].files[1])
    with pytest.raises(DataError, match=r"`t10k-labels-idx1-ubyte.gz` is not the file of MNIST"):
        folder.read(COLLECTIONS["mnist"].files[3])


def test_fashion_labels_must_be_balanced_and_packed_files_the_published_ones():
    images, labels = COLLECTIONS["fashion-mnist"].files[2:]
    good = np.repeat(np.arange(10, dtype=np.uint8), 1000)
    np.testing.assert_array_equal(verified(labels, idx(good)), good)
    wrong = good.copy()
    wrong[0] = 9
    with pytest.raises(DataError, match="Each of 10 classes must have 1,000 labels"):
        verified(labels, idx(wrong))
    with pytest.raises(DataError, match="published MD5"):
        verified(labels, gzip.compress(idx(good)))
    with pytest.raises(DataError, match="shape must be 10000×28×28, got 10000"):
        verified(images, idx(good))
    assert verified(replace(labels, packed_md5=None), gzip.compress(idx(good))).shape == (10_000,)


@pytest.mark.parametrize("count", [100, 300])
def test_few_training_samples_are_a_fair_choice_of_all_classes(count: int):
    dataset = load(DIGITS.with_changes(train_samples=count))
    counts = np.bincount(dataset.train_targets.astype(int), minlength=10)
    assert counts.sum() == count
    assert counts.min() >= count / 10 * 0.4 and counts.max() <= count / 10 * 2
