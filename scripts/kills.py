"""Kills of worker and server at random moments, for a long time.

    python -m scripts.kills --workers 200 --servers 200

Each kill follows from its seed alone, as far as the machine's clock lets it; one that fails can be
looked at again with `--first SEED --workers 1`. What is done is kept in `.chaos/kills.json`, and
the next call goes on from there; `--anew` begins again.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from netlapse.record.sql.store import SqlStore
from netlapse.session.pool import WorkerPool
from tests.survival.kills import kill_server, kill_worker

STATE = Path(__file__).parent.parent / ".chaos" / "kills.json"
KINDS = ("workers", "servers")


def kill(kind: str, seed: int, folder: Path, pool: WorkerPool) -> None:
    """One kill, and all that must be true afterwards.

    Raises:
        AssertionError: Something is not.
    """
    with tempfile.TemporaryDirectory(dir=folder) as made:
        home = Path(made) / "home"
        if kind == "servers":
            kill_server(seed, home, folder / "compiled", pool)
            return
        store = SqlStore(home)
        try:
            kill_worker(seed, store, pool)
        finally:
            store.close()


def kills(wanted: dict[str, int], done: dict[str, int], keep: Callable[[], None]) -> None:
    """So many of each kind; those that are done are counted on the way."""
    pool = WorkerPool(1)
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="netlapse-kills-") as name:
            for kind in KINDS:
                while done[kind] < wanted[kind]:
                    seed = done[kind]
                    try:
                        kill(kind, seed, Path(name), pool)
                    except BaseException:
                        print(f"--first {seed} --{kind} 1 shows it again", flush=True)
                        raise
                    done[kind] += 1
                    keep()
                    if done[kind] % 10 == 0 or done[kind] == wanted[kind]:
                        passed_s = time.monotonic() - began
                        print(f"{done[kind]} {kind} killed, {passed_s:.0f} s", flush=True)
    finally:
        pool.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for kind in KINDS:
        parser.add_argument(f"--{kind}", type=int, default=0, help=f"{kind} to kill")
    parser.add_argument("--first", type=int, default=None, help="seed of the first kill")
    parser.add_argument("--anew", action="store_true", help="begin at the first seed")
    given = parser.parse_args()
    wanted = {kind: getattr(given, kind) for kind in KINDS}
    if given.first is not None:
        ends = {kind: given.first + count if count else 0 for kind, count in wanted.items()}
        kills(ends, dict.fromkeys(KINDS, given.first), lambda: None)
        return
    done = dict.fromkeys(KINDS, 0)
    if STATE.exists() and not given.anew:
        done |= json.loads(STATE.read_text(encoding="utf-8"))

    def keep() -> None:
        STATE.parent.mkdir(exist_ok=True)
        STATE.write_text(json.dumps(done), encoding="utf-8")

    kills(wanted, done, keep)
    print(
        f"{done['workers']} workers and {done['servers']} servers killed: no step that was said to "
        "be saved is lost or doubled, every keyframe is whole, and all of it is the same again.",
        flush=True,
    )


if __name__ == "__main__":
    main()
