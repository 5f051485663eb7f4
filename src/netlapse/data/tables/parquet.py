"""Reading Parquet: columns of numbers, text and true or false."""

from __future__ import annotations

import re
from typing import Any

from netlapse.data.tables.arrow import arrow, dictionary_column, number_column, text_column
from netlapse.data.tables.limits import MAX_BYTES, MAX_NAME_LENGTH, check_shape
from netlapse.data.tables.table import Column, Table, check_names
from netlapse.errors import DataError

MAX_UNCOMPRESSED = 8 * MAX_BYTES
_INDEX = re.compile(r"__index_level_\d+__")


def parse_parquet(data: bytes, name: str) -> Table:
    """Read a Parquet file; sizes are checked from its metadata before anything is decoded.

    The index that pandas adds as a column is left out. Dates and times become text.

    Raises:
        DataError: The file is broken, empty or too large, or a column holds something else.
    """
    pa, parquet = arrow(), arrow("parquet")
    try:
        file = parquet.ParquetFile(pa.BufferReader(data))
        _check(file.metadata)
        names = [field.name for field in file.schema_arrow if not _INDEX.fullmatch(field.name)]
        _check_columns(names, file.schema_arrow)
        texts = [name for name in names if _is_text(file.schema_arrow.field(name).type)]
        file = parquet.ParquetFile(pa.BufferReader(data), read_dictionary=texts)
        content = file.read(use_threads=False)
        content.validate(full=True)
    except UnicodeDecodeError:
        raise DataError(
            "The Parquet file cannot be read: the name of a column is not UTF-8.",
            remedy="Save it anew, or as CSV.",
        ) from None
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise DataError(
            f"The Parquet file cannot be read: {reason}.", remedy="Save it anew, or as CSV."
        ) from None
    check_shape(content.num_rows, content.num_columns)
    columns = tuple(_column(field, content.column(field)) for field in names)
    return Table(name, columns, first_row=1)


def _check(metadata: Any) -> None:
    check_shape(metadata.num_rows, metadata.num_columns)
    if metadata.num_rows * metadata.num_columns == 0:
        raise DataError("The Parquet file has no rows.", remedy="Give a table with some rows.")
    groups = range(metadata.num_row_groups)
    size_bytes = sum(metadata.row_group(group).total_byte_size for group in groups)
    if size_bytes > MAX_UNCOMPRESSED:
        raise DataError(
            f"A Parquet file may hold at most {MAX_UNCOMPRESSED >> 20} MB before compression, "
            f"got {size_bytes / 2**20:,.1f} MB.",
            remedy="Keep fewer rows or columns.",
        )


def _check_columns(names: list[str], schema: Any) -> None:
    check_names(names)
    for name in names:
        if not 0 < len(name) <= MAX_NAME_LENGTH:
            raise DataError(
                f"A column name must have 1 to {MAX_NAME_LENGTH} characters, got {len(name):,}."
            )
        kind = schema.field(name).type
        if not (_is_text(kind) or _is_number(kind) or _is_written(kind)):
            raise DataError(
                f"A column must hold numbers, text, dates, or true and false, got {kind}.",
                place=f"Column `{name}`",
                remedy="Leave this column out of the file.",
            )


def _is_text(kind: Any) -> bool:
    types = arrow("types")
    value = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(value) or types.is_large_string(value))


def _is_number(kind: Any) -> bool:
    types = arrow("types")
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))


def _is_written(kind: Any) -> bool:
    """Types that become text: true and false, dates and times, and a column of nulls alone."""
    types = arrow("types")
    return bool(types.is_boolean(kind) or types.is_temporal(kind) or types.is_null(kind))


def _column(name: str, values: Any) -> Column:
    pa, pc = arrow(), arrow("compute")
    kind = values.type
    if _is_number(kind):
        return number_column(name, pc.cast(values, pa.float64(), safe=False).combine_chunks())
    if not _is_text(kind):
        return text_column(name, pc.cast(values, pa.string()).combine_chunks())
    codes = pc.cast(values, pa.dictionary(pa.int32(), pa.string()))
    return dictionary_column(name, codes.unify_dictionaries().combine_chunks())
