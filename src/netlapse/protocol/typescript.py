"""TypeScript types from JSON Schema: as much of both as these documents use.

A field with a default may be left out of a request, and is always there in an answer; so it is
optional in the types that only travel to the server, and required in all others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, cast

Schema = Mapping[str, Any]

_REFERENCE = "#/$defs/"
_SIMPLE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
_PLAIN_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


@dataclass(frozen=True)
class Aliases:
    """Names for what JSON Schema repeats in full wherever it occurs."""

    unions: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Names of unions, and of their members."""
    literals: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Names of choices, and their values."""

    def union(self, members: Sequence[str]) -> str | None:
        """The name of the union of exactly these members."""
        return _name_of(self.unions, members)

    def literal(self, values: Sequence[str]) -> str | None:
        """The name of the choice of exactly these values."""
        return _name_of(self.literals, values)


def _name_of(named: Mapping[str, Sequence[str]], wanted: Sequence[str]) -> str | None:
    return next((name for name, parts in named.items() if set(parts) == set(wanted)), None)


def declarations(
    definitions: Mapping[str, Schema], aliases: Aliases, requests: Set[str] = frozenset()
) -> str:
    """One exported declaration for each definition and alias, in alphabetical order.

    Args:
        definitions: The `$defs` of a JSON Schema.
        aliases: Names for unions and choices.
        requests: Definitions that only travel to the server.

    >>> dot = {"type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"]}
    >>> print(declarations({"Dot": dot}, Aliases()))
    export interface Dot {
      readonly x: number;
    }
    """
    texts = {
        name: interface(name, schema, aliases, optional=name in requests)
        for name, schema in definitions.items()
    }
    for name, members in aliases.unions.items():
        texts[name] = _alias(name, list(members))
    for name, values in aliases.literals.items():
        texts[name] = _alias(name, [json.dumps(value) for value in values])
    return "\n\n".join(texts[name] for name in sorted(texts, key=str.lower))


def interface(name: str, schema: Schema, aliases: Aliases, *, optional: bool) -> str:
    """The interface of one definition of type object."""
    required = set(cast("list[str]", schema.get("required", [])))
    lines = [f"export interface {name} {{"]
    for key, value in cast("dict[str, Schema]", schema.get("properties", {})).items():
        mark = "?" if optional and key not in required else ""
        shown = key if _PLAIN_NAME.match(key) else json.dumps(key)
        lines += _comment(value.get("description"), "  ")
        lines.append(f"  readonly {shown}{mark}: {type_of(value, aliases)};")
    return "\n".join([*_comment(schema.get("description"), ""), *lines, "}"])


def type_of(schema: Schema, aliases: Aliases) -> str:
    """The TypeScript type of a schema within a definition.

    >>> type_of({"anyOf": [{"type": "integer"}, {"type": "null"}]}, Aliases())
    'number | null'
    """
    if "$ref" in schema:
        return cast("str", schema["$ref"]).removeprefix(_REFERENCE)
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return _union(cast("list[Schema]", schema[key]), aliases)
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        values = cast("list[str]", schema["enum"])
        return aliases.literal(values) or " | ".join(json.dumps(value) for value in values)
    return _of_type(schema, aliases)


def _of_type(schema: Schema, aliases: Aliases) -> str:
    match schema.get("type"):
        case None:
            return "unknown"
        case "null":
            return "null"
        case "array":
            return _array(schema, aliases)
        case "object":
            inner = schema.get("additionalProperties")
            value = type_of(cast("Schema", inner), aliases) if isinstance(inner, dict) else None
            return f"Readonly<Record<string, {value or 'unknown'}>>"
        case other:
            return _SIMPLE[cast("str", other)]


def _array(schema: Schema, aliases: Aliases) -> str:
    if "prefixItems" in schema:
        parts = [type_of(part, aliases) for part in cast("list[Schema]", schema["prefixItems"])]
        return f"readonly [{', '.join(parts)}]"
    item = type_of(cast("Schema", schema.get("items", {})), aliases)
    return f"readonly ({item})[]" if " " in item else f"readonly {item}[]"


def _union(members: list[Schema], aliases: Aliases) -> str:
    texts = [type_of(member, aliases) for member in members]
    named = aliases.union([text for text in texts if text != "null"])
    if named is not None:
        texts = [named, *(text for text in texts if text == "null")]
    return " | ".join(dict.fromkeys(texts))


def _alias(name: str, members: Sequence[str]) -> str:
    line = f"export type {name} = {' | '.join(members)};"
    if len(line) <= 100:
        return line
    return "\n".join([f"export type {name} =", *(f"  | {member}" for member in members)]) + ";"


def _comment(text: object, indent: str) -> list[str]:
    if not text:
        return []
    lines = str(text).replace("*/", "* /").splitlines()
    if len(lines) == 1:
        return [f"{indent}/** {lines[0]} */"]
    body = [f"{indent} * {line}".rstrip() for line in lines]
    return [f"{indent}/**", *body, f"{indent} */"]
