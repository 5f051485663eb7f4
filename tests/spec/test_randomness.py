"""Random words are those of the published generator."""

from __future__ import annotations

import jax.extend.random
import jax.numpy as jnp
import numpy as np
import pytest

from netlapse.spec.randomness import random_words

KEYS = ((0, 0), (7, 1), (0xFFFF_FFFF, 0x1BD1_1BDA))


@pytest.mark.parametrize("key", KEYS)
def test_words_are_those_of_jax(key: tuple[int, int]) -> None:
    """JAX takes all first words of its counters, then all second words."""
    words = np.random.default_rng(0).integers(0, 2**32, (2, 50), np.uint32)
    expected = jax.extend.random.threefry_2x32(
        jnp.array(key, jnp.uint32), jnp.asarray(words.reshape(-1))
    )
    first, second = (jnp.uint32(word) for word in key)
    found = random_words((first, second), (jnp.asarray(words[0]), jnp.asarray(words[1])))
    assert np.array_equal(found, expected[:50])


def test_a_published_vector() -> None:
    """Of Random123's known answers: all bits set."""
    ones = jnp.uint32(0xFFFF_FFFF)
    assert int(random_words((ones, ones), (ones, ones))) == 0x1CB996FC
