"""Credit, shared computations, bounded buffers, and viewers that stall."""

from __future__ import annotations

import asyncio
import json
import struct
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import numpy as np
import pytest
from starlette.websockets import WebSocketState

from netlapse.protocol.frames import encode
from netlapse.protocol.messages import Differs, Evaluated, Recalling
from netlapse.protocol.views import BoundaryView, View
from netlapse.record.memory import MemoryStore
from netlapse.server.live.channel import KEPT_PICTURES, TIMELINE_INTERVAL_S, Channel
from netlapse.server.live.outbox import KINDS, Outbox
from netlapse.server.live.socket import BURST, Connection
from netlapse.server.live.timeline import TimelineBuilder
from netlapse.server.live.viewer import Viewer
from netlapse.server.manager import Manager
from netlapse.spec.presets import PRESETS
from tests.server.fakes import (
    FakeOpener,
    FakeRun,
    evaluation_at,
    picture_of,
    ready_of,
    status_of,
)

SPEC = PRESETS["xor"].spec
SMALL = View(boundary=BoundaryView(width=10, height=10))
LARGE = View(boundary=BoundaryView(width=20, height=20))
Result = TypeVar("Result")


def header(frame: bytes) -> dict[str, Any]:
    (length,) = struct.unpack_from("<I", frame)
    return json.loads(frame[4 : 4 + length])


