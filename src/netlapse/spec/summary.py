"""A model in a table: layers, shapes, parameters, multiply-adds, memory."""

from __future__ import annotations

from collections.abc import Sequence

from netlapse.spec.base import Document
from netlapse.spec.document import Spec
from netlapse.spec.memory import in_words
from netlapse.spec.network import Facts, MemoryEstimate, Task
from netlapse.spec.resolve import examine_spec


class LayerSummary(Document):
    """One layer of a model."""

    layer: str
    """Its id."""
    kind: str
    """What it is, such as `dense`."""
    inputs: tuple[str, ...]
    """Ids of what it reads."""
    activation: str
    output_shape: tuple[int, ...] | None
    """Shape of its output for one sample; none where an error prevents it."""
    parameters: int
    """Trainable numbers."""
    frozen: bool
    """Whether they keep their values."""
    multiply_adds: int
    """Of one sample's forward pass."""
    memory_bytes: int
    """Of its output for one sample."""


class ModelSummary(Document):
    """A model at a glance."""

    name: str
    task: Task
    input_shape: tuple[int, ...]
    layers: tuple[LayerSummary, ...]
    parameters: int
    """Trainable numbers in all."""
    multiply_adds: int
    """Of one sample's forward pass."""
    memory: MemoryEstimate | None
    """What its training holds in memory."""

    def to_text(self) -> str:
        """The summary as aligned text."""
        rows = [_HEAD, *map(_row, self.layers)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(_HEAD))]
        lines = [_aligned(row, widths) for row in rows]
        lines.insert(1, "─" * len(lines[0]))
        return "\n".join([*self._title(), *lines, "─" * len(lines[0]), *self._totals()]) + "\n"

    def to_markdown(self) -> str:
        """The summary as a Markdown table."""
        rows = [_HEAD, tuple("---:" if i in _NUMBERS else "---" for i in range(len(_HEAD)))]
        rows += [tuple(_escaped(cell) for cell in _row(layer)) for layer in self.layers]
        table = [f"| {' | '.join(row)} |" for row in rows]
        title = f"# {_escaped(self.name)}\n" if self.name else ""
        return "\n".join([*([title] if title else []), *table, "", *self._totals()]) + "\n"

    def _title(self) -> Sequence[str]:
        return (self.name, "") if self.name else ()

    def _totals(self) -> Sequence[str]:
        shape = _shape(self.input_shape)
        lines = [
            f"Input {shape}, {self.task}; {self.parameters:,} parameters, "
            f"{self.multiply_adds:,} multiply-adds a sample."
        ]
        if self.memory is not None:
            lines.append(f"Its training takes about {in_words(self.memory.total)} of memory.")
        return lines


_HEAD = ("layer", "kind", "reads", "output", "parameters", "multiply-adds", "output bytes")
_NUMBERS = (4, 5, 6)


def summary(spec: Spec, facts: Facts) -> ModelSummary:
    """What a model comes to on its data. Never raises; an unfinished one has what is known.

    >>> from netlapse.spec.presets import PRESETS
    >>> found = summary(PRESETS["spiral"].spec, Facts((4,), "binary", 1, 200))
    >>> found.parameters, [layer.output_shape for layer in found.layers]
    (121, [(8,), (8,), (1,)])
    """
    examination = examine_spec(spec, facts)
    layers = tuple(
        LayerSummary(
            layer=layer.id,
            kind=layer.to_dict()["kind"],
            inputs=report.inputs,
            activation=layer.function,
            output_shape=report.output_shape,
            parameters=report.parameters,
            frozen=layer.is_frozen(),
            multiply_adds=report.multiply_adds,
            memory_bytes=report.memory_bytes,
        )
        for layer, report in zip(spec.network.layers, examination.layers, strict=True)
    )
    return ModelSummary(
        name=spec.name,
        task=facts.task,
        input_shape=facts.input_shape,
        layers=layers,
        parameters=examination.parameters,
        multiply_adds=sum(layer.multiply_adds for layer in layers),
        memory=examination.memory,
    )


def _row(layer: LayerSummary) -> tuple[str, ...]:
    activation = "" if layer.activation == "linear" else f" {layer.activation}"
    frozen = " (frozen)" if layer.frozen else ""
    return (
        layer.layer,
        f"{layer.kind}{activation}{frozen}",
        ", ".join(layer.inputs),
        _shape(layer.output_shape),
        f"{layer.parameters:,}",
        f"{layer.multiply_adds:,}",
        f"{layer.memory_bytes:,}",
    )


def _shape(shape: Sequence[int] | None) -> str:
    return "?" if shape is None else " × ".join(map(str, shape))


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if index in _NUMBERS else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|" else letter for letter in text)
