"""A run as one page that needs no server: the Studio's own page, with pictures of some steps in it.

The page is built beside the Studio (`web/src/replay`). What goes in: what a guest's page asks for
(`SharedRun`), the timeline, the losses in fine columns, and for each chosen step the frame that a
viewer would get. One piece of compressed bytes, as text in the page:

    gzip( uint32 length │ JSON, where each part is [offset, length] │ parts )
"""

from __future__ import annotations

import base64
import gzip
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from netlapse.data import TableStore
from netlapse.errors import StateError
from netlapse.protocol.messages import Status
from netlapse.protocol.rest.datasets import DatasetPreview
from netlapse.protocol.rest.editing import CheckResult
from netlapse.protocol.sharing import SharedRun
from netlapse.protocol.views import BoundaryView, LayerLook, MicroscopeView, SampleSubject, View
from netlapse.record.contract import Store
from netlapse.record.pyramid import columns_of
from netlapse.record.spectator import spectator
from netlapse.server.datasets import Datasets
from netlapse.server.details import details_of
from netlapse.server.live.timeline import TimelineBuilder
from netlapse.server.seams import OpenRun
from netlapse.server.statuses import recorded_status
from netlapse.session.pool import WorkerPool
from netlapse.session.session import Session
from netlapse.session.stills import Showing, still
from netlapse.spec.data import ImageDocument
from netlapse.spec.document import Spec
from netlapse.spec.resolve import examine_spec

TEMPLATE = Path(__file__).parent / "static" / "replay.html"
PLACE = b"NETLAPSE_RECORD"
"""What the record takes the place of."""
FRAMES = 160
MOST_BYTES = 2_600_000
"""Of the compressed record: a page of a small network stays below 5 MB."""
FEWEST = 16
"""Pictures that stay, however large."""
SPARE = 0.97
"""Pictures are not all of one size."""
LOSS_COLUMNS = 16_384
EARLY = 1.6
"""Steps lie closer at the beginning, where most happens: the step is the last · share ** this."""
MAPS, MAP_SIZE = 16, 28

OnFrame = Callable[[int, int], None]


@dataclass(frozen=True)
class Source:
    """Where a page's record comes from."""

    session: Showing
    """The open run."""
    store: Store
    shared: SharedRun
    schema: dict[str, Any]
    """JSON Schema of specs."""
    status: Status
    """As the run stands."""


def page_of(
    store: Store,
    run: str,
    pool: WorkerPool,
    tables: TableStore,
    frames: int = FRAMES,
    on_frame: OnFrame | None = None,
) -> bytes:
    """The page of a recorded run, made in a worker of its own; the record is not touched.

    Raises:
        NotFoundError: There is no such run, or its data is gone.
        WorkerError: The worker died.
    """
    session = Session(spectator(store), pool, tables=tables.folder)
    try:
        session.reopen(run).result()
        return replay_page(source_of(session, store, Datasets(tables)), frames, on_frame)
    finally:
        session.close()


def source_of(session: OpenRun, store: Store, datasets: Datasets) -> Source:
    """All that a page needs of an open run.

    Raises:
        DataError: The data is gone or has changed its form.
    """
    run = session.run
    status = recorded_status(store, run)
    details = details_of(store, run, status)
    seen = datasets.look(details.spec.data)
    shared = SharedRun(
        run=run,
        name=store.summary(run).name,
        step=status.step,
        view={},
        is_owner=False,
        details=details,
        check=CheckResult(
            spec=details.spec, problem=None, examination=examine_spec(details.spec, seen.facts)
        ),
        dataset=DatasetPreview.model_validate_json(seen.preview),
    )
    return Source(session, store, shared, Spec.model_json_schema(), status)


