"""Runs that come and go: few workers, abandoned runs, a restarted server."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from netlapse.errors import DataError, NotFoundError, SpecError, StateError, WorkerError
from netlapse.protocol.messages import Advance, Play
from netlapse.protocol.views import View
from netlapse.record.contract import RunStatus
from netlapse.record.memory import MemoryStore
from netlapse.server import manager
from netlapse.server.live.viewer import Viewer
from netlapse.server.manager import Manager
from netlapse.spec.presets import PRESETS
from tests.server.fakes import FakeOpener, fake_studio

SPEC = PRESETS["xor"].spec
STEP = Advance(kind="advance", command=0, steps=1)


class House:
    """A manager with what it stands on."""

    def __init__(self, max_open: int = 2) -> None:
        self.store = MemoryStore()
        self.opener = FakeOpener(self.store)
        self.manager = Manager(self.store, self.opener, max_open)

    async def started(self) -> str:
        """A run that has made a step."""
        run = await self.manager.create(SPEC)
        await self.manager.call(run, STEP)
        return run

    def open_runs(self) -> list[str]:
        return [run for run, session in self.opener.opened.items() if not session.closed]


def test_the_run_left_alone_longest_gives_way() -> None:
    async def main() -> None:
        house = House()
        first, second = await house.started(), await house.started()
        await house.manager.open(first)
        third = await house.started()
        assert house.open_runs() == [first, third]
        assert (await house.manager.status(second)).step == 1
        await house.manager.call(second, STEP)  # opened again on demand
        assert second in house.open_runs() and len(house.open_runs()) == 2

    asyncio.run(main())


def test_a_watched_run_gives_way_after_the_unwatched() -> None:
    async def main() -> None:
        house = House()
        first, second = await house.started(), await house.started()
        channel = await house.manager.watch(first)
        assert channel is not None
        channel.join(Viewer(), View())
        await house.manager.open(second)
        third = await house.started()
        assert house.open_runs() == [first, third]

    asyncio.run(main())


@pytest.mark.parametrize("keeps", [False, True])
def test_a_run_that_was_left_hands_its_worker_to_the_next_of_its_kin(*, keeps: bool) -> None:
    async def main() -> None:
        house = House(max_open=5)
        viewer, other = Viewer(), PRESETS["circles"].spec
        left, watched, by_program = [await house.started() for _ in range(3)]
        for session in house.opener.opened.values():
            assert session.ready is not None
            session.ready = session.ready.model_copy(update={"keeps_programs": keeps})
        for run in (left, watched):
            channel = await house.manager.watch(run)
            assert channel is not None
            channel.join(viewer if run == left else Viewer(), View())
            if run == left:
                channel.leave(viewer)
        await house.manager.create(other)
        assert left in house.open_runs(), "the other run has other programs"
        await house.manager.create(SPEC)
        assert (left in house.open_runs()) == keeps, "programs on disk are there for all"
        assert {watched, by_program} <= set(house.open_runs())
        assert (await house.manager.status(left)).step == 1

    asyncio.run(main())


def test_training_runs_are_not_closed() -> None:
    async def main() -> None:
        house = House()
        runs = [await house.started(), await house.started()]
        for run in runs:
            await house.manager.call(run, Play(kind="play", command=0))
        with pytest.raises(StateError, match="At most 2 runs can train at a time"):
            await house.manager.create(SPEC)
        assert house.open_runs() == runs
        house.opener.opened[runs[0]].say(state="finished")
        await house.manager.create(SPEC)

    asyncio.run(main())


def test_a_closed_run_tells_its_viewers_where_it_stands() -> None:
    async def main() -> None:
        house = House(max_open=1)
        first = await house.started()
        await house.started()
        channel = await house.manager.watch(first)
        assert channel is not None and channel.status is not None
        assert (channel.status.step, channel.status.state) == (1, "paused")

    asyncio.run(main())


def test_two_who_come_at_once_have_a_run_each() -> None:
    async def main() -> None:
        house = House(max_open=3)
        runs = [await house.manager.create(SPEC) for _ in range(2)]
        assert house.open_runs() == runs
        assert not any(house.opener.opened[run].closed for run in runs)

    asyncio.run(main())


def test_runs_never_started_give_way_when_they_are_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(manager, "COMES_S", 0.0)

    async def main() -> None:
        house = House(max_open=3)
        first = await house.manager.create(SPEC)
        second = await house.manager.create(SPEC)
        assert [summary.run for summary in house.store.runs()] == [second]
        assert house.opener.opened[first].closed
        third = await house.started()
        await house.manager.create(SPEC)
        assert third in [summary.run for summary in house.store.runs()]

    asyncio.run(main())


def test_a_watched_run_that_was_never_started_stays_until_it_is_left_for_another() -> None:
    async def main() -> None:
        house = House(max_open=3)
        first = await house.manager.create(SPEC)
        viewer = Viewer()
        channel = await house.manager.watch(first)
        assert channel is not None
        channel.join(viewer, View())
        await house.manager.create(SPEC)
        assert len(house.store.runs()) == 2
        channel.leave(viewer)
        house.manager.left(first)  # a page that is loaded anew comes back
        await asyncio.sleep(0.01)
        assert len(house.store.runs()) == 2
        house.manager.left(first, replaced=True)
        await asyncio.sleep(0.05)
        assert first not in [summary.run for summary in house.store.runs()]

    asyncio.run(main())


def test_closing_keeps_what_was_started_and_drops_the_rest() -> None:
    async def main() -> None:
        house = House(max_open=3)
        started, fresh = await house.started(), await house.manager.create(SPEC)
        await house.manager.close()
        assert house.open_runs() == [] and house.opener.is_closed
        assert [summary.run for summary in house.store.runs()] == [started]
        assert fresh != started
        with pytest.raises(StateError, match="ending"):
            await house.manager.create(SPEC)

    asyncio.run(main())


def test_opening_happens_once() -> None:
    async def main() -> None:
        house = House(max_open=1)
        first = await house.started()
        await house.started()
        sessions = await asyncio.gather(*(house.manager.open(first) for _ in range(5)))
        assert len({id(session) for session in sessions}) == 1

    asyncio.run(main())


def test_what_cannot_be_opened_says_why() -> None:
    async def main() -> None:
        house = House(max_open=1)
        first = await house.started()
        await house.started()
        house.opener.refuses = DataError("The table is gone.")
        channel = await house.manager.watch(first)
        assert channel is not None
        await asyncio.sleep(0.05)
        assert channel.status is not None and channel.status.problem is not None
        assert channel.status.state == "failed"
        assert channel.status.problem.message == "The table is gone."
        with pytest.raises(DataError):
            await house.manager.call(first, STEP)
        house.opener.refuses = None
        await house.manager.call(first, STEP)

    asyncio.run(main())


def test_a_dead_worker_is_not_replaced_without_being_asked() -> None:
    async def main() -> None:
        house = House()
        run = await house.started()
        await house.manager.close()
        house.store.set_status(run, RunStatus("worker-died", 1, 0.1, 400))
        opener = FakeOpener(house.store)
        manager = Manager(house.store, opener)
        assert await manager.watch(run) is not None
        await asyncio.sleep(0.05)
        assert opener.opened == {}
        await manager.resume(run)
        assert run in opener.opened

    asyncio.run(main())


def test_a_worker_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import Future

    from netlapse.server import manager as module

    monkeypatch.setattr(module, "ANSWER_S", 0.05)

    async def main() -> None:
        house = House()
        run = await house.started()

        def never(*_: object) -> Future[Any]:
            return Future()

        monkeypatch.setattr(house.opener.opened[run], "call", never)
        with pytest.raises(WorkerError, match="did not answer"):
            await house.manager.call(run, STEP)

    asyncio.run(main())


def test_a_restarted_server_keeps_its_runs(tmp_path: Path) -> None:
    store = MemoryStore()
    spec = SPEC.to_dict()
    with fake_studio(tmp_path, store) as studio:
        run = studio.create(spec).run
        url = f"/api/runs/{run}/commands"
        studio.client.post(url, json={"kind": "advance", "steps": 12})
    with fake_studio(tmp_path, store) as studio:
        (entry,) = studio.client.get("/api/runs").json()
        assert (entry["id"], entry["step"]) == (run, 12)
        assert studio.opener.opened == {}  # listing opens nothing
        assert studio.client.get(f"/api/runs/{run}").json()["status"]["step"] == 12
        answer = studio.client.post(
            f"/api/runs/{run}/commands", json={"kind": "advance", "steps": 1}
        )
        assert answer.json()["step"] == 13


class SlowOpener(FakeOpener):
    """Opens recorded runs when it is told to."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store)
        self.asked, self.go_on = threading.Event(), threading.Event()

    def open(self, run: str) -> Any:
        found = super().open(run)
        self.asked.set()
        assert self.go_on.wait(5)
        return found


