"""What every document shares: frozen, closed to unknown fields, and errors that name the place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from netlapse.errors import SpecError

Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
"""A seed: an unsigned 32-bit integer."""


class Document(BaseModel):
    """A frozen, validated document.

    Unknown fields are refused, numbers must be finite, and a document is never changed in place:
    `document.with_changes(...)` gives a validated copy.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        validate_default=True,
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The JSON Schema, with the title that people read: "Reduce on plateau"."""
        json_schema = handler(schema)
        if isinstance(title := getattr(cls, "title", None), str):
            handler.resolve_ref_schema(json_schema)["title"] = title
        return json_schema

    def with_changes(self, **changes: object) -> Self:
        """A validated copy with some fields replaced.

        Raises:
            SpecError: A new value breaks a rule.
        """
        return parse(type(self), {**self.to_dict(), **_plain(changes)})

    def to_dict(self) -> dict[str, Any]:
        """The document as plain JSON data."""
        return self.model_dump(mode="json")

    def to_json(self) -> str:
        """The document as indented JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"


DocumentType = TypeVar("DocumentType", bound=Document)


def parse(kind: type[DocumentType], value: object, *, place: str = "") -> DocumentType:
    """Validate plain data as a document.

    Args:
        kind: The document class.
        value: Plain data: dictionaries, lists, numbers, text.
        place: What to put before the path of a field in an error.

    Raises:
        SpecError: The first rule that is broken, with the path of the field, the value and a count
            of further errors.
    """
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise spec_error(error, value, place=place) from None


def spec_error(error: ValidationError, value: object, *, place: str = "") -> SpecError:
    """Turn pydantic's report on `value` into one sentence with the path of the field."""
    return error_from_details(error.errors(include_url=False), value, place=place)


def error_from_details(
    details: Sequence[Mapping[str, Any]], value: object, *, place: str = ""
) -> SpecError:
    """As `spec_error`, from the entries of pydantic's report."""
    first = details[0]
    rest = f" ({len(details) - 1} more)" if len(details) > 1 else ""
    shown = _shown(first.get("input"))
    rule = first["msg"].removeprefix("Value error, ")
    if first["type"] == "value_error":
        message = f"{rule.rstrip('.')}{rest}."
    elif first["type"] == "missing":
        message = f"This field is required{rest}."
    elif first["type"] == "extra_forbidden":
        message = f"This field is not known{rest}."
    else:
        message = f"{rule.rstrip('.')}, got {shown}{rest}."
    return SpecError(message, place=field_path(first["loc"], value, place))


def field_path(location: Sequence[int | str], value: object, place: str = "") -> str:
    """The path of a field as people write it, without the tags of unions.

    >>> document = {"network": {"layers": [{"kind": "dense", "units": 0}]}}
    >>> field_path(("network", "layers", 0, "dense", "units"), document)
    'network.layers[0].units'
    """
    path = place
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
            value = value[part] if isinstance(value, Sequence) and part < len(value) else None
        elif isinstance(value, Mapping) and part not in value and value.get("kind") == part:
            continue  # pydantic names the chosen member of a union; people do not
        else:
            path += f".{part}" if path else part
            value = value.get(part) if isinstance(value, Mapping) else None
    return path


def _shown(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        return f"{type(value).__name__} with {len(cast('list[object]', value))} entries"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in cast("dict[str, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("list[object]", value)]
    return value
