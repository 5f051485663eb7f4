"""`netlapse score`."""

from __future__ import annotations

from netlapse.checking import score
from netlapse.cli.inputs import find_spec
from netlapse.cli.show import console, print_json, print_table


def score_and_print(name: str, *, as_json: bool) -> None:
    """Print what the architecture of a spec is worth, and what each lost point is for.

    Raises:
        NetlapseError: The spec or its data cannot be read.
    """
    judged = score(find_spec(name))
    if as_json:
        print_json(judged.to_dict())
        return
    rows = ((part.part, f"{part.points}", f"{part.of}") for part in judged.parts)
    print_table(("part", "points", "of"), rows, numbers=(1, 2))
    out = console()
    out.print(f"{judged.total} of 100")
    for part in judged.parts:
        for lost in part.lost:
            out.print(f"-{lost.points} {part.part}: {lost.sentence}", soft_wrap=True)
            out.print(f"    {lost.remedy}", soft_wrap=True)
