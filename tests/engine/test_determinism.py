"""The same bits for any division into calls, after any keyframe, with any intervention."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlapse.engine.forward import initial_parameters
from netlapse.engine.program import epoch_order
from netlapse.engine.programs import Programs
from netlapse.engine.trainer import Trainer
from netlapse.errors import RunError, SpecError
from netlapse.spec.changes import EditParameter, Intervention, SetValue
from netlapse.spec.document import Spec
from tests.engine.building import (
    dense,
    edit,
    new_trainer,
    parameters,
    samples,
    set_to,
    spec,
    train,
)

SEEDS = [0, 1, 2**31 - 1, 2**31, 2**32 - 1]
STEPS = 45
LAYERS: list[dict[str, Any]] = [
    dense("hidden", 6),
    {"kind": "dropout", "id": "drop", "rate": 0.3},
    dense("output", 1, "sigmoid"),
]


def _spec(**more: Any) -> Spec:
    return spec(LAYERS, **{"optimizer": {"kind": "adam", "learning_rate": 0.02}, **more})


def _same(first: Trainer, second: Trainer) -> None:
    assert first.keyframe() == second.keyframe()
    assert (first.step, first.epoch, first.offset) == (second.step, second.epoch, second.offset)
    assert first.learning_rate == second.learning_rate


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=12))
def test_any_division_into_calls(programs: Programs, chunks: list[int]) -> None:
    data = samples()
    whole, divided = (new_trainer(programs, _spec(), data) for _ in range(2))
    np.testing.assert_array_equal(train(whole, STEPS), train(divided, STEPS, chunks))
    _same(whole, divided)


def test_what_is_looked_at_while_steps_are_computed_belongs_to_the_step_before(
    programs: Programs,
) -> None:
    data = samples()
    watched, alone = (new_trainer(programs, _spec(), data) for _ in range(2))
    for _ in range(4):
        underway = watched.begin(11)
        _same(watched, alone)
        assert watched.scores() == alone.scores()
        steps, _ = underway.finish()
        np.testing.assert_array_equal(steps.losses, alone.advance(11).losses)
        _same(watched, alone)


def test_decisions_at_epoch_ends_do_not_depend_on_calls(programs: Programs) -> None:
    schedule = {"kind": "reduce-on-plateau", "patience": 0, "factor": 0.5, "threshold": 0.5}
    data, described = samples(), _spec(schedule=schedule)
    trainers = [new_trainer(programs, described, data) for _ in range(3)]
    records = [train(t, STEPS, c) for t, c in zip(trainers, ([], [3], [7, 1]), strict=True)]
    for trainer, record in zip(trainers, records, strict=True):
        np.testing.assert_array_equal(record, records[0])
        _same(trainer, trainers[0])
    assert trainers[0].memory.plateau_scale < 1


CHANGES: dict[str, list[SetValue | EditParameter]] = {
    "learning rate": [set_to("training.optimizer.learning_rate", 0.3)],
    "optimizer": [set_to("training.optimizer", "rmsprop")],
    "its number": [set_to("training.optimizer.beta_1", 0.2)],
    "batch size": [set_to("training.batch_size", 5)],
    "class weights": [set_to("training.class_weights", "balanced")],
    "full batch": [set_to("training.batch_size", "full")],
    "dropout": [set_to("network.layers.drop.rate", 0.7)],
    "frozen": [set_to("network.layers.hidden.frozen", True)],
    "weight": [edit("hidden", "kernel", (1, 2), 2.5), edit("output", "bias", (0,), -1)],
    "schedule": [set_to("training.schedule", {"kind": "exponential", "factor": 0.5})],
    "l2": [set_to("training.l2", 0.3), set_to("training.l1", 0.01)],
    "clipping": [set_to("training.clip_norm", 0.01)],
    "epochs": [set_to("training.epochs", 40)],
    "stopping": [set_to("training.early_stopping", {"patience": 1})],
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_intervention_replays(programs: Programs, change: str) -> None:
    """Live at step 17, amid an epoch; then replayed in one call from the start, and from keyframes
    before and at its step."""
    data, described = samples(), _spec()
    live = new_trainer(programs, described, data)
    records = [train(live, 10)]
    early = live.keyframe()
    records.append(train(live, 7, [4]))
    before = live.keyframe()
    intervention = live.intervene(CHANGES[change])
    assert (intervention.step, live.offset) == (17, 24)
    after = live.keyframe()
    records.append(train(live, STEPS - 17, [9]))
    record = np.concatenate(records)

    untouched = new_trainer(programs, described, data)
    differs = not np.array_equal(train(untouched, STEPS), record)
    assert differs == (change not in ("epochs", "stopping"))

    for keyframe, start in ((None, 0), (early, 10), (before, 17), (after, 17)):
        replayed = new_trainer(
            programs, described, data, interventions=[intervention], keyframe=keyframe
        )
        assert replayed.step == start
        np.testing.assert_array_equal(train(replayed, STEPS - start), record[start:])
        _same(replayed, live)
        assert replayed.spec == live.spec


def test_several_interventions_at_one_step_act_in_order(programs: Programs) -> None:
    data, described = samples(), _spec()
    live = new_trainer(programs, described, data)
    train(live, 5)
    interventions = [live.intervene(CHANGES[name]) for name in ("optimizer", "batch size")]
    middle = live.keyframe()
    interventions.append(live.intervene([set_to("training.optimizer.decay", 0.5)]))
    record = train(live, 20)
    for keyframe in (None, middle):
        replayed = new_trainer(
            programs, described, data, interventions=interventions, keyframe=keyframe
        )
        if keyframe is None:
            train(replayed, 5)
        np.testing.assert_array_equal(train(replayed, 20), record)
        _same(replayed, live)


def test_an_intervention_at_step_0(programs: Programs) -> None:
    data, described = samples(), _spec()
    live = new_trainer(programs, described, data)
    intervention = live.intervene(CHANGES["weight"])
    record = train(live, 5)
    replayed = new_trainer(programs, described, data, interventions=[intervention])
    np.testing.assert_array_equal(train(replayed, 5), record)


# --- what an intervention keeps ---------------------------------------------------------------


def _moments(trainer: Trainer) -> list[np.ndarray[Any, Any]]:
    return [np.array(leaf) for leaf in jax.tree.leaves(trainer.state.optimizer)]


def test_an_edited_weight_keeps_its_moments(programs: Programs) -> None:
    trainer = new_trainer(programs, _spec(), samples())
    train(trainer, 10)
    moments, before = _moments(trainer), parameters(trainer)
    trainer.intervene([edit("hidden", "kernel", (1, 2), 2.5)])
    after = parameters(trainer)
    assert after["hidden.kernel"][1, 2] == 2.5
    after["hidden.kernel"][1, 2] = before["hidden.kernel"][1, 2]
    for name, value in before.items():
        np.testing.assert_array_equal(after[name], value)
    for old, new in zip(moments, _moments(trainer), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_new_optimizer_starts_with_zero_moments_and_keeps_the_rate(programs: Programs) -> None:
    trainer = new_trainer(programs, _spec(), samples())
    train(trainer, 10)
    weights = parameters(trainer)
    trainer.intervene([set_to("training.optimizer", "adamw")])
    assert trainer.spec.training.optimizer.learning_rate == 0.02
    assert not any(moment.any() for moment in _moments(trainer))  # its step count is one of them
    for name, value in parameters(trainer).items():
        np.testing.assert_array_equal(value, weights[name])
    # From here on it is the training that starts with these weights and that optimizer.
    train(trainer, 1)
    assert int(trainer.state.optimizer[0].count) == 1


def test_another_number_of_the_same_optimizer_keeps_the_moments(programs: Programs) -> None:
    trainer = new_trainer(programs, _spec(), samples())
    train(trainer, 10)
    moments = _moments(trainer)
    trainer.intervene([set_to("training.optimizer.beta_2", 0.9)])
    for old, new in zip(moments, _moments(trainer), strict=True):
        np.testing.assert_array_equal(old, new)


def test_a_new_batch_size_goes_on_at_the_same_offset(programs: Programs) -> None:
    """With a learning rate of 0, the loss of a batch shows which samples are in it."""
    data = samples()
    still = {"kind": "sgd", "learning_rate": 0}
    trainer = new_trainer(programs, spec(optimizer=still), data)
    losses, _ = trainer.evaluator.losses(
        trainer.state.parameters, data.train_inputs, data.train_targets
    )
    order = np.asarray(epoch_order(np.uint32(trainer.spec.seed), np.int32(0), 53))
    train(trainer, 3)
    trainer.intervene([set_to("training.batch_size", 11)])
    assert trainer.offset == 24
    assert trainer.steps_to_epoch_end() == 3
    taken = train(trainer, 3)[:, 0]
    expected = [losses[order[a:b]].mean() for a, b in ((24, 35), (35, 46), (46, 53))]
    np.testing.assert_allclose(taken, expected, rtol=1e-5)
    assert (trainer.epoch, trainer.offset) == (1, 0)


def test_a_refused_intervention_changes_nothing(programs: Programs) -> None:
    trainer = new_trainer(programs, _spec(), samples())
    train(trainer, 3)
    before = trainer.keyframe()
    fine = set_to("training.optimizer.learning_rate", 1.0)
    for wrong, message in (
        (edit("hidden", "kernel", (99, 0), 1), "shape (3, 6), so there is no entry [99, 0]"),
        (edit("hidden", "kernel", (0,), 1), "so there is no entry [0]"),
        (edit("drop", "kernel", (0, 0), 1), "no parameter `kernel` in layer `drop`"),
        (set_to("training.optimizer.learning_rate", -1), "at least 0, got -1"),
        (set_to("network.layers.hidden.units", 3), "cannot change during a training"),
        (set_to("seed", 3), "cannot change during a training"),
        (set_to("network.layers.drop.frozen", True), "no field `frozen`"),
        (set_to("training.loss", "huber"), "cannot change during a training"),
    ):
        with pytest.raises(SpecError) as raised:
            trainer.intervene([fine, wrong])
        assert message in str(raised.value)
        assert trainer.keyframe() == before
        assert trainer.learning_rate == 0.02


# --- seeds, order and first weights -----------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_state_0_is_what_the_seed_says(programs: Programs, seed: int) -> None:
    trainer = new_trainer(programs, spec(LAYERS, seed=seed), samples())
    expected = initial_parameters(trainer.spec.network, (3,), seed)
    for layer, own in expected.items():
        for name, value in own.items():
            np.testing.assert_array_equal(trainer.state.parameters[layer][name], value)
    assert (trainer.step, trainer.epoch, trainer.offset) == (0, 0, 0)
    record = train(trainer, 10)
    again = new_trainer(programs, spec(LAYERS, seed=seed), samples())
    np.testing.assert_array_equal(train(again, 10, [3]), record)


def test_seeds_are_all_different(programs: Programs) -> None:
    firsts = {
        parameters(new_trainer(programs, spec(LAYERS, seed=seed), samples()))[
            "hidden.kernel"
        ].tobytes()
        for seed in SEEDS
    }
    orders = {np.asarray(epoch_order(np.uint32(s), np.int32(0), 50)).tobytes() for s in SEEDS}
    assert len(firsts) == len(orders) == len(SEEDS)


@pytest.mark.parametrize("count", [1, 2, 3, 64, 65, 1000, 70_000])
def test_an_epoch_takes_every_sample_once(count: int) -> None:
    for epoch in (0, 1, 2**31 - 1):
        order = np.asarray(epoch_order(np.uint32(2**32 - 1), np.int32(epoch), count))
        np.testing.assert_array_equal(np.sort(order), np.arange(count))


def test_epochs_are_in_random_orders() -> None:
    """Every sample stands in every tenth equally often, and neighbors are not kept."""
    count, epochs = 200, 400
    orders = np.array([epoch_order(np.uint32(5), np.int32(e), count) for e in range(epochs)])
    assert len({order.tobytes() for order in orders}) == epochs
    places = np.argsort(orders, axis=1) * 10 // count
    tables = np.stack([(places == tenth).sum(axis=0) for tenth in range(10)])
    chi_squared = ((tables - epochs / 10) ** 2 / (epochs / 10)).sum(axis=0)
    assert chi_squared.mean() == pytest.approx(9, rel=0.1)  # nine degrees of freedom
    steps = np.diff(orders, axis=1)
    assert (np.abs(steps) == 1).mean() == pytest.approx(2 / count, rel=0.25)


def test_one_more_layer_leaves_the_weights_of_the_layers_before(programs: Programs) -> None:
    short = new_trainer(programs, spec([dense("a", 4), dense("b", 1, "sigmoid")]), samples())
    layers = [dense("a", 4), dense("b", 1, "sigmoid"), dense("c", 1, "sigmoid")]
    long = new_trainer(programs, spec(layers), samples())
    for name, value in parameters(short).items():
        np.testing.assert_array_equal(parameters(long)[name], value)


# --- keyframes --------------------------------------------------------------------------------

OTHER_PROCESS = """
import os, sys
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from tests.engine.test_determinism import elsewhere
elsewhere(sys.argv[1])
"""


def _wide() -> tuple[Spec, Any]:
    """Wide enough that a product of matrices is divided among threads."""
    layers = [dense("hidden", 64, "sigmoid"), dense("output", 10, "softmax")]
    data = samples("multiclass", count=2100, features=300, outputs=10, validation=0)
    return spec(layers, batch_size=1000, optimizer={"kind": "adam"}), data


def elsewhere(folder: str) -> None:
    """What the other process does: goes on from both keyframes."""
    programs, found = Programs(), {}
    for name, (described, data) in {"small": (_spec(), samples()), "wide": _wide()}.items():
        keyframe = Path(folder, name).read_bytes()
        trainer = new_trainer(programs, described, data, keyframe=keyframe)
        record = train(trainer, 12, [5])
        found[name] = hashlib.sha256(record.tobytes() + trainer.keyframe()).hexdigest()
    Path(folder, "found.json").write_text(json.dumps(found))


def test_a_keyframe_goes_on_in_a_fresh_process_on_one_core(
    programs: Programs, tmp_path: Path
) -> None:
    expected: dict[str, str] = {}
    for name, (described, data) in {"small": (_spec(), samples()), "wide": _wide()}.items():
        trainer = new_trainer(programs, described, data)
        train(trainer, 11 if name == "small" else 4)
        assert trainer.offset > 0
        (tmp_path / name).write_bytes(trainer.keyframe())
        record = train(trainer, 12)
        expected[name] = hashlib.sha256(record.tobytes() + trainer.keyframe()).hexdigest()
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", OTHER_PROCESS, str(tmp_path)], cwd=root, check=True)
    assert json.loads((tmp_path / "found.json").read_text()) == expected


def test_a_keyframe_keeps_the_end_and_how_often_it_was_moved(programs: Programs) -> None:
    trainer = new_trainer(programs, _spec(epochs=2), samples())
    train(trainer, 14)
    assert trainer.finished
    trainer.extend(3)
    train(trainer, 2)
    restored = new_trainer(programs, _spec(epochs=2), samples(), keyframe=trainer.keyframe())
    assert (restored.stop_epoch, restored.extended, restored.finished) == (5, 1, False)
    assert restored.steps_to_end() == trainer.steps_to_end() == 19
    assert restored.keyframe() == trainer.keyframe()


def test_a_keyframe_of_something_else_is_refused(programs: Programs) -> None:
    trainer = new_trainer(programs, _spec(), samples())
    keyframe = trainer.keyframe()
    header = int.from_bytes(keyframe[:8], "little")
    other = spec([dense("hidden", 7), dense("output", 1, "sigmoid")])
    for broken, described, message in (
        (keyframe, other, "belongs to another network"),
        (b"", _spec(), "not a keyframe"),
        (b"\x00" * 100, _spec(), "not a keyframe"),
        (keyframe[:-5], _spec(), "damaged"),
        (keyframe[: 8 + header], _spec(), "damaged"),
        (keyframe.replace(b'\\"format\\":', b'\\"farmot\\":'), _spec(), "not a keyframe"),
        (keyframe.replace(b'\\"format\\": 1', b'\\"format\\": 2'), _spec(), "format 2, not 1"),
        (keyframe.replace(b"hidden", b"hiddem"), _spec(), "`parameters/hidden"),
    ):
        with pytest.raises(RunError) as raised:
            new_trainer(programs, described, samples(), keyframe=broken)
        assert message in str(raised.value)
    trainer.intervene(CHANGES["weight"])
    with pytest.raises(SpecError, match="needs 1 interventions, and 0 are recorded"):
        new_trainer(programs, _spec(), samples(), keyframe=trainer.keyframe())


def test_interventions_beyond_the_end_wait(programs: Programs) -> None:
    late = Intervention(step=1000, changes=(set_to("training.l2", 1.0),))
    trainer = new_trainer(programs, _spec(epochs=2), samples(), interventions=[late])
    train(trainer, 14)
    assert trainer.finished
    assert trainer.spec.training.l2 == 0
