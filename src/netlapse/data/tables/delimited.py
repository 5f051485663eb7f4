"""Reading comma, semicolon and tab separated text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import Any

from netlapse.data.tables.arrow import arrow, text_column
from netlapse.data.tables.limits import (
    MAX_CELL_LENGTH,
    MAX_COLUMNS,
    MAX_NAME_LENGTH,
    MAX_ROWS,
    check_shape,
)
from netlapse.data.tables.sniff import DELIMITERS, has_header, sample_rows, sniff_delimiter
from netlapse.data.tables.table import Table, check_names
from netlapse.errors import DataError

_SAMPLE_LENGTH = 64 * 1024
_BINARY = {
    b"PK\x03\x04": "an Excel workbook or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
}


def parse_delimited(
    data: bytes, name: str, *, header: bool | None = None, delimiter: str | None = None
) -> Table:
    """Read delimited UTF-8 text; cells may be quoted with `"`.

    Raises:
        DataError: The text is empty, too large, ragged, not UTF-8, or has only a header; the
            message names row and column where there are any.
    """
    text = _decoded(data)
    if not text.strip():
        raise DataError("The file is empty.", remedy="Give a table with a header and some rows.")
    _check_first_line(text, delimiter)
    delimiter = delimiter or sniff_delimiter(_sample(text))
    if delimiter not in DELIMITERS:
        raise DataError(f"The delimiter must be a tab, a semicolon or a comma, got {delimiter!r}.")
    head = sample_rows(_sample(text), delimiter)
    with_header = has_header(head) if header is None else header
    width = len(head[0])
    check_shape(0, width)
    blank_rows = _survey(text, delimiter, width) if _is_suspicious(text) else ()
    cells = _read(text, delimiter, width)
    check_shape(cells.num_rows - with_header, width)
    if cells.num_rows == with_header:
        raise DataError("The file has a header and no row below it.", remedy="Add rows of data.")
    names = _names(head[0] if with_header else [""] * width)
    columns = tuple(
        text_column(column, cells.column(index).slice(int(with_header)).combine_chunks())
        for index, column in enumerate(names)
    )
    return Table(name, columns, 1 + with_header, blank_rows)


def _decoded(data: bytes) -> str:
    for start, kind in _BINARY.items():
        if data.startswith(start):
            raise DataError(f"The file is {kind}, not text.", remedy="Save the table as CSV.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DataError("The file is UTF-16 text, not UTF-8.", remedy="Save it as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _encoding_error(error.object, error.start) from None
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise DataError("The file holds a zero byte, so it is not text.", place=f"Row {row:,}")
    return text


def _encoding_error(data: bytes, position: int) -> DataError:
    """Says row and column of a byte that is no UTF-8; `data` starts behind any byte order mark."""
    before = re.split(r"\r\n|\r|\n", data[:position].decode("utf-8"))
    sample = _sample(data[: position + _SAMPLE_LENGTH].decode("utf-8", errors="replace"))
    delimiter = sniff_delimiter(sample)
    column = 1 + re.sub(r'"[^"]*"?', "", before[-1]).count(delimiter)
    head = sample_rows(sample, delimiter)
    named = len(before) > 1 and has_header(head) and column <= len(head[0])
    return DataError(
        f"The text must be UTF-8, got the byte 0x{data[position]:02X}.",
        place=f"Row {len(before):,}, column "
        + (f"`{head[0][column - 1]}`" if named else f"{column}"),
        remedy="Save the file with the encoding UTF-8.",
    )


def _sample(text: str) -> str:
    """The beginning of the text, whole lines, at least one that is not blank."""
    text = text.lstrip("\r\n")
    if len(text) <= _SAMPLE_LENGTH:
        return text
    end = max(text.rfind("\n", 0, _SAMPLE_LENGTH), text.find("\n"))
    return text[: end + 1] if end >= 0 else text


def _check_first_line(text: str, delimiter: str | None) -> None:
    """Refuse a million columns before anything is made of them."""
    end = re.search(r"[\r\n]", text)
    line = text[: end.start()] if end else text
    bare = re.sub(r'"[^"]*"?', "", line) if '"' in line else line
    columns = 1 + max(bare.count(d) for d in ([delimiter] if delimiter else DELIMITERS))
    if columns > MAX_COLUMNS:
        raise DataError(
            f"A table may have at most {MAX_COLUMNS:,} columns, got {columns:,}.",
            place="Row 1",
            remedy="Keep the columns that matter.",
        )


def _is_suspicious(text: str) -> bool:
    """Whether rows may be blank, or a quote may be left open: then rows are counted one by one."""
    if text.count('"') % 2:
        return True
    body = text.rstrip("\r\n")
    return body[:1] in "\r\n" or any(gap in body for gap in ("\n\n", "\r\r", "\n\r\n"))


def _survey(text: str, delimiter: str, width: int) -> tuple[int, ...]:
    """The numbers of blank rows.

    Raises:
        DataError: A row has another number of cells, or a quote is never closed.
    """
    blank: list[int] = []
    lines = io.StringIO(text.rstrip("\r\n"), newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            if not row:
                blank.append(number)
            elif len(row) != width:
                raise _ragged(number, width, len(row))
            if number > 2 * MAX_ROWS:
                raise DataError(f"A table may have at most {MAX_ROWS:,} rows, got more.")
    except csv.Error:
        raise DataError(
            f'A quote " is never closed, or its cell has more than {MAX_CELL_LENGTH:,} characters.',
            place=f"Row {number + 1:,}",
            remedy='Close it, or write "" for a quote inside a cell.',
        ) from None
    return tuple(blank)


def _ragged(row: int, expected: int, actual: int) -> DataError:
    cells = "cell" if actual == 1 else "cells"
    return DataError(
        f"Every row must have {expected:,} cells like the first, got {actual:,} {cells}.",
        place=f"Row {row:,}",
        remedy="Quote cells that hold the delimiter, or complete the row.",
    )


def _read(text: str, delimiter: str, width: int) -> Any:
    """An Arrow table of text with all rows, the header among them."""
    pa, reader = arrow(), arrow("csv")
    names = [str(index) for index in range(width)]
    data = text.encode()
    ragged: list[Any] = []

    def note(row: Any) -> str:
        ragged.append(row)
        return "error"

    try:
        return reader.read_csv(
            pa.BufferReader(data),
            reader.ReadOptions(use_threads=False, column_names=names, block_size=len(data) + 1),
            reader.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note
            ),
            reader.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid as error:
        _survey(text, delimiter, width)
        if ragged:
            raise _ragged(ragged[0].number, width, ragged[0].actual_columns) from None
        raise DataError(f"The text cannot be read as a table: {error}.") from error


def _names(head: list[str]) -> list[str]:
    names = [name or f"column_{position}" for position, name in enumerate(head, 1)]
    for position, name in enumerate(names, 1):
        if len(name) > MAX_NAME_LENGTH:
            raise DataError(
                f"A column name may have at most {MAX_NAME_LENGTH} characters, got {len(name):,}.",
                place=f"Row 1, column {position}",
            )
    check_names(names)
    return names
