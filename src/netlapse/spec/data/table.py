"""The user's own table: which column is predicted, from which others, and how cells are read."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from netlapse.spec.base import Document
from netlapse.spec.data.base import ColumnType, DataDocument

ColumnName = Annotated[str, Field(min_length=1, max_length=200)]
TableId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", json_schema_extra={"control": "table"})]
MissingRule = Literal["drop-row", "mean", "median", "most-frequent"]


class ColumnChoice(Document):
    """A column that the network sees."""

    name: ColumnName
    """The name of the column."""
    read_as: ColumnType = "numeric"
    """As numbers, or as categories (one feature for each)."""


class TableData(DataDocument):
    """Rows of a table that was added by the user."""

    title: ClassVar[str] = "Own table"
    kind: Literal["table"]
    table: TableId
    """Which table: an id made from its content."""
    target: ColumnName
    """The column to predict."""
    target_as: ColumnType = "categorical"
    """Predict a number (regression) or a category (classification)."""
    inputs: Annotated[tuple[ColumnChoice, ...], Field(min_length=1, max_length=2000)]
    """The columns that the network sees, in this order."""
    missing: MissingRule = "drop-row"
    """An empty input: its row is left out, or it is filled from the training part."""
    standardize: bool = True
    """Scale every numeric input to mean 0 and deviation 1 in the training part."""
    standardize_target: bool = True
    """Train on a numeric target of mean 0 and deviation 1; predictions show its own unit."""

    @model_validator(mode="after")
    def _columns_are_used_once(self) -> Self:
        names = [choice.name for choice in self.inputs]
        double = [name for name, count in Counter(names).items() if count > 1]
        if double:
            raise ValueError(f"`inputs` must not repeat a column, got `{double[0]}` twice.")
        if self.target in names:
            raise ValueError(
                f"The target must not be among the inputs, got `{self.target}` as both."
            )
        return self
