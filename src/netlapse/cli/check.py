"""`netlapse check`."""

from __future__ import annotations

from netlapse.checking import check
from netlapse.cli.inputs import find_spec
from netlapse.cli.show import console, count, print_json, print_table
from netlapse.spec.network import Examination


def check_and_print(name: str, *, as_json: bool) -> bool:
    """Print layers and findings of a spec; says whether it can be trained.

    Raises:
        NetlapseError: The spec or its data cannot be read.
    """
    examination = check(find_spec(name))
    if as_json:
        print_json(examination.to_dict())
    else:
        _print(examination)
    return examination.trainable


def _print(examination: Examination) -> None:
    print_table(
        ("layer", "output", "parameters"),
        (
            (
                report.layer,
                "–" if report.output_shape is None else " × ".join(map(str, report.output_shape)),
                f"{report.parameters:,}",
            )
            for report in examination.layers
        ),
        numbers=(1, 2),
    )
    out = console()
    out.print(count(examination.parameters, "parameter"))
    for finding in examination.findings:
        out.print(f"{finding.severity}: {finding.message}", soft_wrap=True)
    if not examination.findings:
        out.print("Nothing to remark.")
