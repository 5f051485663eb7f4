"""One step of training in slow motion: the walk through a network and back, and the arithmetic of
every number on the way.

With n the state's step, everything is about update n + 1. Four symbols name the quantities, in
buffers and in questions: `z` pre-activation, `a` activation, `dz` ∂L/∂z (δ) and `da` ∂L/∂a. L is
the loss without penalties: of the sample, or the mean over the batch.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from netlapse.protocol.asked import Asked, SentSubject
from netlapse.protocol.views import DrawingSubject, SampleSubject
from netlapse.spec.base import Document
from netlapse.spec.layers import LayerId

MAX_TERMS = 2000
"""Terms of a sum that are listed."""
Index = Annotated[int, Field(ge=0)]
Place = tuple[int, ...]
Number = float | None
"""Null where it is not finite."""


class TypedSubject(Document):
    """Raw inputs as a person types them: one number each, a category as its index."""

    kind: Literal["typed"]
    values: Annotated[tuple[float, ...], Field(min_length=1, max_length=10_000)]
    """As many as the data has raw inputs."""


class BatchSubject(Document):
    """The batch of the next update: its samples, their augmentation and its dropout masks."""

    kind: Literal["batch"]


WalkSubject = Annotated[
    BatchSubject | SampleSubject | DrawingSubject | SentSubject | TypedSubject,
    Field(discriminator="kind"),
]
"""What is walked with."""

ArithmeticPhase = Literal["z", "a", "da", "dz", "gradient", "update", "loss"]
"""Which number's arithmetic: pre-activation, activation, ∂L/∂a and ∂L/∂z of a unit, ∂L/∂w and Δw of
an entry of a parameter, or the loss of an output."""


class Walked(Asked):
    """What both questions share: with what to walk."""

    subject: WalkSubject = BatchSubject(kind="batch")
    """The next batch goes through the network as in training: dropout acts, and batch normalization
    takes the batch's own statistics. A single sample goes as in evaluation: dropout does nothing,
    and the moving averages are taken."""
    target: float | None = None
    """What a drawing, a sent image or typed values should have given: the class's number, or the
    value in the target's own unit. By default the class that the network predicts; a regression
    needs it. A sample of the data has its own, which this replaces; a batch takes none."""
    row: Index | None = None
    """Batch: the place in the batch of the one sample whose z, a, da and dz are given."""


class Walk(Walked):
    """Every number of one step: forwards, the loss, backwards, the update.

    Answer: values as `WalkAnswer`, and buffers, all float32 if not said otherwise. S is the layer's
    output shape, P the parameter's shape. For a batch without `row`, z and a are means over its
    samples, and dz and da sums over them: the gradient of L with respect to a shift that is common
    to all (each sample counts 1 / samples in L, so that is the mean of the samples' own). With
    `row`, all four are that sample's in the batch; its dz and da hold its share 1 / samples.

    - `a:input`, `da:input` [input shape]: the sample as the first layer reads it, and ∂L/∂x.
    - `z:<layer>`, `a:<layer>`, `dz:<layer>`, `da:<layer>` S. `da` of the output layer is left out
      where a cross-entropy is computed from its z.
    - `target` [outputs] (a class as 1 among zeros; the mean over a batch without `row`); `losses`
      [samples]: of each sample; `output_losses` [outputs]: what each output adds to L, or with
      `row` to that sample's loss; `ids` int32 [samples]: places in the training part (batch).
    - `units:<layer>` float64 [last axis of S]: Σ ∂L/∂w · Δw over the entries that belong to each
      unit: those whose last index is the unit's. The depthwise kernel of a separable convolution
      belongs to no output map and is left out.
    - For each parameter, named `<quantity>:<layer>.<parameter>`, P:
      `w` before the update; `new` after it; `gradient` ∂L/∂w; `penalty` the derivative of the L1
      and L2 terms (where there are any); `used` what the optimizer takes: gradient + penalty, 0
      where frozen, scaled and cut by clipping; `update` Δw = −η · direction; and as the optimizer
      has them `velocity_before`, `velocity` (v), `mean_before`, `mean` (m), `square_before`,
      `square` (s), `mean_hat`, `square_hat` (m̂, ŝ). Of arrays that steps do not train (moving
      averages) only `w` and `new`.

    Of the next batch, `new` are the weights of state n + 1, to the bit: the training program made
    them. `w` + `update` equals them to `WalkAnswer.difference`.

    Large layers do not travel unless they are named: see `WalkLayer.sent`.
    """

    kind: Literal["walk"]
    layers: Annotated[tuple[LayerId, ...], Field(max_length=200)] = ()
    """Send the buffers of these layers alone; where there are none, of all that are small enough.
    `input` for the input."""
    top: Annotated[int, Field(ge=0, le=1000)] = 20
    """How many of the largest contributions are listed."""


class WalkParameter(Document):
    """One array of a layer."""

    name: str
    """Its name, as in the buffers."""
    shape: Place
    """Its shape P."""
    trainable: bool
    """Whether steps change it by its gradient; moving averages are not."""
    penalized: bool
    """Whether L1 and L2 apply."""
    quantities: tuple[str, ...]
    """Names of its quantities: what buffers there are, sent or not."""


class WalkLayer(Document):
    """One layer on the way."""

    layer: str
    """Its id; `input` is not listed."""
    kind: str
    """The kind of layer."""
    title: str
    """What people call it."""
    reads: tuple[str, ...]
    """Ids of what it reads."""
    shape: Place
    """Output shape S of one sample."""
    activation: str
    """The function after its sum."""
    frozen: bool
    """Whether its parameters keep their values."""
    parameters: tuple[WalkParameter, ...]
    """Its arrays."""
    numbers: int
    """How many numbers all its buffers hold."""
    sent: bool
    """Whether its buffers are in this answer. Where not, ask again with its id in `layers`."""
    delta_norm: Number
    """√Σ dz² over all its units, as in the buffers."""
    contribution: Number
    """Σ ∂L/∂w · Δw over its parameters."""


class WalkPhase(Document):
    """One stop of the walk, in order."""

    kind: Literal[
        "input",
        "forward",
        "prediction",
        "loss",
        "loss-gradient",
        "backward",
        "gradients",
        "update",
        "new-weights",
    ]
    """What happens. `forward` and `backward` come once for each layer, `gradients` and `update`
    once for each layer with parameters that are trained."""
    layer: str | None
    """Where; null where it is no layer's."""
    quantities: tuple[str, ...]
    """Names of the buffers' quantities that light up here, such as `z` and `a`."""
    title: str
    """A few words."""
    sentence: str
    """What happens, in one sentence."""
    formula: str
    """The same as LaTeX, in symbols."""


class Contribution(Document):
    """What one weight or bias adds to the change of the loss in this step, to first order."""

    layer: str
    parameter: str
    index: Place
    """Its place in the array."""
    value: Number
    """∂L/∂w · Δw. Negative: the step lowers the loss here."""
    gradient: Number
    """∂L/∂w."""
    update: Number
    """Δw."""


class WalkAnswer(Document):
    """The numbers of a walk that are no arrays.

    `predicted_change` is Σ ∂L/∂w · Δw over all trained parameters: the loss's change to first
    order. `change` is the true one: the loss of the same samples with the same dropout masks and
    the new weights, less the loss before. They differ by the terms of second and higher order,
    ½ ΔwᵀHΔw + …, and agree ever better the smaller the step is.
    """

    update_of: Literal["sample", "batch"]
    """Whose gradient the update takes: `batch` is what training does next; `sample` is what it
    would do if the network were trained on this sample alone."""
    mode: Literal["training", "evaluation"]
    """How the network works: see `Walked.subject`."""
    samples: int
    """Samples in L."""
    row: int | None
    """Which sample of the batch is shown; null for the mean, and for a single sample."""
    truth: int | None
    """The class that is right; null for numbers and for a batch without `row`."""
    target: Number
    """Regression: the target in its own unit; null as `truth`."""
    prediction: tuple[Number, ...]
    """What the output layer gives, as shown: the mean or the row's; of a regression in the target's
    own unit."""
    loss_kind: str
    """Which loss."""
    loss: Number
    """L."""
    penalty_l1: Number
    """l1·Σ|w| over the penalized parameters."""
    penalty_l2: Number
    """½·l2·Σw² over the penalized parameters."""
    loss_after: Number
    """L of the same samples and masks with the new weights."""
    change: Number
    """`loss_after` − `loss`."""
    predicted_change: Number
    """Σ ∂L/∂w · Δw."""
    contributions: tuple[Contribution, ...]
    """The largest ones by size, the largest first."""
    optimizer: dict[str, Any]
    """The optimizer's document."""
    optimizer_step: int
    """The t of this update, from 1; 0 for optimizers that count none."""
    corrections: tuple[Number, ...]
    """Adam: 1 − β₁ᵗ and 1 − β₂ᵗ; else empty."""
    learning_rate: Number
    """η of this update, as the schedule has it."""
    gradient_norm: Number
    """Norm of gradient + penalty over all trained parameters, before clipping."""
    clip_norm: Number
    """The limit of that norm; null without one."""
    clip_value: Number
    """The limit of each entry; null without one."""
    clip_scale: Number
    """What clipping by norm multiplies the gradient by; 1 where it does nothing."""
    clipped: int
    """Entries that clipping by value cut."""
    layers: tuple[WalkLayer, ...]
    """In the network's order."""
    phases: tuple[WalkPhase, ...]
    """The stops of the walk, forwards and back."""
    difference: Number
    """Batch: the largest |`w` + `update` − `new`|; null for a single sample."""
    problem: str
    """A sentence where a number on the way is not finite: which layer is the first. Else empty."""


class Arithmetic(Walked):
    """How one number comes about, with the numbers themselves.

    Answer: values as `ArithmeticAnswer`, no buffers.
    """

    kind: Literal["arithmetic"]
    layer: LayerId
    """Whose; `input` has `a` and `da`."""
    phase: ArithmeticPhase
    """Which number. Of a batch, z, a, da, dz and loss are those of the sample at `row` (0 where it
    is not given), gradient and update of all."""
    unit: Annotated[tuple[Index, ...], Field(max_length=3)] = ()
    """z, a, da, dz, loss: row, column and channel, or the number of the unit; from 0."""
    parameter: Annotated[str, Field(max_length=40)] = ""
    """gradient, update: which array, such as `kernel`."""
    index: Annotated[tuple[Index, ...], Field(max_length=4)] = ()
    """gradient, update: the place in the array, from 0."""
    most: Annotated[int, Field(ge=1, le=MAX_TERMS)] = MAX_TERMS
    """Terms that are listed at most: the first ones; `rest` is the sum of the others."""


class Factor(Document):
    """One number in a term, and where it comes from."""

    symbol: str
    """LaTeX."""
    value: Number
    quantity: str
    """What it is, as in the buffers of `Walk`: `a`, `z`, `dz`, `da`, `w`, `gradient`, …; empty for
    a number that stands in no buffer."""
    layer: str
    """Whose; empty for a constant."""
    parameter: str
    """Of which array; empty for a unit's number."""
    index: Place
    """The unit, or the place in the array; from 0."""
    row: int | None
    """Batch: of which sample; null where it is of none."""


class Term(Document):
    """One term of a sum: the product of its factors."""

    label: str
    """Which one, in words: `from unit 3 of hidden`, `pixel (5, 8), channel 1`. Units, channels,
    rows and columns count from 1, samples from 0."""
    factors: tuple[Factor, ...]
    value: Number
    """The product."""


class CalculationLine(Document):
    """One line of a calculation that is more than a sum: symbol = formula = value."""

    label: str
    """What it is, in words: `mean of the batch`."""
    symbol: str
    """LaTeX."""
    formula: str
    """LaTeX, in symbols."""
    numbers: str
    """LaTeX, the same with numbers; may be empty."""
    value: Number


class ArithmeticAnswer(Document):
    """How a number comes about.

    What `operation` makes of the terms: `sum`: result = scale · Σ terms + bias; `maximum`: the
    largest term, which is the one at `winner`; `copy`: the only term; `function`: the lines tell
    it, and the last one's value is the result. Where there are terms and lines, the lines come
    after the terms.
    """

    layer: str
    phase: ArithmeticPhase
    unit: Place
    parameter: str
    index: Place
    row: int | None
    """Batch: the sample; null for gradient and update, and for a single sample."""
    operation: Literal["sum", "maximum", "copy", "function"]
    """What happens with the terms."""
    symbol: str
    """The result's symbol, LaTeX; its indices count from 1, as in all that is read."""
    formula: str
    """The formula in symbols, LaTeX: `z_{2} = \\sum_i w_{i,2} x_i + b_{2}`."""
    numbers: str
    """The formula with this result's numbers, LaTeX; long sums folded to …."""
    sentence: str
    """What happens, in one sentence."""
    terms: tuple[Term, ...]
    """The first `most` ones."""
    count: int
    """How many terms there are in all."""
    rest: Number
    """The sum of those that are not listed; 0 where all are."""
    scale: Number
    """What the sum is multiplied by; 1 where it is not."""
    bias: Factor | None
    """What is added to the sum."""
    winner: int | None
    """Maximum: which of the terms won."""
    lines: tuple[CalculationLine, ...]
    """Further lines, such as batch normalization's and Adam's."""
    result: Number
    """What the calculation gives, in float64 from the engine's float32 numbers."""
    expected: Number
    """The engine's own number, which the result equals to its rounding."""
