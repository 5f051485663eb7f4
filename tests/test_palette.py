"""Colors that carry meaning can be told apart, also by people with color-blind eyes."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from netlapse.palette import PALETTES, PANEL_PALETTES, Theme, rgb, sign_color

# Machado, Oliveira, Fernandes (2009), severity 1, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def oklab(color: str, blindness: str = "none") -> np.ndarray:
    s = np.array(rgb(color)) / 255
    linear = np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)
    seen = np.clip(BLINDNESS[blindness] @ linear, 0, 1)
    return OKLAB @ np.cbrt(LMS @ seen)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_classes_can_be_told_apart(theme: Theme, blindness: str) -> None:
    colors = [oklab(color, blindness) for color in PALETTES[theme].classes]
    assert len(colors) == 10
    nearest = min(float(np.linalg.norm(a - b)) for a, b in combinations(colors, 2))
    assert nearest > (0.03 if blindness != "none" else 0.08)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_the_ends_of_the_sign_scale_differ_most(theme: Theme, blindness: str) -> None:
    stops = [oklab(color, blindness) for color in PALETTES[theme].sign]
    middle = len(stops) // 2
    assert np.linalg.norm(stops[0] - stops[-1]) > 0.15
    for half in (stops[: middle + 1], stops[middle:][::-1]):
        away = [float(np.linalg.norm(stop - half[-1])) for stop in half]
        assert away == sorted(away, reverse=True)


def test_zero_is_a_light_grey() -> None:
    for theme in PALETTES:
        red, green, blue = sign_color(0.0, theme)
        assert max(red, green, blue) - min(red, green, blue) <= 12
        assert min(red, green, blue) >= 200


@pytest.mark.parametrize("theme", PANEL_PALETTES)
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_the_weights_of_the_seven_panels_differ_by_sign(theme: Theme, blindness: str) -> None:
    stops = [oklab(color, blindness) for color in PANEL_PALETTES[theme].weights]
    middle = len(stops) // 2
    assert np.linalg.norm(stops[0] - stops[-1]) > 0.1
    for half in (stops[: middle + 1], stops[middle:][::-1]):
        away = [float(np.linalg.norm(stop - half[-1])) for stop in half]
        assert away == sorted(away, reverse=True)
