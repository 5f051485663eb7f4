"""What a network answers, as it is now or as it was at a past step, from Python."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlapse.errors import DataError
from netlapse.landscapes import Landscapes
from netlapse.looking import Looking
from netlapse.protocol.diagnosis import Diagnosis
from netlapse.protocol.frames import unpack
from netlapse.protocol.messages import (
    Evaluate,
    Evaluation,
    GetWeights,
    Picture,
    Predict,
    Reply,
    TakeVitals,
)
from netlapse.protocol.views import View
from netlapse.protocol.vitals import Vitals
from netlapse.session.session import Session, as_payload
from netlapse.session.stills import still
from netlapse.spec.base import Document, parse

Floats = NDArray[np.float32]


class Asking(Looking, Landscapes):
    """Questions to the network of an open run."""

    _session: Session
    _at: int | None = None
    """The step that is asked about; none for now."""

    def predict(self, x: ArrayLike) -> Floats:
        """Outputs for raw inputs.

        Args:
            x: Raw inputs [n, r], as the data's columns are; a category as its index. With a
                single input also [n]; images also [n, h, w, c], 0 to 1.

        Returns:
            float32 [n, outputs]: the probability of the second class (two classes), of each class
            (more), or the value in the target's own unit (regression).

        Raises:
            DataError: `x` has another shape, or holds what is no finite number.
        """
        return self._predict(x, layers=False)["outputs"]

    def activations(self, x: ArrayLike) -> dict[str, Floats]:
        """What every layer makes of raw inputs [n, r], by the layer's id: float32 [n, units].

        Raises:
            DataError: As `predict`.
        """
        prefix = "activation:"
        arrays = self._predict(x, layers=True)
        return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}

    def weights(self) -> dict[str, Floats]:
        """All parameters by `<layer>.<parameter>`; a dense kernel has shape [features, units]."""
        from safetensors.numpy import load

        return load(self._weights_file())

    def save_weights(self, path: str | os.PathLike[str]) -> None:
        """Write all parameters as a safetensors file.

        Raises:
            DataError: The file cannot be written.
        """
        try:
            Path(path).write_bytes(self._weights_file())
        except OSError as error:
            message = f"The weights cannot be written: {error.strerror}."
            raise DataError(message, place=str(path)) from error

    def picture(self, view: View) -> tuple[Picture, dict[str, NDArray[Any]]]:
        """All that a view shows, with its arrays by name: what the Studio draws.

        Maps that travel as bytes are given as what they stand for, float32.

        Raises:
            StateError: The run cannot show it.
        """
        view = view.model_copy(update={"at": self._at, "nearest": False})
        self._reach()
        found = still(self._session, view)
        return found.picture, unpack(found.picture.buffers, found.payload)

    # --- within ----------------------------------------------------------------------------

    def _reach(self) -> None:
        """Wait until the step can be looked at."""

    def _predict(self, x: ArrayLike, *, layers: bool) -> dict[str, Any]:
        ready = self._session.ready
        rows = _rows(x, ready.raw_names if ready else ())
        question = Predict(kind="predict", command=0, rows=len(rows), layers=layers)
        return self._ask(question, as_payload(rows))[1]

    def _evaluate(self) -> Evaluation:
        reply, _ = self._ask(Evaluate(kind="evaluate", command=0))
        return parse(Evaluation, reply.values["evaluation"])

    def _weights_file(self) -> bytes:
        _, arrays = self._ask(GetWeights(kind="get-weights", command=0))
        return arrays["weights"].tobytes()

    def _ask(self, question: Document, payload: bytes = b"") -> tuple[Reply, dict[str, Any]]:
        asked = question.model_copy(update={"at": self._at})
        answer = self._session.call(asked, payload).result()
        assert isinstance(answer.event, Reply)
        return answer.event, answer.arrays


class Moment(Asking):
    """The network of a run at a past step; made by `Run.at`.

    >>> import netlapse as nl
    >>> with nl.train(nl.presets.spiral(), steps=500, record=False) as run:
    ...     moment = run.at(200)
    ...     moment.step, moment.weights()["output.kernel"].shape
    (200, (8, 1))
    """

    def __init__(self, session: Session, step: int) -> None:
        self._session = session
        self._at = step
        self._metrics: Evaluation | None = None
        self._reach()

    @property
    def step(self) -> int:
        """How many updates had been done."""
        assert self._at is not None
        return self._at

    @property
    def metrics(self) -> Evaluation:
        """Loss and metrics of the whole training and validation part, as `Run.metrics`."""
        if self._metrics is None:
            self._metrics = self._evaluate()
        return self._metrics

    def vitals(self) -> Vitals:
        """How the layers are: distributions, norms, the next update, dead and saturated units."""
        reply, _ = self._ask(TakeVitals(kind="take-vitals"))
        return parse(Vitals, reply.values["vitals"])

    def diagnose(self) -> Diagnosis:
        """What goes wrong here, by what was recorded up to this step; as `Run.diagnose`."""
        from netlapse.doctor import diagnose_run

        return diagnose_run(self._session.store, self._session.run, self.step)

    def __repr__(self) -> str:
        return f"<Moment of run {self._session.run} at step {self._at:,}>"

    def _reach(self) -> None:
        self._session.recall(self.step).result()


def _rows(x: ArrayLike, names: Sequence[str]) -> NDArray[np.float32]:
    try:
        rows = np.asarray(x, np.float32)
    except (TypeError, ValueError):
        raise DataError("`x` must hold numbers alone, in rows of one length.") from None
    if rows.ndim == 1 and len(names) == 1:
        rows = rows[:, None]
    if rows.ndim > 2:  # images: their pixels in a row
        rows = rows.reshape(len(rows), -1)
    if rows.ndim != 2 or rows.shape[1] != len(names) or not len(rows):
        shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
        raise DataError(
            f"`x` must have the shape [n, {len(names)}] ({shown}), got {list(rows.shape)}."
        )
    if not np.isfinite(rows).all():
        row, column = np.argwhere(~np.isfinite(rows))[0]
        raise DataError(
            f"Every input must be a finite number, got {rows[row, column]}.",
            place=f"row {row}, `{names[column]}`",
        )
    return rows