def drain(viewer: Viewer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while (frame := viewer.outbox.take_now()) is not None:
        found.append(header(frame))
    return found


def kinds(viewer: Viewer) -> list[str]:
    return [message["kind"] for message in drain(viewer)]


async def settle() -> None:
    """Let what was called from threads arrive."""
    for _ in range(3):
        await asyncio.sleep(0)


def on_a_channel(test: Callable[[Channel, FakeRun], Awaitable[Result]]) -> Result:
    """Run a test on a loop, with a channel that is attached to a fake run."""

    async def main() -> Result:
        store = MemoryStore()
        session = FakeRun(store.create(SPEC), store, answers_pictures=False)
        builder = TimelineBuilder(store, session.run)
        channel = Channel(session.run, builder, asyncio.get_running_loop())
        session.listen(channel.hear)
        channel.attach(session)
        return await test(channel, session)

    return asyncio.run(main())


def show(channel: Channel, session: FakeRun, view: View, step: int) -> None:
    picture, frame = picture_of(session.run, view, step)
    session.emit(picture, frame=frame)


def test_no_picture_without_credit() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewer = Viewer()
        channel.join(viewer, SMALL)
        assert session.wants == []
        channel.grant(viewer, 1)
        assert session.wants == [(SMALL, True)]
        show(channel, session, SMALL, 1)
        await settle()
        assert [m["step"] for m in drain(viewer) if m["kind"] == "picture"] == [1]
        assert len(session.wants) == 1  # its credit is spent

    on_a_channel(test)


def test_at_most_two_are_outstanding() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewer = Viewer()
        channel.join(viewer, SMALL)
        for _ in range(10):
            channel.grant(viewer, 2)
        assert viewer.credit == 2
        for step in range(5):
            show(channel, session, SMALL, step)
        await settle()
        assert [m["step"] for m in drain(viewer) if m["kind"] == "picture"] == [0, 1]
        assert len(session.wants) == 2

    on_a_channel(test)


def test_viewers_of_one_view_share_a_computation() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewers = [Viewer() for _ in range(3)]
        for viewer in viewers:
            channel.join(viewer, SMALL)
            channel.grant(viewer, 1)
        other = Viewer()
        channel.join(other, LARGE)
        channel.grant(other, 1)
        assert session.wants == [(SMALL, True), (LARGE, True)]
        show(channel, session, SMALL, 4)
        await settle()
        assert all("picture" in kinds(viewer) for viewer in viewers)
        assert "picture" not in kinds(other)

    on_a_channel(test)


def test_all_viewers_get_the_bytes_that_the_worker_made() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewers = [Viewer(), Viewer()]
        for viewer in viewers:
            channel.join(viewer, SMALL)
            channel.grant(viewer, 1)
        picture, frame = picture_of(session.run, SMALL, 7, size=1000)
        session.emit(picture, frame=frame)
        await settle()
        for viewer in viewers:
            frames = iter(viewer.outbox.take_now, None)
            assert any(sent is frame for sent in frames)

    on_a_channel(test)


def test_a_new_viewer_gets_the_newest_picture_at_once() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        first, second = Viewer(), Viewer()
        channel.join(first, SMALL)
        channel.grant(first, 1)
        show(channel, session, SMALL, 9)
        await settle()
        channel.join(second, SMALL)
        channel.grant(second, 2)
        assert [m["step"] for m in drain(second) if m["kind"] == "picture"] == [9]
        assert session.wants[-1] == (SMALL, False)  # and a newer one, when there is one

    on_a_channel(test)


def test_a_view_whose_picture_was_forgotten_is_drawn_anew() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewer = Viewer()
        channel.join(viewer, SMALL)
        channel.grant(viewer, 2)
        show(channel, session, SMALL, 5)
        await settle()
        assert session.wants == [(SMALL, True), (SMALL, False)]  # the run rests: none comes
        for step in range(KEPT_PICTURES):
            other = SMALL.model_copy(update={"at": step})
            channel.leave(viewer)
            channel.join(viewer, other)
            channel.grant(viewer, 1)
            show(channel, session, other, step)
            await settle()
        channel.leave(viewer)
        later = Viewer()
        channel.join(later, SMALL)
        channel.grant(later, 1)
        assert session.wants[-1] == (SMALL, True)

    on_a_channel(test)


def test_a_new_viewer_gets_ready_status_and_timeline() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        session.emit(ready_of(session.run))
        session.say(step=3)
        session.say(step=4)
        await settle()
        viewer = Viewer()
        channel.join(viewer, SMALL)
        await asyncio.sleep(0.1)
        messages = drain(viewer)
        assert [m["kind"] for m in messages] == ["ready", "status", "timeline"]
        assert messages[1]["step"] == 4

    on_a_channel(test)


def test_a_new_worker_is_asked_again() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewer = Viewer()
        channel.join(viewer, SMALL)
        channel.grant(viewer, 1)
        session.emit(ready_of(session.run))  # a new worker: it was never asked
        await settle()
        assert session.wants == [(SMALL, True), (SMALL, True)]

    on_a_channel(test)


def test_another_view_voids_credit_and_pictures() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewer = Viewer()
        channel.join(viewer, SMALL)
        channel.grant(viewer, 2)
        show(channel, session, SMALL, 1)
        await settle()
        channel.join(viewer, LARGE)
        assert viewer.credit == 0
        assert "picture" not in kinds(viewer)

    on_a_channel(test)


def test_a_view_of_nothing_costs_nothing() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewer = Viewer()
        channel.join(viewer, View())
        channel.grant(viewer, 2)
        assert session.wants == []

    on_a_channel(test)


def test_an_outbox_is_bounded_whatever_comes() -> None:
    outbox = Outbox()
    for number in range(10_000):
        for kind in (*KINDS, "picture"):
            outbox.put(kind, b"%d" % number)
    assert len(outbox) == len(KINDS) + 2
    frames = [outbox.take_now() for _ in range(len(outbox) + 1)]
    assert frames == [b"9999"] * (len(frames) - 3) + [b"9998", b"9999", None]


def test_who_turns_to_another_view_gets_no_picture_of_the_one_before_and_nothing_twice() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewer = Viewer()
        channel.join(viewer, SMALL)
        channel.grant(viewer, 1)
        session.emit(ready_of(session.run))
        await settle()
        assert "ready" in kinds(viewer)
        show(channel, session, SMALL, 3)
        session.emit(status_of(session.run, step=3))
        session.emit(Recalling(kind="recalling", run=session.run, at=2, step=1, seconds_left=1.0))
        await settle()
        channel.join(viewer, LARGE)
        assert kinds(viewer) == ["status"]

    on_a_channel(test)


def test_how_far_a_past_step_is_reached_is_told() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewer = Viewer()
        channel.join(viewer, SMALL.model_copy(update={"at": 40}))
        session.emit(Recalling(kind="recalling", run=session.run, at=40, step=9, seconds_left=2.0))
        await settle()
        [message] = [m for m in drain(viewer) if m["kind"] == "recalling"]
        assert (message["at"], message["step"], message["seconds_left"]) == (40, 9, 2.0)

    on_a_channel(test)


def test_a_past_step_can_be_asked_for_again_after_another_one() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewer = Viewer()
        views = [SMALL.model_copy(update={"at": step}) for step in (4, 5, 4)]
        for view in views:  # the worker forgets what was wanted of a step that is left
            channel.join(viewer, view)
            channel.grant(viewer, 1)
        assert [view for view, _ in session.wants] == views

    on_a_channel(test)


def test_two_who_look_at_different_past_steps_are_served_in_turn() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        early, late = (SMALL.model_copy(update={"at": step}) for step in (4, 9))
        one, other = Viewer(), Viewer()
        channel.join(one, early)
        channel.grant(one, 1)
        channel.join(other, late)
        channel.grant(other, 1)
        assert [view for view, _ in session.wants] == [early]
        session.emit(*picture_of(session.run, early))
        await settle()
        assert [view for view, _ in session.wants] == [early, late]
        session.emit(*picture_of(session.run, late))
        await settle()
        channel.grant(one, 1)
        channel.grant(other, 1)
        await settle()
        # Both have what they asked for: nobody sends the worker back and forth.
        assert [view for view, _ in session.wants] == [early, late]
        assert [len([m for m in drain(v) if m["kind"] == "picture"]) for v in (one, other)] == [
            1,
            1,
        ]

    on_a_channel(test)


def test_whoever_waits_for_a_past_step_has_their_turn_when_another_leaves() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        early, late = (SMALL.model_copy(update={"at": step}) for step in (4, 9))
        one, other = Viewer(), Viewer()
        for viewer, view in ((one, early), (other, late)):
            channel.join(viewer, view)
            channel.grant(viewer, 1)
        channel.leave(one)
        assert [view for view, _ in session.wants] == [early, late]

    on_a_channel(test)


def test_the_past_is_forgotten_when_the_last_one_returns_to_now() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        one, other = Viewer(), Viewer()
        for viewer, step in ((one, 4), (other, 9)):
            channel.join(viewer, SMALL.model_copy(update={"at": step}))
            channel.grant(viewer, 1)
        channel.join(one, SMALL)
        assert session.forgotten == 0
        channel.leave(other)
        assert session.forgotten == 1
        channel.join(one, SMALL.model_copy(update={"weights": True}))
        assert session.forgotten == 1

    on_a_channel(test)


def test_that_steps_are_saved_is_told_though_nothing_else_happens() -> None:
    class SlowDisk(MemoryStore):
        saved = 0

        def saved_step(self, run: str) -> int:
            return self.saved

    async def main() -> list[int]:
        store = SlowDisk()
        run = store.create(SPEC)
        channel = Channel(run, TimelineBuilder(store, run), asyncio.get_running_loop())
        loss = np.ones(5, np.float32)
        store.append_metrics(run, 1, loss, loss)
        viewer, told = Viewer(), list[int]()
        channel.join(viewer, SMALL)
        while not told or told[-1] < 5:
            store.saved = 5 if told else 0
            told += [message["saved"] for message in drain(viewer)]
            await asyncio.sleep(0.01)
        channel.leave(viewer)
        return told

    assert asyncio.run(main())[0] == 0


def test_timelines_come_at_most_five_a_second() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewer = Viewer()
        channel.join(viewer, SMALL)
        seen, began = 0, time.monotonic()
        loss = np.ones(1, np.float32)
        for step in range(60):
            session.store.append_metrics(session.run, step + 1, loss, loss)
            evaluated = Evaluated(kind="evaluated", run=session.run, evaluation=evaluation_at(step))
            session.emit(evaluated)
            await asyncio.sleep(0.01)
            seen += kinds(viewer).count("timeline")
        # However long a busy machine takes for it.
        assert 2 <= seen <= 2 + (time.monotonic() - began) / TIMELINE_INTERVAL_S

    on_a_channel(test)


def test_nothing_is_made_for_a_run_that_nobody_watches() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewer = Viewer()
        channel.join(viewer, SMALL)
        channel.grant(viewer, 2)
        channel.leave(viewer)
        show(channel, session, SMALL, 1)
        session.emit(Differs(kind="differs", run=session.run, step=3))
        await asyncio.sleep(0.05)
        assert len(session.wants) == 1
        assert "picture" not in kinds(viewer)

    on_a_channel(test)


# --- sockets that do not behave ---------------------------------------------------------------


class FakeSocket:
    """A WebSocket whose other side says what the test says, and reads or does not."""

    def __init__(self, reads: bool) -> None:
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[bytes] = []
        self.reads = reads
        self.closed: int | None = None
        self.application_state = WebSocketState.CONNECTED

    async def accept(self) -> None:
        pass

    async def receive(self) -> dict[str, Any]:
        return await self.incoming.get()

    async def send_bytes(self, frame: bytes) -> None:
        if not self.reads:
            await asyncio.Event().wait()
        self.sent.append(frame)

    async def close(self, code: int) -> None:
        self.closed = code

    def say(self, **message: Any) -> None:
        self.incoming.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})

    def kinds(self) -> list[str]:
        return [header(frame)["kind"] for frame in self.sent]


