"""Results as tables, in all formats."""

from __future__ import annotations

import csv
import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import netlapse as nl
from netlapse.errors import DataError, InputError
from netlapse.export.tables import (
    evaluations_table,
    metrics_table,
    predictions_table,
    write_table,
)
from netlapse.run import Run

ABOUT = {"run": "abc"}


def test_metrics_are_those_of_every_step(trained: Run) -> None:
    table = trained.to_arrow()
    assert table.column_names == ["step", "epoch", "loss", "gradient_norm"]
    assert table["step"].to_pylist() == list(range(1, 401))
    assert table["epoch"].to_numpy()[-1] == pytest.approx(trained.epoch)
    np.testing.assert_array_equal(table["loss"].to_numpy(), trained.loss)
    np.testing.assert_array_equal(table["gradient_norm"].to_numpy(), trained.gradient_norm)
    frame = trained.to_dataframe()
    assert frame.shape == (400, 4)


def test_evaluations_have_the_metrics_of_the_task(trained: Run) -> None:
    table = evaluations_table(trained.film)
    assert table["step"].to_pylist() == [e["step"] for e in trained.store.evaluations(trained.id)]
    assert "validation_accuracy" in table.column_names
    assert "train_rmse" not in table.column_names


def test_predictions_agree_with_the_evaluation(trained: Run) -> None:
    table = predictions_table(trained.film, "validation", 250)
    assert table.column_names == [
        *("index", "x", "y", "truth", "predicted", "probability_0", "probability_1")
    ]
    right = [
        a == b for a, b in zip(*(table[n].to_pylist() for n in ("truth", "predicted")), strict=True)
    ]
    assert np.mean(right) == trained.at(250).evaluate("validation").accuracy
    rows = np.stack([table["x"].to_numpy(), table["y"].to_numpy()], axis=1)
    expected = trained.at(250).predict(rows)[:, 0]
    np.testing.assert_array_equal(table["probability_1"].to_numpy(), expected)


def test_predictions_of_a_regression_are_in_the_target_s_unit() -> None:
    spec = {"data": {"kind": "plane"}, "network": {"layers": [
        {"kind": "dense", "id": "output", "units": 1}]}}  # fmt: skip
    with nl.train(spec, steps=300, record=False) as run:
        table = predictions_table(run.film, "train")
        error = table["predicted"].to_numpy() - table["truth"].to_numpy()
        mae = run.metrics.train.mae
        assert mae is not None
        assert np.abs(error).mean() == pytest.approx(mae, rel=1e-4)


def test_a_part_that_is_not_there_is_named(trained: Run) -> None:
    with pytest.raises(DataError, match="no test part"):
        predictions_table(trained.film, "test")


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json", ".h5", ".hdf5"])
def test_every_format_gives_back_what_was_written(
    trained: Run, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"metrics{suffix}"
    table = metrics_table(trained.film)
    write_table(table, path, ABOUT)
    for name in table.column_names:
        np.testing.assert_array_equal(_read(path)[name], table[name].to_numpy())
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def _read(path: Path) -> dict[str, Any]:
    match path.suffix:
        case ".csv":
            rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        case ".json":
            rows = json.loads(path.read_text(encoding="utf-8"))
        case ".parquet":
            table = pq.read_table(path)
            assert table.schema.metadata == {b"run": b"abc"}
            return {name: table[name].to_numpy() for name in table.column_names}
        case _:
            with importlib.import_module("h5py").File(path) as file:
                assert file.attrs["run"] == "abc"
                return {name: file[name][:] for name in file}
    kinds = {"step": np.int64, "epoch": np.float64}
    return {n: np.array([row[n] for row in rows]).astype(kinds.get(n, np.float32)) for n in rows[0]}


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path) -> None:
    texts = ["=1+1", "+1", "-cmd", "@sum", "\tx", 'plain "quoted"', ""]
    table = pa.table({"=head": texts, "value": [1.0, -2.0, float("nan"), 0, 0, 0, 0]})
    write_table(table, tmp_path / "t.csv", {})
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["'=head", "value"]
    assert [row[0] for row in rows] == ["'" + t for t in texts[:5]] + texts[5:]
    assert rows[1][1] == "-2"


def test_what_is_not_finite_is_null_in_json(tmp_path: Path) -> None:
    write_table(pa.table({"v": [1.5, float("inf")]}), tmp_path / "t.json", {})
    assert json.loads((tmp_path / "t.json").read_text(encoding="utf-8")) == [
        {"v": 1.5},
        {"v": None},
    ]
    write_table(pa.table({"v": pa.array([], pa.float32())}), tmp_path / "e.json", {})
    assert json.loads((tmp_path / "e.json").read_text(encoding="utf-8")) == []


def test_text_and_odd_names_fit_into_hdf5(tmp_path: Path) -> None:
    table = pa.table({"a/b": ["ä", "b"], ".": [1, 2]})
    write_table(table, tmp_path / "t.h5", ABOUT)
    with importlib.import_module("h5py").File(tmp_path / "t.h5") as file:
        assert list(file["a∕b"].asstr()) == ["ä", "b"]
        assert list(file["column 1"]) == [1, 2]


@pytest.mark.parametrize(
    ("module", "says"),
    [("h5py", r"netlapse\[hdf5\]"), ("pandas", r"pip install pandas.*to_arrow")],
)
def test_what_is_not_installed_is_named(
    trained: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, says: str
) -> None:
    known = importlib.import_module

    def missing(name: str, package: str | None = None) -> Any:
        if name == module:
            raise ImportError(name)
        return known(name, package)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(InputError, match=says):
        if module == "pandas":
            trained.to_dataframe()
        else:
            write_table(metrics_table(trained.film), tmp_path / "t.h5", {})
    assert list(tmp_path.iterdir()) == []


def test_another_format_is_refused(trained: Run, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"\.csv, \.parquet, \.json, \.h5, \.hdf5, got `\.xlsx`"):
        write_table(metrics_table(trained.film), tmp_path / "t.xlsx", {})
