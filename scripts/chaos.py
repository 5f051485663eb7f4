"""Damage at random: mutated bundles, none of which may crash, hang, or leave anything behind.

    python -m scripts.chaos --bundles 10000

Each mutation follows from its number alone, so that one that fails can be looked at again with
`--first NUMBER --bundles 1`. What is done is kept in `.chaos/bundles.json`, and the next call goes
on from there; `--anew` begins again.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import io
import json
import random
import sys
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from netlapse.errors import DataError
from netlapse.export.bundle import import_bundle
from netlapse.record.contract import RunQuery, Store

ROOT = Path(__file__).parent.parent
STATE = ROOT / ".chaos" / "bundles.json"
HANG_S = 120
SLOW_S = 5.0
"""Of the processor."""

Parts = list[tuple[str, bytes, int]]
"""Name, content and compression of each entry."""

NAMES = (
    "../../evil",
    "/etc/evil",
    "C:\\evil",
    "..\\evil",
    "metrics/../../evil.f32",
    "keyframes/../0000000000000001-00000000.safetensors",
    "metrics/0000000000000001.f32/",
    "metrics/0000000000000001.f32\x00.txt",
    "metrics/0000000009999999.f32",
    "spec.json ",
    "Spec.json",
    "",
    "ü" * 40,
    "a/" * 200,
)
VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 2**31, 2**63, 10**400, 1e308, -1e-308),
    *("", "x" * 100_000, "../../evil", "=1+1", "\ud800", "\x00", [], {}, [[[[]]]], {"a": 1}),
)


def mutated(bundle: bytes, number: int) -> bytes:
    """A bundle with some damage, of its bytes or of what it says; each number has its own."""
    chance = random.Random(number)
    damage = chance.choice([*_BYTES, *_PARTS, *_PARTS])
    return damage(bundle, chance)


# --- bytes ----------------------------------------------------------------------------------


def _flip(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 8, 64])):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _remove(data: bytes, chance: random.Random) -> bytes:
    begin = chance.randrange(len(data))
    return data[:begin] + data[begin + chance.randrange(1, 200) :]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    begin = chance.randrange(len(data))
    piece = data[begin : begin + chance.randrange(1, 400)]
    return data[:begin] + piece * chance.randrange(2, 5) + data[begin:]


def _extreme(data: bytes, chance: random.Random) -> bytes:
    """Numbers of the directory at the end, or anywhere, become very large or nothing."""
    made = bytearray(data)
    low = max(0, len(made) - 400) if chance.random() < 0.7 else 0
    begin = chance.randrange(low, len(made) - 4)
    size = chance.choice([1, 2, 4])
    made[begin : begin + size] = chance.choice([b"\xff", b"\x00", b"\x7f"]) * size
    return bytes(made)


def _noise(data: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(0, min(4000, len(data))))


_BYTES: list[Callable[[bytes, random.Random], bytes]] = [
    _flip,
    _cut,
    _remove,
    _repeat,
    _extreme,
    _noise,
]


# --- what it says ---------------------------------------------------------------------------


def _rename(data: bytes, chance: random.Random) -> bytes:
    parts = _parts(data)
    place = chance.randrange(len(parts))
    _, content, how = parts[place]
    parts[place] = (chance.choice(NAMES), content, how)
    return _packed(parts, chance)


def _add(data: bytes, chance: random.Random) -> bytes:
    parts = _parts(data)
    name = chance.choice([*NAMES, *(name for name, _, _ in parts)])
    content = chance.choice([b"", b"x" * 1000, bytes(1 << 20)])
    parts.insert(chance.randrange(len(parts) + 1), (name, content, chance.choice([0, 8])))
    return _packed(parts, chance)


def _drop(data: bytes, chance: random.Random) -> bytes:
    parts = _parts(data)
    del parts[chance.randrange(len(parts))]
    return _packed(parts, chance)


def _bomb(data: bytes, chance: random.Random) -> bytes:
    """An entry that unpacks to very much."""
    parts = _parts(data)
    place = chance.randrange(len(parts))
    name = parts[place][0]
    parts[place] = (name, b" " * chance.choice([1 << 20, 40 << 20]), 8)
    return _packed(parts, chance)


def _document(data: bytes, chance: random.Random) -> bytes:
    """A value somewhere in a document becomes another."""
    parts = _parts(data)
    places = [index for index, (name, _, _) in enumerate(parts) if name.endswith(".json")]
    place = chance.choice(places)
    name, content, how = parts[place]
    value = json.loads(content)
    for _ in range(chance.choice([1, 1, 1, 3])):
        value = _changed(value, chance)
    text = json.dumps(value)
    if chance.random() < 0.03:
        text = "[" * 100_000 + "]" * 100_000
    if chance.random() < 0.03:
        text = text.replace("1", "NaN", 1)
    parts[place] = (name, text.encode("utf-8", "surrogatepass"), how)
    return _packed(parts, chance)


def _changed(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        kind = chance.random()
        if kind < 0.1:
            return {k: v for k, v in value.items() if k != key}
        if kind < 0.2:
            return {**value, "more": chance.choice(VALUES)}
        return {**value, key: _changed(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        kind = chance.random()
        if kind < 0.15:
            return value[:place] + value[place + 1 :]
        if kind < 0.3:
            return [*value[:place], *value[place : place + 1] * 3, *value[place + 1 :]]
        return [*value[:place], _changed(value[place], chance), *value[place + 1 :]]
    if isinstance(value, int | float) and abs(value) < 1e15 and chance.random() < 0.4:
        return value + chance.choice([-1, 1, 0.5, 1e6])
    return chance.choice(VALUES)


def _numbers(data: bytes, chance: random.Random) -> bytes:
    """Metrics or a keyframe of other bytes, whose checksum is right."""
    parts = _parts(data)
    places = [index for index, (name, _, _) in enumerate(parts) if not name.endswith(".json")]
    place = chance.choice(places)
    name, content, how = parts[place]
    parts[place] = (name, chance.choice(_BYTES)(content, chance), how)
    return _packed(parts, chance)


def _header(data: bytes, chance: random.Random) -> bytes:
    """A keyframe whose header says something else, and is as long as it says."""
    parts = _parts(data)
    places = [index for index, (name, _, _) in enumerate(parts) if name.startswith("keyframes/")]
    place = chance.choice(places)
    name, content, how = parts[place]
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    if chance.random() < 0.6:
        about = _changed(json.loads(header["__metadata__"]["netlapse"]), chance)
        header["__metadata__"]["netlapse"] = json.dumps(about)
    else:
        header = _changed(header, chance)
    text = json.dumps(header).encode("utf-8", "surrogatepass")
    made = len(text).to_bytes(8, "little") + text + content[8 + length :]
    parts[place] = (name, made, how)
    return _packed(parts, chance)


def _swap(data: bytes, chance: random.Random) -> bytes:
    parts = _parts(data)
    a, b = chance.randrange(len(parts)), chance.randrange(len(parts))
    (one, x, how), (two, y, also) = parts[a], parts[b]
    parts[a], parts[b] = (one, y, how), (two, x, also)
    return _packed(parts, chance)


_PARTS: list[Callable[[bytes, random.Random], bytes]] = [
    _rename,
    _add,
    _drop,
    _bomb,
    _document,
    _document,
    _document,
    _numbers,
    _header,
    _header,
    _swap,
]


def _parts(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        return [(e.filename, made.read(e), e.compress_type) for e in made.infolist()]


def _packed(parts: Parts, chance: random.Random) -> bytes:
    """The entries as an archive; mostly with the sizes and checksums that they have now."""
    if chance.random() < 0.9:
        parts = [(n, _renewed(parts, c) if n == "manifest.json" else c, h) for n, c, h in parts]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made._didModify = True  # an empty archive is written as well
        for name, content, how in parts:
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            entry.compress_type = how
            try:
                made.writestr(entry, content)
            except (ValueError, UserWarning):
                continue
    return stream.getvalue()


def _renewed(parts: Parts, manifest: bytes) -> bytes:
    try:
        value = json.loads(manifest)
        files = value["files"]
        for name, content, _ in parts:
            if name in files:
                digest = hashlib.sha256(content).hexdigest()
                files[name] = {"bytes": len(content), "sha256": digest}
        return json.dumps(value).encode("utf-8", "surrogatepass")
    except (ValueError, TypeError, KeyError, RecursionError):
        return manifest


# --- what must be true ----------------------------------------------------------------------


def take_in(store: Store, bundle: bytes, sandbox: Path, folder: Path) -> str:
    """Take a bundle in; gives `taken` or `refused`.

    Args:
        store: A store in `folder`, with no run that stays.
        bundle: The bundle.
        sandbox: A folder that holds nothing but `folder`.
        folder: The data folder.

    Raises:
        AssertionError: Something of what is promised is not true.
    """
    before = _listing(folder)
    try:
        run = import_bundle(store, io.BytesIO(bundle))
    except DataError as error:
        text = str(error)
        assert text
        assert "\n" not in text, text
        assert len(text) < 1000, text
        assert store.count_runs() == 0, "a refused bundle left a run"
        assert store.count_runs(RunQuery(hidden=True)) == 0
        assert _listing(folder) == before, "a refused bundle left a file"
        outcome = "refused"
    else:
        step = store.recorded_step(run)
        assert len(store.metrics(run).loss) == step
        assert all(entry.step <= step for entry in store.keyframes(run))
        store.spec(run)
        assert store.summary(run).status.state == "paused"
        store.delete(run)
        outcome = "taken"
    assert [entry.name for entry in sandbox.iterdir()] == [folder.name], "a file outside"
    return outcome


def _listing(folder: Path) -> set[str]:
    """The files of the data folder, without the database's own and the locks."""
    found = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    return {name for name in found if not name.startswith(("locks/", "netlapse.", "record."))}


