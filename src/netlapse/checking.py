"""Checking a spec against its data, without training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netlapse.folders import tables_folder
from netlapse.spec.base import parse
from netlapse.spec.document import Spec
from netlapse.spec.network import Examination
from netlapse.spec.resolve import examine_spec


def check(spec: Spec | Mapping[str, Any]) -> Examination:
    """Shapes, counts and findings of a spec on its data; a collection of images need not be here.

    Args:
        spec: A `Spec`, or the same as plain data.

    Raises:
        SpecError: The spec breaks a rule; an unfinished network does not.
        DataError: The data cannot be read.

    >>> import netlapse as nl
    >>> result = nl.check({"data": {"kind": "spiral"}, "network": {"layers": []}})
    >>> result.trainable
    False
    >>> result.findings[0].message
    'The network has no layers; its output needs 1 unit.'
    """
    from netlapse.data import TableStore, facts_of, known_facts, load

    document = spec if isinstance(spec, Spec) else parse(Spec, dict(spec))
    facts = known_facts(document.data)
    if facts is None:
        facts = facts_of(load(document.data, tables=TableStore(tables_folder())))
    return examine_spec(document, facts)
