"""The commands that do not train, and what all have in common."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from netlapse.cli import main
from netlapse.data import COLLECTIONS
from netlapse.errors import RunError, StateError
from netlapse.spec import presets
from netlapse.spec.changes import set_value
from netlapse.spec.document import parse_spec
from netlapse.version import __version__
from tests.data.images.finding import mnist_folder
from tests.data.images.mirror import Mirror, serving


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"netlapse {__version__}\n"


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for command in ("studio", "train", "presets", "data", "check", "score"):
        assert f"\n  {command} " in out


def test_starting_loads_nothing_heavy() -> None:
    code = (
        "import sys; from netlapse.cli import main; main(['--version']); main(['train', 'nope']);"
        "heavy = {'jax', 'pandas', 'pyarrow', 'sklearn', 'fastapi'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_presets_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in presets.PRESETS)
    assert main(["presets", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in listed] == list(presets.PRESETS)


def test_a_preset_is_a_spec_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "wine"]) == 0
    assert parse_spec(capsys.readouterr().out) == presets.wine()
    assert main(["presets", "beer"]) == 2
    assert capsys.readouterr().err.startswith("There is no preset `beer`; there are: spiral, ")


def test_a_dataset_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "iris"]) == 0
    out = capsys.readouterr().out
    assert "120 training samples, 30 for validation" in out
    assert "petal length (cm)" in out
    assert "setosa" in out


@pytest.mark.parametrize("name", ["three-spirals", "moons", "sine", "breast-cancer", "truth-table"])
def test_a_dataset_as_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", name, "--json"]) == 0
    description = json.loads(capsys.readouterr().out)
    assert description["samples"]["train"] > 0
    assert description["task"] in ("binary", "multiclass", "regression")


def test_a_table_is_described(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "trees.csv"
    rows = "".join(f"{i},{'oak' if i % 2 else 'elm'}\n" for i in range(20))
    file.write_text(f"height,kind\n{rows}")
    assert main(["data", str(file)]) == 0
    assert "oak" in capsys.readouterr().out
    assert main(["data", str(file), "--json"]) == 0
    description = json.loads(capsys.readouterr().out)
    assert description["table"]["rows"] == 20
    assert description["suggestion"]["target"] == "kind"
    assert [column["name"] for column in description["columns"]] == ["height"]


def test_a_collection_of_images_is_described_where_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NETLAPSE_MNIST_DIR", raising=False)
    assert main(["data", "mnist"]) == 2
    assert "MNIST is not on this machine yet. Fetch it with" in capsys.readouterr().err
    monkeypatch.setenv("NETLAPSE_MNIST_DIR", str(mnist_folder()))
    assert main(["data", "mnist"]) == 0
    out = capsys.readouterr().out
    assert "55,000 training samples, 5,000 for validation, 10,000 for the test" in out
    assert "Images: 28×28 pixels, grayscale" in out
    assert main(["data", "mnist", "--fetch", "--json"]) == 0
    described = json.loads(capsys.readouterr().out)
    assert described["samples"] == {"train": 55_000, "validation": 5_000, "test": 10_000}
    assert described["image"] == {"height": 28, "width": 28, "channels": 1}


def test_fetching_says_what_it_cannot_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert main(["data", "iris", "--fetch"]) == 2
    said = capsys.readouterr().err
    assert said == "--fetch is for collections of images (mnist, fashion-mnist), got `iris`.\n"
    monkeypatch.setenv("NETLAPSE_MNIST_DIR", str(tmp_path))
    assert main(["data", "mnist", "--fetch"]) == 2
    assert "must hold `train-images-idx3-ubyte`" in capsys.readouterr().err


def test_what_is_fetched_is_described(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = {path.name: path.read_bytes() for path in mnist_folder().glob("*.gz")}
    monkeypatch.delenv("NETLAPSE_MNIST_DIR", raising=False)
    monkeypatch.setenv("NETLAPSE_HOME", str(tmp_path))
    with serving(Mirror(files)) as mirror:
        here = replace(COLLECTIONS["mnist"], mirrors=(mirror.address,))
        monkeypatch.setitem(COLLECTIONS, "mnist", here)
        assert main(["data", "mnist", "--fetch", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["samples"]["test"] == 10_000
    assert sorted(path.name for path in (tmp_path / "collections/mnist").iterdir()) == sorted(files)


def test_a_spec_file_s_data_is_described(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    file.write_text(presets.iris().to_json())
    assert main(["data", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "Iris"


def test_markup_in_a_table_is_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    rows = "".join(f"{i},{'[red]a' if i % 2 else ':smile:'}\n" for i in range(20))
    file.write_text(f"[bold]x,y\n{rows}")
    assert main(["data", str(file)]) == 0
    out = capsys.readouterr().out
    assert "[bold]x" in out
    assert "[red]a" in out
    assert ":smile:" in out


def test_wrong_data(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["data", "nowhere.csv"]) == 2
    assert "There is no file and no dataset `nowhere.csv`" in capsys.readouterr().err
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    assert main(["data", str(empty)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("There must be images")
    assert main(["data", "x" * 300]) == 2
    assert "There is no file and no dataset `xxx" in capsys.readouterr().err


def test_a_good_spec_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "spiral"]) == 0
    out = capsys.readouterr().out
    assert "121 parameters" in out
    assert "hidden-1" in out


def test_a_spec_with_errors_is_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(set_value(presets.spiral(), "network.layers.output.units", 3).to_json())
    assert main(["check", str(file)]) == 2
    out = capsys.readouterr().out
    assert "error: The output layer `output` must have 1 unit for two classes, got 3 units." in out
    assert main(["check", str(file), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["trainable"] is False


def test_the_studio_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    import netlapse.server.serve as server

    calls: list[dict[str, object]] = []
    monkeypatch.setattr(server, "serve", lambda **given: calls.append(given))
    assert main(["--no-browser", "--port", "0"]) == 0
    assert main(["studio", "--host", "0.0.0.0", "--allow-host", "a", "--allow-host", "b"]) == 0
    assert main([]) == 0
    assert calls[0] == {
        "host": "127.0.0.1",
        "port": 0,
        "open_browser": False,
        "allow_hosts": (),
        "data_folder": None,
    }
    assert (calls[1]["host"], calls[1]["allow_hosts"]) == ("0.0.0.0", ("a", "b"))
    assert calls[2]["open_browser"] is True


@pytest.mark.parametrize("error", [RunError("It broke."), StateError("It broke.")])
def test_a_failure_is_1(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import netlapse.server.serve as server

    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(server, "serve", fail)
    assert main(["studio"]) == 1
    assert capsys.readouterr().err == "It broke.\n"


def test_an_unknown_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit"]) == 2
    assert capsys.readouterr().err.startswith("No such command 'fit'")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_output_that_nobody_reads(tmp_path: Path) -> None:
    command = f"{sys.executable} -m netlapse.cli presets digits | head -n 1"
    ended = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert ended.stdout == "{\n"
    assert "Traceback" not in ended.stderr


def test_the_score_says_what_each_lost_point_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "two-layer"]) == 0
    out = capsys.readouterr().out
    assert "\n95 of 100\n" in out
    assert "-5 order: `hidden` reads the image as a list" in out
    assert main(["score", "two-layer", "--json"]) == 0
    score = json.loads(capsys.readouterr().out)
    assert score["total"] == 95
    assert score["parts"][1]["lost"][0]["points"] == 5
