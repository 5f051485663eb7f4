"""`netlapse data` on the user's own images and tables: described, kept, and trained on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netlapse.cli import main
from netlapse.data import ImageStore, TableStore
from netlapse.folders import images_folder, tables_folder
from tests.data.images.own.making import packed, pets


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of pets, and a data folder of the test's own."""
    monkeypatch.setenv("NETLAPSE_HOME", str(tmp_path / "home"))
    for name, content in pets(10).items():
        path = tmp_path / "pets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "pets"


def described(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(["data", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_folder_and_an_archive_are_described(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = folder.with_suffix(".zip")
    archive.write_bytes(packed(pets(10)))
    first, second = described(capsys, str(folder)), described(capsys, str(archive))
    assert first == second
    assert first["image"] == {"height": 8, "width": 8, "channels": 1}
    assert first["samples"] == {"train": 16, "validation": 4, "test": 0}
    assert not first["kept"] and ImageStore(images_folder()).list() == ()
    scaled = described(capsys, str(folder), "--size", "16", "--color", "rgb")
    assert scaled["image"] == {"height": 16, "width": 16, "channels": 3}
    assert scaled["notes"] == ["The images were scaled from 8×8 to 16×16 pixels."]


def test_what_is_kept_can_be_named_by_a_spec(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = described(capsys, str(folder), "--keep")
    spec = tmp_path / "spec.json"
    layers = [
        {"kind": "flatten", "id": "flat"},
        {"kind": "dense", "id": "out", "units": 1, "activation": "sigmoid"},
    ]
    spec.write_text(json.dumps({"data": kept["suggestion"], "network": {"layers": layers}}))
    assert main(["check", str(spec)]) == 0
    assert "65 parameters" in capsys.readouterr().out
    assert main(["data", str(folder), "--keep"]) == 0
    out = capsys.readouterr().out
    assert '"kind": "own-images"' in out


def test_a_table_is_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = folder / "t.csv"
    table.write_text("x,kind\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(20)))
    assert not described(capsys, str(table))["kept"]
    assert TableStore(tables_folder()).list() == ()
    assert described(capsys, str(table), "--keep")["kept"]
    assert len(TableStore(tables_folder()).list()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["iris", "--keep"], "--keep is for"),
        (["iris", "--size", "28"], "--size and --color are for"),
        (["PETS", "--size", "3"], "scaled to 4 to 256 pixels, got 3"),
        (["PETS/cats"], "in none"),
    ],
)
def test_what_does_not_fit_is_one_sentence(
    arguments: list[str], words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", *(a.replace("PETS", str(folder)) for a in arguments)]) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1
    assert not images_folder().exists()