def replay_page(source: Source, frames: int = FRAMES, on_frame: OnFrame | None = None) -> bytes:
    """The page, as the bytes of an HTML file.

    Args:
        source: The run.
        frames: Pictures at most.
        on_frame: Called with how many there are, and how many there will be; may raise to cancel.

    Raises:
        StateError: The Studio was built without it, or the run shows no pictures.
    """
    if not TEMPLATE.is_file():
        raise StateError(
            "This netlapse was built without its replay page.",
            remedy="Install it from a release, or build the Studio.",
        )
    store, run = source.store, source.shared.run
    store.flush(run)
    view = view_of(source.shared.details.spec)
    pictures: dict[int, bytes] = {}
    steps = chosen_steps(store, run, frames)
    for step in steps:
        pictures[step] = still(source.session, view.model_copy(update={"at": step})).frame
        if on_frame is not None:
            on_frame(len(pictures), len(steps))
    packed = _packed(source, pictures)
    while len(packed) > MOST_BYTES and len(pictures) > FEWEST:
        share = SPARE * MOST_BYTES / len(packed)
        pictures = _thinned(pictures, max(FEWEST, int(share * len(pictures))))
        packed = _packed(source, pictures)
    return TEMPLATE.read_bytes().replace(PLACE, base64.b64encode(packed), 1)


def view_of(spec: Spec) -> View:
    """All that the page can show of a network."""
    layers = [layer.id for layer in spec.network.layers]
    if isinstance(spec.data, ImageDocument):
        looks = tuple(LayerLook(layer=layer, count=MAPS) for layer in ("input", *layers))
        return View(
            evaluation=True,
            predictions=True,
            microscope=MicroscopeView(
                subject=SampleSubject(kind="sample"),
                layers=looks[:64],
                show=("activations", "kernels"),
                size=MAP_SIZE,
            ),
        )
    wide = spec.data.kind == "bundled" or (spec.data.kind == "table" and len(spec.data.inputs) > 2)
    return View(
        boundary=BoundaryView(width=100, height=100, unit_size=30, axes="pca" if wide else (0, 1)),
        weights=True,
        evaluation=True,
        inspect=tuple(layers[:8]),
    )


def chosen_steps(store: Store, run: str, frames: int) -> tuple[int, ...]:
    """The first, the last, those of interventions, and others between, closer at the beginning."""
    last = store.recorded_step(run)
    flags = {one.step for one in store.interventions(run)}
    shares = np.linspace(0, 1, max(2, frames)) ** EARLY
    between = {round(float(share) * last) for share in shares}
    return tuple(sorted({0, last} | between | set(sorted(flags)[:frames])))


def _thinned(pictures: dict[int, bytes], count: int) -> dict[int, bytes]:
    """So many of them, evenly, the first and the last among them."""
    steps = sorted(pictures)
    places = np.linspace(0, len(steps) - 1, min(count, len(steps))).round().astype(int)
    return {steps[place]: pictures[steps[place]] for place in places}


def _packed(source: Source, pictures: dict[int, bytes]) -> bytes:
    store, run = source.store, source.shared.run
    losses = columns_of(store.metrics(run).loss, 1, LOSS_COLUMNS)
    parts: list[bytes] = []
    end = 0

    def add(data: bytes) -> tuple[int, int]:
        nonlocal end
        # Each part begins where its numbers may.
        padded = data + b"\0" * (-len(data) % 8)
        parts.append(padded)
        end += len(padded)
        return end - len(padded), len(data)

    described = {
        "schema": source.schema,
        "shared": json.loads(source.shared.model_dump_json()),
        "status": json.loads(source.status.model_dump_json()),
        "timeline": add(TimelineBuilder(store, run).frame()),
        "losses": {
            "steps_per_column": losses.steps_per_column,
            "steps": losses.steps,
            "low": add(losses.low.astype("<f4").tobytes()),
            "high": add(losses.high.astype("<f4").tobytes()),
        },
        "pictures": [[step, *add(pictures[step])] for step in sorted(pictures)],
    }
    head = json.dumps(described, allow_nan=False).encode()
    head += b" " * (-(len(head) + 4) % 8)
    return gzip.compress(struct.pack("<I", len(head)) + head + b"".join(parts), 9, mtime=0)
