"""Reading a bundle: all of it is judged before anything is kept.

The same checks whatever it says: names, sizes and checksums, then each document by its own rules,
then that steps, interventions, metrics and keyframes fit together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from netlapse.errors import DataError, InputError
from netlapse.export.archive import Archive, not_a_bundle
from netlapse.export.bundle_format import (
    CHUNK,
    COUNT,
    EVALUATIONS,
    FORMAT,
    INTERVENTIONS,
    KEYFRAME,
    MANIFEST,
    METRICS,
    MOST_KEYFRAME_BYTES,
    MOST_NOTES,
    NOTES,
    SPEC,
    TEXTS,
    VITALS,
    KeyframeLine,
    Manifest,
    NoteLine,
    keyframe_name,
    metrics_name,
)
from netlapse.protocol.messages import Evaluation
from netlapse.protocol.vitals import MAX_MOMENTS, Vitals
from netlapse.record.contract import Keyframe, Note
from netlapse.spec.base import parse
from netlapse.spec.changes import Intervention, intervene
from netlapse.spec.document import Spec, parse_spec
from netlapse.spec.training import MAX_EPOCHS

_TENSOR = re.compile(
    r"parameters/[A-Za-z0-9][A-Za-z0-9_-]{0,39}/[A-Za-z0-9_]{1,40}|optimizer/[0-9]{1,4}"
)
_COUNTS = ("format", "step", "epoch", "offset", "interventions", "stop_epoch", "extensions")
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?|-?inf|nan")
MOST_MEMORY = 20


@dataclass(frozen=True)
class Bundle:
    """What a bundle holds; metrics and keyframes are read when they are asked for."""

    manifest: Manifest
    spec: Spec
    interventions: tuple[Intervention, ...]
    notes: tuple[Note, ...]
    evaluations: tuple[dict[str, Any], ...]
    vitals: tuple[dict[str, Any], ...]
    archive: Archive

    def metrics(self) -> Iterator[tuple[int, NDArray[np.float32], NDArray[np.float32]]]:
        """First step, loss and gradient norm of consecutive pieces."""
        for first in range(1, self.manifest.step + 1, CHUNK):
            name = metrics_name(first)
            values = np.frombuffer(self.archive.read(name, self.manifest.files[name]), "<f4")
            half = len(values) // 2
            yield first, values[:half].astype(np.float32), values[half:].astype(np.float32)

    def keyframes(self) -> Iterator[Keyframe]:
        """All keyframes, by step."""
        for line in self.manifest.keyframes:
            name = keyframe_name(line.step, line.interventions)
            data = self.archive.read(name, self.manifest.files[name])
            yield Keyframe(line.step, line.interventions, line.final, data, line.seconds)


def read_bundle(file: BinaryIO) -> Bundle:
    """A bundle of which everything is known to be good.

    Raises:
        DataError: It is no bundle, or any of it breaks a rule; in one sentence.
    """
    archive = Archive(file, _is_known, TEXTS[FORMAT].__contains__)
    try:
        manifest = _manifest(archive)
        _check_files(manifest, archive)
        bundle = _texts(manifest, archive)
    except DataError:
        raise
    except InputError as error:
        raise not_a_bundle(str(error).rstrip(".")) from None
    for _, loss, norms in bundle.metrics():
        if len(loss) != len(norms):
            raise not_a_bundle("its metrics are not pairs")
    for keyframe in bundle.keyframes():
        _check_keyframe(keyframe)
    return bundle


def _is_known(name: str) -> bool:
    return name in TEXTS[FORMAT] or bool(METRICS.fullmatch(name) or KEYFRAME.fullmatch(name))


def _json(content: bytes, place: str) -> Any:
    if b"\\u0000" in content:
        raise not_a_bundle("a text in it holds a character that no text holds", place)
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise not_a_bundle("it is no JSON", place) from None


def _list(content: bytes, place: str, most: int) -> list[Any]:
    value = _json(content, place)
    if not isinstance(value, list) or len(cast("list[Any]", value)) > most:
        raise not_a_bundle(f"it is no list of at most {most:,} entries", place)
    return cast("list[Any]", value)


def _manifest(archive: Archive) -> Manifest:
    value = _json(archive.read(MANIFEST), MANIFEST)
    if isinstance(value, dict):
        version = cast("dict[str, Any]", value).get("format")
        if isinstance(version, int) and version > FORMAT:
            raise DataError(
                f"This bundle has format {version:.6g}, and this netlapse reads {FORMAT}.",
                remedy="Install a newer netlapse.",
            )
    return parse(Manifest, value, place=f"{MANIFEST}: ")


def _check_files(manifest: Manifest, archive: Archive) -> None:
    """The entries are those that the steps and keyframes ask for, and no others."""
    texts = TEXTS[manifest.format]
    wanted = {*texts, *(metrics_name(first) for first in range(1, manifest.step + 1, CHUNK))}
    lines = manifest.keyframes
    wanted |= {keyframe_name(line.step, line.interventions) for line in lines}
    if set(archive.names) != wanted or set(manifest.files) != wanted - {MANIFEST}:
        odd = sorted(set(archive.names) ^ wanted) or sorted(set(manifest.files) ^ wanted)
        raise not_a_bundle(f"`{odd[0]}` is missing, or stands in it without a reason")
    places = [_place(line) for line in lines]
    if places != sorted(set(places)) or any(line.step > manifest.step for line in lines):
        raise not_a_bundle("its keyframes are not in order, or after the last step")
    for first in range(1, manifest.step + 1, CHUNK):
        steps = min(CHUNK, manifest.step + 1 - first)
        if archive.size(metrics_name(first)) != 8 * steps:
            raise not_a_bundle(f"there are not {steps:,} steps in it", metrics_name(first))
    for line in lines:
        name = keyframe_name(line.step, line.interventions)
        if archive.size(name) > MOST_KEYFRAME_BYTES:
            raise not_a_bundle("it is too large", name)


def _place(line: KeyframeLine) -> tuple[int, int]:
    return line.step, line.interventions


def _texts(manifest: Manifest, archive: Archive) -> Bundle:
    names = (name for name in TEXTS[manifest.format] if name != MANIFEST)
    texts = {name: archive.read(name, manifest.files[name]) for name in names}
    _json(texts[SPEC], SPEC)
    try:
        spec = parse_spec(texts[SPEC].decode(), place=SPEC)
    except UnicodeDecodeError:
        raise not_a_bundle("it is no text", SPEC) from None
    interventions = tuple(
        parse(Intervention, entry, place=f"{INTERVENTIONS}: ")
        for entry in _list(texts[INTERVENTIONS], INTERVENTIONS, MOST_NOTES)
    )
    _in_order([one.step for one in interventions], manifest.step, INTERVENTIONS)
    changed = spec
    for one in interventions:
        changed = intervene(changed, one.changes)
    if any(line.interventions > len(interventions) for line in manifest.keyframes):
        raise not_a_bundle("a keyframe has more interventions than there are")
    notes = tuple(
        parse(NoteLine, entry, place=f"{NOTES}: ")
        for entry in _list(texts[NOTES], NOTES, MOST_NOTES)
    )
    for note in notes:
        _check_note(note, manifest.step)
    evaluations = tuple(
        parse(Evaluation, entry, place=f"{EVALUATIONS}: ")
        for entry in _list(texts[EVALUATIONS], EVALUATIONS, MOST_NOTES)
    )
    _in_order([one.step for one in evaluations], manifest.step, EVALUATIONS)
    vitals = tuple(
        parse(Vitals, entry, place=f"{VITALS}: ")
        for entry in _list(texts.get(VITALS, b"[]"), VITALS, MAX_MOMENTS)
    )
    _in_order([one.step for one in vitals], manifest.step, VITALS)
    return Bundle(
        manifest,
        spec,
        interventions,
        tuple(Note(note.step, note.kind, note.text, note.values) for note in notes),
        tuple(one.to_dict() for one in evaluations),
        tuple(one.to_dict() for one in vitals),
        archive,
    )


def _in_order(steps: list[int], last: int, place: str) -> None:
    if steps != sorted(steps) or (steps and steps[-1] > last):
        raise not_a_bundle("its steps are not in order, or after the last one", place)


def _check_note(note: NoteLine, last: int) -> None:
    if note.step > last:
        raise not_a_bundle("a note is after the last step", NOTES)
    try:
        json.dumps(note.values, allow_nan=False)
    except (ValueError, RecursionError):
        raise not_a_bundle("a note holds what is no JSON", NOTES) from None
    if note.kind == "extended":
        epochs = note.values.get("epochs")
        if type(epochs) is not int or not 1 <= epochs <= MAX_EPOCHS:
            raise not_a_bundle("an extension has no epochs", NOTES)


def _check_keyframe(keyframe: Keyframe) -> None:
    """The state is a safetensors file of ours, of the step that its name says; whether it fits the
    network is judged when the run is opened."""
    from safetensors import SafetensorError, deserialize

    place = keyframe_name(keyframe.step, keyframe.interventions)
    try:
        length = int.from_bytes(keyframe.data[:8], "little")
        header: Any = json.loads(keyframe.data[8 : 8 + length])
        about: Any = json.loads(header["__metadata__"]["netlapse"])
        tensors = dict(deserialize(keyframe.data))
        counts = {name: about[name] for name in _COUNTS}
        memory: dict[str, Any] = dict(about["memory"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, SafetensorError):
        raise not_a_bundle("it is no keyframe", place) from None
    if any(type(value) is not int or not 0 <= value <= COUNT for value in counts.values()):
        raise not_a_bundle("a count in it is out of range", place)
    if (counts["step"], counts["interventions"]) != (keyframe.step, keyframe.interventions):
        raise not_a_bundle("it is of another step than its name says", place)
    if len(memory) > MOST_MEMORY or any(
        not isinstance(value, str) or not _NUMBER.fullmatch(value) for value in memory.values()
    ):
        raise not_a_bundle("what it remembers are no numbers", place)
    if set(about) != {*_COUNTS, "memory"} or not all(map(_TENSOR.fullmatch, tensors)):
        raise not_a_bundle("it holds what no keyframe holds", place)
