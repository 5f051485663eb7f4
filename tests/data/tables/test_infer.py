"""What columns seem to hold, why, and the first choice of target and inputs."""

from __future__ import annotations

import pytest

from netlapse.data import infer_target, parse_table, preview, suggest
from netlapse.errors import DataError


def test_the_preview_says_what_was_inferred_and_why():
    text = "id,age,note\na,1,x\nb,,7\nc,3,\n"
    shown = preview(parse_table(text.encode(), "people.csv"), rows=2)
    assert (shown["name"], shown["row_count"], len(shown["rows"])) == ("people.csv", 3, 2)
    assert shown["columns"] == [
        {
            "name": "id",
            "read_as": "categorical",
            "reason": "Row 2 holds the text `a`.",
            "missing": 0,
            "distinct": 3,
            "examples": ["a", "b", "c"],
        },
        {
            "name": "age",
            "read_as": "numeric",
            "reason": "All 2 cells that are not empty hold numbers.",
            "missing": 1,
            "distinct": 2,
            "examples": ["1", "3"],
        },
        {
            "name": "note",
            "read_as": "categorical",
            "reason": "Row 2 holds the text `x`.",
            "missing": 1,
            "distinct": 2,
            "examples": ["x", "7"],
        },
    ]


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("1,1\n2,2\nx,3", "Row 4 holds the text `x`."),
        ("nan,1\n2,2", "Every cell is a number, but row 2 holds nan, which cannot be used."),
        (",1\n,2", "Every cell is empty."),
        ("5,1\n,2", "Its only cell that is not empty holds a number."),
    ],
)
def test_reasons(column: str, reason: str):
    table = parse_table(f"a,b\n{column}\n".encode(), "t.csv")
    assert preview(table)["columns"][0]["reason"] == reason


def test_long_cells_are_shortened_in_the_preview():
    shown = preview(parse_table(b"a,b\n" + b"x" * 500 + b",1\n", "t.csv"))
    assert len(shown["rows"][0]["cells"][0]) == 100
    assert len(shown["columns"][0]["reason"]) < 80


def test_the_last_column_is_the_target_and_the_others_are_inputs():
    rows = "".join(f"name{i},{i * 0.5},{'ab'[i % 2]},same,,{i % 3}\n" for i in range(150))
    table = parse_table(f"name,size,kind,constant,empty,label\n{rows}".encode(), "t.csv")
    chosen = suggest(table)
    assert chosen.table == table.id
    assert (chosen.target, chosen.target_as) == ("label", "categorical")
    assert [(c.name, c.read_as) for c in chosen.inputs] == [
        ("size", "numeric"),
        ("kind", "categorical"),
    ]


@pytest.mark.parametrize(("rows", "kept"), [(60, ["size"]), (12, ["name", "size"])])
def test_a_text_that_is_another_one_in_every_row_is_no_first_choice(rows: int, kept: list[str]):
    text = "".join(f"name{i},{i * 0.5},{'ab'[i % 2]}\n" for i in range(rows))
    chosen = suggest(parse_table(f"name,size,kind\n{text}".encode(), "t.csv"))
    assert [column.name for column in chosen.inputs] == kept


@pytest.mark.parametrize(
    ("values", "read_as"),
    [
        ([0, 1] * 5, "categorical"),
        ([0.5, 1.5] * 5, "numeric"),
        (list(range(40)), "numeric"),
        ([1, 2, 3, 4], "numeric"),
        (["a", "b"] * 3, "categorical"),
    ],
)
def test_whole_numbers_that_repeat_are_classes(values: list[object], read_as: str):
    text = "x,y\n" + "".join(f"{i}.5,{value}\n" for i, value in enumerate(values))
    table = parse_table(text.encode(), "t.csv")
    assert infer_target(table, table.columns[1]).read_as == read_as
    assert suggest(table).target_as == read_as


@pytest.mark.parametrize("text", ["a\n1\n2\n", "a,b\n1,2\n1,3\n"])
def test_a_table_needs_something_to_predict_from(text: str):
    with pytest.raises(DataError) as caught:
        suggest(parse_table(text.encode(), "t.csv"))
    assert "a column to predict and another to predict from" in str(caught.value)
