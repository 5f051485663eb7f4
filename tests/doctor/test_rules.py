"""What each rule says, and when it says nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from netlapse.doctor import RULES, diagnose
from netlapse.engine.programs import Programs
from netlapse.protocol.diagnosis import HealthFinding, RuleName
from netlapse.spec.changes import intervene
from netlapse.spec.document import Spec
from netlapse.spec.findings import Fix
from netlapse.spec.presets import PRESETS
from netlapse.spec.resolve import examine_spec
from tests.doctor.ill import CASES, TABLES, Case
from tests.doctor.training import Watched, watched
from tests.spec.documents import patched

PROGRAMS = Programs()
BY_RULE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
SMALL = [name for name, preset in PRESETS.items() if preset.spec.data.kind != "images"]
FEW = ("two-layer", "beginner")
IMAGES = [name for name in PRESETS if name not in SMALL] if "NETLAPSE_SLOW" in os.environ else FEW
"""Those with many layers take minutes to compile: `make chaos` has them all."""


@cache
def trained(spec: Spec) -> Watched:
    return watched(spec, PROGRAMS, tables=TABLES)


def said(training: Watched) -> Iterator[tuple[int, HealthFinding]]:
    """Every finding at every moment of a training."""
    for history in training.histories():
        for finding in diagnose(history):
            yield history.step, finding


def mnist() -> Path:
    for folder in Path(__file__).resolve().parents:
        if (folder / "shared" / "data" / "mnist").is_dir():
            return folder / "shared" / "data" / "mnist"
    pytest.skip("MNIST is not here")


def test_every_rule_has_a_training_that_provokes_it() -> None:
    names = [rule.name for rule in RULES]
    assert sorted(names) == sorted(get_args(RuleName)) == sorted(case.rule for case in CASES)


@BY_RULE
def test_a_rule_speaks_where_it_is_provoked_and_no_other_does(case: Case) -> None:
    training = trained(case.ill)
    history = training.at(training.trainer.step)
    findings = diagnose(history)
    assert {finding.rule for finding in findings} == {case.rule}
    layers = {finding.layer for finding in findings}
    assert case.layer in layers
    for finding in findings:
        assert 0 <= finding.since <= history.step
        assert finding.evidence
        assert all(one.step <= history.step for one in finding.evidence)
        assert finding.explanation.count(". ") == 1, finding.explanation
        assert finding.explanation.endswith(".")


@BY_RULE
def test_a_rule_waits_until_it_is_sure(case: Case) -> None:
    training = trained(case.ill)
    first = next(step for step, _ in said(training))
    assert case.rule == "diverged" or first >= training.steps[3]


@BY_RULE
def test_remedies_can_be_applied_and_taken_back(case: Case) -> None:
    training = trained(case.ill)
    for finding in diagnose(training.at(training.trainer.step)):
        assert finding.remedies
        for remedy in finding.remedies:
            assert bool(remedy.changes) != (remedy.fix is not None)
            if remedy.fix is None:
                changed = intervene(case.ill, remedy.changes)
                assert changed != case.ill
                assert intervene(changed, remedy.undo) == case.ill
            else:
                assert_trainable(case.ill, remedy.fix, training)


def assert_trainable(spec: Spec, fix: Fix, training: Watched) -> None:
    document: dict[str, Any] = patched(spec.to_dict(), fix.patch)
    changed = Spec.model_validate(document)
    assert changed != spec
    assert examine_spec(changed, training.trainer.samples.facts).trainable


def test_class_weights_find_the_rare_class() -> None:
    case = next(case for case in CASES if case.rule == "class-imbalance")
    [finding] = diagnose(trained(case.ill).at(trained(case.ill).trainer.step))
    cured = trained(intervene(case.ill, finding.remedies[0].changes))
    assert all(finding.rule != "class-imbalance" for _, finding in said(cured))
    matrix = cured.evaluations[-1].train.confusion
    assert matrix is not None and matrix[1][1] > 0.5 * sum(matrix[1])


@BY_RULE
def test_nothing_is_said_of_the_neighbor_in_good_health(case: Case) -> None:
    assert list(said(trained(case.well))) == []


@pytest.mark.parametrize("name", SMALL)
def test_nothing_is_ever_said_of_a_preset(name: str) -> None:
    training = watched(PRESETS[name].spec, PROGRAMS)
    assert len(training.vitals) >= 7
    assert list(said(training)) == []


def test_the_same_training_has_the_same_diagnosis() -> None:
    spec = CASES[6].ill
    once, again = trained(spec), watched(spec, Programs())
    assert once.vitals == again.vitals
    assert list(said(once)) == list(said(again))


@pytest.mark.parametrize("name", IMAGES)
def test_nothing_is_said_of_an_image_preset_as_it_begins(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAPSE_MNIST_DIR", str(mnist()))
    spec = PRESETS[name].spec
    data = {**spec.data.to_dict(), "train_samples": 1000}
    training = watched(spec.with_changes(data=data), PROGRAMS, most_steps=96)
    assert len(training.vitals) >= 4
    assert list(said(training)) == []
