"""A run as one file: written, and taken in as a new run.

    save_bundle(store, run, Path("run.netlapse"))
    run = import_bundle(store, file)

`bundle_format` says what lies in it. A bundle is read with distrust (`bundle_reading`): where
anything in it is wrong nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from netlapse.errors import DataError, NetlapseError
from netlapse.export.bundle_format import (
    CHUNK,
    EVALUATIONS,
    FORMAT,
    INTERVENTIONS,
    MANIFEST,
    MAX_TAGS,
    MOST_NAME,
    MOST_REMARK,
    MOST_TAG,
    NOTES,
    SPEC,
    VITALS,
    FileEntry,
    KeyframeLine,
    Manifest,
    NoteLine,
    keyframe_name,
    metrics_name,
)
from netlapse.export.bundle_reading import Bundle, read_bundle
from netlapse.export.writing import whole_file
from netlapse.record.contract import Keyframe, RunStatus, Store
from netlapse.record.packed import pack_vitals, unpack_vitals
from netlapse.version import __version__

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_PRIVATE = 0o600 << 16


def save_bundle(store: Store, run: str, path: Path, *, private: bool = True) -> None:
    """Write a run as a bundle; the same record gives the same bytes.

    Args:
        store: Where the run is recorded.
        run: Its id.
        path: The file.
        private: Whether tags and remark of its owner go along.

    Raises:
        NotFoundError: There is no such run.
        DataError: The file cannot be written.
    """
    store.summary(run)
    with whole_file(path) as beside, beside.open("wb") as file:
        write_bundle(store, run, file, private=private)


def write_bundle(store: Store, run: str, file: BinaryIO, *, private: bool = True) -> None:
    """As `save_bundle`, into a file that can be sought in."""
    summary, step = store.summary(run), store.recorded_step(run)
    files: dict[str, FileEntry] = {}
    with zipfile.ZipFile(file, "w") as made:

        def add(name: str, content: bytes) -> None:
            is_text = name.endswith(".json")
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.external_attr = _PRIVATE
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
            made.writestr(entry, content)
            digest = hashlib.sha256(content).hexdigest()
            files[name] = FileEntry(bytes=len(content), sha256=digest)

        spec = store.spec(run)
        add(SPEC, spec.to_json().encode())
        interventions = [one.to_dict() for one in store.interventions(run) if one.step <= step]
        add(INTERVENTIONS, _text(interventions))
        add(NOTES, _text(_notes(store, run, step)))
        add(EVALUATIONS, _text([dict(e) for e in store.evaluations(run) if e["step"] <= step]))
        vitals = [unpack_vitals(entry) for entry in store.vitals(run, 0, step)]
        add(VITALS, json.dumps(vitals, allow_nan=False, separators=(",", ":")).encode())
        for first in range(1, step + 1, CHUNK):
            add(metrics_name(first), _metrics(store, run, first, min(step, first + CHUNK - 1)))
        lines: list[KeyframeLine] = []
        for keyframe in _keyframes(store, run, step):
            add(keyframe_name(keyframe.step, keyframe.interventions), keyframe.data)
            lines.append(
                KeyframeLine(
                    step=keyframe.step,
                    interventions=keyframe.interventions,
                    final=keyframe.final,
                    seconds=keyframe.seconds,
                )
            )
        manifest = Manifest(
            format=FORMAT,
            netlapse=__version__,
            run=run,
            name=_clean(summary.name, MOST_NAME),
            tags=_tags(summary.tags) if private else (),
            remark=_clean(summary.remark, MOST_REMARK, "\n\t") if private else "",
            step=step,
            epoch=summary.status.epoch,
            epochs=summary.status.epochs or spec.training.epochs,
            keyframes=tuple(lines),
            files=dict(files),
        )
        add(MANIFEST, _text(manifest.to_dict()))


def import_bundle(store: Store, file: BinaryIO) -> str:
    """Take a bundle in as a new run, paused at its last step; gives its id.

    Raises:
        DataError: It is no bundle, or any of it breaks a rule; then nothing is kept.
        RunError: There is no room for it.
    """
    bundle = read_bundle(file)
    run = store.create(bundle.spec)
    try:
        _fill(store, run, bundle)
        store.release(run)
    except BaseException:
        store.delete(run)
        raise
    return run


def import_file(store: Store, path: Path) -> str:
    """As `import_bundle`, of a file.

    Raises:
        DataError: It cannot be read, or is no bundle.
    """
    try:
        with path.open("rb") as file:
            return import_bundle(store, file)
    except OSError as error:
        raise DataError(f"The file cannot be read: {error.strerror}.", place=str(path)) from None
    except DataError as error:
        place = f"{path}: {error.place}" if error.place else str(path)
        raise DataError(error.message, place=place, remedy=error.remedy) from None


def _fill(store: Store, run: str, bundle: Bundle) -> None:
    manifest = bundle.manifest
    waiting = list(bundle.interventions)
    for first, loss, norms in bundle.metrics():
        done = 0
        while done < len(loss):
            # Nothing is kept after an intervention without it.
            while waiting and waiting[0].step < first + done:
                store.append_intervention(run, waiting.pop(0))
            end = min(len(loss), waiting[0].step - first + 1) if waiting else len(loss)
            store.append_metrics(run, first + done, loss[done:end], norms[done:end])
            done = end
    for one in waiting:
        store.append_intervention(run, one)
    for note in bundle.notes:
        store.append_note(run, note)
    for evaluation in bundle.evaluations:
        store.append_evaluation(run, evaluation)
    for vitals in bundle.vitals:
        store.append_vitals(run, pack_vitals(vitals))
    for keyframe in bundle.keyframes():
        store.save_keyframe(run, keyframe)
    status = RunStatus("paused", manifest.step, manifest.epoch, manifest.epochs)
    store.set_status(run, status)
    store.flush(run)
    store.describe(run, name=manifest.name, tags=manifest.tags, remark=manifest.remark)


def _clean(text: str, most: int, keep: str = "") -> str:
    """Text without what moves a terminal's cursor.

    >>> _clean("a\\x1b[31m", 120)
    'a [31m'
    """
    moves = {letter for letter in text if letter < " " or letter == "\x7f"} - set(keep)
    return "".join(" " if letter in moves else letter for letter in text)[:most]


def _tags(tags: Sequence[str]) -> tuple[str, ...]:
    cleaned = (_clean(tag, MOST_TAG).replace(",", " ").strip() for tag in tags)
    return tuple(tag for tag in cleaned if tag)[:MAX_TAGS]


def _notes(store: Store, run: str, step: int) -> list[dict[str, Any]]:
    return [
        NoteLine.model_validate(
            {"step": note.step, "kind": note.kind, "text": note.text, "values": dict(note.values)}
        ).to_dict()
        for note in store.notes(run)
        if note.step <= step
    ]


def _metrics(store: Store, run: str, first: int, last: int) -> bytes:
    kept = store.metrics(run, first, last)
    both = np.concatenate([kept.loss, kept.gradient_norm])
    return both.astype("<f4").tobytes()


def _keyframes(store: Store, run: str, step: int) -> Iterator[Keyframe]:
    """All that can be read, by step."""
    found: set[tuple[int, int]] = set()
    for entry in store.keyframes(run):
        if entry.step > step:
            continue
        try:
            keyframe = store.keyframe_before(run, entry.step)
        except NetlapseError:  # it went meanwhile: there is a budget
            continue
        if keyframe is not None and (keyframe.step, keyframe.interventions) not in found:
            found.add((keyframe.step, keyframe.interventions))
            yield keyframe


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1).encode()
