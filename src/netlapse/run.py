"""Training from Python: `train`, `start`, and the `Run` they give.

import netlapse as nl

run = nl.train(nl.presets.spiral(), epochs=200)
run.metrics.validation.accuracy
run.predict([[1.0, 2.0]])
"""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Mapping, Sequence
from operator import index
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlapse.errors import DataError, SpecError
from netlapse.folders import tables_folder
from netlapse.looking import Looking
from netlapse.protocol.messages import (
    Acknowledged,
    Evaluate,
    Evaluation,
    GetWeights,
    Intervene,
    Pause,
    Play,
    Predict,
    Reply,
    Status,
)
from netlapse.session.session import Session, as_payload
from netlapse.session.shared import shared_pool, shared_store
from netlapse.session.waiting import OnProgress, Progress, Rest, failure, steps_to_end
from netlapse.spec.base import Document, parse
from netlapse.spec.changes import (
    Change,
    EditParameter,
    Intervention,
    SetValue,
    intervene,
    set_value,
)
from netlapse.spec.document import Spec
from netlapse.spec.training import MAX_EPOCHS

__all__ = ["Progress", "Run", "reopen", "start", "train"]

Floats = NDArray[np.float32]
SpecLike = Spec | Mapping[str, Any]


def train(
    spec: SpecLike,
    *,
    epochs: int | None = None,
    steps: int | None = None,
    on_progress: OnProgress | None = None,
    record: bool = True,
    confirmed: bool = False,
) -> Run:
    """Train a spec and give the run.

    Args:
        spec: What to train: a `Spec`, or the same as plain data.
        epochs: Passes over the training part, in place of the spec's; a schedule follows.
        steps: Stop after so many updates instead; a schedule keeps the spec's length.
        on_progress: Called about ten times a second with a `Progress`.
        record: Whether to keep the run in the data folder, for the Studio to show.
        confirmed: Whether it may take much memory.

    Raises:
        SpecError: The spec breaks a rule, or cannot be trained.
        DataError: The data cannot be used.
        ConfirmationError: It takes much memory, and `confirmed` is not given.
        OutOfMemoryError: It takes more memory than there is.
        DivergedError: A loss or a gradient is no longer finite. Use `start` and `Run.train` to
            keep the run and look at its last good state.
        WorkerError: The worker process died.

    >>> import netlapse as nl
    >>> run = nl.train(nl.presets.spiral(), epochs=200, record=False)
    >>> run.step, len(run.loss)
    (4000, 4000)
    >>> run.metrics.validation.accuracy > 0.9
    True
    >>> run.predict([[1.0, 2.0], [-1.0, -2.0]]).shape
    (2, 1)
    >>> sorted(run.activations([[1.0, 2.0]]))
    ['hidden-1', 'hidden-2', 'output']
    >>> run.weights()["hidden-1.kernel"].shape
    (4, 8)
    >>> run.close()
    """
    if epochs is not None and steps is not None:
        raise SpecError("Give `epochs` or `steps`, not both.")
    document = _spec(spec)
    if epochs is not None:
        document = set_value(document, "training.epochs", epochs)
    run = start(document, record=record, confirmed=confirmed)
    try:
        return run.train(steps=steps, on_progress=on_progress)
    except BaseException:
        run.close()
        raise


def start(spec: SpecLike, *, record: bool = True, confirmed: bool = False) -> Run:
    """Open a run at step 0, with its first weights.

    Args:
        spec: What to train: a `Spec`, or the same as plain data.
        record: Whether to keep the run in the data folder.
        confirmed: Whether it may take much memory.

    Raises:
        SpecError: The spec breaks a rule, or cannot be trained.
        DataError: The data cannot be used.
        ConfirmationError: It takes much memory, and `confirmed` is not given.
        OutOfMemoryError: It takes more memory than there is.
    """
    store = shared_store(record=record)
    session = Session(store, shared_pool(), tables=tables_folder())
    try:
        session.open(_spec(spec), confirmed=confirmed).result()
        return Run(session)
    except BaseException:
        session.close()
        raise


def reopen(run: str) -> Run:
    """Open a recorded run at its last recorded step, to look at it or to train on.

    Raises:
        NotFoundError: There is no such run.
        StateError: Another program has it open.
    """
    session = Session(shared_store(record=True), shared_pool(), tables=tables_folder())
    try:
        session.reopen(run).result()
        return Run(session)
    except BaseException:
        session.close()
        raise


