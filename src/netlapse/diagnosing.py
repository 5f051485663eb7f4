"""How the layers of a run are over its training, and what goes wrong, from Python."""

from __future__ import annotations

from typing import Any

from netlapse.asking import Asking
from netlapse.protocol.diagnosis import Diagnosis
from netlapse.protocol.messages import TakeVitals
from netlapse.protocol.vitals import LayerVitals, Vitals
from netlapse.record.packed import unpack_vitals
from netlapse.spec.base import parse


class Diagnosing(Asking):
    """The vitals of a run and its diagnosis."""

    def vitals(self, first_step: int = 0, last_step: int | None = None) -> tuple[Vitals, ...]:
        """How the layers were, by step: some hundred moments at most, the last one being now.

        `run.at(step).vitals()` gives them at any step.

        Args:
            first_step: The first step that is wanted.
            last_step: The last one; none for now.

        >>> import netlapse as nl
        >>> with nl.train(nl.presets.xor(), steps=100, record=False) as run:
        ...     first, *_, last = run.vitals()
        >>> first.step, last.step
        (0, 100)
        >>> [layer.layer for layer in last.layers]
        ['hidden-1', 'output']
        """
        reply, _ = self._ask(TakeVitals(kind="take-vitals"))  # those that wait are recorded first
        store, run = self._session.store, self._session.run
        now = parse(Vitals, reply.values["vitals"])
        kept = [parse(Vitals, unpack_vitals(one)) for one in store.vitals(run)]
        every = [*(one for one in kept if one.step < now.step), now]
        last = now.step if last_step is None else last_step
        return tuple(one for one in every if first_step <= one.step <= last)

    def vitals_table(self) -> list[dict[str, Any]]:
        """The vitals as rows, one for each step and layer: `pandas.DataFrame(run.vitals_table())`.

        Columns: `step`, `epoch`, `layer`, `weight_norm`, `gradient_norm`, `update_norm`,
        `update_ratio`, `units`, `dead`, `saturated`, and `mean`, `standard_deviation`, `minimum`,
        `maximum` and `norm` of each quantity, such as `weights mean`.
        """
        return [
            {"step": one.step, "epoch": one.epoch, **_row(layer)}
            for one in self.vitals()
            for layer in one.layers
        ]

    def diagnose(self) -> Diagnosis:
        """What goes wrong in this training, and what helps.

        Each finding names its rule, the layer, since when it is so, and the numbers that it rests
        on. A remedy with changes can be tried with `run.intervene({change.path: change.value})`.

        >>> import netlapse as nl
        >>> with nl.train(nl.presets.xor(), steps=100, record=False) as run:
        ...     run.diagnose().findings
        ()
        """
        from netlapse.doctor import diagnose_run

        self._ask(TakeVitals(kind="take-vitals"))
        return diagnose_run(self._session.store, self._session.run)


def _row(layer: LayerVitals) -> dict[str, Any]:
    row = layer.model_dump(exclude={"summaries"})
    for summary in layer.summaries:
        for name in ("mean", "standard_deviation", "minimum", "maximum", "norm"):
            row[f"{summary.quantity} {name}"] = getattr(summary, name)
    return row
