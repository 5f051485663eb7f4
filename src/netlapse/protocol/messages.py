"""Every message, tagged by a required `kind`.

    session ──Command──▶ worker ──Event──▶ session ──Event, LiveEvent──▶ viewer
                                            viewer ──ViewerMessage──▶ session

On the wire a message is a frame (`protocol.frames`): a JSON header, which is one of these
documents, and raw little-endian buffers. Numbers that are not finite never travel as JSON numbers:
they are null here, or sit in a buffer.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from netlapse.protocol.lab import DrawSurface, RunRace
from netlapse.protocol.landscape import Surveying
from netlapse.protocol.questions import AnyQuestion
from netlapse.protocol.views import Part, Scope, View
from netlapse.protocol.vitals import Summary, Vitals
from netlapse.protocol.warped import WarpedPart
from netlapse.spec.base import Document
from netlapse.spec.changes import Change, Intervention
from netlapse.spec.network import Task
from netlapse.spec.training import MAX_EPOCHS

Step = Annotated[int, Field(ge=0)]

# --- parts ----------------------------------------------------------------------------------


class Buffer(Document):
    """Where an array lies in the bytes after the header. A value is `zero + scale · stored`."""

    name: str
    dtype: Literal["uint8", "int32", "uint32", "float32", "float64"]
    shape: tuple[int, ...]
    offset: int
    scale: float = 1.0
    zero: float = 0.0


class ProblemPart(Document):
    """An error, as `netlapse.errors.Problem`."""

    kind: str
    message: str
    place: str = ""
    remedy: str = ""


class Plan(Document):
    """The execution plan: what the bits of a run depend on beside its spec and interventions."""

    netlapse: str
    jax: str
    jaxlib: str
    device: str
    devices: int
    processor: str
    """Processor features, as a short hash."""
    shards: int
    precision: Literal["float32"]
    variant: str
    """The kernel variant."""
    networks: int
    """How many networks train in one program."""


class SplitMetrics(Document):
    """How well the network does on one split. Fields that do not fit the task are null."""

    samples: int
    loss: float | None
    accuracy: float | None = None
    precision: float | None = None
    """Macro average over classes (for two classes: of the second, the positive one)."""
    recall: float | None = None
    f1: float | None = None
    class_precision: tuple[float, ...] | None = None
    class_recall: tuple[float, ...] | None = None
    class_f1: tuple[float, ...] | None = None
    confusion: tuple[tuple[int, ...], ...] | None = None
    """Rows: true class. Columns: predicted class."""
    mae: float | None = None
    rmse: float | None = None
    r2: float | None = None


class Evaluation(Document):
    """Metrics of both splits at one step."""

    step: Step
    epoch: float
    train: SplitMetrics
    validation: SplitMetrics | None
    """None where there is no validation part."""


class AxisPart(Document):
    """One axis of a grid: its name and the values of its first and last point."""

    name: str
    low: float
    high: float


class BoundaryPart(Document):
    """What a boundary's buffers show.

    Buffers: `boundary`, uint8 [outputs, height, width] (one input: float32 [outputs, width]), the
    output units' activations (two classes: one output, the probability of the second class);
    `unit:<layer>`, uint8 [units, unit_size, unit_size] (one input: float32 [units, unit_size]), for
    each layer with at most 64 units, scale common to the layer and symmetric about zero.
    """

    x: AxisPart
    y: AxisPart | None
    """None where there is one input."""
    description: str
    """What the plane is, in one sentence."""


class LayerPart(Document):
    """What the inspector shows of a layer.

    Buffers: `activation:<layer>` float32 [units], the mean over the training samples (at most
    1,024, always the first); `gradient:<layer>:<parameter>` float32, the gradient of the loss on
    the same samples, shape of the parameter.
    """

    layer: str
    summaries: tuple[Summary, ...]


class GradientPart(Document):
    """How the loss over the training part changes with every weight and bias at this step.

    Buffers: `loss-gradient:<layer>:<parameter>` float32, shape of the parameter: the gradient of
    the mean loss, without penalties and without dropout.
    """

    loss: float | None
    """The mean loss that it is the gradient of; null where it is not finite."""
    samples: int
    """How many training samples the mean is of: all, unless there are very many; then the first."""


class LookedLayer(Document):
    """A layer under the microscope.

    Buffers, for each quantity that was asked for, named `<quantity>:<layer>`, the quantities being
    `activation-maps`, `activation-gradient-maps`, `kernel-maps`, `kernel-gradient-maps`:

    - uint8 [count, height, width], 255 where a value is no finite number; a value is
      `limit · (zero + scale · stored)`, 0 is exact, and the limits are `limits:<quantity>:<layer>`
      float32 [count];
    - where a map would be a single value, float32 [count], the values as they are, with the limits
      beside them.

    A kernel of a unit is the part that reads the chosen channel, or the mean over the channels.
    That of a dense layer that reads a flattened image is laid out as the image.
    """

    layer: str
    shape: tuple[int, ...]
    """Shape of its output for one sample."""
    units: int
    """Units in all."""
    start: int
    """The first unit that is shown."""
    count: int
    """How many are shown."""
    channels: int
    """Input channels of its kernels; 0 where it has none."""
    channel: int | None
    """Which of them is shown; null for the mean."""
    kernel_size: tuple[int, int] | None
    """Rows and columns of its kernels; null where they are not shown as maps."""
    summaries: tuple[Summary, ...] = ()


class MicroscopePart(Document):
    """What a microscope's buffers show."""

    part: Part | None
    """The part of the data that the subject is of; null for a drawing."""
    index: int | None
    """The number of the sample there; null for a drawing or a mean."""
    truth: int | None
    """The class of the sample; null where it has none."""
    label: int | None
    """The class that loss and gradients are taken for: the truth, or the predicted class of a
    drawing."""
    loss: float | None
    """Of the subject; null where no gradient was asked for, or it is not finite."""
    scope: Scope
    layers: tuple[LookedLayer, ...]
    left_out: tuple[str, ...]
    """Layers that there was no room for: a picture holds 4 MB of maps."""
    problem: str = ""
    """Why there is nothing to see, as a sentence."""


