"""What travels over REST about a dataset: what it holds."""

from __future__ import annotations

from netlapse.spec.base import Document
from netlapse.spec.data import ColumnType, Data
from netlapse.spec.network import Task


class DatasetRequest(Document):
    """A dataset to look at."""

    data: Data


class CategoryCount(Document):
    """How often a category or class occurs."""

    name: str
    count: int


class ColumnSummary(Document):
    """A raw input or the target of a dataset. Fields that do not fit its type are null or empty."""

    name: str
    read_as: ColumnType
    low: float | None = None
    """Lower end of its range in a plot."""
    high: float | None = None
    """Upper end of its range in a plot."""
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    standard_deviation: float | None = None
    median: float | None = None
    """Of the training part; for a categorical input the index of its largest category."""
    missing: int = 0
    """Empty cells of the source."""
    categories: tuple[CategoryCount, ...] = ()
    """In the order of their indices."""


class ClassBalance(Document):
    """How many samples of a class each part holds."""

    name: str
    train: int
    validation: int
    test: int = 0


class PointsPart(Document):
    """Samples to plot, column by column: at most 5,000, fewer where there are many columns."""

    inputs: tuple[tuple[float | None, ...], ...]
    """One list for each raw input; a category is its index in the column's `categories`."""
    target: tuple[float | None, ...]
    """The index of the class, or the value."""
    validation: tuple[bool, ...]
    """Whether the sample is kept out of training."""
    components: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    """Where the samples lie on the plane of the first two principal components; none where there
    are fewer than three raw inputs."""


class ImageShape(Document):
    """The size of the images of a dataset, in pixels."""

    height: int
    width: int
    channels: int
    """1 for grayscale, 3 for red, green, blue."""


class DatasetPreview(Document):
    """What a dataset holds."""

    name: str
    task: Task
    train: int
    """Samples in the training part."""
    validation: int
    """Samples in the validation part."""
    test: int = 0
    """Samples in the test part; 0 where there is none."""
    image: ImageShape | None = None
    """Where the samples are images; then names, points and rows are empty, and `columns` holds
    the target alone."""
    feature_names: tuple[str, ...]
    """What the network sees."""
    raw_names: tuple[str, ...]
    """What a person types: the inputs before encoding."""
    target_name: str
    class_names: tuple[str, ...]
    """Empty for regression."""
    dropped_rows: int
    """Rows of the source that were left out because a cell was missing."""
    columns: tuple[ColumnSummary, ...]
    """The raw inputs, then the target."""
    balance: tuple[ClassBalance, ...]
    """Empty for regression."""
    points: PointsPart
    rows: tuple[tuple[str, ...], ...]
    """The first samples as text: raw inputs, then the target."""
