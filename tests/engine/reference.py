"""The same training in PyTorch: same first weights, same order of samples, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpy as np
import torch

from netlapse.engine.program import epoch_order
from netlapse.engine.trainer import Trainer
from netlapse.spec.resolve import ResolvedLoss, resolve_loss
from netlapse.spec.training import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Huber,
    MeanSquaredError,
)

ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "linear": lambda z: z,
    "relu": torch.relu,
    "leaky-relu": torch.nn.LeakyReLU(0.01),
    "elu": torch.nn.ELU(),
    "gelu": torch.nn.GELU(),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softmax": lambda z: torch.softmax(z, dim=-1),
}


class Reference:
    """Dense layers with their activations, at the state of a trainer.

    Args:
        trainer: Read once; not trained.
        optimizer: Makes PyTorch's optimizer of the parameters.
    """

    def __init__(
        self, trainer: Trainer, optimizer: Callable[[list[torch.Tensor]], torch.optim.Optimizer]
    ) -> None:
        self._trainer = trainer
        self._spec = trainer.spec
        self.weights = {
            (layer, name): torch.tensor(np.array(value), requires_grad=True)
            for layer, own in trainer.state.parameters.items()
            for name, value in own.items()
        }
        self.optimizer = optimizer(list(self.weights.values()))
        self._x = torch.tensor(np.array(trainer.samples.train_inputs))
        self._y = torch.tensor(np.array(trainer.samples.train_targets))
        self._loss = resolve_loss(trainer.spec.training, trainer.samples.facts)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Sums and activations of the last layer."""
        z = a = x
        for layer in self._spec.network.layers:
            z = a @ self.weights[layer.id, "kernel"]
            if (layer.id, "bias") in self.weights:
                z = z + self.weights[layer.id, "bias"]
            a = ACTIVATIONS[layer.function](z)
        return z, a

    def train(self, steps: int, rate: Callable[[int], float] | None = None) -> np.ndarray[Any, Any]:
        """Train; gives losses and gradient norms [steps, 2].

        Args:
            steps: How many updates.
            rate: The learning rate of each step, by its number from 0.
        """
        records: list[tuple[float, float]] = []
        for step, batch in zip(range(steps), self._batches(), strict=False):
            if rate is not None:
                for group in self.optimizer.param_groups:
                    group["lr"] = rate(step)
            records.append(self._step(batch))
        return np.array(records)

    def _step(self, batch: torch.Tensor) -> tuple[float, float]:
        training = self._spec.training
        self.optimizer.zero_grad()
        z, a = self.forward(self._x[batch])
        loss = mean_loss(self._loss, z, a, self._y[batch], self._class_weights())
        kernels = [w for (_, name), w in self.weights.items() if name == "kernel"]
        penalty = training.l1 * sum(w.abs().sum() for w in kernels)
        penalty = penalty + 0.5 * training.l2 * sum(w.square().sum() for w in kernels)
        (loss + penalty).backward()
        weights = list(self.weights.values())
        limit = float("inf") if training.clip_norm is None else training.clip_norm
        norm = torch.nn.utils.clip_grad_norm_(weights, limit)
        if training.clip_value is not None:
            torch.nn.utils.clip_grad_value_(weights, training.clip_value)
        self.optimizer.step()
        return loss.item(), norm.item()

    def _class_weights(self) -> torch.Tensor | None:
        """By class, as each class counts the same; none where each sample does."""
        if self._spec.training.class_weights == "none":
            return None
        counts = self._y.flatten().long().bincount(minlength=self._trainer.samples.output_units)
        return len(self._y) / (counts.count_nonzero() * counts.clamp(min=1))

    def _batches(self) -> Iterator[torch.Tensor]:
        size, count = self._trainer.structure.batch, len(self._x)
        epoch = 0
        while True:
            order = np.asarray(
                jax.jit(epoch_order, static_argnums=2)(
                    np.uint32(self._spec.seed), np.int32(epoch), count
                )
            )
            for start in range(0, count, size):
                yield torch.tensor(order[start : start + size].astype(np.int64))
            epoch += 1

    def assert_equal(self, trainer: Trainer, *, atol: float = 2e-5, rtol: float = 2e-4) -> None:
        """The trainer has the same weights."""
        for (layer, name), value in self.weights.items():
            np.testing.assert_allclose(
                np.array(trainer.state.parameters[layer][name]),
                value.detach().numpy(),
                atol=atol,
                rtol=rtol,
                err_msg=f"{layer}.{name}",
            )


def mean_loss(
    loss: ResolvedLoss,
    z: torch.Tensor,
    a: torch.Tensor,
    targets: torch.Tensor,
    class_weights: torch.Tensor | None = None,
) -> torch.Tensor:
    """PyTorch's own module for each loss; weights of classes are for the cross-entropies."""
    match loss:
        case BinaryCrossEntropy() if class_weights is not None:
            return torch.nn.BCEWithLogitsLoss(weight=class_weights[targets.long()])(z, targets)
        case CategoricalCrossEntropy() if class_weights is not None:
            each = torch.nn.CrossEntropyLoss(weight=class_weights, reduction="none")
            return each(z, targets.long()).mean()
        case MeanSquaredError():
            return torch.nn.MSELoss()(a, targets)
        case Huber(delta=delta):
            return torch.nn.HuberLoss(delta=delta)(a, targets)
        case BinaryCrossEntropy():
            return torch.nn.BCEWithLogitsLoss()(z, targets)
        case CategoricalCrossEntropy():
            return torch.nn.CrossEntropyLoss()(z, targets.long())
