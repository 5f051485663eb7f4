"""Commands and their answers, over the real process: what the contract says."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from netlapse.data import load
from netlapse.engine.keyframes import read_metadata
from netlapse.engine.programs import Programs
from netlapse.engine.trainer import Trainer
from netlapse.spec.changes import Intervention
from netlapse.spec.document import Spec
from netlapse.worker.parts import samples_of
from tests.engine.building import train
from tests.worker.driving import Driver, rows

SPEC = Spec.model_validate(
    {
        "data": {"kind": "spiral", "samples": 110, "validation_fraction": 0.3},
        "network": {
            "layers": [
                {"kind": "dense", "id": "hidden", "units": 5, "activation": "tanh"},
                {"kind": "dropout", "id": "drop", "rate": 0.1},
                {"kind": "dense", "id": "output", "units": 1, "activation": "sigmoid"},
            ]
        },
        "training": {"epochs": 1_000_000, "optimizer": {"kind": "adam", "learning_rate": 0.01}},
        "seed": 2**32 - 1,
    }
)
STEPS_PER_EPOCH = 8


def set_to(path: str, value: object) -> dict[str, Any]:
    return {"kind": "set", "path": path, "value": value}


def replayed(programs: Programs, spec: Spec, interventions: Any = ()) -> Trainer:
    """The same training in this process."""
    return Trainer(spec, samples_of(load(spec.data)), programs, interventions=interventions)


def kinds(driver: Driver, since: int) -> list[str]:
    return [event.kind for event, _ in driver.events[since:]]


# --- opening ----------------------------------------------------------------------------------


def test_opening(worker: Driver) -> None:
    since = worker.open(SPEC, "a run")
    worker.wait(lambda e: e.kind == "evaluated", since)
    assert kinds(worker, since)[:3] == ["acknowledged", "ready", "status"]
    ready = worker.events[since + 1][0]
    assert (ready.run, ready.parameters, ready.task) == ("a run", 21, "binary")
    assert (ready.class_names, ready.raw_names) == (("0", "1"), ("x", "y"))
    status = worker.wait_state("paused", since=since)
    assert (status.step, status.epoch, status.epochs) == (0, 0, 1_000_000)
    assert status.steps_per_epoch == STEPS_PER_EPOCH
    evaluated = worker.wait(lambda e: e.kind == "evaluated", since)
    assert (evaluated.evaluation.step, evaluated.evaluation.train.samples) == (0, 77)


@pytest.mark.parametrize(
    ("change", "message", "place"),
    [
        ({"seed": -1}, "at least 0", "seed"),
        ({"network": {"layers": []}}, "The network has no layers", "network"),
        ({"data": {"kind": "table"}}, "This field is required", "data.table"),
        ({"training": {"loss": {"kind": "huber", "delta": 0}}}, "", "training.loss.delta"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_spec_that_cannot_be_trained_is_refused(
    worker: Driver, change: dict[str, Any], message: str, place: str
) -> None:
    worker.open(SPEC, "before")
    answer = worker.ask("open", run="wrong", spec={**SPEC.to_dict(), **change})
    assert answer.kind == "refused"
    assert message in answer.problem.message
    assert answer.problem.place in (place, "")
    # The run that was open still is.
    assert worker.ask("advance", steps=1).run == "before"
    worker.wait(lambda e: e.kind == "keyframe" and e.run == "before" and e.final)


def test_a_refused_open_does_not_stop_a_training(worker: Driver) -> None:
    since = worker.open(SPEC, "goes on")
    worker.ask("play")
    assert worker.ask("open", run="wrong", spec={}).kind == "refused"
    step = worker.ask("pace", steps_per_second=None).step
    worker.wait(lambda e: e.kind == "metrics" and e.first_step > step, since)
    own = [e for e, _ in worker.events[since:] if e.kind == "status" and e.run == "goes on"]
    assert "paused" not in [status.state for status in own if status.step > 0]
    worker.ask("pause")


def test_another_run_replaces_the_open_one(worker: Driver) -> None:
    since = worker.open(SPEC, "first")
    worker.ask("play")
    worker.wait(lambda e: e.kind == "metrics" and e.run == "first", since)
    second = worker.open(SPEC.with_changes(seed=1), "second")
    last = worker.wait(lambda e: e.kind == "keyframe" and e.run == "first" and e.final, since)
    own = [e for e, _ in worker.events[since:] if e.kind == "metrics" and e.run == "first"]
    assert own[-1].first_step + own[-1].count - 1 == last.step
    after = worker.wait(lambda e: e.kind == "ready" and e.run == "second", second)
    place = [e for e, _ in worker.events].index(after)
    worker.play_to(10)
    assert {e.run for e, _ in worker.events[place:] if hasattr(e, "run")} == {"second"}
    assert len(worker.losses(place)) == 10


# --- playing ----------------------------------------------------------------------------------


def test_metrics_have_no_gaps_and_are_those_of_the_engine(
    worker: Driver, programs: Programs
) -> None:
    since = worker.open(SPEC)
    for step in (1, 2, 39, 3000):
        worker.play_to(step)
    np.testing.assert_array_equal(
        worker.losses(since), train(replayed(programs, SPEC), 3000, [1000])
    )


def test_pause(worker: Driver) -> None:
    since = worker.open(SPEC)
    assert worker.ask("play").step == 0
    worker.wait(lambda e: e.kind == "metrics", since)
    step = worker.ask("pause").step
    status = worker.wait(lambda e: e.kind == "status" and e.state == "paused" and e.step, since)
    assert status.step == step == len(worker.losses(since))
    keyframe = worker.wait(lambda e: e.kind == "keyframe" and e.final, since)
    assert keyframe.step == step
    assert worker.ask("pause").step == step  # again is no error
    time.sleep(0.2)
    assert len(worker.losses(since)) == step
    # Metrics up to the acknowledged step came before the acknowledgment.
    place = max(i for i, (e, _) in enumerate(worker.events) if e.kind == "keyframe")
    assert len(worker.losses(since)) == sum(
        e.count for e, _ in worker.events[since:place] if e.kind == "metrics"
    )


def test_advance(worker: Driver) -> None:
    worker.open(SPEC)

    def advance(**fields: int) -> int:
        since = len(worker.events)
        worker.ask("advance", **fields)
        return worker.wait_state("paused", since=since).step

    assert advance(steps=3) == 3
    assert advance(epochs=1) == STEPS_PER_EPOCH
    assert advance(epochs=1) == 2 * STEPS_PER_EPOCH
    assert advance(steps=1) == 17
    assert advance(epochs=3) == 5 * STEPS_PER_EPOCH
    assert advance() == 5 * STEPS_PER_EPOCH


def test_the_end_and_beyond(worker: Driver) -> None:
    short = SPEC.with_changes(training=SPEC.training.with_changes(epochs=2))
    since = worker.open(short)
    worker.ask("play")
    status = worker.wait_state("finished", since=since)
    assert (status.step, status.epoch, status.epochs) == (16, 2, 2)
    for kind in ("play", "advance"):
        refused = worker.ask(kind)
        assert refused.problem.kind == "StateError"
        assert refused.problem.message == "The training has done its 2 epochs."
        assert refused.problem.remedy == "Continue with more epochs."
    place = len(worker.events)
    assert worker.ask("play", more_epochs=3).step == 16
    status = worker.wait_state("finished", since=place)
    assert (status.step, status.epochs) == (40, 5)
    assert len(worker.losses(since)) == 40


def test_early_stopping_and_on(worker: Driver) -> None:
    stopping = {"patience": 2, "min_delta": 1000}
    spec = SPEC.with_changes(training=SPEC.training.with_changes(early_stopping=stopping))
    since = worker.open(spec)
    worker.ask("play")
    status = worker.wait_state("finished", since=since)
    assert (status.step, status.note[:13]) == (3 * STEPS_PER_EPOCH, "Stopped early")
    place = len(worker.events)
    worker.ask("advance", steps=13)
    assert worker.wait_state("paused", since=place).step == 3 * STEPS_PER_EPOCH + 13


def test_pace(worker: Driver) -> None:
    since = worker.open(SPEC)
    worker.play_to(20)
    worker.ask("pace", steps_per_second=40)
    started = time.monotonic()
    worker.ask("play")
    time.sleep(1.0)
    step = worker.ask("pause").step
    wanted = 40 * (time.monotonic() - started)
    assert 0.3 * wanted < step - 20 < 1.2 * wanted + 2
    assert worker.ask("pace", epochs_per_second=3).kind == "acknowledged"
    assert worker.wait(lambda e: e.kind == "status" and e.pace == 3 * STEPS_PER_EPOCH, since)
    worker.ask("pace")


# --- interventions ----------------------------------------------------------------------------


def _up_to_acknowledged(worker: Driver, since: int, number: int) -> int:
    """How many updates had been reported when a command was acknowledged."""
    count = 0
    for event, _ in worker.events[since:]:
        if event.kind == "metrics":
            count += event.count
        if getattr(event, "command", None) == number:
            return count
    raise AssertionError("not acknowledged")


def test_interventions_while_training_replay_bit_for_bit(
    worker: Driver, programs: Programs
) -> None:
    since = worker.open(SPEC)
    worker.ask("play")
    interventions: list[Intervention] = []
    for changes in (
        [set_to("training.batch_size", 7)],  # another structure: compiled meanwhile
        [set_to("training.optimizer.learning_rate", 0.03)],
        [set_to("training.optimizer", "rmsprop"), set_to("network.layers.drop.rate", 0.3)],
        [{"kind": "edit", "layer": "hidden", "parameter": "kernel", "index": [1, 2], "value": 2}],
    ):
        number = worker.send("intervene", changes=changes)
        answer = worker.answer(number)
        assert answer.kind == "acknowledged", answer
        assert answer.intervention.step == answer.step
        assert _up_to_acknowledged(worker, since, number) == answer.step
        worker.wait(lambda e, s=answer.step: e.kind == "keyframe" and e.step == s, since)
        interventions.append(answer.intervention)
        step = answer.step
        worker.wait(lambda e, s=step: e.kind == "metrics" and e.first_step > s + 20, since)
    end = worker.ask("pause").step
    trainer = replayed(programs, SPEC, interventions)
    np.testing.assert_array_equal(worker.losses(since), train(trainer, end))
    _, arrays = worker.reply("get-keyframe")
    assert arrays["keyframe"].tobytes() == trainer.keyframe()


def test_interventions_that_wait_for_one_another(worker: Driver) -> None:
    worker.open(SPEC)
    numbers = [
        worker.send("intervene", changes=[set_to("training.optimizer", "adagrad")]),
        worker.send("intervene", changes=[set_to("training.optimizer.epsilon", 0.5)]),
        worker.send("intervene", changes=[set_to("training.batch_size", 6)]),
    ]
    answers = [worker.answer(number) for number in numbers]
    assert [answer.kind for answer in answers] == ["acknowledged"] * 3
    metadata = read_metadata(worker.reply("get-keyframe")[1]["keyframe"].tobytes())
    assert metadata["interventions"] == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (set_to("network.layers.hidden.units", 3), "This cannot change during a training."),
        (set_to("training.batch_size", 0), "This must be at least 1, got 0."),
        (
            {"kind": "edit", "layer": "x", "parameter": "kernel", "index": [0], "value": 1},
            "There is no parameter `kernel` in layer `x`; there are: hidden.kernel, hidden.bias, "
            "output.kernel, output.bias.",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_refused_intervention(worker: Driver, change: dict[str, Any], message: str) -> None:
    worker.open(SPEC)
    before = worker.reply("get-keyframe")[1]["keyframe"].tobytes()
    answer = worker.ask("intervene", changes=[change])
    assert (answer.kind, answer.problem.message) == ("refused", message)
    assert worker.reply("get-keyframe")[1]["keyframe"].tobytes() == before


def test_fewer_epochs_finish_and_more_go_on(worker: Driver) -> None:
    since = worker.open(SPEC)
    worker.play_to(3 * STEPS_PER_EPOCH)
    worker.ask("intervene", changes=[set_to("training.epochs", 2)])
    assert worker.wait_state("finished", since=since).epochs == 2
    place = len(worker.events)
    worker.ask("intervene", changes=[set_to("training.epochs", 5)])
    assert worker.wait_state("paused", since=place).epochs == 5


# --- going on from a record -------------------------------------------------------------------


def test_replaying_to_a_recorded_step(worker: Driver, programs: Programs) -> None:
    trainer = replayed(programs, SPEC)
    train(trainer, 50)
    keyframe = trainer.keyframe()
    changes = [set_to("training.l2", 0.1)]
    intervention = Intervention.model_validate({"step": 50, "changes": changes})
    trainer.intervene(intervention.changes)
    more = train(trainer, 40)
    since = worker.open(
        SPEC,
        "again",
        keyframe + more[:30, 0].tobytes(),
        interventions=[intervention.to_dict()],
        keyframe=True,
        losses=30,
        replay_to=90,
    )
    assert "differs" not in kinds(worker, since)
    (metrics,) = [e for e, _ in worker.events[since:] if e.kind == "metrics"]
    assert (metrics.first_step, metrics.count) == (81, 10)  # what the record did not have
    np.testing.assert_array_equal(worker.losses(since), more[30:])
    assert worker.reply("get-keyframe")[1]["keyframe"].tobytes() == trainer.keyframe()


def test_a_record_with_another_loss_differs(worker: Driver, programs: Programs) -> None:
    losses = train(replayed(programs, SPEC), 40)[:, 0].copy()
    losses[[27, 30]] = np.nextafter(losses[[27, 30]], np.float32(9))
    since = worker.open(SPEC, "other", losses.tobytes(), losses=40, replay_to=40)
    found = [e for e, _ in worker.events[since:] if e.kind == "differs"]
    assert [(e.run, e.step) for e in found] == [("other", 28)]
    assert kinds(worker, since)[:3] == ["acknowledged", "differs", "ready"]


def test_extensions_are_replayed(worker: Driver) -> None:
    short = SPEC.with_changes(training=SPEC.training.with_changes(epochs=2))
    since = worker.open(short, extensions=[{"step": 16, "epochs": 3}], replay_to=20)
    status = worker.wait_state("paused", since=since)
    assert (status.step, status.epochs) == (20, 5)
    refused = worker.ask("open", run="x", spec=short.to_dict(), replay_to=17)
    assert refused.problem.message == "The record has 17 steps, and the training ends at 16."


@pytest.mark.parametrize(
    ("payload", "fields"),
    [
        (b"", {"keyframe": True}),
        (b"nonsense", {"keyframe": True}),
        (b"\x00" * 8, {"losses": 3}),
        (b"\x00" * 8, {}),
    ],
)
def test_a_payload_that_is_not_what_it_should_be(
    worker: Driver, payload: bytes, fields: dict[str, Any]
) -> None:
    refused = worker.ask("open", payload, run="x", spec=SPEC.to_dict(), **fields)
    assert (refused.kind, refused.problem.kind) == ("refused", "RunError")


# --- trouble ----------------------------------------------------------------------------------


def test_divergence(worker: Driver) -> None:
    wild = SPEC.to_dict()
    wild["network"]["layers"] = [
        {"kind": "dense", "id": "hidden", "units": 5, "activation": "linear"},
        {"kind": "dense", "id": "output", "units": 1, "activation": "linear"},
    ]
    wild["training"] |= {
        "loss": {"kind": "mean-squared-error"},
        "optimizer": {"kind": "sgd", "learning_rate": 5.0},
    }
    since = worker.open(Spec.model_validate(wild))
    worker.ask("play")
    status = worker.wait_state("diverged", since=since)
    assert status.problem.kind == "DivergedError"
    assert f"step {status.step + 1:,}" in status.problem.message
    assert "learning rate 5" in status.problem.message
    assert status.problem.place.startswith("layer `")
    losses = worker.losses(since)
    assert len(losses) == status.step
    assert np.isfinite(losses).all()
    keyframe = worker.wait(lambda e: e.kind == "keyframe" and e.final, since)
    assert keyframe.step == status.step
    place = len(worker.events)
    worker.ask("play")  # once more, with the same end
    assert worker.wait_state("diverged", since=place).step == status.step
    worker.ask("intervene", changes=[set_to("training.optimizer.learning_rate", 1e-30)])
    _, arrays = worker.reply("predict", rows([[0.1, 0.2]]), rows=1)
    assert arrays["outputs"].shape == (1, 1)


def test_without_an_open_run(new_worker: Any) -> None:
    driver = new_worker()
    for kind in ("play", "advance", "get-keyframe", "get-weights", "evaluate"):
        answer = driver.ask(kind)
        assert (answer.kind, answer.problem.message) == ("refused", "No run is open."), kind
    assert driver.ask("pace", steps_per_second=3).kind == "acknowledged"
    assert driver.ask("pace", epochs_per_second=3).kind == "refused"
    assert driver.ask("intervene", changes=[set_to("seed", 1)]).kind == "refused"
    driver.send("want", view={"weights": True})
    assert driver.ask("close").kind == "acknowledged"
    assert driver.exit_code() == 0
