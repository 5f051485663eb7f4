"""Reading files: what is understood, and one sentence for each thing that is not."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlapse.data import Table, check_size, parse_table, preview
from netlapse.data.tables import NumberColumn, TextColumn
from netlapse.errors import DataError


def sentence(content: bytes, name: str = "t.csv", **options: Any) -> str:
    with pytest.raises(DataError) as caught:
        parse_table(content, name, **options)
    return str(caught.value)


def cells(table: Table) -> list[list[str | None]]:
    return [row["cells"] for row in preview(table, 1000)["rows"]]


def parquet(frame: pd.DataFrame | pa.Table, **options: Any) -> bytes:
    content = frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame, **options)
    stream = io.BytesIO()
    pq.write_table(content, stream)
    return stream.getvalue()


# --- what is understood ---------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_newlines_and_byte_order_mark(delimiter: str, newline: str, mark: str):
    rows = [["size", "kind"], ["1.5", "oak"], ["-2e3", "élan"]]
    text = mark + newline.join(delimiter.join(row) for row in rows) + newline
    table = parse_table(text.encode(), "t.csv")
    assert table.column_names == ("size", "kind")
    assert cells(table) == [["1.5", "oak"], ["-2000", "élan"]]


def test_quotes_hold_delimiters_newlines_and_quotes():
    table = parse_table(b'a,b\n1,"x, y"\n2,"line\nbreak"\n3,"say ""hi"""\n', "t.csv")
    assert [row[1] for row in cells(table)] == ["x, y", "line\nbreak", 'say "hi"']


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a,b\n1,2\n", ("a", "b")),
        ("5.1,setosa\n4.9,setosa\n", ("column_1", "column_2")),
        ("color,shape\nred,round\nblue,square\n", ("color", "shape")),
        (",a\n0,1\n1,2\n", ("column_1", "a")),
        ("1,2\n3,4\n", ("column_1", "column_2")),
    ],
)
def test_a_header_is_found_where_there_is_one(text: str, names: tuple[str, ...]):
    assert parse_table(text.encode(), "t.csv").column_names == names


def test_the_header_can_be_told():
    assert parse_table(b"a\nb\n", "t.csv", header=False).row_count == 2
    assert parse_table(b"1,2\n3,4\n", "t.csv", header=True).column_names == ("1", "2")


def test_a_tsv_may_be_full_of_commas():
    table = parse_table(b"a,1\tb,2\nx,y\tz,w\n", "t.tsv")
    assert table.column_names == ("a,1", "b,2")


def test_empty_cells_are_missing_and_numbers_stay_numbers():
    table = parse_table(b"a,b\n1,x\n,NA\n ?,\n+2.50,y\n", "t.csv")
    numbers, texts = table.columns
    assert isinstance(numbers, NumberColumn) and isinstance(texts, TextColumn)
    assert numbers.missing.tolist() == [False, True, True, False]
    assert texts.missing.tolist() == [False, True, True, False]
    assert numbers.numbers[[0, 3]].tolist() == [1.0, 2.5]


def test_codes_with_leading_zeros_stay_text():
    table = parse_table(b"zip,n\n01234,0\n10000,0.5\n", "t.csv")
    assert cells(table) == [["01234", "0"], ["10000", "0.5"]]
    assert "codes such as `01234`" in preview(table)["columns"][0]["reason"]


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e30, 1e30), TEXT), min_size=2, max_size=20))
def test_what_pandas_writes_comes_back(rows: list[tuple[float, str]]):
    rows = [(number, f"t{text.strip()}") for number, text in rows]
    frame = pd.DataFrame(rows, columns=["number", "text"])
    for delimiter in ",;\t":
        content = frame.to_csv(index=False, sep=delimiter).encode()
        numbers, texts = parse_table(content, "t.csv", delimiter=delimiter, header=True).columns
        assert isinstance(numbers, NumberColumn) and isinstance(texts, TextColumn)
        np.testing.assert_array_equal(numbers.numbers, frame["number"])
        assert [texts.texts[code] for code in texts.codes] == [text for _, text in rows]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text('a1,;\t\n\r" .é', max_size=60).map(str.encode))
