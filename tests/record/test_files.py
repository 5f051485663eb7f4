"""What only files can do: survive, be torn, be full, be shared."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from netlapse.errors import RunError, StateError
from netlapse.record import chunks, disk, run_folder
from netlapse.record.contract import Keyframe, RunStatus
from netlapse.record.files import FileStore
from tests.record.test_contract import SPEC, learning_rate, values


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def test_a_new_store_on_the_same_folder_has_everything(folder: Path) -> None:
    store = FileStore(folder)
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 500))
    store.append_intervention(run, learning_rate(500, 0.1))
    store.append_evaluation(run, {"step": 500})
    store.save_keyframe(run, Keyframe(500, 1, True, b"state"))
    store.set_status(run, RunStatus("finished", 500, 25.0, 25, note="done"))
    store.close()
    again = FileStore(folder)
    assert again.spec(run) == SPEC
    assert again.metrics(run).loss.tobytes() == values(1, 500)[0].tobytes()
    assert again.interventions(run) == (learning_rate(500, 0.1),)
    assert again.evaluations(run) == ({"step": 500},)
    assert again.newest_keyframe(run) == Keyframe(500, 1, True, b"state")
    assert again.summary(run).status == RunStatus("finished", 500, 25.0, 25, note="done")
    assert again.loss_columns(run).steps == 500


def test_metrics_are_saved_within_a_quarter_of_a_second(folder: Path) -> None:
    store = FileStore(folder)
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 10))
    deadline = time.monotonic() + 2  # generous: the machine may be busy
    while store.saved_step(run) < 10 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert store.saved_step(run) == 10
    store.close()


KILLED = """
import os, signal, sys
import numpy as np
from pathlib import Path
from netlapse.record.files import FileStore
from tests.record.test_contract import SPEC, learning_rate, values
store = FileStore(Path(sys.argv[1]))
run = store.create(SPEC)
store.append_metrics(run, 1, *values(1, 100))
store.append_intervention(run, learning_rate(100, 0.5))
print(run, store.saved_step(run), flush=True)
store.append_metrics(run, 101, *values(101, 50))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_what_was_acknowledged_survives_a_kill(folder: Path) -> None:
    arguments = [sys.executable, "-c", KILLED, str(folder)]
    root = Path(__file__).parents[2]
    ended = subprocess.run(arguments, capture_output=True, text=True, cwd=root, check=False)
    assert ended.returncode == -9, ended.stderr
    run, saved = ended.stdout.split()
    store = FileStore(folder)
    summary = store.summary(run)
    assert summary.status.state == "paused"
    assert summary.status.note == "The program ended while this run was open."
    assert store.recorded_step(run) >= int(saved) == 100
    assert store.interventions(run) == (learning_rate(100, 0.5),)
    store.acquire(run)  # the lock went with the process
    store.append_metrics(run, store.recorded_step(run) + 1, *values(1, 1))
    store.close()


@pytest.mark.parametrize("cut", [1, 11, 20, 400, 815])
def test_a_torn_metric_file_is_cut(folder: Path, cut: int) -> None:
    store = FileStore(folder)
    run = store.create(SPEC)
    for first in (1, 101):
        store.append_metrics(run, first, *values(first, 100))
        store.flush(run)
    store.close()
    file = folder / run / "metrics.bin"
    whole = file.stat().st_size
    os.truncate(file, whole - cut)
    again = FileStore(folder)
    assert again.recorded_step(run) == 100
    again.acquire(run)
    again.append_metrics(run, 101, *values(101, 100))
    again.close()
    assert file.stat().st_size == whole
    assert FileStore(folder).metrics(run).loss.tobytes() == values(1, 200)[0].tobytes()


def test_a_flipped_bit_ends_the_metrics_there(folder: Path) -> None:
    store = FileStore(folder)
    run = store.create(SPEC)
    for first in (1, 101):
        store.append_metrics(run, first, *values(first, 100))
        store.flush(run)
    store.close()
    file = folder / run / "metrics.bin"
    data = bytearray(file.read_bytes())
    data[-7] ^= 4
    file.write_bytes(data)
    assert FileStore(folder).recorded_step(run) == 100


def test_a_torn_intervention_is_cut(folder: Path) -> None:
    store = FileStore(folder)
    run = store.create(SPEC)
    store.append_intervention(run, learning_rate(0, 0.1))
    store.append_intervention(run, learning_rate(0, 0.2))
    store.close()
    file = folder / run / "interventions.log"
    os.truncate(file, file.stat().st_size - 5)
    again = FileStore(folder)
    again.acquire(run)
    again.append_intervention(run, learning_rate(3, 0.3))
    again.close()
    kept = FileStore(folder).interventions(run)
    assert kept == (learning_rate(0, 0.1), learning_rate(3, 0.3))


def test_a_torn_keyframe_gives_way_to_the_one_before(folder: Path) -> None:
    store = FileStore(folder)
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 30))
    for step in (10, 20, 30):
        store.save_keyframe(run, Keyframe(step, 0, False, b"state" * step))
        store.flush(run)
    files = sorted((folder / run / "keyframes").iterdir())
    assert len(files) == 2
    os.truncate(files[-1], files[-1].stat().st_size - 1)
    store.close()
    assert FileStore(folder).newest_keyframe(run) == Keyframe(20, 0, False, b"state" * 20)


