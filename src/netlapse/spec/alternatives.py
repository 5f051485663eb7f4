"""A field that takes a number or a word: all that it takes, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel

Schema = Mapping[str, Any]
_NUMBERS = {"int": ("a whole number", "integer"), "float": ("a number", "number")}


def alternatives(
    details: Sequence[Mapping[str, Any]], kind: type[BaseModel] | None = None
) -> str | None:
    """What the field of the first entry takes, as `a whole number from 1 to 9, `full` or `auto``.

    Args:
        details: The entries of pydantic's report.
        kind: The document that was validated; without it the range of the number is not told.

    Returns:
        None where the first entry is not about a choice between a number and words.
    """
    first = details[0]
    number = _NUMBERS.get(first["type"].split("_")[0])
    field = tuple(first["loc"][:-1])
    if number is None or not field:
        return None
    # The places of the other entries may begin with more than that of the first.
    words = [
        detail["ctx"]["expected"].replace("'", "`")
        for detail in details[1:]
        if detail["type"] == "literal_error"
        and str(detail["loc"][-1]).startswith("literal[")
        and tuple(detail["loc"][:-1])[-len(field) :] == field
    ]
    if not words:
        return None
    name, json_type = number
    limits = _range(kind.model_json_schema(), field, json_type) if kind else ""
    separator = ", " if " or " in words[0] else " or "
    return f"{name}{limits}{separator}{words[0]}"


def _range(root: Schema, field: Sequence[int | str], json_type: str) -> str:
    """The range of a field's number: ` from 1 to 9`; nothing where the schema tells none."""
    node = root
    for part in field:
        node = _member(_followed(node, root), part)
    for member in cast("list[Schema]", node.get("anyOf", [])):
        if member.get("type") == json_type:
            lowest, highest = member.get("minimum"), member.get("maximum")
            start = "" if lowest is None else f" from {lowest:,}"
            return start if highest is None else f"{start} to {highest:,}"
    return ""


def _followed(node: Schema, root: Schema) -> Schema:
    name = str(node.get("$ref", "")).removeprefix("#/$defs/")
    return cast("Schema", root["$defs"][name]) if name else node


def _member(node: Schema, part: int | str) -> Schema:
    """What a part of a place leads to: an item, a field, or the chosen kind of a union."""
    if isinstance(part, int):
        return cast("Schema", node.get("items", {}))
    if part in (fields := node.get("properties", {})):
        return cast("Schema", fields[part])
    kinds = node.get("discriminator", {}).get("mapping", {})
    return {"$ref": kinds[part]} if part in kinds else {}
