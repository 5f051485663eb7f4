"""Bundles: a run as one file, there and back; and what strangers may send."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netlapse as nl
from netlapse.errors import DataError
from netlapse.export.bundle import import_bundle, import_file, save_bundle, write_bundle
from netlapse.record.contract import Store
from netlapse.record.memory import MemoryStore
from netlapse.record.sql.store import open_store
from netlapse.run import Run
from scripts.chaos import mutated, take_in


@pytest.fixture(scope="module")
def bundle(trained: Run) -> bytes:
    """The bundle of the trained run."""
    stream = io.BytesIO()
    write_bundle(trained.store, trained.id, stream)
    return stream.getvalue()


def changed(bundle: bytes, change: Callable[[dict[str, bytes]], None], **about: Any) -> io.BytesIO:
    """The bundle with other entries, whose checksums are right."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    manifest = json.loads(entries["manifest.json"])
    for name, content in entries.items():
        if name in manifest["files"]:
            digest = hashlib.sha256(content).hexdigest()
            manifest["files"][name] = {"bytes": len(content), "sha256": digest}
    entries["manifest.json"] = json.dumps({**manifest, **about}).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in entries.items():
            how = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            archive.writestr(name, content, how)
    return stream


def refused(file: io.BytesIO) -> str:
    """What a bundle is refused with; nothing is kept of it."""
    store = MemoryStore()
    with pytest.raises(DataError) as error:
        import_bundle(store, file)
    assert store.runs() == []
    return str(error.value)


@pytest.mark.parametrize("kind", ["memory", "sql"])
def test_a_run_comes_back_as_it_was(trained: Run, bundle: bytes, kind: str, tmp_path: Path) -> None:
    store: Store = MemoryStore() if kind == "memory" else open_store(tmp_path)
    try:
        run = import_bundle(store, io.BytesIO(bundle))
        known = trained.store
        assert run != trained.id
        assert store.spec(run) == known.spec(trained.id)
        assert store.interventions(run) == known.interventions(trained.id)
        assert store.notes(run) == known.notes(trained.id)
        assert store.evaluations(run) == known.evaluations(trained.id)
        assert store.vitals(run) == known.vitals(trained.id) != ()
        assert store.recorded_step(run) == store.saved_step(run) == 400
        np.testing.assert_array_equal(store.metrics(run).loss, trained.loss)
        np.testing.assert_array_equal(store.metrics(run).gradient_norm, trained.gradient_norm)
        steps = sorted(
            {k.step: (k.step, k.interventions) for k in known.keyframes(trained.id)}.values()
        )
        assert [(k.step, k.interventions) for k in store.keyframes(run)] == steps
        assert store.newest_keyframe(run) == known.newest_keyframe(trained.id)
        summary = store.summary(run)
        assert (summary.status.state, summary.status.step) == ("paused", 400)
        assert summary.status.epoch == pytest.approx(trained.epoch)
    finally:
        store.close()


def test_the_same_record_is_the_same_file(trained: Run, bundle: bytes, tmp_path: Path) -> None:
    save_bundle(trained.store, trained.id, tmp_path / "a.netlapse")
    assert (tmp_path / "a.netlapse").read_bytes() == bundle


def test_a_bundle_of_a_bundle_says_the_same(bundle: bytes) -> None:
    store = MemoryStore()
    run = import_bundle(store, io.BytesIO(bundle))
    stream = io.BytesIO()
    write_bundle(store, run, stream)
    with zipfile.ZipFile(stream) as again, zipfile.ZipFile(io.BytesIO(bundle)) as first:
        assert again.namelist() == first.namelist()
        for name in set(again.namelist()) - {"manifest.json"}:
            assert again.read(name) == first.read(name)


def test_a_run_goes_on_from_its_bundle_with_the_same_bits(trained: Run, tmp_path: Path) -> None:
    trained.save(tmp_path / "run.netlapse")
    with nl.open(tmp_path / "run.netlapse") as opened:
        assert opened.step == 400
        assert opened.id != trained.id
        for name, weights in trained.weights().items():
            np.testing.assert_array_equal(opened.weights()[name], weights)
        identity = opened.id
    with nl.open(identity) as again:
        assert again.step == 400


def test_a_run_of_no_steps_has_a_bundle() -> None:
    with nl.start(nl.presets.spiral(), record=False) as run:
        stream = io.BytesIO()
        write_bundle(run.store, run.id, stream)
    store = MemoryStore()
    assert store.recorded_step(import_bundle(store, stream)) == 0


