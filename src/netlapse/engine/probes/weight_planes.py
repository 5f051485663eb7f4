"""Planes through the weights of a network: w + a·first + b·second.

A direction has the form of the parameters. What is not trained, such as moving averages, is 0 in
it: it stays what it is at the state looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlapse.engine.forward import Parameters
from netlapse.engine.keyframes import parameter_tensors
from netlapse.engine.structure import Structure
from netlapse.errors import StateError
from netlapse.spec.initializers import Normal, draw
from netlapse.spec.network import declared_parameters

Direction = dict[str, dict[str, NDArray[np.float32]]]
"""Layer id → parameter name → array."""

PLANES = 0x4000_0000
"""Added to an axis, a layer's place and a parameter's, it makes the second word of a key."""
_FLAT = 1e-12
"""Variance of the second component, of the first one's, below which a path is a straight line."""


@dataclass(frozen=True, eq=False)
class PathPlane:
    """The directions of the first two principal components of a path; the plane that they span goes
    through the state looked at."""

    first: Direction
    second: Direction
    """Orthonormal over all trained parameters."""
    coordinates: NDArray[np.float64]
    """a and b of each state of the path, seen at a right angle to the plane [k, 2]."""
    share: float
    """The part of the states' variance about their mean that lies in the two directions, 0 to 1."""


def random_directions(
    structure: Structure, parameters: Parameters, seed: int
) -> tuple[Direction, Direction]:
    """Two random directions with the norms of the weights' own filters.

    For each filter i (all weights into one unit or channel): dᵢ ← dᵢ / ‖dᵢ‖ · ‖wᵢ‖, d being normal.
    Biases and the parameters of normalization are 0. H. Li et al., "Visualizing the loss landscape
    of neural nets", NeurIPS 2018, section 4.

    Args:
        structure: The network.
        parameters: Its weights.
        seed: The same seed gives the same bits.
    """
    declared = declared_parameters(structure.network, structure.input_shape)
    start = Normal(kind="normal", standard_deviation=1.0)

    def direction(axis: int) -> Direction:
        found: Direction = {}
        for place, (layer, own) in enumerate(declared.items()):
            found[layer] = {}
            for number, (name, parameter) in enumerate(own.items()):
                weights = np.asarray(parameters[layer][name])
                if not parameter.penalized:
                    found[layer][name] = np.zeros(weights.shape, np.float32)
                    continue
                key = seed, PLANES + (axis << 24) + (place << 8) + number
                drawn = draw(start, key, weights.shape, 1, 1)
                found[layer][name] = _as_long_as(drawn, weights)
        return found

    return direction(0), direction(1)


def _as_long_as(drawn: NDArray[np.float32], weights: NDArray[Any]) -> NDArray[np.float32]:
    """Each filter of the first array, which is its last axis, with the norm of the second's."""
    axes = tuple(range(drawn.ndim - 1))
    wanted = np.sqrt(np.square(weights, dtype=np.float64).sum(axis=axes))
    drawn_norm = np.sqrt(np.square(drawn, dtype=np.float64).sum(axis=axes))
    return (drawn * (wanted / drawn_norm)).astype(np.float32)


def flat(parameters: Parameters) -> NDArray[np.float32]:
    """All numbers of a network in a row [p], by `<layer>/<name>` in the order of the alphabet."""
    tensors = parameter_tensors(parameters)
    return np.concatenate([tensors[name].ravel() for name in sorted(tensors)])


def path_plane(
    structure: Structure, parameters: Parameters, path: NDArray[np.float32]
) -> PathPlane:
    """The two directions in which a path varies most, through the state looked at.

    The states are w₁ … wₖ₋₁ and the one looked at, wₖ. With w̄ their mean, the rows wᵢ - w̄ of a
    matrix X = U·S·Vᵀ: the directions are the first two columns of V, the first two principal
    components, and the share is (s₁² + s₂²) / Σ s², the part of the variance about the mean that
    they hold. (H. Li et al., NeurIPS 2018, section 7.) Where a plane lies does not change what part
    of the variance its directions hold, so the share is also that of this plane, which goes through
    wₖ and not through w̄. The path begins on the left of wₖ and below it.

    Args:
        structure: The network.
        parameters: Those of the state looked at.
        path: The parameters of other states of the training, as `flat` [k, p], oldest first.

    Raises:
        StateError: There are fewer than two, or the weights have not moved.
    """
    trained = _trained(structure, parameters)
    x = np.where(trained, path.astype(np.float64) - flat(parameters), 0)
    moved = np.square(x).sum(axis=1) > 0
    if moved.sum() < 2:
        raise StateError(
            "A path needs two states before the one looked at that differ from it, "
            f"got {moved.sum()}.",
            remedy="Train on, or take random directions.",
        )
    states = np.vstack([x, np.zeros(x.shape[1])])
    states -= states.mean(axis=0)
    # The smaller matrix: a path has few states, and a state many weights.
    variances, vectors = np.linalg.eigh(states @ states.T)
    first = vectors[:, -1] @ states
    second = vectors[:, -2] @ states
    first /= np.linalg.norm(first)
    if variances[-2] <= _FLAT * variances[-1]:
        second = np.where(trained, np.random.default_rng(0).normal(size=len(first)), 0)
    second -= (second @ first) * first
    length = np.linalg.norm(second)
    # A network of one weight has one direction: the plane is as high everywhere along the other.
    second = second / length if length > _FLAT else np.zeros_like(second)
    directions = np.stack([first, second], axis=1)
    coordinates = x @ directions
    signs = np.where(coordinates[0] > 0, -1.0, 1.0)
    share = float(np.square(states @ directions).sum() / np.square(states).sum())
    return PathPlane(
        first=_shaped(first * signs[0], parameters),
        second=_shaped(second * signs[1], parameters),
        coordinates=coordinates * signs,
        share=min(1.0, share),
    )


def _trained(structure: Structure, parameters: Parameters) -> NDArray[np.bool_]:
    """Which numbers of `flat` steps change by their gradient [p]."""
    declared = declared_parameters(structure.network, structure.input_shape)
    each = {
        layer: {
            name: np.full(np.shape(a), declared[layer][name].trainable) for name, a in own.items()
        }
        for layer, own in parameters.items()
    }
    return flat(each).astype(np.bool_)  # type: ignore[arg-type]


def _shaped(row: NDArray[np.float64], like: Parameters) -> Direction:
    """A row as `flat` gives it in the form of parameters."""
    found: Direction = {layer: {} for layer in like}
    places = {f"{layer}/{name}": (layer, name) for layer, own in like.items() for name in own}
    start = 0
    for place in sorted(places):
        layer, name = places[place]
        shape = np.shape(like[layer][name])
        size = int(np.prod(shape))
        found[layer][name] = row[start : start + size].astype(np.float32).reshape(shape)
        start += size
    return found
