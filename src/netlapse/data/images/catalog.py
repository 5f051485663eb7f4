"""The collections that netlapse knows by name: what they hold, and where their files come from.

A file of MNIST is known by the SHA-256 of its uncompressed content. For Fashion-MNIST its authors
publish the MD5 of the compressed files, which is what is checked; a file that was unpacked by hand
is checked by its exact shape and its exact number of images in each class.
"""

from __future__ import annotations

from dataclasses import dataclass

from netlapse.spec.data import CollectionName

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class CollectionFile:
    """One of the files of a collection."""

    name: str
    """Without the ending `.gz`."""
    shape: tuple[int, ...]
    """What its header must say."""
    packed_bytes: int
    """Size of the compressed file at the mirrors; shown while it is fetched."""
    sha256: str | None = None
    """Of the uncompressed content."""
    packed_md5: str | None = None
    """Of the compressed file."""
    per_class: int | None = None
    """For labels: how many there are of each class."""


@dataclass(frozen=True)
class Collection:
    """A named collection of images."""

    name: CollectionName
    title: str
    image_shape: Shape
    """Height, width, channels."""
    class_names: tuple[str, ...]
    target_name: str
    train: int
    """Images of the training and validation parts together."""
    test: int
    """Images of the test part; 0 where the collection has none."""
    files: tuple[CollectionFile, ...] = ()
    """Training images and labels, test images and labels; none where nothing is downloaded."""
    mirrors: tuple[str, ...] = ()
    """Addresses of folders, the preferred one first."""
    variable: str = ""
    """The environment variable that names a folder which has the files already."""

    @property
    def packed_bytes(self) -> int:
        """What a download comes to."""
        return sum(file.packed_bytes for file in self.files)


DIGITS = tuple(str(digit) for digit in range(10))
_CLOTHES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
_TRAIN_IMAGES = "train-images-idx3-ubyte", (60_000, 28, 28)
_TRAIN_LABELS = "train-labels-idx1-ubyte", (60_000,)
_TEST_IMAGES = "t10k-images-idx3-ubyte", (10_000, 28, 28)
_TEST_LABELS = "t10k-labels-idx1-ubyte", (10_000,)

COLLECTIONS: dict[CollectionName, Collection] = {
    "mnist": Collection(
        name="mnist",
        title="MNIST",
        image_shape=(28, 28, 1),
        class_names=DIGITS,
        target_name="digit",
        train=60_000,
        test=10_000,
        files=(
            CollectionFile(
                *_TRAIN_IMAGES,
                9_912_422,
                sha256="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            ),
            CollectionFile(
                *_TRAIN_LABELS,
                28_881,
                sha256="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            ),
            CollectionFile(
                *_TEST_IMAGES,
                1_648_877,
                sha256="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            ),
            CollectionFile(
                *_TEST_LABELS,
                4_542,
                sha256="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            ),
        ),
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        variable="NETLAPSE_MNIST_DIR",
    ),
    "fashion-mnist": Collection(
        name="fashion-mnist",
        title="Fashion-MNIST",
        image_shape=(28, 28, 1),
        class_names=_CLOTHES,
        target_name="clothing",
        train=60_000,
        test=10_000,
        files=(
            CollectionFile(
                *_TRAIN_IMAGES,
                26_421_880,
                packed_md5="8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            ),
            CollectionFile(
                *_TRAIN_LABELS,
                29_515,
                packed_md5="25c81989df183df01b3e8a0aad5dffbe",
                per_class=6_000,
            ),
            CollectionFile(
                *_TEST_IMAGES,
                4_422_102,
                packed_md5="bef4ecab320f06d8554ea6380940ec79",
            ),
            CollectionFile(
                *_TEST_LABELS,
                5_148,
                packed_md5="bb300cfdad3c16e7a12a480ee83cd310",
                per_class=1_000,
            ),
        ),
        mirrors=(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        ),
        variable="NETLAPSE_FASHION_MNIST_DIR",
    ),
    "digits": Collection(
        name="digits",
        title="Digits 8×8",
        image_shape=(8, 8, 1),
        class_names=DIGITS,
        target_name="digit",
        train=1_797,
        test=0,
    ),
}
