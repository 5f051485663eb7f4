"""Checking a spec against its data, without training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netlapse.folders import tables_folder
from netlapse.spec.base import parse
from netlapse.spec.document import Spec
from netlapse.spec.network import Examination, Facts
from netlapse.spec.resolve import examine_spec


def check(spec: Spec | Mapping[str, Any]) -> Examination:
    """Shapes, counts and findings of a spec on its data.

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
    from netlapse.data import TableStore, load

    document = spec if isinstance(spec, Spec) else parse(Spec, dict(spec))
    data = load(document.data, tables=TableStore(tables_folder()))
    facts = Facts(
        input_shape=(len(data.feature_names),),
        task=data.task,
        output_units=data.output_units,
        samples=len(data.train_inputs),
    )
    return examine_spec(document, facts)
