"""`netlapse summary`: a model in a table."""

from __future__ import annotations

from netlapse.checking import summary
from netlapse.cli.inputs import find_spec
from netlapse.cli.show import print_json
from netlapse.errors import NotFoundError
from netlapse.session.shared import shared_store
from netlapse.spec.changes import intervene
from netlapse.spec.document import Spec


def print_summary(what: str, *, as_json: bool, as_markdown: bool) -> None:
    """Print layers, shapes, parameters, multiply-adds and memory of a run, a preset or a spec file.

    Raises:
        NetlapseError: There is none of that name, or its data cannot be read.
    """
    found = summary(_spec(what))
    if as_json:
        print_json(found.to_dict())
    else:
        print(found.to_markdown() if as_markdown else found.to_text(), end="")


def _spec(what: str) -> Spec:
    """The spec of a run as it reads now, of a preset, or of a file."""
    try:
        return find_spec(what)
    except NotFoundError as neither:
        store = shared_store(record=True)
        try:
            spec = store.spec(what)
        except NotFoundError:
            raise neither from None
        for one in store.interventions(what):
            spec = intervene(spec, one.changes)
        return spec