def test_any_bytes_give_a_table_or_one_clear_error(content: bytes):
    try:
        table = parse_table(content, "t.csv")
    except DataError as error:
        assert error.message.endswith(".")
        assert "Traceback" not in str(error)
    else:
        assert table.row_count >= 1
        assert all(len(column.missing) == table.row_count for column in table.columns)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damaged_parquet_gives_a_table_or_one_clear_error(data: st.DataObject):
    content = bytearray(parquet(pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        parse_table(bytes(content), "t.parquet")
    except DataError as error:
        assert error.message


# --- Parquet --------------------------------------------------------------------------------


def test_a_parquet_column_whose_name_is_not_text():
    content = parquet(pd.DataFrame({"name_of_it": [1.0, 2.0], "b": ["x", "y"]}))
    broken = content.replace(b"name_of_it", b"name\x80of_it")
    told = sentence(broken, "t.parquet")
    assert "The Parquet file cannot be read: " in told and "Save it anew" in told


def test_parquet_types():
    frame = pd.DataFrame(
        {
            "whole": pd.array([1, None, 3], dtype="Int64"),
            "real": [0.5, 1.5, None],
            "text": ["x", None, "NA"],
            "kind": pd.Categorical(["b", "a", "b"], categories=["c", "b", "a"]),
            "flag": [True, False, True],
            "day": pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-03"]).date,
        },
        index=pd.Index([7, 8, 9]),
    )
    table = parse_table(parquet(frame, preserve_index=True), "t.parquet")
    assert table.column_names == tuple(frame.columns)
    assert cells(table) == [
        ["1", "0.5", "x", "b", "true", "2020-01-01"],
        [None, "1.5", None, "a", "false", "2020-01-02"],
        ["3", None, None, "b", "true", "2020-01-03"],
    ]
    kind = table.columns[3]
    assert isinstance(kind, TextColumn)
    assert kind.texts == ("a", "b")
    assert table.row_number(0) == 1


def test_parquet_in_many_row_groups_and_dictionaries():
    texts = [f"t{index % 7}" for index in range(1000)]
    stream = io.BytesIO()
    pq.write_table(pa.table({"t": texts, "n": range(1000)}), stream, row_group_size=100)
    table = parse_table(stream.getvalue(), "t.parquet")
    assert [row[0] for row in cells(table)] == texts


def test_parquet_that_cannot_be_used():
    nested = pa.table({"a": [1], "pair": [[1, 2]]})
    assert sentence(parquet(nested), "t.parquet") == (
        "Column `pair`: A column must hold numbers, text, dates, or true and false, got "
        "list<element: int64>. Leave this column out of the file."
    )
    assert "has no rows" in sentence(parquet(pa.table({"a": pa.array([], "int64")})))
    twice = pa.table([[1], [2]], names=["a", "a"])
    assert "got `a` for columns 1 and 2" in sentence(parquet(twice))
    wide = pa.table({str(index): [0] for index in range(2001)})
    assert sentence(parquet(wide)) == "A table may have at most 2,000 columns, got 2,001."
    assert "The file is not Parquet" in sentence(b"a,b\n1,2\n", "t.parquet")
    assert "The Parquet file cannot be read" in sentence(b"PAR1 is the beginning PAR1")


def test_a_parquet_bomb_is_refused_from_its_metadata():
    rows = pa.array(np.zeros(1_000_000, np.int8)).dictionary_encode()
    bomb = parquet(pa.table({str(index): rows for index in range(40)}))
    assert len(bomb) < 200_000
    assert "at most 20,000,000 cells, got 1,000,000 rows of 40" in sentence(bomb)


# --- one sentence for each thing that is wrong ----------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "The file is empty. Give a table with a header and some rows."),
        (b"\n \n", "The file is empty. Give a table with a header and some rows."),
        (b"\xef\xbb\xbf", "The file is empty. Give a table with a header and some rows."),
        (b"\n" * 100_000 + b"a\n", "The file has a header and no row below it. Add rows of data."),
        (b"a,b\n", "The file has a header and no row below it. Add rows of data."),
        (
            b"a,b\n1,2\n3\n4,5\n",
            "Row 3: Every row must have 2 cells like the first, got 1 cell. "
            "Quote cells that hold the delimiter, or complete the row.",
        ),
        (
            b"a,b\n1,2\n\n\n3,4,5\n",
            "Row 5: Every row must have 2 cells like the first, got 3 cells. "
            "Quote cells that hold the delimiter, or complete the row.",
        ),
        (
            b'a,b\n1,2\n3,"x\n4,5\n',
            'Row 3: A quote " is never closed, or its cell has more than 10,000 characters. '
            'Close it, or write "" for a quote inside a cell.',
        ),
        (
            b"age,size,age\n1,2,3\n",
            "Column names must differ, got `age` for columns 1 and 3. Rename one of them.",
        ),
        (
            b"name,city\nAnna,Bern\nUrs,Z\xfcrich\n",
            "Row 3, column `city`: The text must be UTF-8, got the byte 0xFC. "
            "Save the file with the encoding UTF-8.",
        ),
        (
            b"gr\xf6sse,b\n1,2\n",
            "Row 1, column 1: The text must be UTF-8, got the byte 0xF6. "
            "Save the file with the encoding UTF-8.",
        ),
        ("a,b\n1,2\n".encode("utf-16"), "The file is UTF-16 text, not UTF-8. Save it as UTF-8."),
        (b"a,b\n1,\x002\n", "Row 2: The file holds a zero byte, so it is not text."),
        (
            b"PK\x03\x04...",
            "The file is an Excel workbook or a ZIP archive, not text. Save the table as CSV.",
        ),
        (
            b"a,b\n1," + b"x" * 10_001 + b"\n",
            "Column `b`: A cell may have at most 10,000 characters, got 10,001 in the one that "
            "starts with `xxxxxxxxxxxxxxxxxxxx`. Shorten it, or leave the column out of the file.",
        ),
        (
            b"n" * 201 + b",b\n1,2\n",
            "Row 1, column 1: A column name may have at most 200 characters, got 201.",
        ),
    ],
)
def test_the_sentence_for_a_bad_file(content: bytes, expected: str):
    assert sentence(content) == expected


