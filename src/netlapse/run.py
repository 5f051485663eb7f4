"""Training from Python: `train`, `start`, and the `Run` they give.

import netlapse as nl

run = nl.train(nl.presets.spiral(), epochs=200)
run.metrics.validation.accuracy
run.predict([[1.0, 2.0]])
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Mapping, Sequence
from operator import index
from types import TracebackType
from typing import Any, Self

from netlapse.asking import Moment
from netlapse.diagnosing import Diagnosing
from netlapse.errors import SpecError
from netlapse.exporting import Exporting
from netlapse.folders import tables_folder
from netlapse.protocol.messages import (
    Acknowledged,
    Evaluation,
    Intervene,
    Pause,
    Play,
    Reply,
    Status,
)
from netlapse.record.contract import Store
from netlapse.session.session import Session
from netlapse.session.shared import shared_pool, shared_store
from netlapse.session.waiting import OnProgress, Progress, Rest, failure, steps_to_end
from netlapse.spec.base import Document, parse
from netlapse.spec.changes import (
    Change,
    EditParameter,
    Intervention,
    SetValue,
    set_value,
)
from netlapse.spec.document import Spec
from netlapse.spec.training import MAX_EPOCHS
from netlapse.standing import Standing

__all__ = ["Progress", "Run", "reopen", "start", "train"]

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
    return _reopened(shared_store(record=True), run)


def _reopened(store: Store, run: str) -> Run:
    session = Session(store, shared_pool(), tables=tables_folder())
    try:
        session.reopen(run).result()
        return Run(session)
    except BaseException:
        session.close()
        raise


class Run(Standing, Diagnosing, Exporting):
    """One training: look at it, train on, change it. Made by `train` and `start`.

    A run holds a worker process until it is closed, deleted or the program ends; use it as a
    context manager to close it early.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rest = Rest(session)
        self._evaluated: tuple[tuple[int, int], Evaluation] | None = None
        # The worker goes back with the run, whether or not somebody closes it.
        self._finalizer = weakref.finalize(self, session.close)
        self._compile()

    def __repr__(self) -> str:
        return f"<Run {self.id}: {self.state} at step {self.step}>"

    # --- results ---------------------------------------------------------------------------

    @property
    def metrics(self) -> Evaluation:
        """Loss and metrics of the whole training and validation part now.

        `metrics.train` and `metrics.validation` have `loss`, and by task `accuracy`, `precision`,
        `recall`, `f1`, `confusion`, or `mae`, `rmse`, `r2`; `validation` is None where there is no
        validation part.
        """
        key = (self.step, len(self.interventions))
        if self._evaluated is None or self._evaluated[0] != key:
            self._evaluated = (key, self._evaluate())
        return self._evaluated[1]

    def at(self, step: int) -> Moment:
        """The network as it was after so many updates, with the same questions.

        The training is not touched; the step is reached from the nearest keyframe by training
        again, and compared with the record.

        Raises:
            StateError: The record does not reach so far.
            SpecError: The step is no whole number of at least 0.
        """
        return Moment(self._session, _whole("step", step, 0))

    def branch(self, step: int) -> Run:
        """A run of its own that goes on from a past step; this one stays as it is.

        Raises:
            StateError: The record does not reach so far.
        """
        store = self._session.store
        store.flush(self.id)
        made = store.branch(self.id, _whole("step", step, 0))
        store.release(made)
        return _reopened(store, made)

    # --- going on --------------------------------------------------------------------------

    def train(
        self,
        *,
        epochs: int | None = None,
        steps: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> Self:
        """Train on: so many epochs or steps more, or to the end of the spec's epochs.

        What was trained is saved when this returns. Ctrl-C pauses the run before it raises
        `KeyboardInterrupt`; the run can go on from there.

        Raises:
            RunError: The record cannot be written.
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
                self._session.store.flush(self.id)
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

    def _call(self, command: Document) -> Acknowledged | Reply:
        return self._session.call(command).result().event


def _spec(spec: SpecLike) -> Spec:
    return spec if isinstance(spec, Spec) else parse(Spec, dict(spec))


def _wanted_steps(epochs: int | None, steps: int | None, status: Status) -> int | None:
    if epochs is not None and steps is not None:
        raise SpecError("Give `epochs` or `steps`, not both.")
    if epochs is not None:
        return _whole("epochs", epochs, 1) * status.steps_per_epoch
    return None if steps is None else _whole("steps", steps, 1)


def _whole(name: str, value: int, least: int) -> int:
    try:
        whole = index(value)  # NumPy's whole numbers are as good
    except TypeError:
        raise SpecError(f"`{name}` must be a whole number, got {value!r}.") from None
    if whole < least:
        raise SpecError(f"`{name}` must be at least {least}, got {whole}.")
    return whole
