"""Examining a network: shapes, counts, and what prevents its training."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from netlapse.errors import SpecError
from netlapse.spec.findings import Finding, Fix, PatchOperation, replace
from netlapse.spec.layers import INPUT, Dense, Shape
from netlapse.spec.network import (
    Examination,
    Facts,
    LayerReport,
    Network,
    free_id,
    layer_inputs,
    shape_of,
)
from netlapse.spec.remedies import fix_of

MAX_PARAMETERS = 2_000_000_000
"""Above, an array has more numbers than can be counted in 31 bits."""


def examine(network: Network, facts: Facts) -> Examination:
    """Check a network against its data. Never raises: an unfinished network is a valid thing."""
    shapes: dict[str, Shape] = {INPUT: facts.input_shape}
    reports: list[LayerReport] = []
    findings = _duplicate_ids(network)
    for index, (layer, names) in enumerate(zip(network.layers, layer_inputs(network), strict=True)):
        path = f"/network/layers/{index}"
        read: tuple[Shape, ...] = ()
        output: Shape | None = None
        count = adds = 0
        try:
            # A layer after a broken one is not examined: its error would only repeat the first.
            if all(name in shapes or not _is_known(name, network, index) for name in names):
                _check_direction(network, index, names)
                read = tuple(shape_of(name, layer.id, shapes) for name in names)
                output = layer.output_shape(read)
                declared = layer.parameters(read).values()
                count = sum(parameter.size for parameter in declared if parameter.trainable)
                adds = layer.multiply_adds(read)
                shapes[layer.id] = output
                findings += layer.findings(read, path)
        except SpecError as error:
            findings.append(_error(error, network, index, shapes))
        reports.append(
            LayerReport(
                layer=layer.id,
                inputs=names,
                input_shapes=read,
                output_shape=output,
                parameters=count,
                multiply_adds=adds,
                memory_bytes=4 * math.prod(output) if output is not None else 0,
            )
        )
    findings += _output_findings(network, facts, reports[-1].output_shape if reports else None)
    findings += _unused_findings(network)
    total = sum(report.parameters for report in reports)
    if total > MAX_PARAMETERS:
        findings.append(
            Finding(
                severity="error",
                message=f"The network has {total:,} parameters; at most {MAX_PARAMETERS:,} can be "
                "trained here. Use fewer units.",
            )
        )
    order = ("error", "warning", "advice")
    findings.sort(key=lambda finding: order.index(finding.severity))
    return Examination(
        layers=tuple(reports),
        findings=tuple(findings),
        parameters=total,
        trainable=not any(finding.severity == "error" for finding in findings),
    )


def _is_known(name: str, network: Network, index: int) -> bool:
    return any(layer.id == name for layer in network.layers[:index])


def _duplicate_ids(network: Network) -> list[Finding]:
    seen: set[str] = {INPUT}
    found: list[Finding] = []
    for index, layer in enumerate(network.layers):
        if layer.id in seen:
            free = next(n for n in (f"{layer.id[:36]}-{k}" for k in range(2, 999)) if n not in seen)
            path = f"/network/layers/{index}/id"
            message = f"Two layers are named `{layer.id}`; each name may stand once."
            if layer.id == INPUT:
                message = f"`{INPUT}` is the name of the features; a layer needs another."
            found.append(
                Finding(
                    severity="error",
                    message=message,
                    layer=layer.id,
                    path=path,
                    fix=replace(path, free, f"Name it {free}"),
                )
            )
        seen.add(layer.id)
    return found


def _error(error: SpecError, network: Network, index: int, known: Mapping[str, Shape]) -> Finding:
    layer, path = network.layers[index], f"/network/layers/{index}"
    message = f"{error.message} {error.remedy}".strip()
    fix = fix_of(network, index, known)
    return Finding(severity="error", message=message, layer=layer.id, path=path, fix=fix)


def _check_direction(network: Network, index: int, names: tuple[str, ...]) -> None:
    """Refuse what stands behind a layer as what it reads.

    Raises:
        SpecError: A wire leads back.
    """
    reader = network.layers[index].id
    earlier = {INPUT, *(layer.id for layer in network.layers[:index])}
    later = {layer.id for layer in network.layers[index:]}
    for name in names:
        if name in earlier or name not in later:
            continue
        rule = "a layer reads only what stands before it"
        what = f"`{name}`, which stands behind it"
        if name == reader or _comes_of(network, name, reader):
            rule = "values flow one way, and a wire back makes a circle"
            what = "itself" if name == reader else f"`{name}`, which comes of `{reader}`"
        raise SpecError(
            f"`{reader}` reads {what}: {rule}.",
            place=f"layer `{reader}`",
            remedy="Let it read an earlier layer or `input`.",
        )


def _comes_of(network: Network, name: str, origin: str) -> bool:
    """Whether a layer reads another, directly or through others."""
    reads = dict(zip((layer.id for layer in network.layers), layer_inputs(network), strict=True))
    waiting, seen = [name], set[str]()
    while waiting:
        here = waiting.pop()
        if here == origin:
            return True
        if here not in seen:
            seen.add(here)
            waiting += reads.get(here, ())
    return False


def _output_findings(network: Network, facts: Facts, shape: Shape | None) -> list[Finding]:
    wanted = output_layer(facts)
    if not network.layers:
        message = f"The network has no layers; its output needs {_units(facts.output_units)}."
        fix = _append_output(network, facts, facts.input_shape)
        return [Finding(severity="error", message=message, fix=fix)]
    last = network.layers[-1]
    path = f"/network/layers/{len(network.layers) - 1}"
    if shape is None:
        return []
    if shape != (facts.output_units,):
        fix = _append_output(network, facts, shape)
        if isinstance(last, Dense) and last.function in ("linear", wanted.function):
            fix = replace(f"{path}/units", facts.output_units, f"Use {_units(facts.output_units)}")
        kind = {
            "binary": "two classes",
            "multiclass": f"{facts.output_units} classes",
            "regression": "this target",
        }[facts.task]
        got = _units(shape[0]) if len(shape) == 1 else f"shape {shape}"
        return [
            Finding(
                severity="error",
                message=f"The output layer `{last.id}` must have {_units(facts.output_units)} for "
                f"{kind}, got {got}.",
                layer=last.id,
                path=f"{path}/units" if isinstance(last, Dense) else path,
                fix=fix,
            )
        ]
    return []


def _append_output(network: Network, facts: Facts, shape: Shape) -> Fix:
    """An output layer at the end, after a flatten layer where there is no flat list."""
    layers: list[dict[str, Any]] = [
        output_layer(facts).with_changes(id=free_id("output", network)).to_dict()
    ]
    if len(shape) != 1:
        layers.insert(0, {"kind": "flatten", "id": free_id("flatten", network)})
    return Fix(
        title="Add an output layer",
        patch=tuple(
            PatchOperation(op="add", path="/network/layers/-", value=layer) for layer in layers
        ),
    )


def _units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count} units"


def output_layer(facts: Facts) -> Dense:
    """The output layer that the targets ask for."""
    function = {"binary": "sigmoid", "multiclass": "softmax", "regression": "linear"}
    return Dense.model_validate(
        {
            "kind": "dense",
            "id": "output",
            "units": facts.output_units,
            "activation": function[facts.task],
        }
    )


def _unused_findings(network: Network) -> list[Finding]:
    read = {name for names in layer_inputs(network) for name in names}
    return [
        Finding(
            severity="error",
            message=f"Nothing reads the layer `{layer.id}`; only the last layer may be an output.",
            layer=layer.id,
            path=f"/network/layers/{index}",
            fix=Fix(
                title=f"Remove {layer.id}",
                patch=(PatchOperation(op="remove", path=f"/network/layers/{index}"),),
            ),
        )
        for index, layer in enumerate(network.layers[:-1])
        if layer.id not in read
    ]
