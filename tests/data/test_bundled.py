"""The classical datasets, with pandas and scikit-learn as references."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from netlapse.data import describe, load
from netlapse.spec.data import Bundled

SIZES = {
    "iris": (150, 4, 3),
    "wine": (178, 13, 3),
    "breast-cancer": (569, 30, 2),
    "digits": (1797, 64, 10),
}


@pytest.mark.parametrize("name", SIZES)
def test_sizes_and_classes(name: str):
    data = load(Bundled.model_validate({"kind": "bundled", "name": name}))
    samples, inputs, classes = SIZES[name]
    assert len(data.train_inputs) + len(data.validation_inputs) == samples
    assert data.train_inputs.shape[1] == len(data.feature_names) == inputs
    assert len(data.class_names) == classes
    assert data.output_units == (1 if classes == 2 else classes)


def test_standardization_is_fitted_on_the_training_part_alone():
    from sklearn.preprocessing import StandardScaler

    data = load(Bundled(kind="bundled", name="wine", validation_fraction=0.4))
    scaler = StandardScaler().fit(data.train_raw.astype(np.float64))
    np.testing.assert_allclose(data.train_inputs, scaler.transform(data.train_raw), atol=1e-4)
    np.testing.assert_allclose(
        data.validation_inputs, scaler.transform(data.validation_raw), atol=1e-4
    )
    np.testing.assert_allclose(data.train_inputs.mean(axis=0), 0, atol=1e-5)
    assert np.abs(data.validation_inputs.mean(axis=0)).max() > 0.01


def test_digits_are_between_zero_and_one():
    data = load(Bundled(kind="bundled", name="digits"))
    assert (data.train_inputs.min(), data.train_inputs.max()) == (0, 1)
    np.testing.assert_array_equal(data.train_inputs, data.train_raw)


def test_standardized_digits_have_no_division_by_zero():
    data = load(Bundled(kind="bundled", name="digits", standardize=True))
    assert np.isfinite(data.train_inputs).all()
    assert np.isfinite(data.validation_inputs).all()


def test_the_parts_are_balanced():
    data = load(Bundled(kind="bundled", name="iris", validation_fraction=0.2))
    assert describe(data)["classes"] == [
        {"name": name, "train": 40, "validation": 10, "test": 0}
        for name in ("setosa", "versicolor", "virginica")
    ]


def test_described_in_the_numbers_of_pandas():
    from sklearn.datasets import load_iris

    frame = load_iris(as_frame=True).frame
    columns = describe(load(Bundled(kind="bundled", name="iris")))["columns"]
    for column in columns:
        values = frame[column["name"]]
        assert column["mean"] == pytest.approx(values.mean(), rel=1e-5)
        assert column["minimum"] == pytest.approx(values.min(), rel=1e-6)
        assert column["maximum"] == pytest.approx(values.max(), rel=1e-6)
        assert column["missing"] == 0


@pytest.mark.parametrize("name", SIZES)
def test_the_files_hold_what_scikit_learn_gives(name: str):
    from sklearn import datasets

    from netlapse.data import bundled

    loaded = getattr(datasets, "load_" + name.replace("-", "_"))()
    for source in (bundled._read(name), bundled._import(name)):
        assert source is not None
        np.testing.assert_array_equal(source.values, loaded.data)
        np.testing.assert_array_equal(source.targets, loaded.target)
        assert source.class_names == tuple(str(each) for each in loaded.target_names)
    if name != "digits":
        columns = bundled.bundled_samples(Bundled.model_validate(_document(name))).columns
        assert [column.name for column in columns] == list(loaded.feature_names)


@pytest.mark.parametrize("name", SIZES)
def test_loading_imports_no_scikit_learn(name: str):
    code = (
        "import sys; from netlapse.data import load; from netlapse.spec.data import Bundled; "
        f"load(Bundled(kind='bundled', name='{name}')); "
        "sys.exit('sklearn' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def _document(name: str) -> dict[str, str]:
    return {"kind": "bundled", "name": name}
