"""Random words by their place: no state, no keys to derive, one fused loop.

`jax.random` derives keys in loops of their own; forty small operations for each epoch, which XLA
spreads over threads that then spin. Written out, the same generator is part of the loop that uses
it: a spiral trains a sixth faster, on one core instead of one and a half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jax import Array

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA


def random_words(key: tuple[Array, Array], counter: tuple[Array, Array], xp: Any = None) -> Array:
    """Uniform random words, uint32 [...]: Threefry-2×32 with 20 rounds, its first word.

    J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

    Args:
        key: Two words, uint32.
        counter: Two words for each place, uint32, of shapes that broadcast.
        xp: The module of the arrays: `jax.numpy`, which is the default, or `numpy`, which warns of
            single numbers that wrap around: give it arrays.
    """
    if xp is None:
        import jax.numpy as xp
    first, second, column, row = (xp.asarray(word, xp.uint32) for word in (*key, *counter))
    keys = (first, second, first ^ second ^ xp.uint32(_PARITY))
    x, y = column + keys[0], row + keys[1]
    for group in range(5):
        for distance in _ROTATIONS[group % 2]:
            x = x + y
            y = ((y << distance) | (y >> (32 - distance))) ^ x
        x = x + keys[(group + 1) % 3]
        y = y + keys[(group + 2) % 3] + xp.uint32(group + 1)
    return x
