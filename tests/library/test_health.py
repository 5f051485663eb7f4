"""Vitals and diagnosis from Python."""

from __future__ import annotations

import pytest

import netlapse as nl
from netlapse.errors import StateError


def test_vitals_of_a_run_of_its_past_and_of_its_branch() -> None:
    with nl.train(nl.presets.xor(), steps=100, record=False) as run:
        found = run.vitals()
        steps = [one.step for one in found]
        assert (steps[0], steps[-1]) == (0, 100)
        assert steps == sorted(set(steps))
        assert [one.step for one in run.vitals(16, 60)] == [s for s in steps if 16 <= s <= 60]
        middle = found[len(found) // 2]
        assert run.at(middle.step).vitals() == middle
        rows = run.vitals_table()
        assert len(rows) == 2 * len(found)
        assert rows[0]["layer"] == "hidden-1"
        weights = next(s for s in found[0].layers[0].summaries if s.quantity == "weights")
        assert rows[0]["weights mean"] == weights.mean
        with run.branch(middle.step) as branch:
            assert branch.vitals() == run.vitals(0, middle.step)
            branch.train(steps=30)
            assert branch.vitals()[-1].step == middle.step + 30


def test_a_diagnosis_names_the_layer_and_its_remedy_can_be_undone() -> None:
    spec = nl.presets.xor().to_dict()
    spec["network"]["layers"][0]["bias_initializer"] = {"kind": "constant", "value": -20}
    with nl.train(spec, steps=300, record=False) as run:
        (finding,) = run.diagnose().findings
        assert (finding.rule, finding.layer) == ("dead-units", "hidden-1")
        assert run.at(0).diagnose().findings == ()
        assert run.at(300).diagnose() == run.diagnose()
        before = run.spec
        remedy = next(one for one in finding.remedies if one.changes)
        run.intervene({change.path: change.value for change in remedy.changes})
        assert run.spec.training.optimizer.learning_rate < 0.02
        run.intervene({change.path: change.value for change in remedy.undo})
        assert run.spec == before
        with pytest.raises(StateError, match="ends at step 300"):
            run.at(301).diagnose()