def test_a_run_that_is_deleted_while_it_opens_is_let_go() -> None:
    async def main() -> None:
        store = MemoryStore()
        run = store.create(SPEC)
        opener = SlowOpener(store)
        manager = Manager(store, opener)
        opening = asyncio.create_task(manager.open(run))
        await asyncio.to_thread(opener.asked.wait, 5)
        await manager.delete(run)
        opener.go_on.set()
        with pytest.raises(NotFoundError, match="The run was deleted"):
            await opening
        assert opener.opened[run].closed
        assert manager._entries == {}

    asyncio.run(main())


def test_a_run_that_another_program_writes_is_not_deleted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def main() -> None:
        house = House()
        run = await house.started()

        def refuse(_: str) -> None:
            raise StateError("This run is open in another program.")

        monkeypatch.setattr(house.store, "delete", refuse)
        with pytest.raises(StateError, match="another program"):
            await house.manager.delete(run)
        await house.manager.call(run, STEP)  # it is there as before

    asyncio.run(main())


def test_two_pages_resume_a_run_once() -> None:
    async def main() -> None:
        house = House()
        run = await house.started()
        session = house.opener.opened[run]
        session.say(state="worker-died")
        await asyncio.gather(*(house.manager.resume(run) for _ in range(4)))
        assert session.resumed == 1

    asyncio.run(main())


def test_a_refused_spec_leaves_no_entry() -> None:
    async def main() -> None:
        house = House()
        house.opener.refuses = SpecError("It cannot be trained.")
        for _ in range(3):
            with pytest.raises(SpecError):
                await house.manager.create(SPEC)
        assert house.manager._entries == {}

    asyncio.run(main())


def test_a_refused_or_deleted_run_leaves_nothing() -> None:
    async def main() -> None:
        house = House(max_open=1)
        first = await house.started()
        await house.started()
        house.store.delete(first)  # by another program
        assert await house.manager.watch(first) is None

    asyncio.run(main())


def test_unknown_runs() -> None:
    async def main() -> None:
        house = House()
        assert await house.manager.watch("nothing") is None
        for work in (house.manager.open, house.manager.delete, house.manager.status):
            with pytest.raises(NotFoundError):
                await work("nothing")

    asyncio.run(main())