def test_many_steps_are_written_in_pieces(monkeypatch: pytest.MonkeyPatch, trained: Run) -> None:
    from netlapse.export import bundle as writing
    from netlapse.export import bundle_reading as reading

    for module in (writing, reading):
        monkeypatch.setattr(module, "CHUNK", 64)
    stream = io.BytesIO()
    write_bundle(trained.store, trained.id, stream)
    store = MemoryStore()
    run = import_bundle(store, stream)
    np.testing.assert_array_equal(store.metrics(run).loss, trained.loss)


@pytest.mark.parametrize(
    "name", ["../evil", "/evil", "C:\\evil", "metrics/../evil.f32", "spec.json/", "more.json", ""]
)
def test_a_name_that_is_not_ours_is_refused(bundle: bytes, name: str) -> None:
    def add(entries: dict[str, bytes]) -> None:
        entries[name or "x" * 300] = b"evil"

    assert "is not known" in refused(changed(bundle, add))


def test_an_entry_too_many_or_too_few_is_refused(bundle: bytes) -> None:
    more = changed(bundle, lambda e: e.update({"metrics/0000000000000777.f32": b"12345678"}))
    assert "without a reason" in refused(more)
    assert "is missing" in refused(changed(bundle, lambda e: e.__delitem__("notes.json")))


def test_a_bomb_is_refused_before_it_is_unpacked(bundle: bytes) -> None:
    blank = changed(bundle, lambda e: e.update({"notes.json": b" " * (64 << 20)}))
    assert len(blank.getvalue()) < 1 << 20
    assert "more than a text may have" in refused(blank)

    stream = changed(bundle, lambda _: None)
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        keyframe = next(n for n in archive.namelist() if n.startswith("keyframes/"))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(keyframe.replace("/00", "/99"), b"\0" * (8 << 20), 8)
    assert "compressed in another way" in refused(stream)


def test_a_directory_that_lies_about_sizes_is_refused(bundle: bytes) -> None:
    """The spec is said to be 1 GB, of which nothing is allocated."""
    data = bytearray(bundle)
    entry = data.rindex(b"spec.json") - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, entry + 24, 1 << 30)
    assert "more than a text may have" in refused(io.BytesIO(bytes(data)))


def test_entries_over_each_other_are_refused(bundle: bytes) -> None:
    """Many entries that are the same bytes of the file."""
    offset = struct.unpack_from("<I", bundle, len(bundle) - 6)[0]
    directory = bundle[offset:-22]
    first = directory[: 46 + struct.unpack_from("<H", directory, 28)[0]]
    assert first.endswith(b"spec.json")
    many = b""
    for number in range(500):
        name = b"metrics/%016d.f32" % number
        head = bytearray(first[:46])
        struct.pack_into("<H", head, 10, 0)
        struct.pack_into("<II", head, 20, len(bundle) // 3, len(bundle) // 3)
        struct.pack_into("<H", head, 28, len(name))
        many += bytes(head) + name
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 500, 500, len(many), offset, 0)
    assert "larger than the file" in refused(io.BytesIO(bundle[:offset] + many + end))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_refused(bundle: bytes, share: float) -> None:
    cut = bundle[: int(share * len(bundle))]
    assert "too short" in (said := refused(io.BytesIO(cut))) or "cut off" in said


def test_a_wrong_checksum_is_refused(bundle: bytes) -> None:
    data = bytearray(bundle)
    data[data.index(b"metrics/") + 100] ^= 1
    said = refused(io.BytesIO(bytes(data)))
    assert "damaged" in said or "checksum" in said


def test_a_newer_format_says_what_to_do(bundle: bytes) -> None:
    assert refused(changed(bundle, lambda _: None, format=3)) == (
        "This bundle has format 3, and this netlapse reads 2. Install a newer netlapse."
    )


def test_a_bundle_of_the_format_before_has_no_vitals(bundle: bytes) -> None:
    def without(entries: dict[str, bytes]) -> None:
        del entries["vitals.json"]
        manifest = json.loads(entries["manifest.json"])
        del manifest["files"]["vitals.json"]
        entries["manifest.json"] = json.dumps(manifest).encode()

    store = MemoryStore()
    run = import_bundle(store, changed(bundle, without, format=1))
    assert store.recorded_step(run) == 400
    assert store.vitals(run) == ()
    assert "vitals.json" in refused(changed(bundle, without))
    assert "vitals.json" in refused(changed(bundle, lambda _: None, format=1))


