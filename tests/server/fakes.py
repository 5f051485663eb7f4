"""An open run without a worker, and a Studio over it, for tests of the server alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient

from netlapse.errors import SpecError
from netlapse.protocol.frames import encode, pack
from netlapse.protocol.lab import Apart
from netlapse.protocol.messages import (
    Acknowledged,
    Advance,
    Evaluate,
    Evaluation,
    GetWeights,
    Intervene,
    Picture,
    Plan,
    Play,
    Predict,
    Ready,
    Reply,
    SplitMetrics,
    Status,
    TakeVitals,
)
from netlapse.protocol.questions import AnyQuestion
from netlapse.protocol.views import View
from netlapse.protocol.vitals import Vitals
from netlapse.record.contract import RunStatus
from netlapse.record.memory import MemoryStore
from netlapse.server.app import guarded, make_api
from netlapse.server.seams import Listener, OpenRun
from netlapse.server.settings import Settings
from netlapse.session.kin import Kin, kin_of
from netlapse.spec.base import Document
from netlapse.spec.changes import Intervention
from netlapse.spec.document import Spec

HOST = "127.0.0.1:8765"
TOKEN = "the-token-of-this-test"


def status_of(run: str, **changes: object) -> Status:
    """A status of a paused run at step 0, with some changes."""
    base: dict[str, object] = {
        "kind": "status",
        "run": run,
        "state": "paused",
        "step": 0,
        "epoch": 0.0,
        "epochs": 400,
        "steps_per_epoch": 20,
        "steps_per_second": 0.0,
        "interventions": 0,
        "pace": None,
        "learning_rate": 0.03,
    }
    return Status.model_validate({**base, **changes})


def vitals_at(step: int) -> dict[str, Any]:
    """Vitals of a network whose first layer is dead."""
    layer = {
        "summaries": [],
        "weight_norm": 2.0,
        "gradient_norm": 0.0,
        "update_norm": 0.0,
        "update_ratio": 0.0,
        "units": 8,
        "dead": None,
        "saturated": None,
    }
    document = {
        "step": step,
        "epoch": step / 20,
        "learning_rate": 0.01,
        "samples": 200,
        "loss": 0.69,
        "inputs": {"largest": 1, "least_deviation": 1, "greatest_deviation": 1},
        "layers": [
            {"layer": "hidden-1", **layer, "dead": 1.0},
            {"layer": "hidden-2", **layer},
            {"layer": "output", **layer, "units": 1},
        ],
    }
    return Vitals.model_validate(document).to_dict()


def ready_of(run: str) -> Ready:
    """What a run of the XOR data says when it is open."""
    plan = Plan(
        netlapse="0",
        jax="0",
        jaxlib="0",
        device="cpu",
        devices=1,
        processor="x",
        shards=1,
        precision="float32",
        variant="plain",
        networks=1,
    )
    return Ready.model_validate(
        {
            "kind": "ready",
            "run": run,
            "plan": plan.to_dict(),
            "parameters": 33,
            "task": "binary",
            "class_names": ("0", "1"),
            "target_name": "class",
            "raw_names": ("x", "y"),
        }
    )


def picture_of(run: str, view: View, step: int = 0, size: int = 0) -> tuple[Picture, bytes]:
    """A picture and its frame, with a payload of `size` bytes."""
    picture = Picture(
        kind="picture",
        run=run,
        branch=0,
        step=step,
        epoch=0.0,
        interventions=0,
        view=view.key,
        learning_rate=0.03,
    )
    return picture, encode(picture, b"\0" * size)


def evaluation_at(step: int) -> Evaluation:
    """An evaluation with some numbers."""
    split = SplitMetrics(samples=100, loss=0.5, accuracy=0.75)
    return Evaluation(step=step, epoch=step / 20, train=split, validation=split)


@dataclass(frozen=True)
class FakeAnswer:
    event: Acknowledged | Reply
    arrays: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class FakeRun:
    """Acts at once; `emit` stands for what a worker says."""

    run: str
    store: MemoryStore
    status: Status = field(init=False)
    ready: Ready | None = field(init=False)
    kin: Kin | None = field(init=False)
    calls: list[Document] = field(default_factory=list)
    wants: list[tuple[View, bool]] = field(default_factory=list)
    forgotten: int = 0
    resumed: int = 0
    closed: bool = False
    answers_pictures: bool = True
    _listeners: list[Listener] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        kept = self.store.summary(self.run).status
        self.status = status_of(self.run, step=kept.step)
        self.ready = ready_of(self.run)
        self.kin = kin_of(self.store.spec(self.run))

    def emit(self, event: Any, payload: bytes = b"", frame: bytes | None = None) -> None:
        """Say something, after it is in the record."""
        if isinstance(event, Status):
            self.status = event
            kept = RunStatus(event.state, event.step, event.epoch, event.epochs, None, event.note)
            self.store.set_status(self.run, kept)
        for listener in self._listeners:
            listener(event, frame or encode(event, payload), memoryview(payload))

    def say(self, **changes: object) -> None:
        """Say a status."""
        self.emit(self.status.model_copy(update=changes))

    def call(self, command: Document, payload: bytes = b"") -> Future[Any]:
        self.calls.append(command)
        future: Future[Any] = Future()
        try:
            future.set_result(self._answer(command, payload))
        except Exception as error:
            future.set_exception(error)
        return future

    def _answer(self, command: Document, payload: bytes) -> FakeAnswer:
        number, step = next(self._numbers), self.status.step
        intervention = None
        match command:
            case Play():
                self.say(state="training")
            case Advance(steps=asked):
                steps = min(asked, 100_000)  # as far as it has come when somebody looks
                loss = np.full(steps, 0.5, np.float32)
                self.store.append_metrics(self.run, step + 1, loss, loss)
                step += steps
                self.say(step=step)
            case Intervene(changes=changes):
                if any(getattr(change, "value", 0) == "refuse" for change in changes):
                    raise SpecError("The new value breaks a rule.", place="somewhere")
                intervention = Intervention(step=step, changes=changes)
                self.store.append_intervention(self.run, intervention)
                self.say(interventions=self.status.interventions + 1)
            case Predict(rows=rows):
                inputs = np.frombuffer(payload, "<f4").reshape(rows, -1)
                outputs = np.full((rows, 1), 0.25, np.float32)
                outputs[inputs[:, 0] > 0] = 0.75
                outputs[inputs[:, 0] > 100] = np.nan
                return self._reply(number, outputs=outputs, **{"activation:hidden-1": inputs})
            case Evaluate():
                return self._reply(number, {"evaluation": evaluation_at(step).to_dict()})
            case TakeVitals(at=at):
                return self._reply(number, {"vitals": vitals_at(step if at is None else at)})
            case GetWeights():
                return self._reply(number, weights=np.frombuffer(b"weights", np.uint8))
            case _ if isinstance(command, AnyQuestion):
                return self._reply(number)
            case _:
                self.say(state="paused")
        return FakeAnswer(
            Acknowledged(
                kind="acknowledged",
                command=number,
                run=self.run,
                step=step,
                intervention=intervention,
            )
        )

    def _reply(self, number: int, values: Any = None, **arrays: Any) -> FakeAnswer:
        buffers, _ = pack(arrays)
        reply = Reply(
            kind="reply",
            command=number,
            step=self.status.step,
            values=values or {},
            buffers=buffers,
        )
        return FakeAnswer(reply, arrays)

    def want(self, view: View, *, fresh: bool = False) -> None:
        self.wants.append((view, fresh))
        if self.answers_pictures:
            picture, frame = picture_of(self.run, view, self.status.step)
            self.emit(picture, frame=frame)

    def forget(self) -> None:
        self.forgotten += 1

    def listen(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def resume(self) -> Future[Any]:
        self.resumed += 1
        self.say(state="paused", problem=None)
        future: Future[Any] = Future()
        future.set_result(FakeAnswer(Acknowledged(kind="acknowledged", command=0, run="", step=0)))
        return future

    def close(self, timeout_s: float = 10.0) -> None:
        del timeout_s
        self.closed = True


class FakeOpener:
    """Opens fake runs, and keeps those that it opened."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.opened: dict[str, FakeRun] = {}
        self.refuses: Exception | None = None
        self.answers_pictures = True
        self.is_closed = False
        self.asked: list[Apart] = []
        self.answer_apart: Callable[[Apart, Callable[[], bool]], FakeAnswer] | None = None

    def create(
        self, spec: Spec, *, confirmed: bool = True, edited_from: str | None = None
    ) -> tuple[OpenRun, Future[Any]]:
        return self._open(self.store.create(spec, edited_from=edited_from))

    def open(self, run: str) -> tuple[OpenRun, Future[Any]]:
        self.store.acquire(run)
        return self._open(run)

    def _open(self, run: str) -> tuple[OpenRun, Future[Any]]:
        session = FakeRun(run, self.store, answers_pictures=self.answers_pictures)
        self.opened[run] = session
        future: Future[Any] = Future()
        if self.refuses is not None:
            future.set_exception(self.refuses)
        else:
            future.set_result(None)
        return session, future

    def ask(self, question: Apart, is_canceled: Callable[[], bool]) -> FakeAnswer:
        self.asked.append(question)
        if self.answer_apart is not None:
            return self.answer_apart(question, is_canceled)
        reply = Reply(kind="reply", command=1, step=0, values={})
        return FakeAnswer(reply, {"values": np.zeros((2, 2), np.float32)})

    def refill(self) -> None:
        pass

    def close(self) -> None:
        self.is_closed = True


