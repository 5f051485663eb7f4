"""Keyframes: the complete train state as safetensors bytes. No pickle, nothing executable.

Tensors are named by their place: `parameters/<layer>/<name>`, `optimizer/<n>` in the order of the
optimizer's own structure. The metadata holds step, epoch, offset and the memory of decisions.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save

from netlapse.engine.forward import Parameters
from netlapse.engine.program import state_shapes
from netlapse.engine.structure import Structure, TrainState
from netlapse.errors import RunError

FORMAT = 1


@dataclass
class Memory:
    """What decisions at epoch ends remember."""

    plateau_best: float = float("inf")
    plateau_bad_epochs: int = 0
    plateau_scale: float = 1.0
    stopping_best: float = float("inf")
    stopping_bad_epochs: int = 0


@dataclass(frozen=True)
class Moment:
    """A state with all that is needed to go on from it."""

    state: TrainState
    memory: Memory
    interventions: int
    """How many interventions have acted."""
    stop_epoch: int
    """Epochs at which the training stops."""
    extensions: int
    """How many times it has been extended."""


def parameter_tensors(parameters: Parameters) -> dict[str, NDArray[Any]]:
    """The parameters by `<layer>/<name>`."""
    return {
        f"{layer}/{name}": np.asarray(value)
        for layer, own in parameters.items()
        for name, value in own.items()
    }


def save_moment(moment: Moment) -> bytes:
    """A keyframe as bytes."""
    state = moment.state
    tensors = {f"parameters/{n}": v for n, v in parameter_tensors(state.parameters).items()}
    for index, leaf in enumerate(jax.tree.leaves(state.optimizer)):
        tensors[f"optimizer/{index}"] = np.asarray(leaf)
    metadata = {
        "format": FORMAT,
        "step": int(state.step),
        "epoch": int(state.epoch),
        "offset": int(state.offset),
        "interventions": moment.interventions,
        "stop_epoch": moment.stop_epoch,
        "extensions": moment.extensions,
        "memory": {k: repr(v) for k, v in asdict(moment.memory).items()},
    }
    # One entry: the writer does not keep the order of several, and equal states are equal bytes.
    return save(tensors, {"netlapse": json.dumps(metadata)})


def read_metadata(data: bytes) -> dict[str, Any]:
    """A keyframe's metadata: `step`, `epoch`, `offset`, `interventions`, `stop_epoch`, `extensions`
    and `memory`.

    Raises:
        RunError: This is not a keyframe of a known format.
    """
    try:
        length = int.from_bytes(data[:8], "little")
        header: dict[str, Any] = json.loads(data[8 : 8 + length])
        metadata: dict[str, Any] = json.loads(header["__metadata__"]["netlapse"])
        version = metadata["format"]
        if version == FORMAT:
            return {name: int(metadata[name]) for name in _COUNTS} | {
                "memory": _memory(metadata["memory"])
            }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RunError("This is not a keyframe: its header cannot be read.") from None
    raise RunError(f"This keyframe has format {version}, not {FORMAT}.")


_COUNTS = ("step", "epoch", "offset", "interventions", "stop_epoch", "extensions")


def _memory(written: dict[str, str]) -> Memory:
    numbers: dict[str, Any] = {
        name: int(value) if name.endswith("epochs") else float(value)
        for name, value in written.items()
    }
    return Memory(**numbers)


def load_moment(data: bytes, structure: Structure) -> Moment:
    """Restore a keyframe for the structure that the spec has at its step.

    Raises:
        RunError: The bytes are no keyframe, or of another network.
    """
    metadata = read_metadata(data)
    try:
        tensors = dict(deserialize(data))
    except SafetensorError as error:
        raise RunError(f"This keyframe is damaged: {error}.") from None
    template = state_shapes(structure)
    parameters = {
        layer: {
            name: _tensor(tensors, f"parameters/{layer}/{name}", value)
            for name, value in own.items()
        }
        for layer, own in template.parameters.items()
    }
    leaves, tree = jax.tree.flatten(template.optimizer)
    optimizer = jax.tree.unflatten(
        tree, [_tensor(tensors, f"optimizer/{i}", leaf) for i, leaf in enumerate(leaves)]
    )
    counters = (np.int32(metadata[name]) for name in ("step", "epoch", "offset"))
    state = TrainState(parameters, optimizer, *map(jax.numpy.asarray, counters))
    return Moment(
        state,
        memory=metadata["memory"],
        interventions=metadata["interventions"],
        stop_epoch=metadata["stop_epoch"],
        extensions=metadata["extensions"],
    )


_DTYPES = {"float32": "F32", "int32": "I32"}


def _tensor(tensors: dict[str, Any], name: str, like: Any) -> Any:
    entry = tensors.get(name)
    wanted = (_DTYPES[like.dtype.name], tuple(like.shape))
    if entry is None or (entry["dtype"], tuple(entry["shape"])) != wanted:
        raise RunError(f"This keyframe belongs to another network: `{name}` does not fit.")
    array = np.frombuffer(entry["data"], like.dtype).reshape(like.shape)
    return jax.numpy.asarray(array)
