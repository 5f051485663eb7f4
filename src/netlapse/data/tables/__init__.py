"""The user's own tables: reading, keeping, previewing, and making a dataset of them."""

from netlapse.data.tables.infer import Inference, infer, infer_target, suggest
from netlapse.data.tables.limits import MAX_BYTES, check_size
from netlapse.data.tables.parse import parse_table
from netlapse.data.tables.preview import preview
from netlapse.data.tables.store import TableEntry, TableStore
from netlapse.data.tables.table import NumberColumn, Table, TextColumn

__all__ = [
    "MAX_BYTES",
    "Inference",
    "NumberColumn",
    "Table",
    "TableEntry",
    "TableStore",
    "TextColumn",
    "check_size",
    "infer",
    "infer_target",
    "parse_table",
    "preview",
    "suggest",
]