def test_a_keyframe_waits_for_its_steps(folder: Path) -> None:
    store = FileStore(folder)
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 5))
    store.save_keyframe(run, Keyframe(5, 0, False, b"state"))
    store.flush(run)
    store.close()
    os.truncate(folder / run / "metrics.bin", 0)
    assert FileStore(folder).newest_keyframe(run) is None


def test_a_run_has_one_writer(folder: Path) -> None:
    store, other = FileStore(folder), FileStore(folder)
    run = store.create(SPEC)
    with pytest.raises(StateError, match=f"run {run}: This run is open in another program"):
        other.acquire(run)
    with pytest.raises(StateError, match="another program"):
        other.delete(run)
    store.release(run)
    other.acquire(run)
    other.close()


def test_a_reader_follows_a_writer(folder: Path) -> None:
    store, reader = FileStore(folder), FileStore(folder)
    run = store.create(SPEC)
    for first in (1, 101, 201):
        store.append_metrics(run, first, *values(first, 100))
        store.append_intervention(run, learning_rate(first, 0.1))
        assert reader.recorded_step(run) == first + 99
        assert reader.loss_columns(run).steps == first + 99
        assert len(reader.interventions(run)) == 1 + first // 100
    store.close()


class _Full:
    """Fails like a full disk after some bytes, as long as it is full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        write = os.write

        def limited(descriptor: int, data: bytes) -> int:
            if self.full:
                write(descriptor, bytes(data)[:10])
                raise OSError(28, "No space left on device")
            return write(descriptor, data)

        monkeypatch.setattr(disk.os, "write", limited)


def test_a_full_disk_loses_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    switch = _Full(monkeypatch)
    store = FileStore(folder)
    run = store.create(SPEC)
    store.append_metrics(run, 1, *values(1, 100))
    store.flush(run)
    switch.full = True
    store.append_metrics(run, 101, *values(101, 100))
    with pytest.raises(RunError) as caught:
        store.flush(run)
    assert caught.value.message == "The run cannot be saved: the disk is full."
    assert caught.value.remedy == "Free some space; what was saved is kept."
    assert FileStore(folder).recorded_step(run) == 100
    with pytest.raises(RunError, match="the disk is full"):
        store.append_metrics(run, 201, *values(201, 1))
    with pytest.raises(RunError, match="the disk is full"):
        store.append_intervention(run, learning_rate(201, 0.1))
    switch.full = False
    store.flush(run)
    assert store.saved_step(run) == 201
    store.close()
    again = FileStore(folder)
    assert again.metrics(run).loss.tobytes() == values(1, 201)[0].tobytes()
    assert again.interventions(run) == (learning_rate(201, 0.1),)


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(RunError, match="this folder may not be written"):
        FileStore(tmp_path / "runs").create(SPEC)


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_runs_are_readable_by_their_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "runs"
    with_umask = os.umask(0o022)
    try:
        FileStore(folder).create(SPEC)
    finally:
        os.umask(with_umask)
    assert [path.stat().st_mode & 0o777 for path in (folder.parent, folder)] == [0o700, 0o700]


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(RunError, match=r"is a file and no folder\. Set NETLAPSE_HOME to a folder"):
        FileStore(tmp_path / "home" / "runs").create(SPEC)


def test_a_run_that_cannot_be_opened_is_not_locked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileStore(folder)
    run = store.create(SPEC)
    store.release(run)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(run_folder, "AppendFile", full)
        with pytest.raises(RunError, match="the disk is full"):
            store.acquire(run)
    store.acquire(run)
    store.close()


def test_half_a_run_is_no_run(folder: Path) -> None:
    store = FileStore(folder)
    run = store.create(SPEC)
    store.close()
    (folder / run / "spec.json").unlink()
    (folder / "notes.txt").write_text("not a run")
    assert FileStore(folder).runs() == []


@pytest.mark.slow
def test_memory_is_flat_over_ten_million_steps(folder: Path) -> None:
    store = FileStore(folder)
    run = store.create(SPEC)
    loss = np.random.default_rng(0).random(1000, np.float32)
    peaks: list[int] = []
    tracemalloc.start()
    for first in range(1, 10_000_001, 1000):
        store.append_metrics(run, first, loss, loss)
        if first % 1_000_000 == 1:
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.reset_peak()
    final = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert max(peaks[2:]) < 1.5 * peaks[1] + 1_000_000
    assert final < 4_000_000
    store.close()
    again = FileStore(folder)
    assert again.recorded_step(run) == 10_000_000
    assert again.loss_columns(run).steps == 10_000_000
    assert len(again.loss_columns(run).low) <= 1024
    middle = again.metrics(run, 5_000_001, 5_001_000)
    assert middle.loss.tobytes() == loss.tobytes()


def test_the_index_stays_small_with_many_small_chunks(folder: Path) -> None:
    store = FileStore(folder)
    run = store.create(SPEC)
    path = folder / run / "metrics.bin"
    loss = values(1, 20_000)[0]
    with path.open("ab") as file:
        for step in range(20_000):
            one = loss[step : step + 1]
            file.write(chunks.encode_chunk(chunks.MetricRange(step + 1, one, one)))
    again = FileStore(folder)
    index = again._reader(run)._index
    assert len(index.places) <= 4096
    assert again.metrics(run, 15_003, 15_010).loss.tobytes() == loss[15_002:15_010].tobytes()
    store.close()
