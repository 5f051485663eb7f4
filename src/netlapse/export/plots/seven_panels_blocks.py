"""Matrices as cells: color on a common scale, and the number where there is room for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from netlapse.export.plots.style import Style, bare, plain
from netlapse.palette import weight_color
from netlapse.scenes.seven_panels import SevenPanelsScene, WeightLayer, gradient_shares

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDEST_CELL_IN = 0.9
GAP_IN = 0.06
LETTER_IN = 0.047
"""Width of a letter of six points."""
LEAST_TEXT_IN = (0.3, 0.07)
"""Width and height of a cell that its number fits into."""


@dataclass(frozen=True, eq=False)
class Block:
    """A matrix with its name."""

    name: str
    """Above it, in one or two lines."""
    symbol: str
    """Its name where that has no room: W and b of the first layer are W1 and b1."""
    values: NDArray[np.float32]
    """[rows, columns]."""
    columns: Sequence[str] = ()
    """Names of the columns, above them."""
    shares: NDArray[np.float64] | None = None
    """Where the values lie on their scale, -1 to 1, where that is not linear."""


@dataclass(frozen=True)
class Box:
    """A place in the figure, in shares of its width and height."""

    x: float
    y: float
    width: float
    height: float


def bias_blocks(layers: Sequence[WeightLayer]) -> list[Block]:
    """The biases of each layer as a column."""
    return [
        Block(name, f"b{number}", one.bias[:, None])
        for number, (name, one) in enumerate(zip(_short_names(layers), layers, strict=True), 1)
        if one.bias is not None
    ]


def gradient_blocks(scene: SevenPanelsScene) -> list[Block]:
    """How the loss changes with the weights and biases of each layer, as shares of their scale."""
    blocks: list[Block] = []
    named = zip(_short_names(scene.layers), scene.layers, strict=True)
    for number, (name, layer) in enumerate(named, start=1):
        kernel = layer.kernel_gradient
        found = [("weights", "W", kernel.T if number == 1 else kernel)]
        if layer.bias_gradient is not None:
            found.append(("biases", "b", layer.bias_gradient[:, None]))
        for what, letter, values in found:
            shares = gradient_shares(values, scene.limits.gradient, is_linear=scene.is_linear)
            blocks.append(Block(f"{name}\n{what}", f"{letter}{number}", values, shares=shares))
    return blocks


def _short_names(layers: Sequence[WeightLayer]) -> list[str]:
    return ["hidden", "output"] if len(layers) == 2 else [layer.layer[:10] for layer in layers]


def draw_blocks(
    figure: Figure, box: Box, blocks: Sequence[Block], limit: float, style: Style
) -> None:
    """Blocks beside each other, one height for all rows.

    Args:
        figure: Where.
        box: The place for all of them.
        blocks: What.
        limit: The value at the ends of the colors.
        style: In which colors.
    """
    if not blocks:
        text = "no biases"
        figure.text(box.x, box.y + box.height, text, fontsize=6.5, color=style.ink, va="top")
        return
    inches, high = figure.get_size_inches()
    rows = max(len(block.values) for block in blocks)
    columns = sum(block.values.shape[1] for block in blocks)
    room = box.width * inches - GAP_IN * (len(blocks) - 1)
    wide = min(WIDEST_CELL_IN, room / columns)
    tall = min(0.2, box.height * high / rows)
    is_short = not all(_fits(block, wide) for block in blocks)
    x = box.x
    for index, block in enumerate(blocks):
        height, width = tall * len(block.values) / high, wide * block.values.shape[1] / inches
        axes = figure.add_axes((x, box.y + box.height - height, width, height))
        _draw_block(axes, block, limit, style, (wide, tall))
        if index == 0:
            _number_rows(axes, len(block.values), tall, style)
        _name(axes, block, style, wide, is_short=is_short)
        x += width + GAP_IN / inches


def _draw_block(
    axes: Axes, block: Block, limit: float, style: Style, cell_in: tuple[float, float]
) -> None:
    from matplotlib.colors import ListedColormap

    bare(axes, style)
    colors = [_share(weight_color(2 * i / 255 - 1, style.theme)) for i in range(256)]
    shares = block.values / (limit or 1.0) if block.shares is None else block.shares
    axes.imshow(
        np.ma.masked_invalid(shares),
        cmap=ListedColormap(colors).with_extremes(bad=style.not_a_number),
        vmin=-1,
        vmax=1,
        aspect="auto",
        interpolation="nearest",
    )
    if cell_in[0] < LEAST_TEXT_IN[0] or cell_in[1] < LEAST_TEXT_IN[1]:
        return
    size = min(6.5, 72 * cell_in[1] * 0.8, cell_in[0] / (6.5 * LETTER_IN) * 6)
    for (row, column), value in np.ndenumerate(block.values):
        share = float(np.nan_to_num(shares[row, column]))
        ink = _ink_on(weight_color(share, style.theme))
        axes.text(
            column, row, _short(float(value)), ha="center", va="center", fontsize=size, color=ink
        )


def _short(value: float) -> str:
    """A number for a cell: two decimals, or two digits where it is small or large.

    >>> _short(-0.734), _short(0.00123), _short(123.4)
    ('−0.73', '1.2e-3', '123')
    """
    if not np.isfinite(value):
        return "NaN"
    size = abs(value)
    if value == 0:
        return "0"
    if size >= 0.01:
        text = f"{value:.2f}" if size < 100 else f"{value:.0f}" if size < 1e4 else f"{value:.0e}"
    else:
        text = f"{value:.0e}" if size < 1e-9 else f"{value:.1e}".replace("e-0", "e-")
    return text.replace("-", "−", 1) if value < 0 else text


def _number_rows(axes: Axes, rows: int, tall: float, style: Style) -> None:
    """The units' numbers at the left, as many as have room."""
    each = max(1, int(np.ceil(0.085 / tall)))
    places = list(range(0, rows, each))
    axes.set_yticks(places, [str(place + 1) for place in places], fontsize=5.5)
    axes.tick_params(axis="y", length=0, pad=1.5, colors=style.ink)


def _name(axes: Axes, block: Block, style: Style, wide: float, *, is_short: bool) -> None:
    """The block's name above it, or those of its columns."""
    longest = max((len(name) for name in block.columns), default=0)
    if longest:
        fits = longest * LETTER_IN < wide
        names = [plain(name) if fits else str(i) for i, name in enumerate(block.columns, start=1)]
        axes.xaxis.tick_top()
        axes.set_xticks(range(len(names)), names, fontsize=6)
        axes.tick_params(axis="x", length=0, pad=1, colors=style.ink)
    else:
        text = plain(block.symbol if is_short else block.name)
        axes.set_title(text, fontsize=6, color=style.ink, pad=2, linespacing=0.95)


def _fits(block: Block, wide: float) -> bool:
    """Whether a block's name has room above it."""
    longest = max(map(len, block.name.split("\n")))
    return longest * LETTER_IN < wide * block.values.shape[1] + GAP_IN


def _share(color: tuple[int, int, int]) -> tuple[float, float, float]:
    red, green, blue = color
    return red / 255, green / 255, blue / 255


def _ink_on(color: tuple[int, int, int]) -> str:
    """Black or white, whichever is read better on a color (WCAG 2.2, relative luminance)."""
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in _share(color)
    ]
    red, green, blue = linear
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#ffffff"
