"""Findings: what is wrong, doubtful or improvable about a spec, said on the thing it concerns."""

from __future__ import annotations

import re
from typing import Any, Literal

from netlapse.spec.base import Document

Severity = Literal["error", "warning", "advice"]


class PatchOperation(Document):
    """One operation of a JSON Patch (RFC 6902) on a spec document."""

    op: Literal["add", "replace", "remove"]
    """What to do at the path."""
    path: str
    """A JSON pointer (RFC 6901) into the spec, such as `/network/layers/2/units`."""
    value: Any = None
    """The new value; unused by `remove`."""


class Fix(Document):
    """A remedy that can be applied with one click."""

    title: str
    """What the button says."""
    patch: tuple[PatchOperation, ...]
    """The change to the spec."""


class Finding(Document):
    """One thing to know about a spec.

    An `error` cannot be trained, a `warning` is probably not what was meant, `advice` is a way to
    do better.
    """

    severity: Severity
    """How serious it is."""
    message: str
    """One sentence: rule, value, remedy."""
    layer: str | None = None
    """The id of the layer it concerns; none where it concerns the whole."""
    path: str = ""
    """A JSON pointer to the field it concerns."""
    fix: Fix | None = None
    """The remedy, where it can be applied."""


def replace(path: str, value: object, title: str) -> Fix:
    """A fix that replaces one value.

    >>> replace("/network/layers/0/units", 3, "Use 3 units").patch[0].op
    'replace'
    """
    return Fix(title=title, patch=(PatchOperation(op="replace", path=path, value=value),))


def remedy_of(finding: Finding) -> str:
    """What helps, in one sentence: its fix, else the last part of the message.

    >>> remedy_of(Finding(severity="error", message="Nothing to learn from; add a layer."))
    'Add a layer.'
    """
    if finding.fix is not None:
        return f"{finding.fix.title}."
    rest = re.split(r"[.;] ", finding.message)[-1]
    return rest[0].upper() + rest[1:]