def with_manager(test: Callable[[Manager, FakeOpener, str], Awaitable[None]]) -> None:
    async def main() -> None:
        store = MemoryStore()
        opener = FakeOpener(store)
        manager = Manager(store, opener)
        run = await manager.create(SPEC)
        try:
            await test(manager, opener, run)
        finally:
            await manager.close()

    asyncio.run(main())


def connect(manager: Manager, socket: FakeSocket, stall_s: float = 20.0) -> asyncio.Task[None]:
    return asyncio.create_task(Connection(socket, manager, stall_s).serve())  # type: ignore[arg-type]


def test_a_stalled_viewer_loses_its_own_pictures_and_is_closed() -> None:
    async def test(manager: Manager, opener: FakeOpener, run: str) -> None:
        stalled, lively = FakeSocket(reads=False), FakeSocket(reads=True)
        tasks = [connect(manager, stalled, stall_s=0.3), connect(manager, lively)]
        for socket in (stalled, lively):
            socket.say(kind="subscribe", run=run, view=SMALL.to_dict())
            socket.say(kind="credit", count=2)
        session = opener.opened[run]
        for step in range(200):
            session.say(step=step, state="training")
            lively.say(kind="credit", count=1)
            await asyncio.sleep(0.001)
        await asyncio.wait_for(asyncio.shield(tasks[0]), 2)
        assert stalled.closed == 1013
        assert stalled.sent == []
        assert not tasks[1].done()
        assert lively.kinds().count("picture") > 100
        assert len((await manager.watch(run)).viewers) == 1  # type: ignore[union-attr]
        lively.incoming.put_nowait({"type": "websocket.disconnect"})
        await asyncio.wait_for(tasks[1], 2)

    with_manager(test)


