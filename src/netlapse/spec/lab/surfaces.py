"""Surfaces of the optimizer lab: functions of two numbers, each with what it teaches.

A named surface is an expression in x and y like the user's own, with its domain, its known minima
and a start from which something is to be seen.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from netlapse.errors import SpecError
from netlapse.spec.base import Document, Seed
from netlapse.spec.lab.expression import MAX_LENGTH, parse_expression
from netlapse.spec.lab.tree import Tree, latex, value

LARGEST = 1e6
"""Of a coordinate of a domain or a start."""
MAX_SAMPLES = 1000
Point = tuple[float, float]
Coordinate = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Range = tuple[Coordinate, Coordinate]


class Domain(Document):
    """The part of the plane that is shown."""

    x: Range = (-10.0, 10.0)
    """Least and greatest x."""
    y: Range = (-10.0, 10.0)
    """Least and greatest y."""

    @field_validator("x", "y")
    @classmethod
    def _rises(cls, ends: Range) -> Range:
        if not ends[0] < ends[1]:
            raise ValueError(f"The least must be below the greatest, got {ends[0]:g}, {ends[1]:g}")
        return ends


class SurfaceBase(Document):
    """What all surfaces have."""

    title: ClassVar[str]
    lesson: ClassVar[str]
    """What it teaches, in one sentence."""
    start: ClassVar[Point]
    """Where a race is worth watching from."""
    rates: ClassVar[tuple[float, float]] = (0.1, 0.3)
    """Learning rates that suit it: of gradient descent, and of Adam."""
    steps: ClassVar[int] = 100
    """Steps in which something is to be seen."""

    @property
    def formula(self) -> str:
        """The function as text."""
        raise NotImplementedError

    @property
    def latex(self) -> str:
        """The function as LaTeX."""
        return latex(tree_of(self.formula))

    @property
    def shown(self) -> Domain:
        """The part of the plane that is shown unless another is asked for."""
        raise NotImplementedError

    @property
    def minima(self) -> tuple[Point, ...]:
        """The known minima, all equally deep; none where none is known, or there is none."""
        return ()

    def value(self, x: Any, y: Any, xp: Any) -> Any:
        """The function's value at points [...]; `xp` is the module of the arrays."""
        return value(tree_of(self.formula), x, y, xp)


@lru_cache(maxsize=256)
def tree_of(formula: str) -> Tree:
    """The tree of a formula that is known to be right."""
    return parse_expression(formula)


class NamedSurface(SurfaceBase):
    """A surface that is known by its name."""

    function: ClassVar[str]
    extent: ClassVar[tuple[Range, Range]] = ((-10.0, 10.0), (-10.0, 10.0))
    lowest: ClassVar[tuple[Point, ...]] = ((0.0, 0.0),)

    @property
    def formula(self) -> str:
        """The function as text."""
        return self.function

    @property
    def shown(self) -> Domain:
        """The part of the plane that is shown unless another is asked for."""
        return Domain(x=self.extent[0], y=self.extent[1])

    @property
    def minima(self) -> tuple[Point, ...]:
        """The known minima, all equally deep."""
        return self.lowest


class Quadratic100(NamedSurface):
    """x²/100 + y²: a hundred times as steep in y as in x."""

    title: ClassVar[str] = "x²/100 + y²"
    lesson: ClassVar[str] = (
        "Gradient descent goes at once to the floor of the valley, and then hardly moves along it."
    )
    function: ClassVar[str] = "x^2/100 + y^2"
    extent: ClassVar[tuple[Range, Range]] = ((-10.0, 10.0), (-4.0, 4.0))
    start: ClassVar[Point] = (-9.0, 2.0)
    rates: ClassVar[tuple[float, float]] = (0.9, 0.4)
    kind: Literal["quadratic-100"]


