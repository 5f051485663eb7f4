"""What the rules look at: a place in a network and what stands around it, or all of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from netlapse.spec.activations import Activation
from netlapse.spec.layers import (
    AnyLayer,
    AveragePool2D,
    Conv2D,
    Dense,
    Dropout,
    MaxPool2D,
    SeparableConv2D,
    Shape,
    SpatialDropout2D,
)
from netlapse.spec.layers.starts import RECTIFIERS
from netlapse.spec.network import Examination, Facts, Network
from netlapse.spec.training import Training
from netlapse.spec.wiring import SOURCE, Wiring

Convolution = Conv2D | SeparableConv2D
Weighted = Dense | Conv2D | SeparableConv2D
Pool = MaxPool2D | AveragePool2D
AnyDropout = Dropout | SpatialDropout2D


@dataclass(frozen=True)
class Whole:
    """A network with its data, its training and what the validator says of it."""

    network: Network
    facts: Facts
    training: Training
    examination: Examination

    @cached_property
    def wiring(self) -> Wiring:
        """Which layer reads which."""
        return Wiring(self.network)

    @cached_property
    def weighted(self) -> tuple[int, ...]:
        """The places of all layers that multiply by weights."""
        return tuple(
            i for i, layer in enumerate(self.network.layers) if isinstance(layer, Weighted)
        )

    @property
    def parameters_per_sample(self) -> float:
        """Trainable numbers for each training sample."""
        return self.examination.parameters / max(1, self.facts.samples)

    @property
    def image(self) -> tuple[int, int, int] | None:
        """The size of the images, where the data has images of 8×8 and more."""
        shape = self.facts.input_shape
        return shape if len(shape) == 3 and min(shape[:2]) >= 8 else None

    def next_weights(self, place: int) -> tuple[int, bool] | None:
        """The layer with weights that a place leads to with no activation between them, and
        whether something else bends the signal on the way: a maximum."""
        seen: set[int] = set()
        waiting = [(place, False)]
        while waiting:
            here, bent = waiting.pop()
            for reader in self.wiring.readers(here):
                layer = self.wiring.layer(reader)
                if isinstance(layer, Weighted):
                    return reader, bent
                if layer.function == "linear" and reader not in seen:
                    seen.add(reader)
                    waiting.append(
                        (reader, bent or "max" in layer.to_dict().get("mode", layer.kind))
                    )
        return None

    def depth(self) -> int:
        """Layers with weights on the longest way through the network."""
        depths: list[int] = []
        for place, reads in enumerate(self.wiring.reads):
            before = max((depths[i] for i in reads if i != SOURCE), default=0)
            depths.append(before + isinstance(self.wiring.layer(place), Weighted))
        return max(depths, default=0)


@dataclass(frozen=True)
class Place:
    """Where something could be put in, and what stands around it."""

    whole: Whole
    index: int

    @property
    def network(self) -> Network:
        return self.whole.network

    @property
    def facts(self) -> Facts:
        return self.whole.facts

    @cached_property
    def shape(self) -> Shape | None:
        """The shape of what is there."""
        if self.index == SOURCE:
            return self.facts.input_shape
        return self.whole.examination.layers[self.index].output_shape

    @cached_property
    def before(self) -> tuple[AnyLayer, ...]:
        """The trunk from here back to the features."""
        return tuple(self.network.layers[i] for i in self.whole.wiring.trunk(self.index))

    @cached_property
    def next(self) -> tuple[AnyLayer, ...]:
        """What reads it."""
        return tuple(self.network.layers[i] for i in self.whole.wiring.readers(self.index))

    def feeds(self, kind: Any) -> bool:
        """Whether a layer of a kind reads it."""
        return any(isinstance(layer, kind) for layer in self.next)

    @cached_property
    def behind(self) -> tuple[AnyLayer, ...]:
        """All that comes of it."""
        return tuple(self.network.layers[i] for i in self.whole.wiring.behind(self.index))

    @property
    def is_end(self) -> bool:
        return self.index == len(self.network.layers) - 1

    @property
    def is_output(self) -> bool:
        """Whether the network may end here: what comes next would come after its output."""
        return self.is_end and self.shape == (self.facts.output_units,) and bool(self.before)

    @property
    def maps(self) -> tuple[int, int, int] | None:
        """Height, width and channels, where there are maps."""
        return self.shape if self.shape is not None and len(self.shape) == 3 else None

    @property
    def features(self) -> int | None:
        """The number of features, where they are a flat list."""
        return self.shape[0] if self.shape is not None and len(self.shape) == 1 else None

    @property
    def last(self) -> AnyLayer | None:
        """What stands before, dropout aside."""
        return next((x for x in self.before if not isinstance(x, AnyDropout)), None)

    @property
    def is_active(self) -> bool:
        """Whether a function has bent what is there since the last weights."""
        for layer in self.before:
            if layer.function != "linear":
                return True
            if isinstance(layer, Weighted):
                return False
        return True

    @property
    def function(self) -> Activation:
        """The function that hidden layers have here, ReLU where none has one."""
        used: Counter[Activation] = Counter(
            layer.function
            for layer in self.network.layers[:-1]
            if layer.function not in ("linear", "softmax", "sigmoid")
        )
        return used.most_common(1)[0][0] if used else "relu"

    def parameters_of(self, layer: AnyLayer) -> int:
        """Trainable numbers of a layer."""
        return self.whole.examination.layers[self.network.layers.index(layer)].parameters

    def count(self, kind: Any, until: Any = ()) -> int:
        """How many layers of a kind stand before, back to one of another kind."""
        found = 0
        for layer in self.before:
            if until and isinstance(layer, until):
                break
            found += isinstance(layer, kind)
        return found

    def weights(self, kind: str, **fields: Any) -> dict[str, Any]:
        """A layer with weights, with the function that the others have."""
        start = "he" if self.function in RECTIFIERS else "glorot"
        return {
            "kind": kind,
            "activation": self.function,
            "kernel_initializer": {"kind": start},
            **fields,
        }