def test_two_tabs_on_one_run_see_the_same() -> None:
    async def test(manager: Manager, opener: FakeOpener, run: str) -> None:
        tabs = [FakeSocket(reads=True), FakeSocket(reads=True)]
        tasks = [connect(manager, tab) for tab in tabs]
        for tab in tabs:
            tab.say(kind="subscribe", run=run, view=SMALL.to_dict())
            tab.say(kind="credit", count=2)
        await asyncio.sleep(0.05)
        opener.opened[run].say(step=77)
        await asyncio.sleep(0.05)
        for tab in tabs:
            statuses = [header(f) for f in tab.sent if header(f)["kind"] == "status"]
            assert statuses[-1]["step"] == 77
            assert "picture" in tab.kinds()
        # One tab closes; the run stays, and so does the other tab.
        tabs[0].incoming.put_nowait({"type": "websocket.disconnect"})
        await asyncio.wait_for(tasks[0], 2)
        opener.opened[run].say(step=78)
        await asyncio.sleep(0.05)
        assert header(tabs[1].sent[-1])["step"] == 78
        assert not opener.opened[run].closed
        tasks[1].cancel()

    with_manager(test)


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "subscribe", "run": "x"},
        {"kind": "credit", "count": 3},
        {"kind": "credit", "count": -1},
        {"kind": "play", "command": 1},
        {"no": "kind"},
    ],
)
def test_a_message_that_is_none_is_refused(message: dict[str, Any]) -> None:
    async def test(manager: Manager, opener: FakeOpener, run: str) -> None:
        del opener, run
        socket = FakeSocket(reads=True)
        task = connect(manager, socket)
        socket.say(**message)
        await asyncio.sleep(0.05)
        assert socket.kinds() == ["refused"]
        assert not task.done()
        task.cancel()

    with_manager(test)