class PredictionsPart(Document):
    """What the network says of some samples, always the same, chosen at random.

    Buffers: `prediction:indices`, `prediction:truth`, `prediction:predicted` int32 [count];
    `prediction:top_classes` int32 [count, 3], `prediction:top_probabilities` float32 [count, 3],
    the largest first (2 columns for two classes).
    """

    part: Part
    """`validation`, or `train` where there is no validation part."""
    count: int
    step: Step
    """What they belong to. While a large network trains they are renewed more rarely than the rest
    of the picture."""


# --- events: worker to session, and on to viewers -------------------------------------------

RunState = Literal[
    "opening", "compiling", "paused", "training", "finished", "diverged", "worker-died", "failed"
]


class Status(Document):
    """Where a run stands. Sent on every change and a few times a second while training."""

    kind: Literal["status"]
    run: str
    state: RunState
    step: Step
    epoch: float
    """Epochs done, with the fraction of the present one."""
    epochs: int
    """Epochs after which training stops (`Continue` raises it)."""
    steps_per_epoch: int
    steps_per_second: float
    interventions: int
    """How many interventions have acted."""
    pace: float | None
    """Wanted steps per second; null: as fast as it goes."""
    learning_rate: float | None
    """The rate of the next step, after the schedule."""
    problem: ProblemPart | None = None
    """Why it stopped, where something went wrong."""
    note: str = ""
    """Why it stopped, where nothing went wrong: `early stopping: …`."""
    compile_seconds: float = 0.0
    memory_bytes: int = 0
    """What the worker holds in memory."""


class Ready(Document):
    """The run is open and its program is known; sent once after each open."""

    kind: Literal["ready"]
    run: str
    plan: Plan
    parameters: int
    task: Task
    class_names: tuple[str, ...]
    target_name: str
    raw_names: tuple[str, ...]
    keeps_programs: bool = True
    """Whether another worker finds its compiled programs on disk."""


class Metrics(Document):
    """Loss and gradient norm of consecutive updates, complete.

    Buffers: `loss` and `gradient_norm`, float32 [count]; entry i belongs to update
    `first_step + i`, the loss being that of the update's batch before the update.
    """

    kind: Literal["metrics"]
    run: str
    first_step: Step
    count: int
    buffers: tuple[Buffer, ...]


class Evaluated(Document):
    """Metrics of both splits at a step, for the record."""

    kind: Literal["evaluated"]
    run: str
    evaluation: Evaluation


class VitalsTaken(Document):
    """How the layers are at a step, for the record."""

    kind: Literal["vitals"]
    run: str
    vitals: Vitals


class Picture(Document):
    """The answer to a view at one step: everything in it belongs to that step."""

    kind: Literal["picture"]
    run: str
    branch: int
    step: Step
    epoch: float
    interventions: int
    view: str
    """The key of the view it answers."""
    at: Step | None = None
    """The step that was asked for, where it is a look into the past."""
    learning_rate: float | None
    boundary: BoundaryPart | None = None
    evaluation: Evaluation | None = None
    layers: tuple[LayerPart, ...] = ()
    parameters: tuple[str, ...] = ()
    """Names of the parameter buffers `parameter:<layer>:<name>`, float32."""
    gradients: GradientPart | None = None
    microscope: MicroscopePart | None = None
    predictions: PredictionsPart | None = None
    warped: WarpedPart | None = None
    buffers: tuple[Buffer, ...] = ()