class Run(Looking):
    """One training: look at it, train on, change it. Made by `train` and `start`.

    A run holds a worker process until it is closed, deleted or the program ends; use it as a
    context manager to close it early.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rest = Rest(session)
        self._seconds = 0.0
        self._evaluated: tuple[tuple[int, int], Evaluation] | None = None
        # The worker goes back with the run, whether or not somebody closes it.
        self._finalizer = weakref.finalize(self, session.close)
        self._compile()

    # --- where it stands -------------------------------------------------------------------

    @property
    def id(self) -> str:
        """The run's name in the data folder and in the Studio."""
        return self._session.run

    @property
    def spec(self) -> Spec:
        """The spec as it reads now, with everything that was changed during the training."""
        spec = self._session.store.spec(self.id)
        for intervention in self.interventions:
            spec = intervene(spec, intervention.changes)
        return spec

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """What was changed during the training, and at which step."""
        return self._session.store.interventions(self.id)

    @property
    def state(self) -> str:
        """`paused`, `finished`, `diverged`, `worker-died` or `failed`."""
        return self._status.state

    @property
    def step(self) -> int:
        """Updates done."""
        return self._session.store.recorded_step(self.id)

    @property
    def epoch(self) -> float:
        """Epochs done, with the fraction of the present one."""
        return self._status.epoch

    @property
    def note(self) -> str:
        """Why it stopped before its last epoch, such as early stopping; empty where it did not."""
        return self._status.note

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, by index; empty for regression."""
        ready = self._session.ready
        return ready.class_names if ready else ()

    @property
    def parameters(self) -> int:
        """Trainable numbers."""
        ready = self._session.ready
        return ready.parameters if ready else 0

    @property
    def seconds(self) -> float:
        """Seconds of training so far, compilation not counted."""
        return self._seconds

    @property
    def steps_per_second(self) -> float:
        """Steps a second so far."""
        return self.step / self._seconds if self._seconds > 0 else 0.0

    @property
    def compile_seconds(self) -> float:
        """Seconds that compilation took."""
        return self._status.compile_seconds

    def __repr__(self) -> str:
        return f"<Run {self.id}: {self.state} at step {self.step}>"

    # --- results ---------------------------------------------------------------------------

    @property
    def loss(self) -> Floats:
        """The loss of every step's batch, before the update; float32 [steps]."""
        return self._session.store.metrics(self.id).loss

    @property
    def gradient_norm(self) -> Floats:
        """The norm of every step's gradient; float32 [steps]."""
        return self._session.store.metrics(self.id).gradient_norm

    @property
    def metrics(self) -> Evaluation:
        """Loss and metrics of the whole training and validation part now.

        `metrics.train` and `metrics.validation` have `loss`, and by task `accuracy`, `precision`,
        `recall`, `f1`, `confusion`, or `mae`, `rmse`, `r2`; `validation` is None where there is no
        validation part.
        """
        key = (self.step, len(self.interventions))
        if self._evaluated is None or self._evaluated[0] != key:
            reply, _ = self._ask(Evaluate(kind="evaluate", command=0))
            self._evaluated = (key, parse(Evaluation, reply.values["evaluation"]))
        return self._evaluated[1]

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

    # --- going on --------------------------------------------------------------------------

    def train(
        self,
        *,
        epochs: int | None = None,
        steps: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> Self:
        """Train on: so many epochs or steps more, or to the end of the spec's epochs.

        Ctrl-C pauses the run before it raises `KeyboardInterrupt`; the run can go on from there.

        Raises:
            SpecError: Both `epochs` and `steps` are given, or one is below 1.
            StateError: All epochs are done, and neither is given.
            DivergedError: A loss or a gradient is no longer finite; the run is at the last good
                state.
            WorkerError: The worker process died; `resume` goes on.
        """
        wanted = _wanted_steps(epochs, steps, self._status)
        target = None if wanted is None else self.step + wanted
        while True:
            self._play(target, on_progress)
            ended = self._status
            if target is None or ended.state != "finished" or ended.note or self.step >= target:
                return self

    def intervene(self, changes: Mapping[str, object]) -> Intervention:
        """Change hyperparameters from the next update on, as `{path: value}`.

        Raises:
            SpecError: A path cannot change during a training, or a value breaks a rule.
        """
        return self._intervene(
            [SetValue(kind="set", path=path, value=value) for path, value in changes.items()]
        )

    def edit(
        self, layer: str, parameter: str, index: int | Sequence[int], value: float
    ) -> Intervention:
        """Set one weight or bias, such as `run.edit("hidden", "kernel", (0, 3), 1.5)`.

        Raises:
            SpecError: There is no such entry, or the value is out of range.
        """
        place = (index,) if isinstance(index, int) else tuple(index)
        data = {"kind": "edit", "layer": layer, "parameter": parameter, "index": place}
        return self._intervene([parse(EditParameter, {**data, "value": value})])

    def resume(self) -> Self:
        """Go on with a new worker where the old one died, at the last recorded step.

        Raises:
            StateError: The worker lives.
        """
        self._session.resume().result()
        self._compile()
        return self

    def close(self) -> None:
        """Save the state and give the worker back; the record stays. May be called twice."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- within ----------------------------------------------------------------------------

    @property
    def _status(self) -> Status:
        return self._session.status

    def _compile(self) -> None:
        """Wait until the program is compiled, so that compilation is no training time."""
        self._rest.wait()
        if self._status.state in ("worker-died", "failed"):
            self._raise_failure()

    def _play(self, target: int | None, on_progress: OnProgress | None) -> None:
        left = steps_to_end(self._status)
        more = 0
        if target is not None and target - self.step > left:
            per_epoch = self._status.steps_per_epoch
            more = -(-(target - self.step - left) // per_epoch)
            if more > MAX_EPOCHS:
                raise SpecError(
                    f"At most {MAX_EPOCHS:,} epochs can be added at a time, got {more:,}.",
                    remedy="Train fewer steps.",
                )
        end = target if target is not None else self.step + left
        compiled, began = self.compile_seconds, time.monotonic()
        play = Play(kind="play", command=0, until_step=target, more_epochs=more)
        sent = self._session.call(play)
        try:
            sent.result()
            self._rest.wait_with_progress(end, on_progress)
        except BaseException:
            if not sent.done() or sent.exception() is None:  # it plays, or is about to
                self._call(Pause(kind="pause", command=0))
            raise
        finally:
            self._seconds += time.monotonic() - began - (self.compile_seconds - compiled)
        self._raise_failure()

    def _raise_failure(self) -> None:
        error = failure(self._status)
        if error is not None:
            raise error

    def _intervene(self, changes: Sequence[Change]) -> Intervention:
        if not changes:
            raise SpecError("An intervention changes at least one thing, got nothing.")
        answer = self._call(Intervene(kind="intervene", command=0, changes=tuple(changes)))
        assert isinstance(answer, Acknowledged)
        assert answer.intervention is not None
        # Another optimizer or batch size is compiled now; the status follows the acknowledgment.
        self._rest.wait(interventions=len(self.interventions))
        return answer.intervention

    def _predict(self, x: ArrayLike, *, layers: bool) -> dict[str, Any]:
        ready = self._session.ready
        rows = _rows(x, ready.raw_names if ready else ())
        question = Predict(kind="predict", command=0, rows=len(rows), layers=layers)
        return self._ask(question, as_payload(rows))[1]

    def _weights_file(self) -> bytes:
        _, arrays = self._ask(GetWeights(kind="get-weights", command=0))
        return arrays["weights"].tobytes()

    def _ask(self, question: Document, payload: bytes = b"") -> tuple[Reply, dict[str, Any]]:
        answer = self._session.call(question, payload).result()
        assert isinstance(answer.event, Reply)
        return answer.event, answer.arrays

    def _call(self, command: Document) -> Acknowledged | Reply:
        return self._session.call(command).result().event


def _spec(spec: SpecLike) -> Spec:
    return spec if isinstance(spec, Spec) else parse(Spec, dict(spec))


def _wanted_steps(epochs: int | None, steps: int | None, status: Status) -> int | None:
    if epochs is not None and steps is not None:
        raise SpecError("Give `epochs` or `steps`, not both.")
    if epochs is not None:
        return _at_least_1("epochs", epochs) * status.steps_per_epoch
    return None if steps is None else _at_least_1("steps", steps)


def _at_least_1(name: str, value: int) -> int:
    try:
        whole = index(value)  # NumPy's whole numbers are as good
    except TypeError:
        raise SpecError(f"`{name}` must be a whole number, got {value!r}.") from None
    if whole < 1:
        raise SpecError(f"`{name}` must be at least 1, got {whole}.")
    return whole


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