def test_a_run_that_does_not_exist_is_gone() -> None:
    async def test(manager: Manager, opener: FakeOpener, run: str) -> None:
        del opener
        socket = FakeSocket(reads=True)
        task = connect(manager, socket)
        socket.say(kind="subscribe", run="nothing", view={})
        socket.say(kind="credit")
        await asyncio.sleep(0.05)
        assert socket.kinds() == ["gone"]
        socket.say(kind="subscribe", run=run, view={})
        await asyncio.sleep(0.05)
        assert "status" in socket.kinds()
        await manager.delete(run)
        await asyncio.sleep(0.05)
        assert socket.kinds()[-1] == "gone"
        task.cancel()

    with_manager(test)


@pytest.mark.parametrize(
    "message",
    [
        {"type": "websocket.receive", "bytes": b"binary"},
        {"type": "websocket.receive", "text": "x" * 20_000},
    ],
)
def test_what_is_no_text_of_ours_ends_the_socket(message: dict[str, Any]) -> None:
    async def test(manager: Manager, opener: FakeOpener, run: str) -> None:
        del opener, run
        socket = FakeSocket(reads=True)
        task = connect(manager, socket)
        socket.incoming.put_nowait(message)
        await asyncio.wait_for(task, 2)
        assert socket.closed == 1008

    with_manager(test)


def test_a_fault_of_ours_ends_the_socket_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def test(manager: Manager, opener: FakeOpener, run: str) -> None:
        del opener

        def fail(_: str) -> None:
            raise RuntimeError("a fault of ours")

        monkeypatch.setattr(manager, "watch", fail)
        socket = FakeSocket(reads=True)
        task = connect(manager, socket)
        socket.say(kind="subscribe", run=run, view={})
        await asyncio.wait_for(task, 2)
        assert socket.closed == 1011

    with_manager(test)
    assert "a fault of ours" in caplog.text


def test_a_flood_ends_the_socket() -> None:
    async def test(manager: Manager, opener: FakeOpener, run: str) -> None:
        del opener, run
        socket = FakeSocket(reads=True)
        task = connect(manager, socket)
        for _ in range(2 * BURST):
            socket.say(kind="credit")
        await asyncio.wait_for(task, 5)
        assert socket.closed == 1008

    with_manager(test)


def test_status_frames_are_those_of_the_worker() -> None:
    async def test(channel: Channel, session: FakeRun) -> None:
        viewer = Viewer()
        channel.join(viewer, SMALL)
        status = status_of(session.run, step=5)
        frame = encode(status)
        session.emit(status, frame=frame)
        await settle()
        assert viewer.outbox.take_now() is frame

    on_a_channel(test)
