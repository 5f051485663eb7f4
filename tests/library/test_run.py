"""`nl.train`, `nl.start` and the `Run` they give."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

import netlapse as nl
from netlapse.errors import StateError
from netlapse.record.sql.store import SqlStore
from netlapse.spec.changes import set_value


@pytest.fixture(scope="module")
def run() -> Iterator[nl.Run]:
    """One spiral, trained for all tests that only look."""
    with nl.train(nl.presets.spiral(), epochs=50) as trained:
        yield trained


def test_it_trains_all_epochs(run: nl.Run) -> None:
    assert (run.state, run.step, run.epoch) == ("finished", 1000, 50)
    assert run.parameters == sum(array.size for array in run.weights().values())
    assert run.seconds > 0
    assert run.steps_per_second == pytest.approx(1000 / run.seconds)
    assert repr(run) == f"<Run {run.id}: finished at step 1000>"


def test_every_step_is_there(run: nl.Run) -> None:
    assert run.loss.shape == run.gradient_norm.shape == (1000,)
    assert run.loss.dtype == np.float32
    assert run.loss[-100:].mean() < run.loss[:100].mean()
    assert (run.gradient_norm > 0).all()


def test_metrics_are_of_both_splits(run: nl.Run) -> None:
    assert run.metrics.step == 1000
    assert run.metrics.train.samples == 200
    assert run.metrics.validation is not None
    assert 0.5 < run.metrics.validation.accuracy <= 1
    assert run.metrics is run.metrics


def test_predictions_are_the_last_activations(run: nl.Run) -> None:
    x = np.random.default_rng(0).uniform(-6, 6, (17, 2))
    outputs = run.predict(x)
    activations = run.activations(x)
    assert outputs.shape == (17, 1)
    assert ((outputs >= 0) & (outputs <= 1)).all()
    assert list(activations) == [layer.id for layer in run.spec.network.layers]
    assert activations["hidden-1"].shape == (17, 8)
    assert activations["output"].tobytes() == outputs.tobytes()


def test_activations_follow_from_the_weights(run: nl.Run) -> None:
    weights = run.weights()
    active = run.activations([[1.0, -2.0]])
    z = active["hidden-1"] @ weights["hidden-2.kernel"] + weights["hidden-2.bias"]
    np.testing.assert_allclose(np.tanh(z), active["hidden-2"], rtol=1e-5, atol=1e-6)


def test_weights_are_saved(run: nl.Run, tmp_path: Path) -> None:
    run.save_weights(tmp_path / "spiral.safetensors")
    saved = load_file(tmp_path / "spiral.safetensors")
    assert {k: v.tobytes() for k, v in saved.items()} == {
        k: v.tobytes() for k, v in run.weights().items()
    }
    with pytest.raises(nl.DataError, match="The weights cannot be written: No such file"):
        run.save_weights(tmp_path / "nowhere" / "spiral.safetensors")


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([1.0, 2.0], r"`x` must have the shape \[n, 2\] \(x, y\), got \[2\]\."),
        ([[1.0]], r"must have the shape \[n, 2\] \(x, y\), got \[1, 1\]\."),
        (np.empty((0, 2)), r"must have the shape \[n, 2\] \(x, y\), got \[0, 2\]\."),
        ([["a", "b"]], "`x` must hold numbers alone"),
        ([[1.0], [1.0, 2.0]], "`x` must hold numbers alone, in rows of one length"),
        ([[0, 0], [1, np.nan]], "row 1, `y`: Every input must be a finite number, got nan"),
    ],
)
def test_wrong_inputs_are_named(run: nl.Run, x: object, message: str) -> None:
    with pytest.raises(nl.DataError, match=message):
        run.predict(x)


def test_one_input_may_be_a_plain_list() -> None:
    with nl.train(nl.presets.line(), epochs=60, record=False) as run:
        outputs = run.predict([-1.0, 0.0, 1.0])
    np.testing.assert_allclose(outputs[:, 0], [-1, 0, 1], atol=0.2)


def test_the_same_spec_gives_the_same_bits() -> None:
    spec = nl.presets.spiral()
    with (
        nl.train(spec, steps=700, record=False) as whole,
        nl.start(spec, record=False) as parts,
    ):
        parts.train(steps=37).train(epochs=10).train(steps=700 - 37 - 200)
        assert parts.loss.tobytes() == whole.loss.tobytes()
        assert parts.weights()["output.bias"].tobytes() == whole.weights()["output.bias"].tobytes()


def test_start_is_at_step_0() -> None:
    with nl.start(nl.presets.spiral(), record=False) as run:
        assert (run.step, run.state) == (0, "paused")
        assert len(run.loss) == 0
        assert run.metrics.step == 0
        assert run.compile_seconds >= 0


def test_training_on_goes_beyond_the_spec() -> None:
    with nl.train(nl.presets.spiral(), epochs=2, record=False) as run:
        with pytest.raises(StateError, match=r"has done its 2 epochs\. Continue with more"):
            run.train()
        assert run.train(epochs=3).epoch == 5
        assert run.train(steps=21).step == 121
        assert run.train(steps=1).step == 122
        assert len(run.loss) == 122


def test_steps_beyond_the_end_of_the_spec() -> None:
    spec = set_value(nl.presets.spiral(), "training.epochs", 1)
    with nl.train(spec, steps=50, record=False) as run:
        assert run.step == 50
        assert run.spec.training.epochs == 1


def test_interventions_are_remembered() -> None:
    with nl.start(nl.presets.spiral(), record=False) as run:
        run.train(steps=10)
        made = run.intervene({"training.optimizer.learning_rate": 0.5, "training.batch_size": 20})
        assert made.step == 10
        edited = run.edit("hidden-1", "bias", 2, 0.25)
        assert run.weights()["hidden-1.bias"][2] == 0.25
        assert run.interventions == (made, edited)
        assert run.spec.training.optimizer.learning_rate == 0.5
        assert run.spec.training.batch_size == 20
        run.train(steps=10)
        assert run.step == 20


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "changes at least one thing"),
        ({"data.noise": 0.1}, "data.noise: This cannot change during a training"),
        ({"training.l2": -1}, "training.l2: .* got -1"),
    ],
)
def test_wrong_interventions_are_refused(changes: dict[str, object], message: str) -> None:
    with nl.start(nl.presets.spiral(), record=False) as run:
        with pytest.raises(nl.SpecError, match=message):
            run.intervene(changes)
        assert run.interventions == ()


def test_epochs_are_those_of_the_new_batch_size() -> None:
    with nl.start(nl.presets.spiral(), record=False) as run:
        for size in (20, 10, 50, 25):
            run.intervene({"training.batch_size": size})
            before = run.step
            run.train(epochs=1)
            assert run.step - before == 200 // size


def test_progress_is_told() -> None:
    told: list[nl.Progress] = []
    with nl.train(nl.presets.spiral(), epochs=30, on_progress=told.append, record=False):
        pass
    last = told[-1]
    assert (last.step, last.target, last.epoch, last.epochs) == (600, 600, 30, 30)
    assert last.loss is not None
    assert last.steps_per_second > 0
    assert [p.step for p in told] == sorted(p.step for p in told)


def test_an_interrupt_pauses_the_run() -> None:
    spec = set_value(nl.presets.spiral(), "training.epochs", 1_000_000)
    with nl.start(spec, record=False) as run:
        timer = threading.Timer(0.5, signal.raise_signal, (signal.SIGINT,))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            run.train()
        assert run.state == "paused"
        stopped = run.step
        assert 0 < stopped < 20_000_000
        assert run.train(steps=5).step == stopped + 5


def test_a_failing_callback_pauses_the_run() -> None:
    def fail(progress: nl.Progress) -> None:
        raise ZeroDivisionError

    spec = set_value(nl.presets.spiral(), "training.epochs", 1_000_000)
    with nl.start(spec, record=False) as run:
        with pytest.raises(ZeroDivisionError):
            run.train(on_progress=fail)
        assert run.state == "paused"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL")
def test_a_killed_worker_and_resume() -> None:
    spec = set_value(nl.presets.spiral(), "training.epochs", 1_000_000)
    with nl.start(spec) as run:
        run.train(steps=1000)
        timer = threading.Timer(0.5, os.kill, (run._session.worker_pid, signal.SIGKILL))
        timer.start()
        with pytest.raises(nl.WorkerError, match=r"was ended by SIGKILL\. Resume continues"):
            run.train()
        assert run.state == "worker-died"
        stopped = run.step
        run.resume().train(steps=10)
        assert run.step == stopped + 10


def test_a_diverged_training_keeps_its_last_good_state() -> None:
    spec = set_value(nl.presets.line(), "training.optimizer.learning_rate", 100)
    with pytest.raises(nl.DivergedError, match="at step"):
        nl.train(spec, record=False)
    with nl.start(spec, record=False) as run:
        with pytest.raises(nl.DivergedError):
            run.train()
        assert run.state == "diverged"
        assert np.isfinite(run.loss).all()
        assert all(np.isfinite(array).all() for array in run.weights().values())


def test_runs_are_recorded_where_home_is(home: Path, run: nl.Run) -> None:
    store = SqlStore(home)
    summary = store.summary(run.id)
    assert summary.name == "Spiral"
    assert store.metrics(run.id).loss.tobytes() == run.loss.tobytes()


def test_without_a_record_nothing_is_kept(home: Path) -> None:
    before = SqlStore(home).count_runs()
    nl.train(nl.presets.line(), epochs=1, record=False).close()
    assert SqlStore(home).count_runs() == before


def test_a_closed_run_gives_its_worker_to_the_next() -> None:
    pids = []
    for _ in range(3):
        with nl.start(nl.presets.line(), record=False) as run:
            pids.append(run._session.worker_pid)
    assert pids[1] == pids[2]


def test_a_forgotten_run_gives_its_worker_back() -> None:
    run = nl.start(nl.presets.line(), record=False)
    pid = run._session.worker_pid
    session = run._session
    del run
    assert session.worker_pid is None
    with nl.start(nl.presets.line(), record=False) as following:
        assert following._session.worker_pid == pid


def test_after_closing_results_stay_and_questions_fail() -> None:
    run = nl.train(nl.presets.line(), epochs=2)
    run.close()
    run.close()
    assert len(run.loss) == run.step > 0
    with pytest.raises(StateError, match="This run is closed"):
        run.predict([0.5])


@pytest.mark.parametrize(
    ("spec", "arguments", "error", "message"),
    [
        ({"data": {"kind": "spiral"}}, {}, nl.SpecError, "The network has no layers"),
        ({"data": {"kind": "sprial"}}, {}, nl.SpecError, "data: .*sprial"),
        ({}, {}, nl.SpecError, "data: This field is required"),
        (
            {"data": {"kind": "points"}, "network": {"layers": []}},
            {},
            nl.DataError,
            "point",
        ),
        (nl.presets.spiral(), {"epochs": 0}, nl.SpecError, "training.epochs: .*got 0"),
        (nl.presets.spiral(), {"steps": 0}, nl.SpecError, "`steps` must be at least 1, got 0"),
        (nl.presets.spiral(), {"steps": 1, "epochs": 1}, nl.SpecError, "not both"),
        (nl.presets.spiral(), {"steps": 1.5}, nl.SpecError, "must be a whole number, got 1.5"),
        (nl.presets.xor(), {"steps": 10**20}, nl.SpecError, "At most 10,000,000 epochs can be"),
    ],
)
def test_bad_input_is_one_sentence(
    spec: object, arguments: dict[str, int], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        nl.train(spec, record=False, **arguments)
    assert "\n" not in str(caught.value)


def test_check_gives_findings() -> None:
    assert nl.check(nl.presets.spiral()).trainable
    spec = set_value(nl.presets.spiral(), "network.layers.output.units", 2)
    examination = nl.check(spec)
    assert not examination.trainable
    assert "must have 1 unit for two classes, got 2 units" in examination.findings[0].message
