"""A race: optimizers from one start on one surface, for so many steps."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from netlapse.errors import SpecError
from netlapse.spec.base import Document, Seed
from netlapse.spec.lab.surfaces import AnySurface, Coordinate, Quadratic10, Regression, Surface
from netlapse.spec.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    Optimizer,
    OptimizerBase,
    RMSprop,
)

MAX_RACERS = 8
MAX_NAME = 40
MAX_STEPS = 100_000
MAX_POINTS = 400_000
"""Steps of all racers together."""

OPTIMIZERS: dict[str, type[OptimizerBase]] = {
    "gradient-descent": SGD,
    "sgd": SGD,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": AdaGrad,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
}
"""Optimizers by the names that people type. Gradient descent is SGD without noise."""


class Racer(Document):
    """An optimizer that takes part."""

    optimizer: Optimizer
    """The optimizer, with its own numbers."""
    name: Annotated[str, Field(max_length=MAX_NAME)] = ""
    """What it is called; its optimizer's name by default. Names that occur twice are numbered."""


class NoNoise(Document):
    """The gradient of the surface itself."""

    title: ClassVar[str] = "None"
    kind: Literal["none"]


class GaussianNoise(Document):
    """Noise on the gradient: to each coordinate a normal number is added, the same for all racers.

    It is not the noise of any data; mini-batches of a linear regression have that.
    """

    title: ClassVar[str] = "Gaussian noise on the gradient"
    kind: Literal["gaussian"]
    standard_deviation: Annotated[float, Field(ge=0, le=1000)] = 0.5
    """Standard deviation of what is added to each coordinate of the gradient."""


class MiniBatches(Document):
    """The gradient of a batch of the data set whose loss is the surface.

    Samples are shuffled in each epoch as for a training; the last batch of an epoch is what is
    left. All racers see the same batches.
    """

    title: ClassVar[str] = "Mini-batches"
    kind: Literal["mini-batch"]
    batch_size: Annotated[int, Field(ge=1)] | Literal["all"] = 8
    """Samples whose mean gradient makes a step; `all` is every sample, and no noise."""


Noise = Annotated[NoNoise | GaussianNoise | MiniBatches, Field(discriminator="kind")]


class Race(Document):
    """Optimizers from one start on one surface."""

    surface: Surface = Quadratic10(kind="quadratic-10")
    """The function that is made small."""
    racers: Annotated[
        tuple[Racer, ...], Field(max_length=MAX_RACERS, json_schema_extra={"minItems": 1})
    ] = (Racer(optimizer=Adam(kind="adam", learning_rate=0.4)),)
    """The optimizers that take part."""
    start: tuple[Coordinate, Coordinate] = (-9.0, 2.0)
    """Where all of them begin: x and y."""
    steps: Annotated[int, Field(ge=1, le=MAX_STEPS)] = 100
    """Updates of each of them."""
    seed: Seed = 0
    """Determines the noise and the order of the samples."""
    noise: Noise = NoNoise(kind="none")
    """What is wrong with the gradient."""

    @model_validator(mode="after")
    def _fits(self) -> Race:
        if not self.racers:
            raise ValueError("A race has at least 1 racer")
        if self.steps * len(self.racers) > MAX_POINTS:
            raise ValueError(
                f"All racers together make at most {MAX_POINTS:,} steps, "
                f"got {len(self.racers)} × {self.steps:,}"
            )
        if isinstance(self.noise, MiniBatches):
            if not isinstance(self.surface, Regression):
                raise ValueError(
                    "Mini-batches need a surface that is the loss of a data set, `regression`, "
                    f"got `{self.surface.kind}`"
                )
            size, samples = self.noise.batch_size, self.surface.samples
            if size != "all" and size > samples:
                raise ValueError(f"A batch holds at most all {samples:,} samples, got {size:,}")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """What each racer is called; no two alike.

        >>> adam = Racer(optimizer=Adam(kind="adam"))
        >>> Race(racers=(adam, adam)).names
        ('Adam', 'Adam 2')
        """
        given = [racer.name.strip() or racer.optimizer.title for racer in self.racers]
        taken: set[str] = set()
        for index, name in enumerate(given):
            number, own = 1, name
            while own in taken:
                number += 1
                own = f"{name} {number}"
            given[index] = own
            taken.add(own)
        return tuple(given)


def find_optimizer(name: str, *, place: str = "") -> type[OptimizerBase]:
    """The kind of optimizer of a name.

    Raises:
        SpecError: There is none.

    >>> find_optimizer("gradient-descent").title
    'SGD'
    """
    if name not in OPTIMIZERS:
        raise SpecError(
            f"The optimizer `{name:.40}` is not known; there are: {', '.join(OPTIMIZERS)}.",
            place=place,
        )
    return OPTIMIZERS[name]


def suggested_race(surface: AnySurface) -> Race:
    """A race in which something is to be seen on a surface: six optimizers with rates that suit it.

    >>> from netlapse.spec.lab.surfaces import SURFACES
    >>> suggested_race(SURFACES["booth"]).names
    ('SGD', 'Momentum', 'Nesterov', 'AdaGrad', 'RMSprop', 'Adam')
    """
    plain, adaptive = surface.rates
    optimizers = (
        SGD(kind="sgd", learning_rate=plain),
        Momentum(kind="momentum", learning_rate=_rounded(plain / 5)),
        Nesterov(kind="nesterov", learning_rate=_rounded(plain / 5)),
        AdaGrad(kind="adagrad", learning_rate=_rounded(adaptive * 3)),
        RMSprop(kind="rmsprop", learning_rate=_rounded(adaptive / 4), decay=0.9),
        Adam(kind="adam", learning_rate=adaptive),
    )
    return Race(
        surface=surface,
        racers=tuple(Racer(optimizer=optimizer) for optimizer in optimizers),
        start=surface.start,
        steps=surface.steps,
        noise=MiniBatches(kind="mini-batch")
        if isinstance(surface, Regression)
        else NoNoise(kind="none"),
    )


def _rounded(rate: float) -> float:
    return float(f"{rate:.2g}")
