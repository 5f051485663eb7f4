"""What every document shares: frozen, closed to unknown fields, and errors that name the place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from netlapse.errors import SpecError
from netlapse.spec.alternatives import alternatives

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
        raise spec_error(error, value, place=place, kind=kind) from None


def spec_error(
    error: ValidationError,
    value: object,
    *,
    place: str = "",
    kind: type[BaseModel] | None = None,
) -> SpecError:
    """Turn pydantic's report on `value` into one sentence with the path of the field.

    Where the document's `kind` is given, the range of a number that may be a word is told too.
    """
    return error_from_details(error.errors(include_url=False), value, place=place, kind=kind)


def error_from_details(
    details: Sequence[Mapping[str, Any]],
    value: object,
    *,
    place: str = "",
    kind: type[BaseModel] | None = None,
) -> SpecError:
    """As `spec_error`, from the entries of pydantic's report."""
    first = details[0]
    path = field_path(first["loc"], value, place)
    others = {field_path(detail["loc"], value, place) for detail in details} - {path}
    rest = f" ({len(others)} more)" if others else ""
    shown = _shown(first.get("input"))
    allowed = alternatives(details, kind)
    rule = f"This must be {allowed}" if allowed else in_our_words(first["msg"])
    match first["type"]:
        case "value_error":
            message = f"{rule}{rest}."
        case "missing":
            message = f"This field is required{rest}."
        case "extra_forbidden":
            message = f"This field is not known{rest}."
        case "union_tag_not_found":
            message = f"A `kind` is required, got {shown}{rest}."
        case "union_tag_invalid":
            context = first["ctx"]
            known = context["expected_tags"].replace("'", "")
            message = f"The kind `{context['tag']:.40}` is not known; there are: {known}{rest}."
        case _:
            message = f"{rule}, got {shown}{rest}."
    return SpecError(_text(message), place=_text(path))


def field_path(location: Sequence[int | str], value: object, place: str = "") -> str:
    """The path of a field as people write it, without what pydantic adds to it: the tag of the
    chosen member of a union (once, after the field that holds it), and the names of validators of a
    plain value.

    >>> document = {"network": {"layers": [{"kind": "dense", "units": 0}]}}
    >>> field_path(("network", "layers", 0, "dense", "units"), document)
    'network.layers[0].units'
    >>> field_path(("data", "table", "table"), {"data": {"kind": "table", "table": 0}})
    'data.table'
    """
    path = place
    may_be_tag = False
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
            value = value[part] if isinstance(value, Sequence) and part < len(value) else None
        elif not isinstance(value, Mapping | None):
            continue
        elif may_be_tag and value is not None and value.get("kind") == part:
            may_be_tag = False
            continue
        else:
            path += part if not path or path.endswith(" ") else f".{part}"
            value = None if value is None else value.get(part)
        may_be_tag = True
    return path


_OUR_WORDS = (
    ("Value error, ", ""),
    ("Input should be", "This must be"),
    ("greater than or equal to", "at least"),
    ("less than or equal to", "at most"),
    (", unable to parse string as a number", ""),
    (", unable to parse string as an integer", ""),
)


def in_our_words(message: str) -> str:
    """A rule of pydantic's as the rest of the product says it."""
    for theirs, ours in _OUR_WORDS:
        message = message.replace(theirs, ours)
    return message.rstrip(".")


def _text(text: str) -> str:
    """The text without halves of characters, which JSON can hold and no answer can."""
    return text.encode("utf-8", "replace").decode()


def _shown(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        count = len(cast("list[object]", value))
        return f"{type(value).__name__} with {count} entr{'y' if count == 1 else 'ies'}"
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
