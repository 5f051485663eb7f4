"""What travels over REST: bodies of requests and answers, and the commands a viewer may give."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from netlapse.protocol.messages import (
    Advance,
    Evaluation,
    Intervene,
    Pause,
    Play,
    ProblemPart,
    RunState,
    SetPace,
    Status,
    Step,
)
from netlapse.spec.advice import ArchitectureScore, Recommendation
from netlapse.spec.base import Document, Seed
from netlapse.spec.changes import Intervention
from netlapse.spec.data import CollectionName, ColumnType, Data, Images, OwnImages, TableData
from netlapse.spec.document import Spec
from netlapse.spec.network import Examination, Task

MAX_PREDICTED_ROWS = 10_000
MAX_SAMPLES = 200
RunId = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]

RunCommand = Annotated[
    Play | Pause | Advance | SetPace | Intervene,
    Field(discriminator="kind"),
]
"""What a viewer may ask of a run; the server gives the number."""


class Health(Document):
    """That the Studio is up."""

    status: Literal["ok"]
    version: str


class Schemas(Document):
    """What forms are made of: JSON Schema of the documents."""

    spec: dict[str, Any]
    view: dict[str, Any]
    openapi: dict[str, Any]


class PresetEntry(Document):
    """A training that is solved by one click."""

    name: str
    title: str
    summary: str
    spec: Spec
    template: bool = False
    """Whether its network is one to begin with on other images."""


class CheckRequest(Document):
    """A spec that may be wrong or unfinished."""

    spec: Any
    """Plain data: whatever is in the editor."""


class CheckResult(Document):
    """What there is to say about a spec."""

    spec: Spec | None
    """The spec with its defaults filled in; null where it breaks a rule."""
    problem: ProblemPart | None
    """The rule that the spec or its data breaks; null where there is none."""
    examination: Examination | None
    """Shapes, counts and findings; null where there is a problem."""


class SetRequest(Document):
    """A new value at a path of a spec."""

    spec: Spec
    path: Annotated[str, Field(max_length=200)]
    """Such as `training.optimizer` or `network.layers[1].units`."""
    value: Any
    """For a path whose value has kinds, the name of a kind will do."""


class SetResult(Document):
    """The changed spec."""

    spec: Spec


class AdviceRequest(Document):
    """A network and a place in it."""

    spec: Spec
    after: Annotated[str, Field(max_length=40)] | None = None
    """The layer after which something could stand, or `input`; null where the network grows."""


class AdviceResult(Document):
    """What could stand next, and what the architecture is worth."""

    after: str
    """The layer that the recommendations come after, or `input`."""
    recommendations: tuple[Recommendation, ...]
    """The best first; empty after the output, and where an error leaves the shape open."""
    score: ArchitectureScore


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


class CollectionEntry(Document):
    """A named collection of images, and whether it is on this machine."""

    name: CollectionName
    title: str
    state: Literal["present", "absent", "fetching", "failed"]
    received_bytes: int
    """How much of it is here, compressed; the next fetch goes on there."""
    total_bytes: int
    """What all its files come to, compressed; 0 where nothing is ever downloaded."""
    problem: ProblemPart | None
    """Why the last fetch failed, or what is wrong with the folder that the user named."""
    can_fetch: bool
    """Whether it may be downloaded: not into a folder that the user named."""
    image: ImageShape
    class_names: tuple[str, ...]
    train: int
    """Images of the training and validation parts together."""
    test: int


class OwnImagesEntry(Document):
    """Images that the user has added."""

    id: str
    name: str
    """The name of their archive or folder."""
    image: ImageShape
    class_names: tuple[str, ...]
    train: int
    """Images of the training and validation parts together."""
    test: int
    bytes: int
    added: float
    """Seconds since 1970-01-01, UTC."""
    notes: tuple[str, ...]
    """What was done while they were read: a sentence each."""
    data: OwnImages
    """The document that trains on them."""


class ImagesAdded(Document):
    """Images that were read and kept."""

    images: OwnImagesEntry
    is_new: bool
    """Whether they were not there before."""


class SamplesRequest(Document):
    """Samples to look at, as images."""

    data: Annotated[Images | OwnImages, Field(discriminator="kind")]
    part: Literal["train", "validation", "test"] = "train"
    label: Annotated[int, Field(ge=0, le=255)] | None = None
    """Of one class alone, by index; null for all."""
    start: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """How many to pass over."""
    count: Annotated[int, Field(ge=1, le=MAX_SAMPLES)] = 48
    augmented: bool = False
    """As the training sees them at a step: changed as the data's `augmentation` says."""
    seed: Seed = 0
    """Of the network; it determines the changes, with the step and the sample."""
    step: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0
    """Updates done."""