def example() -> bytes:
    """The bundle of a short training with an intervention, with keyframes."""
    import netlapse as nl
    from netlapse.export.bundle import write_bundle

    with nl.train(nl.presets.spiral(), steps=120, record=False) as run:
        run.intervene({"training.optimizer.learning_rate": 0.01})
        run.train(steps=80)
        stream = io.BytesIO()
        write_bundle(run.store, run.id, stream)
        return stream.getvalue()


def bundles(
    first: int, count: int, say: Callable[[str], None], keep: Callable[[int, Counter[str]], None]
) -> None:
    """Take in so many mutated bundles; every 500 are said and kept."""
    from netlapse.record.sql.store import open_store

    bundle = example()
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="netlapse-chaos-") as name:
        sandbox = Path(name)
        folder = sandbox / "data"
        store = open_store(folder)
        assert take_in(store, bundle, sandbox, folder) == "taken"
        began = time.monotonic()
        for number in range(first, first + count):
            faulthandler.dump_traceback_later(HANG_S, exit=True)
            damaged = mutated(bundle, number)
            started = time.process_time()  # what others take on this machine is not counted
            try:
                outcomes[take_in(store, damaged, sandbox, folder)] += 1
            except BaseException:
                say(f"bundle {number} failed: --first {number} --bundles 1 shows it again")
                raise
            took_s = time.process_time() - started
            assert took_s < SLOW_S, f"bundle {number} took {took_s:.1f} s"
            if (number + 1 - first) % 500 == 0 or number + 1 == first + count:
                keep(number + 1, outcomes)
                say(f"{number + 1 - first:,} bundles in {time.monotonic() - began:.0f} s: "
                    f"{dict(outcomes)}")  # fmt: skip
        faulthandler.cancel_dump_traceback_later()
        store.close()


def _keep(done: int, outcomes: Counter[str]) -> None:
    STATE.parent.mkdir(exist_ok=True)
    STATE.write_text(json.dumps({"done": done, "outcomes": outcomes}), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--bundles", type=int, default=0, help="mutated bundles to take in")
    parser.add_argument("--first", type=int, default=None, help="number of the first mutation")
    parser.add_argument("--anew", action="store_true", help="begin at the first mutation")
    given = parser.parse_args()
    warnings.filterwarnings("ignore", "Duplicate name", UserWarning)
    if given.first is not None:
        bundles(given.first, given.bundles, _say, lambda *_: None)
        return
    done, before = 0, Counter[str]()
    if STATE.exists() and not given.anew:
        kept = json.loads(STATE.read_text(encoding="utf-8"))
        done, before = kept["done"], Counter(kept["outcomes"])
    if done < given.bundles:
        bundles(done, given.bundles - done, _say, lambda at, more: _keep(at, before + more))
        before = Counter(json.loads(STATE.read_text(encoding="utf-8"))["outcomes"])
    _say(f"{max(done, given.bundles):,} mutated bundles: {dict(before)}; nothing left behind")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
