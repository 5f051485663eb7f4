"""What travels over REST about tables of the user."""

from __future__ import annotations

from netlapse.protocol.messages import ProblemPart
from netlapse.spec.base import Document
from netlapse.spec.data import ColumnType, TableData


class TableColumn(Document):
    """One column of a table, as it was found."""

    name: str
    read_as: ColumnType
    """How it is best read."""
    reason: str
    """Why, in one sentence."""
    missing: int
    """Empty cells."""
    distinct: int
    """Different values."""
    examples: tuple[str, ...]


class TableRow(Document):
    """One row of a table."""

    number: int
    """Its number in the file, as a spreadsheet shows it."""
    cells: tuple[str | None, ...]
    """As text; null where a cell is empty."""


class TablePreview(Document):
    """The beginning of a table, and what its columns hold."""

    id: str
    name: str
    row_count: int
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    """The first rows."""


class TableEntry(Document):
    """A table that the user has added."""

    id: str
    name: str
    """The name of its file."""
    rows: int
    columns: int
    bytes: int
    added: float
    """Seconds since 1970-01-01, UTC."""


class TableAdded(Document):
    """A table, and how it could be learned from."""

    id: str
    preview: TablePreview
    suggestion: TableData | None
    """Target and inputs by a guess; null where no column can be predicted."""
    problem: ProblemPart | None
    """Why there is no suggestion."""
