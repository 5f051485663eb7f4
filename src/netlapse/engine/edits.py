"""Setting a single weight or bias by hand."""

from __future__ import annotations

import numpy as np

from netlapse.engine.structure import TrainState
from netlapse.errors import SpecError
from netlapse.spec.changes import EditParameter


def edit_parameter(state: TrainState, edit: EditParameter) -> TrainState:
    """The state with one entry replaced; its moments stay.

    Raises:
        SpecError: There is no such layer, parameter or entry.
    """
    own = state.parameters.get(edit.layer, {})
    array = own.get(edit.parameter)
    if array is None:
        known = ", ".join(f"{k}.{n}" for k, v in state.parameters.items() for n in v)
        raise SpecError(
            f"There is no parameter `{edit.parameter}` in layer `{edit.layer}`; there are: {known}."
        )
    if len(edit.index) != array.ndim or any(
        i >= n for i, n in zip(edit.index, array.shape, strict=False)
    ):
        raise SpecError(
            f"`{edit.layer}.{edit.parameter}` has shape {array.shape}, "
            f"so there is no entry {list(edit.index)}."
        )
    changed = array.at[edit.index].set(np.float32(edit.value))
    parameters = {**state.parameters, edit.layer: {**own, edit.parameter: changed}}
    return state._replace(parameters=parameters)
