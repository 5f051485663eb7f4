"""What a layer is: its document, its shapes, its parameters and its arithmetic, in one class.

A layer says everything about itself in one file: fields (type, range, default, help), output shape,
parameters, findings, and `apply`. The engine, the forms of the Studio, the command line, the types
and the reference are made from that. `apply` returns the *pre-activations*; the engine applies the
layer's `activation` afterwards, so that probes see both.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from netlapse.errors import SpecError
from netlapse.spec.activations import Activation
from netlapse.spec.base import Document
from netlapse.spec.findings import Finding
from netlapse.spec.initializers import Initializer, draw

if TYPE_CHECKING:
    import numpy as np
    from jax import Array
    from numpy.typing import NDArray

Shape = tuple[int, ...]
"""The shape of one sample, without the batch axis."""

LayerId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
"""A layer's name in its network: letters, digits, `_` and `-`, 1 to 40 of them."""

INPUT = "input"
"""The name under which a layer's `inputs` refer to the features."""


@dataclass(frozen=True)
class Parameter:
    """One trainable array of a layer."""

    shape: Shape
    initializer: Initializer
    fan_in: int
    fan_out: int
    penalized: bool
    """Whether L1 and L2 apply: weights yes, biases no."""
    trainable: bool = True
    """Whether steps change it by its gradient; otherwise the layer renews it itself."""

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)

    def draw(self, key: tuple[int, int]) -> NDArray[np.float32]:
        """First values, float32 of the shape; the same two words give the same bits."""
        return draw(self.initializer, key, self.shape, self.fan_in, self.fan_out)


@dataclass(frozen=True)
class Pass:
    """What a layer knows of the forward pass it takes part in: of one shard of a batch."""

    training: bool
    """Training (dropout acts) or evaluation."""
    key: Array | None
    """Random key of this layer at this step; none in evaluation."""
    sample_ids: Array | None
    """Index of each sample in the training data, int32 [samples]; per-sample randomness derives
    from it, so that it does not depend on how a batch is divided."""
    shares: Array | None = None
    """What each sample counts in a mean over the whole batch [samples]; none where all count the
    same, and the shard is the batch. The last batch of an epoch is filled up with samples that
    count nothing."""
    renew: dict[str, Array] = field(default_factory=dict[str, "Array"])
    """In training, a layer puts the new values of its arrays that are not trained here."""


class Layer(Document):
    """Base of all layers."""

    title: ClassVar[str]
    """What people call it."""
    summary: ClassVar[str]
    """What it does, in one sentence."""

    id: LayerId
    """Name of the layer, unique in the network."""
    inputs: tuple[LayerId, ...] | None = None
    """Ids of the layers it reads; by default the layer before it (`input` for the features)."""

    @property
    def function(self) -> Activation:
        """The activation that the engine applies to what `apply` returns."""
        return "linear"

    @abstractmethod
    def output_shape(self, shapes: tuple[Shape, ...]) -> Shape:
        """The shape of one output sample.

        Raises:
            SpecError: The inputs do not fit this layer.
        """

    def parameters(self, shapes: tuple[Shape, ...]) -> Mapping[str, Parameter]:
        """The trainable arrays by name, in a fixed order."""
        del shapes
        return {}

    def multiply_adds(self, shapes: tuple[Shape, ...]) -> int:
        """Multiply-adds of one sample's forward pass."""
        del shapes
        return 0

    def hyperparameters(self) -> Mapping[str, float]:
        """Numbers that may change while the compiled program stays the same."""
        return {}

    def is_frozen(self) -> bool:
        """Whether the layer's parameters keep their values."""
        return False

    def findings(self, shapes: tuple[Shape, ...], path: str) -> list[Finding]:
        """What there is to say about the layer where it stands; `path` is its JSON pointer."""
        del shapes, path
        return []

    @abstractmethod
    def apply(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: tuple[Array, ...],
        context: Pass,
    ) -> Array:
        """The pre-activations of a batch.

        Args:
            parameters: The arrays that `parameters` declares.
            hyperparameters: The numbers that `hyperparameters` names, as scalars.
            inputs: One array for each input, shape (batch, *input shape).
            context: The forward pass.

        Returns:
            Shape (batch, *output shape).
        """

    def apply_to_shards(
        self,
        parameters: Mapping[str, Array],
        hyperparameters: Mapping[str, Array],
        inputs: Sequence[tuple[Array, ...]],
        contexts: Sequence[Pass],
    ) -> list[Array]:
        """The pre-activations of a batch in shards, that is of the same batch cut into parts.

        A layer whose samples depend on each other overrides it; for all others a shard is a batch.
        """
        return [
            self.apply(parameters, hyperparameters, read, context)
            for read, context in zip(inputs, contexts, strict=True)
        ]


def single(layer: Layer, shapes: tuple[Shape, ...]) -> Shape:
    """The only input shape of a layer that reads exactly one.

    Raises:
        SpecError: It reads none or several.
    """
    if len(shapes) != 1:
        raise SpecError(
            f"A {layer.title} layer reads exactly one layer, got {len(shapes)}.",
            place=f"layer `{layer.id}`",
            remedy="Name one layer in `inputs`.",
        )
    return shapes[0]
