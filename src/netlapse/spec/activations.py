"""Activations: the element-wise functions after a layer's sum, and softmax over its units.

Formulas are PyTorch's: `leaky-relu` has a slope of 0.01, `elu` an alpha of 1, `gelu` uses the exact
error function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from jax import Array

Activation = Literal["linear", "relu", "leaky-relu", "elu", "gelu", "sigmoid", "tanh", "softmax"]
ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)

LEAKY_SLOPE = 0.01
ELU_ALPHA = 1.0


def activate(activation: Activation, z: Array) -> Array:
    """Apply an activation.

    Args:
        activation: Its name.
        z: Pre-activations, shape (..., units). Softmax normalizes the last axis.

    Returns:
        Activations, the shape of `z`.

    >>> import jax.numpy as jnp
    >>> activate("relu", jnp.array([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """
    import jax

    match activation:
        case "linear":
            return z
        case "relu":
            return jax.nn.relu(z)
        case "leaky-relu":
            # Not jax.nn's, whose slope at 0 is 1 and PyTorch's is the small one.
            return jax.numpy.where(z > 0, z, LEAKY_SLOPE * z)
        case "elu":
            return jax.nn.elu(z, ELU_ALPHA)
        case "gelu":
            return jax.nn.gelu(z, approximate=False)
        case "sigmoid":
            return jax.nn.sigmoid(z)
        case "tanh":
            return jax.numpy.tanh(z)
        case "softmax":
            return jax.nn.softmax(z, axis=-1)