class Keyframe(Document):
    """The complete train state at a step, as safetensors bytes in the payload."""

    kind: Literal["keyframe"]
    run: str
    step: Step
    interventions: int
    final: bool
    """Whether the run stands still at this step."""
    seconds: float = 0.0
    """Seconds of training that led to it."""


class Acknowledged(Document):
    """A command was carried out, and takes effect on the state after exactly this many updates."""

    kind: Literal["acknowledged"]
    command: int
    run: str
    step: Step
    intervention: Intervention | None = None
    """The intervention as it was recorded, where the command was one."""


class Refused(Document):
    """A command was not carried out, and nothing changed."""

    kind: Literal["refused"]
    command: int
    problem: ProblemPart


class Reply(Document):
    """The answer to a question, with its arrays as buffers."""

    kind: Literal["reply"]
    command: int
    step: Step
    values: dict[str, Any] = Field(default_factory=dict[str, Any])
    buffers: tuple[Buffer, ...] = ()


class Recalling(Document):
    """A past step is being reached by training again from a keyframe; said where it takes long."""

    kind: Literal["recalling"]
    run: str
    at: Step
    """The step that was asked for."""
    step: Step
    """How far it is."""
    seconds_left: float | None
    """At this speed; null where it is not yet known."""


class Differs(Document):
    """A re-run gave another loss than the record: from this step on it is not the same training."""

    kind: Literal["differs"]
    run: str
    step: Step


Event = Annotated[
    Status
    | Ready
    | Metrics
    | Evaluated
    | VitalsTaken
    | Picture
    | Keyframe
    | Acknowledged
    | Refused
    | Reply
    | Recalling
    | Surveying
    | Differs,
    Field(discriminator="kind"),
]

# --- commands: session to worker ------------------------------------------------------------


class Extension(Document):
    """A `Play` with `more_epochs`, as it was acknowledged."""

    step: Step
    """The step of the acknowledgment."""
    epochs: Annotated[int, Field(ge=1, le=MAX_EPOCHS)]
    """How many epochs were added."""


class Open(Document):
    """Load a run: from its start, or from the keyframe in the payload. Replaces the open one."""

    kind: Literal["open"]
    command: int
    run: str
    spec: dict[str, Any]
    interventions: tuple[Intervention, ...] = ()
    """All recorded interventions; those after the keyframe act at their steps."""
    extensions: tuple[Extension, ...] = ()
    """All recorded extensions: they act at their steps, as they did."""
    tables: str = ""
    """Folder of the user's tables."""
    keyframe: bool = False
    """Whether the payload holds a keyframe (safetensors)."""
    replay_to: Step = 0
    """Re-run silently to this step before anything else (the payload's recorded losses from the
    keyframe's step on are compared)."""
    losses: int = 0
    """How many recorded losses (float32) follow the keyframe in the payload."""
    confirmed: bool = True
    """Whether it may take much memory."""
    seconds: float = 0.0
    """Seconds of training that led to the keyframe."""


class Recall(Document):
    """Look at a past step: views and questions with this `at` are answered from then on.

    The training is not touched, and goes on if it goes. Payload: a keyframe, then the recorded
    losses (float32) of the steps after it, which the re-run is compared with. Acknowledged with the
    step that was reached; refused where another recall comes before it is there.
    """

    kind: Literal["recall"]
    command: int = 0
    """Given by the session."""
    at: Step
    """The step that is asked for."""
    nearest: bool = False
    """The keyframe itself will do."""
    interventions: tuple[Intervention, ...] = ()
    """All recorded ones up to the step."""
    extensions: tuple[Extension, ...] = ()
    keyframe: bool = False
    """Whether the payload holds a keyframe; else it begins at step 0."""
    losses: int = 0
    """How many recorded losses follow."""


class Forget(Document):
    """Nobody looks at the past any more: a recall that is under way ends."""

    kind: Literal["forget"]
    command: int = 0
    """Given by the session."""


class Play(Document):
    """Train on, until the epochs of the spec or `until_step`."""

    kind: Literal["play"]
    command: int = 0
    """Given by the session."""
    until_step: Step | None = None
    more_epochs: Annotated[int, Field(ge=0, le=MAX_EPOCHS)] = 0
    """Raises the epochs at which training stops: `Continue`."""


class Pause(Document):
    """Stop after the present chunk; acknowledged with the step."""

    kind: Literal["pause"]
    command: int = 0
    """Given by the session."""


class Advance(Document):
    """Train some steps or to the end of the epoch, then pause."""

    kind: Literal["advance"]
    command: int = 0
    """Given by the session."""
    steps: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    epochs: Annotated[int, Field(ge=0, le=MAX_EPOCHS)] = 0


