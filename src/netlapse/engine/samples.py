"""What the engine trains on: arrays, and what the targets mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError
from netlapse.spec.network import Facts, Task


@dataclass(frozen=True, eq=False)
class Samples:
    """Both parts of a dataset.

    Targets: float32 [n, outputs] for two classes (0 or 1) and regression, int32 [n], the index of
    the class, for more classes.
    """

    task: Task
    output_units: int
    train_inputs: NDArray[np.float32]
    """Features [n, ...]."""
    train_targets: NDArray[np.float32] | NDArray[np.int32]
    validation_inputs: NDArray[np.float32]
    """Features [m, ...]; m may be 0."""
    validation_targets: NDArray[np.float32] | NDArray[np.int32]

    @cached_property
    def balanced_weights(self) -> tuple[float, ...]:
        """How much a sample of each class counts so that all classes count the same, n/(k·n_c)
        (King & Zeng 2001), by class; 0 for a class without samples. Empty for regression.

        >>> x, y = np.zeros((4, 1), np.float32), np.array([[0], [0], [0], [1]], np.float32)
        >>> Samples("binary", 1, x, y, x[:0], y[:0]).balanced_weights
        (0.6666666666666666, 2.0)
        """
        if self.task == "regression":
            return ()
        classes = self.train_targets.ravel().astype(np.int64)
        counts = np.bincount(classes, minlength=max(2, self.output_units))
        present = int(np.count_nonzero(counts))
        return tuple(len(classes) / (present * int(n)) if n else 0.0 for n in counts)

    @property
    def facts(self) -> Facts:
        """What a network must know of the data."""
        return Facts(
            input_shape=tuple(self.train_inputs.shape[1:]),
            task=self.task,
            output_units=self.output_units,
            samples=len(self.train_inputs),
        )

    def refuse_not_finite(self) -> None:
        """Check that nothing can be infinite or not a number from the start.

        Raises:
            DataError: A value is; the message says which.
        """
        parts = {
            "training inputs": self.train_inputs,
            "training targets": self.train_targets,
            "validation inputs": self.validation_inputs,
            "validation targets": self.validation_targets,
        }
        for name, values in parts.items():
            finite = np.isfinite(values)
            if not finite.all():
                row = int(np.argwhere(~finite)[0, 0])
                wrong = float(values[row][~finite[row]].ravel()[0])
                raise DataError(
                    f"The {name} must be finite numbers, got {wrong} in sample {row}.",
                    place="data",
                    remedy="Clean the data.",
                )