class Quadratic10(NamedSurface):
    """x²/10 + y²: ten times as steep in y as in x."""

    title: ClassVar[str] = "x²/10 + y²"
    lesson: ClassVar[str] = (
        "With a large learning rate gradient descent zigzags across the valley; momentum overshoots"
        " and comes back."
    )
    function: ClassVar[str] = "x^2/10 + y^2"
    extent: ClassVar[tuple[Range, Range]] = ((-10.0, 10.0), (-4.0, 4.0))
    start: ClassVar[Point] = (-9.0, 2.0)
    rates: ClassVar[tuple[float, float]] = (0.9, 0.4)
    steps: ClassVar[int] = 60
    kind: Literal["quadratic-10"]


class Rosenbrock(NamedSurface):
    """(1 - x)² + 100·(y - x²)²: a curved valley with a flat floor (Rosenbrock 1960)."""

    title: ClassVar[str] = "Rosenbrock"
    lesson: ClassVar[str] = (
        "The floor of a curved valley is found quickly; following it to the minimum takes long."
    )
    function: ClassVar[str] = "(1 - x)^2 + 100*(y - x^2)^2"
    extent: ClassVar[tuple[Range, Range]] = ((-2.0, 2.0), (-1.0, 3.0))
    lowest: ClassVar[tuple[Point, ...]] = ((1.0, 1.0),)
    start: ClassVar[Point] = (-1.5, 2.0)
    rates: ClassVar[tuple[float, float]] = (0.001, 0.05)
    steps: ClassVar[int] = 500
    kind: Literal["rosenbrock"]


class Beale(NamedSurface):
    """Flat plains and steep corners, with one minimum (Beale 1958)."""

    title: ClassVar[str] = "Beale"
    lesson: ClassVar[str] = (
        "On a plain the gradient is nearly zero: optimizers that divide by its size go on."
    )
    function: ClassVar[str] = "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2"
    extent: ClassVar[tuple[Range, Range]] = ((-4.5, 4.5), (-4.5, 4.5))
    lowest: ClassVar[tuple[Point, ...]] = ((3.0, 0.5),)
    start: ClassVar[Point] = (1.0, 1.5)
    rates: ClassVar[tuple[float, float]] = (0.01, 0.1)
    steps: ClassVar[int] = 300
    kind: Literal["beale"]


class Himmelblau(NamedSurface):
    """(x² + y - 11)² + (x + y² - 7)²: four equal minima (Himmelblau 1972)."""

    title: ClassVar[str] = "Himmelblau"
    lesson: ClassVar[str] = "Of four equal minima, start and optimizer decide which one is reached."
    function: ClassVar[str] = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2"
    extent: ClassVar[tuple[Range, Range]] = ((-5.0, 5.0), (-5.0, 5.0))
    lowest: ClassVar[tuple[Point, ...]] = (
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    )
    start: ClassVar[Point] = (-0.5, -1.0)
    rates: ClassVar[tuple[float, float]] = (0.01, 0.2)
    kind: Literal["himmelblau"]


class Booth(NamedSurface):
    """(x + 2y - 7)² + (2x + y - 5)²: a slanting ellipse."""

    title: ClassVar[str] = "Booth"
    lesson: ClassVar[str] = (
        "In a valley that lies slantwise, steps of its own for each coordinate help less."
    )
    function: ClassVar[str] = "(x + 2*y - 7)^2 + (2*x + y - 5)^2"
    lowest: ClassVar[tuple[Point, ...]] = ((1.0, 3.0),)
    start: ClassVar[Point] = (-8.0, -6.0)
    rates: ClassVar[tuple[float, float]] = (0.05, 0.5)
    kind: Literal["booth"]


class Ackley(NamedSurface):
    """A funnel with many dents (Ackley 1987); its minimum is a point without a gradient."""

    title: ClassVar[str] = "Ackley"
    lesson: ClassVar[str] = (
        "Small steps end in the nearest dent; momentum carries over some of them."
    )
    function: ClassVar[str] = (
        "-20*exp(-0.2*sqrt((x^2 + y^2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2) + e + 20"
    )
    extent: ClassVar[tuple[Range, Range]] = ((-5.0, 5.0), (-5.0, 5.0))
    start: ClassVar[Point] = (3.4, -2.6)
    rates: ClassVar[tuple[float, float]] = (0.02, 0.2)
    kind: Literal["ackley"]


