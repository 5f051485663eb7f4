"""What a peer is asked to train, and how it is asked: one line of JSON each way."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Task:
    """One training of a network whose layers follow each other."""

    arrays: str
    """An npz file: `inputs`, `targets`, the first value of each parameter as `<layer>.<name>`, and
    the order of the samples in each epoch, `orders` [epochs, n]. Images are channels last."""
    layers: tuple[dict[str, Any], ...]
    """The layers as a spec has them; the last one's activation belongs to the loss."""
    loss: str
    """`binary` or `categorical` cross-entropy."""
    optimizer: str
    """`sgd` or `adam`."""
    rate: float
    batch: int
    epochs: int
    seed: int
    threads: int
    channels_last: bool = False
    """Which memory format PyTorch keeps images in."""
    networks: int = 1
    """How many networks are trained, one after the other."""

    def load(self) -> dict[str, NDArray[Any]]:
        """The arrays by name."""
        with np.load(Path(self.arrays)) as file:
            return dict(file)

    def encode(self) -> str:
        """As one line."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Outcome:
    """What came of a training."""

    seconds: float
    """Of the training alone, warm."""
    loss: float
    """Mean loss over the training part, afterwards."""


def serve(name: str, train: Callable[[Task], Outcome]) -> None:
    """Say who it is, then train what each line of standard input asks for."""
    print(json.dumps({"name": name}), flush=True)
    for line in sys.stdin:
        values = json.loads(line)
        values["layers"] = tuple(values["layers"])
        print(json.dumps(asdict(train(Task(**values)))), flush=True)