class SetPace(Document):
    """How fast to train; never changes the result."""

    kind: Literal["pace"]
    command: int = 0
    """Given by the session."""
    steps_per_second: Annotated[float, Field(gt=0)] | None = None
    epochs_per_second: Annotated[float, Field(gt=0)] | None = None
    """Neither: as fast as it goes."""


class Intervene(Document):
    """Change hyperparameters, frozen layers or single weights from the next update on."""

    kind: Literal["intervene"]
    command: int = 0
    """Given by the session."""
    changes: Annotated[tuple[Change, ...], Field(min_length=1, max_length=1000)]


class Want(Document):
    """One credit: send one picture of this view when the state is newer than `after_version`."""

    kind: Literal["want"]
    view: View
    fresh: bool = False
    """Send one even if nothing changed since the last."""


class Predict(Document):
    """Outputs for rows of raw inputs; payload float32 [rows, raw inputs]. Reply: `outputs`."""

    kind: Literal["predict"]
    command: int
    at: Step | None = None
    """About the state at this step; none for now."""
    rows: int
    layers: bool = False
    """Also the activations of every layer: buffers `activation:<layer>`."""
    features: bool = False
    """Whether the rows are already encoded features."""


class GetKeyframe(Document):
    """The complete state now. Reply: `keyframe` uint8."""

    kind: Literal["get-keyframe"]
    command: int
    at: Step | None = None
    """About the state at this step; none for now."""


class GetWeights(Document):
    """The parameters as a safetensors file. Reply: `weights` uint8."""

    kind: Literal["get-weights"]
    command: int
    at: Step | None = None
    """About the state at this step; none for now."""


class Evaluate(Document):
    """Metrics of both splits now. Reply: values `evaluation`."""

    kind: Literal["evaluate"]
    command: int
    at: Step | None = None
    """About the state at this step; none for now."""


class TakeVitals(Document):
    """How the layers are now. Reply: values `vitals`, a `Vitals`."""

    kind: Literal["take-vitals"]
    command: int = 0
    """Given by the session."""
    at: Step | None = None
    """About the state at this step; none for now."""


class Close(Document):
    """End the worker after a last keyframe."""

    kind: Literal["close"]
    command: int


Command = Annotated[
    Open
    | Recall
    | Forget
    | Play
    | Pause
    | Advance
    | SetPace
    | Intervene
    | Want
    | Predict
    | GetKeyframe
    | GetWeights
    | Evaluate
    | TakeVitals
    | AnyQuestion
    | DrawSurface
    | RunRace
    | Close,
    Field(discriminator="kind"),
]

# --- live channel: viewer to server, and what the server itself adds ------------------------


class Subscribe(Document):
    """Watch a run with a view; replaces what this viewer watched. Credit starts at zero."""

    kind: Literal["subscribe"]
    run: str
    view: View


class Credit(Document):
    """The viewer can take so many more pictures; at most two are outstanding."""

    kind: Literal["credit"]
    count: Annotated[int, Field(ge=1, le=2)] = 1


ViewerMessage = Annotated[Subscribe | Credit, Field(discriminator="kind")]


class Flag(Document):
    """An intervention or another event on the timeline."""

    step: Step
    label: str
    """What happened, in a few words."""


class Timeline(Document):
    """The whole run in at most 1,024 columns; latest wins, at most five a second.

    Buffers: `loss_low`, `loss_high` float32 [columns] (column i spans updates
    i·steps_per_column + 1 to (i + 1)·steps_per_column; NaN where nothing is known);
    `evaluation_step` float64 [points]; `train_loss`, `validation_loss`, `train_score`,
    `validation_score` float32 [points], the score being accuracy or R².
    """

    kind: Literal["timeline"]
    run: str
    steps: Step
    """Updates recorded."""
    saved: Step
    """Updates that would survive a crash now."""
    steps_per_column: int
    columns: int
    flags: tuple[Flag, ...]
    keyframes: tuple[Step, ...] = ()
    """Steps of keyframes, at most one for each column: a look at one of them comes at once."""
    vitals: Step | None = None
    """Step of the newest vitals that are recorded: there is something new to ask for where it has
    grown. Null where there are none."""
    reweighted: tuple[Step, ...] = ()
    """Steps at which classes came to count otherwise: losses up to one and after it do not
    compare."""
    buffers: tuple[Buffer, ...]


class Gone(Document):
    """The run was deleted, or never existed."""

    kind: Literal["gone"]
    run: str


LiveEvent = Annotated[
    Status | Ready | Picture | Timeline | Recalling | Surveying | Differs | Gone | Refused,
    Field(discriminator="kind"),
]