class ShownSample(Document):
    """One sample of a part."""

    index: int
    """Its place in the part."""
    label: int
    """Its class, by index."""


class SamplePage(Document):
    """Samples as images."""

    height: int
    width: int
    channels: int
    total: int
    """How many there are in all, of the class that was asked for."""
    samples: tuple[ShownSample, ...]
    pixels: str
    """Base64 of the bytes [samples, height, width, channels]."""


class TableColumn(Document):
    """One column of a table, as it was found."""

    name: str
    read_as: ColumnType
    """How it is best read."""
    reason: str
    """Why, in one sentence."""
    missing: int
    """Empty cells."""
    distinct: int
    """Different values."""
    examples: tuple[str, ...]


class TableRow(Document):
    """One row of a table."""

    number: int
    """Its number in the file, as a spreadsheet shows it."""
    cells: tuple[str | None, ...]
    """As text; null where a cell is empty."""


class TablePreview(Document):
    """The beginning of a table, and what its columns hold."""

    id: str
    name: str
    row_count: int
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    """The first rows."""


class TableEntry(Document):
    """A table that the user has added."""

    id: str
    name: str
    """The name of its file."""
    rows: int
    columns: int
    bytes: int
    added: float
    """Seconds since 1970-01-01, UTC."""


class TableAdded(Document):
    """A table, and how it could be learned from."""

    id: str
    preview: TablePreview
    suggestion: TableData | None
    """Target and inputs by a guess; null where no column can be predicted."""
    problem: ProblemPart | None
    """Why there is no suggestion."""


class RunRequest(Document):
    """What to train."""

    spec: Spec
    confirmed: bool = False
    """Whether it may take much memory: otherwise a `ConfirmationError` says how much."""


class RunCreated(Document):
    """The opened run, paused at step 0."""

    run: str


class RunEntry(Document):
    """One run in the list."""

    id: str
    name: str
    state: RunState
    step: Step
    epochs: float
    """Epochs done."""
    created: float
    """Seconds since 1970-01-01, UTC."""
    bytes: int


class RunDetails(Document):
    """All that is known of a run beside its metrics."""

    id: str
    spec: Spec
    """As it reads now, after the interventions."""
    initial_spec: Spec
    """As it was at step 0."""
    interventions: tuple[Intervention, ...]
    status: Status
    evaluations: tuple[Evaluation, ...]
    """At most 1,000, evenly spread, the newest included."""


Row = Annotated[tuple[float, ...], Field(max_length=5000)]


class PredictRequest(Document):
    """Rows of raw inputs to run through the network as it is now."""

    rows: Annotated[tuple[Row, ...], Field(min_length=1, max_length=MAX_PREDICTED_ROWS)]
    layers: bool = False
    """Also the activations of every layer."""


Values = tuple[tuple[float | None, ...], ...]


class PredictResult(Document):
    """What the network answers. A number that is not finite is null."""

    step: Step
    outputs: Values
    """Activations of the output units, one row each."""
    labels: tuple[str, ...]
    """The predicted class of each row; empty for regression."""
    activations: dict[str, Values]
    """For each layer one row of activations for each row of inputs; empty unless asked for."""


class Storage(Document):
    """Where the user's data lies."""

    folder: str
    bytes: int
    runs: int
    tables: int
    images: int
    """Sets of images that the user has added."""


class Done(Document):
    """It is done, and there is nothing to tell."""

    done: Literal[True] = True
