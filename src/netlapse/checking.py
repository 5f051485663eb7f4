"""Checking a spec against its data, and advice, without training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netlapse.folders import tables_folder
from netlapse.spec.advice import ArchitectureScore, Recommendation, architecture_score
from netlapse.spec.advice import recommend as rank
from netlapse.spec.base import parse
from netlapse.spec.document import Spec
from netlapse.spec.network import Examination, Facts
from netlapse.spec.resolve import examine_spec
from netlapse.spec.summary import ModelSummary
from netlapse.spec.summary import summary as summarized


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
    return examine_spec(*_with_facts(spec))


def score(spec: Spec | Mapping[str, Any]) -> ArchitectureScore:
    """What the architecture of a spec is worth, from 0 to 100, and what each lost point is for.

    Args:
        spec: A `Spec`, or the same as plain data.

    Raises:
        SpecError: The spec breaks a rule; an unfinished network does not.
        DataError: The data cannot be read.

    >>> import netlapse as nl
    >>> nl.score(nl.presets.two_layer()).total
    95
    """
    document, facts = _with_facts(spec)
    return architecture_score(document.network, facts, document.training)


def recommend(
    spec: Spec | Mapping[str, Any], after: str | None = None
) -> tuple[Recommendation, ...]:
    """What could stand next in the network of a spec, the best first.

    Args:
        spec: A `Spec`, or the same as plain data.
        after: The layer after which something is sought, or `input`; by default the place where
            the network grows, before its output layer.

    Raises:
        SpecError: The spec breaks a rule, or there is no such layer.
        DataError: The data cannot be read.

    >>> import netlapse as nl
    >>> nl.recommend({"data": {"kind": "images", "name": "mnist"}})[0].title
    'A convolution of 16 filters'
    """
    document, facts = _with_facts(spec)
    return rank(document.network, facts, after, document.training)


def summary(spec: Spec | Mapping[str, Any]) -> ModelSummary:
    """Layers, shapes, parameters, multiply-adds and memory of a spec's model.

    Raises:
        SpecError: The spec breaks a rule; an unfinished network does not.
        DataError: The data cannot be read.

    >>> import netlapse as nl
    >>> summary(nl.presets.spiral()).parameters
    121
    """
    return summarized(*_with_facts(spec))


def _with_facts(spec: Spec | Mapping[str, Any]) -> tuple[Spec, Facts]:
    from netlapse.data import TableStore, facts_of, known_facts, load

    document = spec if isinstance(spec, Spec) else parse(Spec, dict(spec))
    facts = known_facts(document.data)
    if facts is None:
        facts = facts_of(load(document.data, tables=TableStore(tables_folder())))
    return document, facts
