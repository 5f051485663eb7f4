"""Questions about images from Python: what people hand over, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlapse.errors import DataError
from netlapse.protocol.asked import ImageSubject, SentSubject
from netlapse.protocol.messages import Reply, SplitMetrics
from netlapse.protocol.questions import (
    Draw,
    EvaluatePart,
    FeatureMaps,
    Hardest,
    Occlusion,
    Saliency,
    Samples,
)
from netlapse.protocol.views import SampleSubject
from netlapse.spec.base import Document, parse
from netlapse.walking import Walking

Floats = NDArray[np.float32]
Classes = NDArray[np.int32]
DRAWING = "python"
"""The name under which a drawing is kept."""
ImageLike = ArrayLike | tuple[str, int]
"""Pixels [h, w] or [h, w, c], 0 to 1 or uint8; or a part of the data and a number, such as
`("validation", 3)`."""


@dataclass(frozen=True, eq=False)
class HardSamples:
    """Samples of a part, the largest loss first; k of them."""

    indices: NDArray[np.int32]
    """Their numbers in the part [k]."""
    losses: NDArray[np.float32]
    """[k]."""
    truth: NDArray[np.int32]
    """Index of the class [k]."""
    predicted: NDArray[np.int32]
    """[k]."""
    top_classes: NDArray[np.int32]
    """The three most probable classes, two where there are two [k, 3]."""
    top_probabilities: NDArray[np.float32]
    """[k, 3]."""
    total: int
    """How many samples fit what was asked for."""

    def __len__(self) -> int:
        return len(self.indices)


@dataclass(frozen=True, eq=False)
class Drawn:
    """A drawing as the network takes it."""

    seen: Floats
    """What the network sees [h, w, c], 0 to 1."""
    outputs: Floats
    """What it says [outputs]."""
    note: str
    """What was done to the image, in a sentence."""


def hard_samples(values: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> HardSamples:
    """The answer to `Hardest`."""
    names = ("indices", "losses", "truth", "predicted", "top_classes", "top_probabilities")
    return HardSamples(*(arrays[name] for name in names), total=values["total"])


def subject_of(image: ImageLike) -> tuple[ImageSubject, bytes]:
    """How an image is named in a question, and the payload that comes with it.

    Raises:
        DataError: It is no array of numbers.
        SpecError: There is no such part.

    >>> subject_of(("test", 5))[0].to_dict()
    {'kind': 'sample', 'part': 'test', 'index': 5}
    >>> len(subject_of(np.zeros((28, 28)))[1])
    3136
    """
    if isinstance(image, tuple) and len(image) == 2 and isinstance(image[0], str):
        part, index = image
        plain = {"kind": "sample", "part": part, "index": index}
        return parse(SampleSubject, plain, place="image"), b""
    try:
        pixels = np.asarray(cast("Any", image))
        pixels = pixels / np.float32(255) if pixels.dtype == np.uint8 else pixels
        values = np.ascontiguousarray(pixels, "<f4")
    except (TypeError, ValueError):
        raise DataError("An image must be an array of numbers, or a part and a number.") from None
    return SentSubject(kind="sent"), values.tobytes()


class Looking(Walking):
    """The questions about images and single updates that a run answers."""

    def evaluate(self, part: str = "test") -> SplitMetrics:
        """Loss and metrics of one part now: `train`, `validation` or `test`.

        The test part is evaluated by this alone.

        Raises:
            DataError: The data has no such part.
        """
        question = parse(EvaluatePart, {"kind": "evaluate-part", "part": part})
        return parse(SplitMetrics, self._ask(question)[0].values["metrics"])

    def confusion(self, part: str = "validation") -> NDArray[np.int64]:
        """How often each class was taken for each: int64 [true class, predicted class].

        Raises:
            DataError: The data has no such part, or no classes.
        """
        matrix = self.evaluate(part).confusion
        if matrix is None:
            raise DataError("Only data with classes has a confusion matrix.")
        return np.array(matrix, np.int64)

    def hardest(
        self,
        count: int = 100,
        part: str = "validation",
        *,
        truth: int | None = None,
        predicted: int | None = None,
    ) -> HardSamples:
        """The samples with the largest loss, the largest first.

        Args:
            count: How many at most, up to 1,000.
            part: `train`, `validation` or `test`.
            truth: Only samples of this class.
            predicted: Only samples that are taken for this class.

        Raises:
            DataError: The data has no such part.
        """
        chosen = {"part": part, "count": count, "truth": truth, "predicted": predicted}
        reply, arrays = self._ask(parse(Hardest, {"kind": "hardest", **chosen}))
        return hard_samples(reply.values, arrays)

    def feature_maps(self, image: ImageLike) -> dict[str, Floats]:
        """What every layer makes of an image, by the layer's id: float32 of its output shape.

        Args:
            image: Pixels [h, w] or [h, w, c], 0 to 1 or uint8; or a part of the data and a number,
                such as `("validation", 3)`.

        Raises:
            DataError: It is no image of the network's input shape, or there is no such sample.
        """
        prefix = "activation:"
        _, arrays = self._ask_of(image, "feature-maps")
        return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}

    def saliency(
        self, image: ImageLike, label: int | None = None, *, signed: bool = False
    ) -> Floats:
        """How the sum that speaks for a class changes with each pixel.

        The gradient of the class's pre-activation in the output layer with respect to the input.

        Args:
            image: As in `feature_maps`.
            label: The class; the predicted one by default.
            signed: Give the gradient itself [h, w, c], not its largest absolute value over the
                channels [h, w].
        """
        _, arrays = self._ask_of(image, "saliency", label=label)
        return arrays["gradient" if signed else "saliency"]

    def occlusion(
        self,
        image: ImageLike,
        label: int | None = None,
        *,
        size: int = 5,
        stride: int = 1,
        value: float = 0.0,
    ) -> Floats:
        """The probability of a class while a patch covers one place after the other.

        Args:
            image: As in `feature_maps`.
            label: The class; the predicted one by default.
            size: Rows and columns of the patch.
            stride: Steps from one place to the next.
            value: What the patch is filled with.

        Returns:
            float32 [rows, columns]; entry (i, j) is for the patch whose corner is at pixel
            (i · stride, j · stride).
        """
        patch = {"size": size, "stride": stride, "value": value}
        return self._ask_of(image, "occlusion", label=label, **patch)[1]["probability"]

    def samples(self, part: str, indices: Sequence[int]) -> tuple[NDArray[np.uint8], Classes]:
        """Images of the data, uint8 [k, h, w, c], and their classes, int32 [k].

        Raises:
            DataError: The data has no such part or sample, or no images.
        """
        question = {"kind": "samples", "part": part, "indices": tuple(map(int, indices))}
        _, arrays = self._ask(parse(Samples, question))
        return arrays["pixels"], arrays["truth"]

    def draw(self, pixels: ArrayLike, *, centre: bool = True, ink: str = "auto") -> Drawn:
        """What the network sees of any image, and what it says of it.

        Args:
            pixels: uint8 [h, w] or [h, w, 1 or 3], up to 1,024 × 1,024.
            centre: Whether to crop it, scale it and put its centre of mass into the middle, as
                MNIST was made; otherwise it is only scaled.
            ink: `light`, `dark` (is inverted), or `auto`: by the border.

        Raises:
            DataError: It is no such image, or empty.
        """
        image = np.asarray(pixels)
        image = image[:, :, None] if image.ndim == 2 else image
        if image.dtype != np.uint8 or image.ndim != 3:
            raise DataError("A drawing must be uint8 [h, w] or [h, w, channels].")
        size = dict(zip(("height", "width", "channels"), image.shape, strict=True))
        question = {"kind": "draw", "drawing": DRAWING, "centre": centre, "ink": ink, **size}
        reply, arrays = self._ask(parse(Draw, question), np.ascontiguousarray(image).tobytes())
        return Drawn(arrays["seen"], arrays["outputs"], reply.values["note"])

    def _ask_of(
        self, image: ImageLike, kind: str, **fields: object
    ) -> tuple[Reply, dict[str, Any]]:
        """Ask a question about an image."""
        subject, payload = subject_of(image)
        question = {"kind": kind, "image": subject.to_dict(), **fields}
        return self._ask(parse(_ABOUT_IMAGES[kind], question), payload)


_ABOUT_IMAGES: dict[str, type[Document]] = {
    "feature-maps": FeatureMaps,
    "saliency": Saliency,
    "occlusion": Occlusion,
}
