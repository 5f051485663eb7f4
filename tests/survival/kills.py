"""Kills of worker and server at random moments, and what must be true afterwards.

No step that was said to be saved is lost or doubled, every keyframe can be read, the run goes on,
and all of it is what an uninterrupted training gives, bit for bit.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

import netlapse as nl
from netlapse.protocol.messages import Intervene, Play
from netlapse.record.sql.store import SqlStore
from netlapse.replaying import verify
from netlapse.session.pool import WorkerPool
from netlapse.session.session import Session
from netlapse.spec.changes import SetValue, set_value
from tests.e2e.server import Studio, start_studio

SPEC = set_value(nl.presets.spiral(), "training.epochs", 1_000_000)
LONGEST_S = 0.4
"""From the first step to the kill."""
MORE = 500
"""Steps after it."""
WAIT_S = 60.0


def kill_worker(seed: int, store: SqlStore, pool: WorkerPool) -> None:
    """Train at full speed, kill the worker, resume, and compare with an uninterrupted training."""
    moment = random.Random(seed)
    session = Session(store, pool)
    session.open(SPEC).result(WAIT_S)
    run = session.run
    try:
        session.call(Play(kind="play")).result(WAIT_S)
        changed = _change_at_random(session, moment)
        time.sleep(moment.uniform(0, LONGEST_S))
        saved = store.saved_step(run)
        pid = session.worker_pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: session.status.state == "worker-died")
        assert store.recorded_step(run) >= saved
        assert len(store.interventions(run)) >= changed
        session.resume().result(WAIT_S)
        _train_on(session)
    finally:
        session.close()
    _check(store, run)


def kill_server(seed: int, home: Path, compiled: Path, pool: WorkerPool) -> None:
    """Kill a Studio while its run trains at full speed and is watched; go on with its record."""
    moment = random.Random(seed)
    studio = start_studio(home, compiled)
    try:
        run = studio.post("runs", {"spec": SPEC.to_dict()})["run"]
        watcher = Watcher(studio, run)
        studio.post(f"runs/{run}/commands", {"kind": "play"})
        if moment.random() < 0.5:
            time.sleep(moment.uniform(0, LONGEST_S))
            changes = [_rate(moment)]
            command = {"kind": "intervene", "changes": [one.to_dict() for one in changes]}
            studio.post(f"runs/{run}/commands", command)
        changed = len(studio.get(f"runs/{run}")["interventions"])
        time.sleep(moment.uniform(0, LONGEST_S))
        workers = studio.workers()
    finally:
        studio.process.kill()
        studio.process.wait()
        studio.client.close()
        if studio.process.stdout is not None:
            studio.process.stdout.close()
    saved = watcher.ended()
    until(lambda: not any(map(_lives, workers)))  # a killed server leaves no orphan
    store = SqlStore(home)
    try:
        assert store.recorded_step(run) >= saved
        assert len(store.interventions(run)) >= changed
        session = Session(store, pool)
        try:
            session.reopen(run).result(WAIT_S)
            _train_on(session)
        finally:
            session.close()
        _check(store, run)
    finally:
        store.close()


class Watcher:
    """Hears on the live channel up to which step everything is saved."""

    def __init__(self, studio: Studio, run: str) -> None:
        self._saved = 0
        self._studio = studio
        self._run = run
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def ended(self) -> int:
        """The last step that was said to be saved, once the channel is closed."""
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive()
        return self._saved

    def _listen(self) -> None:
        studio = self._studio
        view = {"weights": True, "boundary": {"width": 100, "height": 100}}
        with (
            contextlib.suppress(WebSocketException, OSError),
            connect(
                f"ws://{urlsplit(studio.url).netloc}/api/live",
                origin=studio.origin,  # type: ignore[arg-type]
                additional_headers={"Authorization": studio.client.headers["Authorization"]},
                max_size=None,
                proxy=None,
            ) as socket,
        ):
            socket.send(json.dumps({"kind": "subscribe", "run": self._run, "view": view}))
            socket.send(json.dumps({"kind": "credit", "count": 2}))
            for frame in socket:
                assert isinstance(frame, bytes)
                header = json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")])
                if header["kind"] == "timeline":
                    self._saved = max(self._saved, header["saved"])
                elif header["kind"] == "picture":
                    socket.send(json.dumps({"kind": "credit", "count": 1}))


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that must become true."""
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)


def _change_at_random(session: Session, moment: random.Random) -> int:
    """Perhaps an intervention on the way; gives how many were acknowledged."""
    if moment.random() < 0.5:
        return 0
    time.sleep(moment.uniform(0, LONGEST_S))
    session.call(Intervene(kind="intervene", changes=(_rate(moment),))).result(WAIT_S)
    return 1


def _rate(moment: random.Random) -> SetValue:
    rate = moment.choice([0.001, 0.01, 0.05])
    return SetValue(kind="set", path="training.optimizer.learning_rate", value=rate)


def _train_on(session: Session) -> None:
    until(lambda: session.status.state == "paused")
    goal = session.store.recorded_step(session.run) + MORE
    session.call(Play(kind="play", until_step=goal)).result(WAIT_S)
    until(lambda: session.status.state == "paused" and session.status.step == goal)
    assert session.store.recorded_step(session.run) == goal


def _check(store: SqlStore, run: str) -> None:
    """Every step is there once, every keyframe is whole, and all is what training again gives."""
    last = store.recorded_step(run)
    assert store.saved_step(run) == last
    assert len(store.metrics(run).loss) == last
    for entry in store.keyframes(run):
        keyframe = store.keyframe_before(run, entry.step)
        assert keyframe is not None
        assert keyframe.step == entry.step
    assert [note.kind for note in store.notes(run) if note.kind == "differs"] == []
    verdict = verify(store, run)
    assert verdict.difference is None, str(verdict.difference)
    assert verdict.keyframes > 0


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"