class Rastrigin(NamedSurface):
    """20 + x² + y² - 10·(cos 2πx + cos 2πy): a minimum at nearly every pair of whole numbers."""

    title: ClassVar[str] = "Rastrigin"
    lesson: ClassVar[str] = (
        "Among many local minima the gradient shows the way to the nearest, not to the lowest."
    )
    function: ClassVar[str] = "20 + x^2 + y^2 - 10*(cos(2*pi*x) + cos(2*pi*y))"
    extent: ClassVar[tuple[Range, Range]] = ((-5.12, 5.12), (-5.12, 5.12))
    start: ClassVar[Point] = (3.4, -2.6)
    rates: ClassVar[tuple[float, float]] = (0.002, 0.2)
    kind: Literal["rastrigin"]


class Saddle(NamedSurface):
    """x² - y²: level at (0, 0), and no minimum."""

    title: ClassVar[str] = "Saddle"
    lesson: ClassVar[str] = (
        "Near a saddle the gradient is small; who starts close to its ridge takes long to leave it."
    )
    function: ClassVar[str] = "x^2 - y^2"
    extent: ClassVar[tuple[Range, Range]] = ((-3.0, 3.0), (-3.0, 3.0))
    lowest: ClassVar[tuple[Point, ...]] = ()
    start: ClassVar[Point] = (-2.0, 0.01)
    rates: ClassVar[tuple[float, float]] = (0.05, 0.05)
    steps: ClassVar[int] = 60
    kind: Literal["saddle"]


class LongValley(NamedSurface):
    """x²/100 + (y - sin x)²: a long valley that winds."""

    title: ClassVar[str] = "Long valley"
    lesson: ClassVar[str] = (
        "The floor falls gently and winds: what moves fast along it is carried up the walls."
    )
    function: ClassVar[str] = "x^2/100 + (y - sin(x))^2"
    extent: ClassVar[tuple[Range, Range]] = ((-10.0, 10.0), (-3.0, 3.0))
    start: ClassVar[Point] = (-9.0, 2.5)
    rates: ClassVar[tuple[float, float]] = (0.3, 0.2)
    steps: ClassVar[int] = 300
    kind: Literal["long-valley"]


class Regression(SurfaceBase):
    """The mean squared loss of a linear regression with the two weights x and y on a data set.

    Sample i has the features u and v and the target t = 2·u - v + noise; the loss is the mean of
    (x·u + y·v - t)². Mini-batches need this surface: their gradients are of some samples' loss.
    """

    title: ClassVar[str] = "Linear regression"
    lesson: ClassVar[str] = (
        "The gradient of a mini-batch points elsewhere than that of all samples: it explores, and"
        " never comes to rest while the learning rate stays."
    )
    start: ClassVar[Point] = (-3.0, 3.0)
    rates: ClassVar[tuple[float, float]] = (0.1, 0.2)
    kind: Literal["regression"]
    samples: Annotated[int, Field(ge=2, le=MAX_SAMPLES)] = 64
    """Samples of the data set."""
    noise: Annotated[float, Field(ge=0, le=10)] = 1.0
    """Standard deviation of what is added to the targets."""
    spread: Annotated[float, Field(ge=0.05, le=1)] = 0.5
    """Size of the feature v beside u: the smaller, the longer the valley."""
    seed: Seed = 0
    """Determines the samples."""

    @property
    def formula(self) -> str:
        """The function as text."""
        return "mean((x*u + y*v - t)^2)"

    @property
    def latex(self) -> str:
        """The function as LaTeX."""
        return r"\frac{1}{n} \sum_{i=1}^{n} \left(x\,u_{i} + y\,v_{i} - t_{i}\right)^{2}"

    @property
    def shown(self) -> Domain:
        """The part of the plane that is shown unless another is asked for."""
        return Domain(x=(-4.0, 8.0), y=(-7.0, 5.0))

    @property
    def minima(self) -> tuple[Point, ...]:
        """The least squares, by the normal equations."""
        u, v, t = self.data()
        uu, uv, vv, ut, vt = (float(a @ b) for a, b in ((u, u), (u, v), (v, v), (u, t), (v, t)))
        determinant = uu * vv - uv * uv
        return (((vv * ut - uv * vt) / determinant, (uu * vt - uv * ut) / determinant),)

    def data(self) -> Any:
        """The samples: u, v and t, float64 [3, samples]."""
        import numpy as np

        random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed)))
        u, v, noise = random.standard_normal((3, self.samples))
        v = self.spread * v
        return np.stack([u, v, 2 * u - v + self.noise * noise])

    def value(self, x: Any, y: Any, xp: Any) -> Any:
        """The loss of all samples at points [...]; `xp` is the module of the arrays."""
        u, v, t = self.data()
        x, y = xp.asarray(x)[..., None], xp.asarray(y)[..., None]
        return ((x * u + y * v - t) ** 2).mean(-1)