def test_vitals_that_break_a_rule_are_refused(bundle: bytes) -> None:
    def with_vitals(change: Callable[[list[Any]], None]) -> io.BytesIO:
        def put(entries: dict[str, bytes]) -> None:
            vitals = json.loads(entries["vitals.json"])
            change(vitals)
            entries["vitals.json"] = json.dumps(vitals).encode()

        return changed(bundle, put)

    assert "step" in refused(with_vitals(lambda all: all[0].update(step=-1)))
    assert "in order" in refused(with_vitals(lambda all: all.reverse()))
    assert "in order" in refused(with_vitals(lambda all: all[-1].update(step=401)))
    assert "dead" in refused(with_vitals(lambda all: all[0]["layers"][0].update(dead=2)))
    assert "not known" in refused(with_vitals(lambda all: all[0].update(more=1)))
    assert "at most 512" in refused(with_vitals(lambda all: all.extend([all[-1]] * 512)))


def test_an_unknown_field_is_refused(bundle: bytes) -> None:
    assert "not known" in refused(changed(bundle, lambda _: None, more=1))

    def deeper(entries: dict[str, bytes]) -> None:
        spec = json.loads(entries["spec.json"])
        entries["spec.json"] = json.dumps({**spec, "pickle": "x"}).encode()

    assert "pickle" in refused(changed(bundle, deeper))


def test_a_keyframe_of_another_step_is_refused(bundle: bytes) -> None:
    def swap(entries: dict[str, bytes]) -> None:
        first, *_, last = [name for name in entries if name.startswith("keyframes/")]
        entries[first], entries[last] = entries[last], entries[first]

    assert "another step than its name says" in refused(changed(bundle, swap))


def test_an_intervention_that_breaks_a_rule_is_refused(bundle: bytes) -> None:
    def change(entries: dict[str, bytes]) -> None:
        made = json.loads(entries["interventions.json"])
        made[0]["changes"][0]["path"] = "network.layers[0].units"
        entries["interventions.json"] = json.dumps(made).encode()

    assert "cannot change during a training" in refused(changed(bundle, change))


def test_no_text_of_a_bundle_moves_a_terminal(bundle: bytes, trained: Run) -> None:
    assert "name" in refused(changed(bundle, lambda _: None, name="\x1b[2J"))
    assert "remark" in refused(changed(bundle, lambda _: None, remark="\x07"))
    assert "tags" in refused(changed(bundle, lambda _: None, tags=["a\nb"]))
    store = MemoryStore()
    run = import_bundle(store, io.BytesIO(bundle))
    store.describe(run, name="a\x1b[31mb", tags=["x,y", "\t"], remark="one\ntwo")
    stream = io.BytesIO()
    write_bundle(store, run, stream)
    summary = store.summary(import_bundle(store, stream))
    assert (summary.name, summary.tags, summary.remark) == ("a [31mb", ("x y",), "one\ntwo")


def test_what_a_database_cannot_hold_is_refused(bundle: bytes) -> None:
    def change(entries: dict[str, bytes]) -> None:
        spec = json.loads(entries["spec.json"])
        entries["spec.json"] = json.dumps({**spec, "name": "a\x00"}).encode()

    assert "no text holds" in refused(changed(bundle, change))


def test_the_file_is_named_where_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.netlapse"
    with pytest.raises(DataError, match="No such file"):
        import_file(MemoryStore(), path)
    path.write_bytes(b"\x80\x04\x95pickle." * 10)
    with pytest.raises(DataError, match=r"x\.netlapse: This is not a netlapse bundle"):
        import_file(MemoryStore(), path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_mutated_bundles_do_no_harm(bundle: bytes, tmp_path: Path) -> None:
    """500 of the mutations of `make chaos`: each is refused in a sentence, or a good run."""
    folder = tmp_path / "sandbox" / "data"
    store = open_store(folder)
    try:
        assert take_in(store, bundle, folder.parent, folder) == "taken"
        outcomes = [
            take_in(store, mutated(bundle, number), folder.parent, folder) for number in range(500)
        ]
    finally:
        store.close()
    assert outcomes.count("refused") > 350