@dataclass(frozen=True)
class FakeStudio:
    """A Studio with all its guards, over fake runs."""

    settings: Settings
    store: MemoryStore
    opener: FakeOpener
    client: TestClient
    api: Any
    ended: list[bool]

    def run(self, run: str) -> FakeRun:
        """The open run of an id."""
        return self.opener.opened[run]

    def create(self, spec: Any, edited_from: str | None = None) -> FakeRun:
        """A new run."""
        body = {"spec": spec, "edited_from": edited_from}
        answer = self.client.post("/api/runs", json=body)
        assert answer.status_code == 200, answer.text
        return self.run(answer.json()["run"])


@contextmanager
def fake_studio(
    folder: Path, store: MemoryStore | None = None, **more: Any
) -> Iterator[FakeStudio]:
    """A running Studio whose client has the token."""
    static = folder / "static"
    (static / "assets").mkdir(parents=True, exist_ok=True)
    (static / "index.html").write_text("<!doctype html><title>Studio</title>")
    (static / "assets" / "index-B1tHqZ8a.js").write_text("console.log(1);" * 200)
    (static / ".build-hash").write_text("secret")
    settings = Settings(token=TOKEN, folder=folder, static=static, allow_hosts=("studio.example",))
    store = store or MemoryStore()
    opener = FakeOpener(store)
    ended: list[bool] = []
    api = make_api(settings, store, opener, quit=lambda: ended.append(True), **more)
    with TestClient(
        guarded(api, settings),
        base_url=f"http://{HOST}",
        headers={"Authorization": f"Bearer {TOKEN}"},
        raise_server_exceptions=True,
        follow_redirects=False,
    ) as client:
        yield FakeStudio(settings, store, opener, client, api, ended)
