"""Questions about an open run that are answered once, each with the names of its answer's buffers.

An image is a sample of the data, a drawing, or sent along: in the payload, float32 [height · width
· channels], 0 to 1, as the network sees it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from netlapse.protocol.asked import Asked, ImageSubject
from netlapse.protocol.landscape import Landscape, StopLandscape
from netlapse.protocol.views import DrawingId, Part
from netlapse.protocol.walking import Arithmetic, Walk
from netlapse.spec.base import Document
from netlapse.spec.layers import LayerId

MAX_HARDEST = 1000
MAX_SIDE = 1024
"""Rows and columns of an image that is drawn or dropped."""
MAX_PIXELS_TEXT = 4 * MAX_SIDE * MAX_SIDE
"""Base64 of such an image with three channels."""
Label = Annotated[int, Field(ge=0)]


class Draw(Asked):
    """Fit any image to the network's input and keep it under a name, for views and questions.

    Payload: uint8 [height, width, channels]. Answer: buffers `seen` float32 [height, width,
    channels], what the network sees; `outputs` float32 [outputs]; values `note`, what was done, in
    a sentence, and `inverted`.
    """

    kind: Literal["draw"]
    drawing: DrawingId
    """The name; what was there under it is replaced. The newest 16 drawings are kept."""
    height: Annotated[int, Field(ge=1, le=MAX_SIDE)]
    """Rows of the image."""
    width: Annotated[int, Field(ge=1, le=MAX_SIDE)]
    """Columns of the image."""
    channels: Literal[1, 3] = 1
    """Gray, or red, green and blue."""
    centre: bool = True
    """Whether to crop it, scale it and put its centre of mass into the middle, as MNIST was made.
    Otherwise it is only scaled to the network's input."""
    ink: Literal["light", "dark", "auto"] = "auto"
    """What was drawn with. Dark ink is inverted, because MNIST's is light; `auto` goes by the
    border."""


class FeatureMaps(Asked):
    """All activations of one image.

    Answer: buffers `input` and `activation:<layer>`, float32 of the layer's output shape.
    """

    kind: Literal["feature-maps"]
    image: ImageSubject
    """Which image."""
    layers: Annotated[tuple[LayerId, ...], Field(max_length=200)] = ()
    """Only these layers; all where there are none."""


class Hardest(Asked):
    """The samples of a part, the largest loss first.

    Answer: buffers `indices` int32 [k], `losses` float32 [k], `truth` and `predicted` int32 [k],
    `top_classes` int32 [k, 3], `top_probabilities` float32 [k, 3] (2 columns for two classes);
    values `total`, how many samples fit the choice, and `samples`, how many the part has.
    """

    kind: Literal["hardest"]
    part: Part = "validation"
    """Which part of the data."""
    count: Annotated[int, Field(ge=1, le=MAX_HARDEST)] = 100
    """How many at most."""
    truth: Label | None = None
    """Only samples of this class."""
    predicted: Label | None = None
    """Only samples that are taken for this class: with `truth`, a cell of the confusion matrix."""


class Samples(Asked):
    """The images of some samples.

    Answer: buffers `pixels` uint8 [k, height, width, channels], 255 being 1, and `truth` int32 [k].
    """

    kind: Literal["samples"]
    part: Part = "validation"
    """Which part of the data."""
    indices: Annotated[
        tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1, max_length=MAX_HARDEST)
    ]
    """Their numbers there."""


class Saliency(Asked):
    """How the sum that speaks for a class changes with each pixel.

    Answer: buffers `gradient` float32 [height, width, channels], the gradient of the class's
    pre-activation with respect to the input; `saliency` float32 [height, width], the largest
    absolute value over the channels; values `label`, `logit`, `probability`.
    """

    kind: Literal["saliency"]
    image: ImageSubject
    """Which image."""
    label: Label | None = None
    """Which class; the predicted one by default."""


class Occlusion(Asked):
    """The probability of a class while a patch covers one place after the other.

    Answer: buffers `probability` float32 [rows, columns], `top` int32 [rows], `left` int32
    [columns]: where the patch begins; values `label` and `probability`, that of the whole image.
    """

    kind: Literal["occlusion"]
    image: ImageSubject
    """Which image."""
    label: Label | None = None
    """Which class; the predicted one by default."""
    size: Annotated[int, Field(ge=1, le=64)] = 5
    """Rows and columns of the patch."""
    stride: Annotated[int, Field(ge=1, le=64)] = 1
    """Steps from one place to the next."""
    value: Annotated[float, Field(ge=0, le=1)] = 0.0
    """What the patch is filled with."""


class ReceptiveField(Asked):
    """What one unit sees of the input, and the arithmetic that makes its value.

    Answer: values `operation` (`convolution`, `weighted-sum`, `maximum`, `average`, `element`,
    `other`), `field` and `visible` (`top`, `left`, `height`, `width` in the input: with what lies
    in the padding, and without), `reads` (the layers it reads), `window` (as `field`, in the layer
    it reads; null where it reads all of it), `bias`, `sum` (its pre-activation) and `value` (its
    activation). Buffers, where the arithmetic is known: `patch` and `kernel` float32 of one shape
    ([height, width, channels] or [features]), `inside` uint8 [height, width], 0 in the padding.
    `convolution` and `weighted-sum`: sum = Σ patch · kernel + bias; `maximum` and `average`: of the
    patch where it is inside.
    """

    kind: Literal["receptive-field"]
    image: ImageSubject
    """Which image."""
    layer: LayerId
    """The unit's layer."""
    unit: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1, max_length=3)]
    """Row, column and channel, or the number of the unit."""


class UnitWeights(Asked):
    """Every weight of one unit, exactly.

    Answer: a buffer float32 for each array of the layer, by its name: what of it belongs to the
    unit, [height, width, channels] or [n] (1 for a bias). A dense kernel that reads an image has
    the image's shape. The `depthwise_kernel` of a separable convolution is whole, because all its
    units share it. Values `shapes`, the shape of each whole array, whose last axis counts the
    units (`depthwise_kernel`: the channels); `renewed`, the arrays that the layer renews itself.
    """

    kind: Literal["unit-weights"]
    layer: LayerId
    """The unit's layer."""
    unit: Annotated[int, Field(ge=0)]
    """Its number: for maps, the channel."""


class EvaluatePart(Asked):
    """Loss and metrics of one part of the data; the test part is evaluated by this alone.

    Answer: values `part` and `metrics` (a `SplitMetrics`).
    """

    kind: Literal["evaluate-part"]
    part: Part = "test"
    """Which part of the data."""


AnyQuestion = (
    Draw
    | FeatureMaps
    | Hardest
    | Samples
    | Saliency
    | Occlusion
    | ReceptiveField
    | UnitWeights
    | EvaluatePart
    | Walk
    | Arithmetic
    | Landscape
    | StopLandscape
)
Question = Annotated[AnyQuestion, Field(discriminator="kind")]
"""What can be asked of a run in pictures and numbers."""


class LookRequest(Document):
    """A question over REST. The answer is a frame of the live channel with a `Reply`."""

    question: Question
    pixels: Annotated[str, Field(max_length=MAX_PIXELS_TEXT)] = ""
    """Base64 of uint8 [height, width, channels], 255 being 1: what is drawn, or the image that is
    sent, which must have the size of the network's input."""
