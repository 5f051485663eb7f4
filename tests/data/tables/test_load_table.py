"""Tables as datasets: reading, missing values, standardization, and what is refused."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from netlapse.data import Dataset, TableStore, describe, load, parse_table, suggest
from netlapse.errors import DataError, NotFoundError
from netlapse.spec.data import TableData


@pytest.fixture
def store(tmp_path: Path) -> TableStore:
    return TableStore(tmp_path)


def document(store: TableStore, text: str, **changes: Any) -> TableData:
    table = parse_table(text.encode(), "t.csv")
    store.add(table)
    return suggest(table).with_changes(**changes)


def dataset(store: TableStore, text: str, **changes: Any) -> Dataset:
    return load(document(store, text, **changes), tables=store)


def sentence(store: TableStore, text: str, **changes: Any) -> str:
    with pytest.raises(DataError) as caught:
        dataset(store, text, **changes)
    return str(caught.value)


def inputs(**read_as: str) -> list[dict[str, str]]:
    return [{"name": name, "read_as": kind} for name, kind in read_as.items()]


FRUIT = "weight,color,kind\n" + "".join(
    f"{100 + 7 * i},{['red', 'green', 'yellow'][i % 3]},{'apple' if i % 2 else 'pear'}\n"
    for i in range(60)
)


def test_categories_become_one_feature_each(store: TableStore):
    data = dataset(store, FRUIT, standardize=False)
    assert data.feature_names == ("weight", "color = green", "color = red", "color = yellow")
    assert data.raw_kinds == ("numeric", "categorical")
    assert data.raw_inputs[1].categories == ("green", "red", "yellow")
    assert (data.task, data.class_names) == ("binary", ("apple", "pear"))
    reference = pd.get_dummies(
        pd.Series([data.raw_inputs[1].categories[int(i)] for i in data.train_raw[:, 1]])
    )
    np.testing.assert_array_equal(data.train_inputs[:, 1:], reference.to_numpy(np.float32))
    np.testing.assert_array_equal(data.train_inputs[:, 0], data.train_raw[:, 0])


def test_every_sample_keeps_its_label(store: TableStore):
    data = dataset(store, FRUIT)
    weights = np.concatenate([data.train_raw[:, 0], data.validation_raw[:, 0]])
    labels = np.concatenate([data.train_targets[:, 0], data.validation_targets[:, 0]])
    row = np.round((weights - 100) / 7).astype(int)
    assert sorted(row) == list(range(60))
    np.testing.assert_array_equal(labels, (row % 2 == 0).astype(float))  # 0 is apple, 1 is pear


def test_standardization_uses_the_training_part_alone(store: TableStore):
    data = dataset(store, FRUIT, validation_fraction=0.3)
    mean, scale = data.train_raw[:, 0].mean(), data.train_raw[:, 0].std()
    np.testing.assert_allclose(
        data.validation_inputs[:, 0], (data.validation_raw[:, 0] - mean) / scale, atol=1e-5
    )
    everything = np.concatenate([data.train_raw[:, 0], data.validation_raw[:, 0]])
    assert abs(everything.mean() - mean) > 1e-3


def test_a_huge_target_is_standardized_and_comes_back(store: TableStore):
    text = "x,y\n" + "".join(f"{i},{1e6 + 1e5 * i}\n" for i in range(50))
    data = dataset(store, text)
    assert data.task == "regression"
    assert abs(float(data.train_targets.mean())) < 1e-6
    assert float(data.train_targets.std()) == pytest.approx(1, rel=1e-5)
    np.testing.assert_allclose(
        data.original(data.train_targets)[:, 0], 1e6 + 1e5 * data.train_raw[:, 0], rtol=1e-6
    )
    plain = dataset(store, text, standardize_target=False)
    assert (plain.target_mean, plain.target_scale) == (0, 1)
    np.testing.assert_allclose(
        plain.train_targets[:, 0], 1e6 + 1e5 * plain.train_raw[:, 0], rtol=1e-6
    )
    assert describe(data)["target"]["maximum"] == pytest.approx(5.9e6)


def test_large_offsets_lose_no_precision(store: TableStore):
    text = "t,y\n" + "".join(f"{1_700_000_000 + i},{i}.5\n" for i in range(100))
    data = dataset(store, text, validation_fraction=0)
    steps = np.diff(np.sort(data.train_inputs[:, 0]))
    np.testing.assert_allclose(steps, steps[0], rtol=1e-4)


GAPS = (
    "a,b,y\n"
    + "".join(f"{i * i},{'pq'[i % 3 == 0]},{i}.5\n" for i in range(20))
    + ",p,1.5\n7,,2.5\n,,3.5\n8,p,\n"
)


def test_rows_with_gaps_are_left_out(store: TableStore):
    data = dataset(store, GAPS, missing="drop-row")
    assert data.dropped_rows == 4
    assert len(data.train_inputs) + len(data.validation_inputs) == 20
    assert [column.missing for column in data.raw_inputs] == [2, 2]


@pytest.mark.parametrize("rule", ["mean", "median", "most-frequent"])
def test_gaps_are_filled_from_the_training_part(store: TableStore, rule: str):
    from sklearn.impute import SimpleImputer

    data = dataset(store, GAPS, missing=rule, validation_fraction=0, standardize=False)
    assert data.dropped_rows == 1  # no target
    frame = pd.read_csv(io.StringIO(GAPS)).dropna(subset="y")
    strategy = rule.replace("-", "_")
    expected = SimpleImputer(strategy=strategy).fit_transform(frame[["a"]])[:, 0]
    np.testing.assert_allclose(np.sort(data.train_raw[:, 0]), np.sort(expected), rtol=1e-6)
    assert np.bincount(data.train_raw[:, 1].astype(int)).tolist() == [13 + 1 + 2, 7]


def test_validation_gaps_take_the_value_of_the_training_part(store: TableStore):
    text = "a,y\n" + "".join(f"{i if i % 2 else ''},{i}.5\n" for i in range(40))
    data = dataset(store, text, missing="mean", validation_fraction=0.5, standardize=False)
    train, validation = data.train_raw[:, 0], data.validation_raw[:, 0]
    known = train[np.isin(train, np.arange(1, 40, 2))]
    rest = validation[~np.isin(validation, np.arange(1, 40, 2))]
    filled = np.unique(np.concatenate([rest, train[~np.isin(train, np.arange(1, 40, 2))]]))
    assert len(filled) <= 1
    np.testing.assert_allclose(filled, known.mean(), rtol=1e-5)


def test_numbers_as_categories_keep_their_order(store: TableStore):
    text = "month,x,y\n" + "".join(f"{i % 12 + 1},{i}.5,{i}.25\n" for i in range(48))
    data = dataset(store, text, inputs=inputs(month="categorical"))
    assert data.raw_inputs[0].categories == tuple(str(month) for month in range(1, 13))


def test_codes_can_be_read_as_numbers(store: TableStore):
    text = "code,y\n007,1.5\n010,2.5\n100,3.5\n"
    data = dataset(
        store, text, inputs=inputs(code="numeric"), validation_fraction=0, standardize=False
    )
    assert sorted(data.train_raw[:, 0]) == [7, 10, 100]


def test_the_choice_of_columns_and_their_order(store: TableStore):
    text = "a,b,c,y\n" + "".join(f"{i},{2 * i},{3 * i},{i % 2}\n" for i in range(20))
    data = dataset(store, text, inputs=inputs(c="numeric", a="numeric"), standardize=False)
    assert data.raw_names == ("c", "a")
    np.testing.assert_allclose(data.train_inputs[:, 0], 3 * data.train_inputs[:, 1])


def test_a_categorical_axis_shows_the_nearest_category(store: TableStore):
    data = dataset(store, FRUIT, standardize=False)
    plane = data.plane_points((1, 0), (6, 2))  # x from -0.5 to 2.5
    shown = plane.features[:6, 1:].argmax(axis=1)
    assert shown.tolist() == [0, 0, 1, 1, 2, 2]
    assert set(plane.features[:, 1:].sum(axis=1)) == {1.0}


# --- what is refused ------------------------------------------------------------------------


def test_text_among_numbers(store: TableStore):
    text = "age,y\n" + "1,2.5\n" * 15 + "old,3.5\n"
    assert sentence(store, text, inputs=inputs(age="numeric")) == (
        "Row 17, column `age`: A numeric column must hold numbers, got `old`. "
        "Use the column as categorical, or correct the cell."
    )


def test_decimal_commas(store: TableStore):
    text = "a;b;y\n1,5;2;1.5\n2,5;3;2.5\n"
    assert sentence(store, text, inputs=inputs(a="numeric")) == (
        "Row 2, column `a`: A numeric column must hold numbers, got `1,5`. "
        "Write numbers with a decimal point."
    )


@pytest.mark.parametrize(
    ("cell", "shown"), [("NaN", "nan"), ("inf", "inf"), ("-Infinity", "-inf"), ("1e31", "1e+31")]
)
def test_numbers_that_are_not_finite(store: TableStore, cell: str, shown: str):
    text = f"a,y\n1,2.5\n\n{cell},3.5\n2,4.5\n"
    assert sentence(store, text) == (
        f"Row 4, column `a`: A number must be finite and within ±1e30, got {shown}. "
        "Correct the cell, or leave it empty to have it count as missing."
    )
    target = f"y,a\n1.5,2\n2.5,{cell}\n3.5,4\n"
    assert sentence(store, target, target_as="numeric").startswith("Row 3, column `a`:")


def test_a_category_that_is_not_a_number(store: TableStore):
    assert sentence(store, "a,y\nred,1.5\nNaN,2.5\nred,3.5\n") == (
        "Row 3, column `a`: A category must have a name, got `NaN`, which means not a number. "
        "Correct the cell, or leave it empty to have it count as missing."
    )


def test_one_class(store: TableStore):
    assert sentence(store, "a,kind\n1,oak\n2,oak\n3,oak\n") == (
        "Column `kind`: Training needs two classes or more, got `oak` in all 3 rows. "
        "Choose another target, or add rows of another class."
    )


def test_too_many_categories(store: TableStore):
    text = "name,x,y\n" + "".join(f"n{i},{i}.5,{i}.5\n" for i in range(101))
    assert sentence(store, text, inputs=inputs(name="categorical")) == (
        "Column `name`: A categorical column must have 1 to 100 categories, got 101. "
        "Leave it out, or join rare categories into one."
    )
    assert sentence(store, text, target_as="categorical").endswith(
        "got 101. Use it as numeric, or leave it out."
    )


def test_a_missing_column(store: TableStore):
    assert sentence(store, FRUIT, target="taste") == (
        "data.target: The table `t.csv` has no column `taste`. "
        "Its columns are `weight`, `color`, `kind`."
    )
    assert sentence(store, FRUIT, inputs=inputs(size="numeric")).startswith(
        "data.inputs[0]: The table `t.csv` has no column `size`."
    )


def test_too_few_rows_without_gaps(store: TableStore):
    text = "a,b,y\n1,,1.5\n,2,2.5\n3,4,3.5\n"
    changes = {"inputs": inputs(a="numeric", b="numeric")}
    assert sentence(store, text, **changes) == (
        "t.csv: Training needs two rows or more, got 1 of 3 without a missing cell. "
        "Fill the missing cells, or choose columns with fewer of them."
    )
    assert load(document(store, text, missing="mean", **changes), tables=store).dropped_rows == 0


def test_an_input_without_any_value(store: TableStore):
    text = "a,b,y\n1,,1.5\n2,,2.5\n3,,3.5\n"
    found = sentence(store, text, missing="mean", inputs=inputs(a="numeric", b="numeric"))
    assert found.startswith("Column `b`: An input needs one cell or more that is not empty")


def test_too_many_features(store: TableStore):
    names = [f"c{i}" for i in range(60)]
    rows = "".join(",".join([f"v{r % 80}"] * 60) + f",{r}.5\n" for r in range(160))
    text = ",".join(names) + ",y\n" + rows
    assert "at most 4,096 features and 100,000,000 values in all, got 4,800 features for 160" in (
        sentence(store, text)
    )


def test_an_unknown_table_and_no_folder(store: TableStore):
    data = document(store, FRUIT)
    with pytest.raises(DataError, match="needs the folder of tables, got none"):
        load(data)
    store.delete(data.table)
    with pytest.raises(NotFoundError, match="no table of this id"):
        load(data, tables=store)
