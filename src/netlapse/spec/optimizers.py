"""Optimizers, with PyTorch's formulas and defaults.

The kind is part of the compiled program; every number is an argument of it and may change at any
step.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from netlapse.spec.base import Document

Rate = Annotated[float, Field(ge=0, le=100, json_schema_extra={"scale": "log"})]
Decay = Annotated[float, Field(ge=0, lt=1)]
Epsilon = Annotated[float, Field(gt=0, le=1, json_schema_extra={"scale": "log"})]


class OptimizerBase(Document):
    """What all optimizers have."""

    title: ClassVar[str]

    learning_rate: Rate
    """Size of a step along the negative gradient."""

    def hyperparameters(self) -> dict[str, float]:
        """Every number by name, as the compiled program takes them."""
        return {
            name: float(value)
            for name, value in self.to_dict().items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }


class SGD(OptimizerBase):
    """w ← w - η·g."""

    title: ClassVar[str] = "SGD"
    kind: Literal["sgd"]
    learning_rate: Rate = 0.03
    """Size of a step along the negative gradient."""


class Momentum(OptimizerBase):
    """v ← μ·v + g, w ← w - η·v (Polyak 1964, in PyTorch's form)."""

    title: ClassVar[str] = "Momentum"
    kind: Literal["momentum"]
    learning_rate: Rate = 0.01
    """Size of a step along the velocity."""
    momentum: Decay = 0.9
    """Share μ of the velocity that is kept."""


class Nesterov(OptimizerBase):
    """v ← μ·v + g, w ← w - η·(g + μ·v) (Sutskever et al. 2013, in PyTorch's form)."""

    title: ClassVar[str] = "Nesterov"
    kind: Literal["nesterov"]
    learning_rate: Rate = 0.01
    """Size of a step."""
    momentum: Decay = 0.9
    """Share μ of the velocity that is kept."""


class AdaGrad(OptimizerBase):
    """s ← s + g², w ← w - η·g / (√s + ε) (Duchi et al. 2011; s starts at 0, as in PyTorch)."""

    title: ClassVar[str] = "AdaGrad"
    kind: Literal["adagrad"]
    learning_rate: Rate = 0.05
    """Size of a step before division."""
    epsilon: Epsilon = 1e-10
    """Added to the root."""


class RMSprop(OptimizerBase):
    """s ← ρ·s + (1 - ρ)·g², v ← μ·v + g / (√s + ε), w ← w - η·v (Hinton 2012, lecture 6e).

    With `centered`, the running mean of g is taken off: √(s - m²).
    """

    title: ClassVar[str] = "RMSprop"
    kind: Literal["rmsprop"]
    learning_rate: Rate = 0.01
    """Size of a step before division."""
    decay: Decay = 0.99
    """Share ρ of the running square that is kept."""
    epsilon: Epsilon = 1e-8
    """Added to the root."""
    momentum: Decay = 0.0
    """Share μ of the velocity that is kept."""
    centered: bool = False
    """Whether the running mean of the gradient is taken off."""


class Adam(OptimizerBase):
    """m ← β₁·m + (1 - β₁)·g, s ← β₂·s + (1 - β₂)·g², w ← w - η·m̂ / (√ŝ + ε).

    m̂ = m / (1 - β₁ᵗ), ŝ = s / (1 - β₂ᵗ) (Kingma & Ba 2015, algorithm 1).
    """

    title: ClassVar[str] = "Adam"
    kind: Literal["adam"]
    learning_rate: Rate = 0.001
    """Size of a step."""
    beta_1: Decay = 0.9
    """Share β₁ of the running mean that is kept."""
    beta_2: Decay = 0.999
    """Share β₂ of the running square that is kept."""
    epsilon: Epsilon = 1e-8
    """Added to the root."""


class AdamW(OptimizerBase):
    """Adam, with w ← w - η·λ·w apart from the gradient (Loshchilov & Hutter 2019, algorithm 2).

    As in PyTorch, the decay acts on every parameter, biases included.
    """

    title: ClassVar[str] = "AdamW"
    kind: Literal["adamw"]
    learning_rate: Rate = 0.001
    """Size of a step."""
    beta_1: Decay = 0.9
    """Share β₁ of the running mean that is kept."""
    beta_2: Decay = 0.999
    """Share β₂ of the running square that is kept."""
    epsilon: Epsilon = 1e-8
    """Added to the root."""
    weight_decay: Annotated[float, Field(ge=0, le=10)] = 0.01
    """Share λ of a weight that is taken off at each step, times the learning rate."""


Optimizer = Annotated[
    SGD | Momentum | Nesterov | AdaGrad | RMSprop | Adam | AdamW, Field(discriminator="kind")
]
