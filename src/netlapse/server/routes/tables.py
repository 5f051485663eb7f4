"""The user's own tables: adding, listing, looking, deleting."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request

from netlapse.data import Table, TableStore, parse_table, preview, suggest
from netlapse.errors import DataError, StateError
from netlapse.protocol.messages import ProblemPart
from netlapse.protocol.rest.system import Done
from netlapse.protocol.rest.tables import TableAdded, TableEntry, TablePreview
from netlapse.server.access import access
from netlapse.server.limits import TABLE_BYTES
from netlapse.server.state import TheStudio

router = APIRouter(prefix="/api/tables", tags=["tables"])
FileName = Annotated[str, Query(min_length=1, max_length=255)]

_FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", openapi_extra=_FILE_BODY)
@access("token", body_bytes=TABLE_BYTES)
async def add(studio: TheStudio, request: Request, name: FileName) -> TableAdded:
    """Read a CSV, TSV or Parquet file, keep it as a table, and suggest how to learn from it."""
    if studio.uploads.locked():
        raise StateError("Two files are being read already.", remedy="Try again in a moment.")
    async with studio.uploads:
        content = bytearray()
        async for chunk in request.stream():
            content += chunk
        return await studio.workshop.run(_add, studio.tables, bytes(content), name)


def _add(tables: TableStore, content: bytes, name: str) -> TableAdded:
    table = parse_table(content, name)
    tables.add(table)
    return _described(table)


def _described(table: Table) -> TableAdded:
    shown = TablePreview.model_validate(preview(table))
    try:
        return TableAdded(id=table.id, preview=shown, suggestion=suggest(table), problem=None)
    except DataError as error:
        problem = ProblemPart(**error.as_dict())
        return TableAdded(id=table.id, preview=shown, suggestion=None, problem=problem)


@router.get("")
@access("token")
async def entries(studio: TheStudio) -> list[TableEntry]:
    """All tables, the newest first."""
    return [
        TableEntry(
            id=entry.id,
            name=entry.name,
            rows=entry.rows,
            columns=entry.columns,
            bytes=entry.size_bytes,
            added=entry.added_s,
        )
        for entry in await studio.workshop.run(studio.tables.list)
    ]


@router.get("/{table}")
@access("token")
async def details(studio: TheStudio, table: str) -> TableAdded:
    """A table's preview and suggestion."""
    return await studio.workshop.run(lambda: _described(studio.tables.get(table)))


@router.delete("/{table}")
@access("token")
async def delete(studio: TheStudio, table: str) -> Done:
    """Remove a table; runs that learned from it can no longer go on."""
    await studio.workshop.run(studio.tables.delete, table)
    studio.datasets.forget()
    return Done()