class Expression(SurfaceBase):
    """A function of x and y of your own."""

    title: ClassVar[str] = "Own function"
    lesson: ClassVar[str] = "What an optimizer does on any function that you can write."
    start: ClassVar[Point] = (-9.0, 2.0)
    kind: Literal["expression"]
    text: Annotated[str, Field(max_length=MAX_LENGTH)] = "x^2/10 + y^2"
    """The function: + - * / ^, numbers, x, y, pi, e, and sin cos tan asin acos atan sinh cosh tanh
    exp log sqrt abs sign min max."""
    domain: Domain = Domain()
    """The part of the plane that is shown, and searched for minima."""

    @field_validator("text")
    @classmethod
    def _is_function(cls, text: str) -> str:
        try:
            parse_expression(text)
        except SpecError as error:
            raise ValueError(error.message.removesuffix(".")) from None
        return text

    @property
    def formula(self) -> str:
        """The function as text."""
        return self.text

    @property
    def shown(self) -> Domain:
        """The part of the plane that is shown unless another is asked for."""
        return self.domain


Surface = Annotated[
    Quadratic100
    | Quadratic10
    | Rosenbrock
    | Beale
    | Himmelblau
    | Booth
    | Ackley
    | Rastrigin
    | Saddle
    | LongValley
    | Regression
    | Expression,
    Field(discriminator="kind"),
]
AnySurface = (
    Quadratic100
    | Quadratic10
    | Rosenbrock
    | Beale
    | Himmelblau
    | Booth
    | Ackley
    | Rastrigin
    | Saddle
    | LongValley
    | Regression
    | Expression
)

SURFACES: dict[str, AnySurface] = {
    "quadratic-100": Quadratic100(kind="quadratic-100"),
    "quadratic-10": Quadratic10(kind="quadratic-10"),
    "rosenbrock": Rosenbrock(kind="rosenbrock"),
    "beale": Beale(kind="beale"),
    "himmelblau": Himmelblau(kind="himmelblau"),
    "booth": Booth(kind="booth"),
    "ackley": Ackley(kind="ackley"),
    "rastrigin": Rastrigin(kind="rastrigin"),
    "saddle": Saddle(kind="saddle"),
    "long-valley": LongValley(kind="long-valley"),
    "regression": Regression(kind="regression"),
    "expression": Expression(kind="expression"),
}
"""Every surface by its kind, with its defaults, in the order in which they are listed."""


def find_surface(text: str, *, place: str = "") -> AnySurface:
    """A surface by its name, or a function of x and y by its text.

    Raises:
        SpecError: It is neither; the message names the column.

    >>> find_surface("rosenbrock").title, find_surface("x*y").kind
    ('Rosenbrock', 'expression')
    """
    name = text.strip()
    if name in SURFACES and name != "expression":
        return SURFACES[name]
    try:
        parse_expression(text, place=place)
    except SpecError as error:
        if not name.replace("-", "").replace("_", "").isalnum() or name[:1].isdigit():
            raise
        known = ", ".join(kind for kind in SURFACES if kind != "expression")
        raise SpecError(error.message, place=place, remedy=f"The surfaces are: {known}.") from None
    return Expression(kind="expression", text=text)
