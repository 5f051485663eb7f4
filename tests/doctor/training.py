"""Trainings in this process, with the moments that a worker would tell of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from netlapse.data import TableStore, load
from netlapse.doctor.history import Diverged, History
from netlapse.engine.probes.vitals import VitalsProbe
from netlapse.engine.programs import Programs
from netlapse.engine.steps import DivergedAtStepError
from netlapse.engine.trainer import Trainer
from netlapse.protocol.messages import Evaluation
from netlapse.protocol.vitals import Vitals
from netlapse.spec.document import Spec
from netlapse.worker.parts import evaluation, samples_of
from netlapse.worker.vitals import vitals_of


@dataclass
class Watched:
    """A training, its moments, and the diagnosis at any of them."""

    trainer: Trainer
    vitals: list[Vitals] = field(default_factory=list[Vitals])
    evaluations: list[Evaluation] = field(default_factory=list[Evaluation])
    norms: list[float] = field(default_factory=list[float])
    diverged: Diverged | None = None

    @property
    def steps(self) -> list[int]:
        """The steps of the moments."""
        return [one.step for one in self.vitals]

    def at(self, step: int) -> History:
        """The record up to a step."""
        stands = self.diverged is not None and self.diverged.step == step
        return History(
            spec=self.trainer.spec,
            step=step,
            vitals=[one for one in self.vitals if one.step <= step],
            evaluations=[one for one in self.evaluations if one.step <= step],
            gradient_norms=np.array(self.norms[max(0, step - 4096) : step], np.float32),
            diverged=self.diverged if stands else None,
        )

    def histories(self) -> Iterator[History]:
        """The record up to each moment."""
        return map(self.at, self.steps)


def watched(
    spec: Spec,
    programs: Programs,
    *,
    most_steps: int | None = None,
    tables: TableStore | None = None,
) -> Watched:
    """Train a spec to its end, or so many steps, with a look whenever the steps have grown by a
    fifth, and 30 looks at least."""
    dataset = load(spec.data, tables=tables)
    trainer = Trainer(spec, samples_of(dataset), programs)
    probe = VitalsProbe(trainer.structure, trainer.samples)
    made = Watched(trainer)
    last = min(trainer.steps_to_end(), most_steps or trainer.steps_to_end())

    def look() -> None:
        following = trainer.still().following()()
        made.vitals.append(Vitals.model_validate(vitals_of(probe, trainer, following).to_dict()))
        scores = trainer.scores(dataset.target_scale, quick=True)
        made.evaluations.append(evaluation(trainer.step, trainer.progress, scores))

    look()
    while trainer.step < last and not trainer.finished:
        goal = min(last, max(16, int(1.2 * trainer.step), trainer.step + min(8, last // 30)))
        goal = min(goal, trainer.step + max(16, last // 30))
        try:
            while trainer.step < goal and not trainer.finished:
                made.norms += trainer.advance(goal - trainer.step).gradient_norms.tolist()
        except DivergedAtStepError as error:
            made.norms += error.steps.gradient_norms.tolist()
            made.diverged = Diverged(trainer.step, error.message)
            look()
            return made
        look()
    return made
