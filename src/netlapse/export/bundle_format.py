"""What lies in a bundle: a zip archive with exactly these entries.

    manifest.json                       format, run, step; size and checksum of every other entry
    spec.json                           the spec at the start
    interventions.json                  what was changed, by step
    notes.json
    evaluations.json
    vitals.json                         how the layers were; format 1 has none
    metrics/<first step>.f32            loss [n], then gradient norm [n], float32 little-endian
    keyframes/<step>-<interventions>.safetensors

Text is deflated, numbers are stored as they are. There is no pickle and nothing executable, and no
name is ever used as a path.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field

from netlapse.protocol.rest.library import MAX_TAGS, Line, Tag
from netlapse.spec.base import Document

FORMAT = 2
"""What is written; both are read."""
SUFFIX = ".netlapse"
MANIFEST, SPEC = "manifest.json", "spec.json"
INTERVENTIONS, NOTES, EVALUATIONS = "interventions.json", "notes.json", "evaluations.json"
VITALS = "vitals.json"
TEXTS = {
    1: (MANIFEST, SPEC, INTERVENTIONS, NOTES, EVALUATIONS),
    2: (MANIFEST, SPEC, INTERVENTIONS, NOTES, EVALUATIONS, VITALS),
}
"""By format."""
METRICS = re.compile(r"metrics/([0-9]{16})\.f32")
KEYFRAME = re.compile(r"keyframes/([0-9]{16})-([0-9]{8})\.safetensors")
CHUNK = 1 << 20
"""Steps of one entry of metrics."""

MOST_BYTES = 2 << 30
"""Of the file, and of all entries together."""
MOST_ENTRIES = 20_000
MOST_TEXT_BYTES = 32 << 20
"""Of one text, unpacked."""
MOST_RATIO = 400
"""By which a text may be larger unpacked."""
MOST_KEYFRAME_BYTES = 1 << 30
MOST_STEPS = 100_000_000
MOST_NOTES = 100_000
COUNT = 2**31 - 1
MOST_NAME, MOST_TAG, MOST_REMARK = 120, 40, 2000
REMARK = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"

Step = Annotated[int, Field(ge=0, le=COUNT)]


class FileEntry(Document):
    """One entry beside the manifest."""

    bytes: Annotated[int, Field(ge=0, le=MOST_BYTES)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class KeyframeLine(Document):
    """What is known of a keyframe beside its state."""

    step: Step
    interventions: Step
    final: bool
    seconds: Annotated[float, Field(ge=0, le=1e12)]


class Manifest(Document):
    """What a bundle says of itself."""

    format: Literal[1, 2]
    netlapse: Annotated[str, Field(max_length=40)]
    """The version that wrote it."""
    run: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    """The id that the run had."""
    name: Line
    tags: Annotated[tuple[Tag, ...], Field(max_length=MAX_TAGS)]
    remark: Annotated[str, Field(max_length=MOST_REMARK, pattern=REMARK)]
    step: Annotated[int, Field(ge=0, le=MOST_STEPS)]
    """The last step."""
    epoch: Annotated[float, Field(ge=0, le=1e12)]
    epochs: Step
    keyframes: Annotated[tuple[KeyframeLine, ...], Field(max_length=MOST_ENTRIES)]
    files: Annotated[dict[str, FileEntry], Field(max_length=MOST_ENTRIES)]


class NoteLine(Document):
    """Something that happened to the run at a step."""

    step: Step
    kind: Literal["plan", "extended", "finished", "diverged", "differs"]
    text: Annotated[str, Field(max_length=10_000)]
    values: Annotated[dict[str, Any], Field(max_length=100)]


def metrics_name(first_step: int) -> str:
    """The name of an entry of metrics."""
    return f"metrics/{first_step:016d}.f32"


def keyframe_name(step: int, interventions: int) -> str:
    """The name of a keyframe's entry."""
    return f"keyframes/{step:016d}-{interventions:08d}.safetensors"
