"""oneDNN is taken only where a trial, in a process of its own, agrees with XLA."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from netlapse.spec.layers import onednn

on_its_platform = pytest.mark.skipif(
    (platform.system(), platform.machine()) != ("Linux", "x86_64"),
    reason="JAX has oneDNN on Linux for x86-64 only.",
)


@pytest.fixture(autouse=True)
def not_asked_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(onednn.VARIABLE, raising=False)
    onednn.is_usable.cache_clear()
    yield
    onednn.is_usable.cache_clear()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """Where the verdict is kept, beside compiled programs."""
    before = jax.config.values["jax_compilation_cache_dir"]
    jax.config.update("jax_compilation_cache_dir", str(tmp_path))
    yield tmp_path / onednn.VERDICT
    jax.config.update("jax_compilation_cache_dir", before)


def verdicts(*given: bool | None) -> Callable[[], bool | None]:
    left = iter(given)
    return lambda: next(left)


@on_its_platform
def test_this_build_of_jax_has_it() -> None:
    assert onednn.is_usable()


@on_its_platform
@pytest.mark.parametrize("verdict", [True, False])
def test_the_verdict_is_kept(verdict: bool, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onednn, "_try_apart", verdicts(verdict))
    assert onednn.is_usable() is verdict
    assert kept.exists()
    onednn.is_usable.cache_clear()  # as another process: there is no second trial
    assert onednn.is_usable() is verdict


@on_its_platform
def test_a_trial_that_came_to_no_end_is_not_kept(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onednn, "_try_apart", verdicts(None, True))
    assert not onednn.is_usable()
    assert not kept.exists()
    onednn.is_usable.cache_clear()
    assert onednn.is_usable()


@on_its_platform
@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 4)", "sys.exit(1)", "import nowhere"])
def test_a_trial_that_fails_ends_nothing_but_itself(
    end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onednn, "_TRIAL", f"import os, sys; {end}")
    assert not onednn.is_usable()


@on_its_platform
def test_a_trial_that_was_ended_says_nothing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onednn, "_TRIAL", "import os; os.kill(os.getpid(), 9)")
    assert not onednn.is_usable()
    assert not kept.exists()


@on_its_platform
def test_a_verdict_that_was_cut_off_is_not_believed(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.touch()
    monkeypatch.setattr(onednn, "_try_apart", verdicts(True))
    assert onednn.is_usable()
    assert kept.read_text() == "1"


@on_its_platform
def test_other_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert onednn.agrees()
    with monkeypatch.context() as patch:
        patch.setattr(onednn, "convolve", lambda x, k, s, e: jnp.zeros((8, 15, 16, 17)))
        assert not onednn.agrees()
    monkeypatch.setattr(onednn, "product", lambda a, b: jnp.zeros((a.shape[1], b.shape[1])))
    assert not onednn.agrees()


@pytest.mark.parametrize(("chosen", "usable"), [("0", False), ("1", True)])
def test_the_user_decides(chosen: str, usable: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onednn, "_try_apart", verdicts())
    monkeypatch.setenv(onednn.VARIABLE, chosen)
    assert onednn.is_usable() is usable


def test_they_can_be_mapped_over_kernels() -> None:
    """As a program does that computes many networks at once."""
    if not onednn.is_usable():
        pytest.skip("oneDNN is not in this build of JAX.")
    random = np.random.default_rng(0)
    x = random.standard_normal((4, 8, 8, 3), np.float32)
    kernels = random.standard_normal((2, 3, 3, 3, 5), np.float32)
    edges = ((1, 1), (1, 1))
    both = jax.vmap(lambda k: onednn.convolve(jnp.asarray(x), k, 1, edges))(kernels)
    for kernel, value in zip(kernels, both, strict=True):
        alone = onednn.convolve(jnp.asarray(x), jnp.asarray(kernel), 1, edges)
        np.testing.assert_array_equal(value, alone)
    a, b = jnp.asarray(x.reshape(32, -1)), random.standard_normal((2, 32, 5), np.float32)
    products = jax.vmap(lambda b: onednn.product(a, b))(b)
    for factor, value in zip(b, products, strict=True):
        np.testing.assert_array_equal(value, onednn.product(a, jnp.asarray(factor)))