def test_only_three_delimiters():
    assert "tab, a semicolon or a comma, got '|'" in sentence(b"a|b\n1|2\n", delimiter="|")


# --- bounds ---------------------------------------------------------------------------------


class Endless(io.RawIOBase):
    """A stream without end that counts what is read from it."""

    def __init__(self) -> None:
        self.read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "read without a bound"
        self.read_bytes += size
        return b"1" * size


def test_two_gigabytes_are_refused_by_their_size():
    with pytest.raises(DataError, match=r"at most 64 MB, got 2,000\.0 MB"):
        check_size(2000 * 2**20)


def test_a_sparse_file_of_two_gigabytes_is_not_read(tmp_path: Path):
    path = tmp_path / "big.csv"
    with path.open("wb") as stream:
        stream.truncate(2 * 2**30)
    with pytest.raises(DataError, match=r"at most 64 MB, got 2,048\.0 MB"):
        parse_table(path, path.name)


def test_a_stream_is_read_up_to_the_limit_alone():
    stream = Endless()
    with pytest.raises(DataError, match="at most 64 MB"):
        parse_table(stream, "t.csv")  # pyright: ignore
    assert stream.read_bytes == 64 * 2**20 + 1


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(DataError, match="cannot be read: No such file"):
        parse_table(tmp_path / "none.csv", "none.csv")


def test_a_million_columns_are_refused_from_the_first_line():
    assert sentence(b"," * 999_999 + b"\n1\n") == (
        "Row 1: A table may have at most 2,000 columns, got 1,000,000. "
        "Keep the columns that matter."
    )
    quoted = b",".join([b'"a"'] * 2001) + b"\n"
    assert sentence(quoted).startswith("Row 1: A table may have at most 2,000 columns, got 2,001.")


def test_too_many_rows_are_refused():
    assert sentence(b"a\n" + b"1\n" * 1_000_001) == (
        "A table may have at most 1,000,000 rows, got 1,000,001."
    )
