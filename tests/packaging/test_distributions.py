"""The sdist, the wheel made from it and the editable install, where the machine has no Node.js."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from hatch_build import HASH_FILE, STATIC, source_hash
from netlapse.version import __version__

# One group, so that the processes of a parallel run do not each build their own.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]

ROOT = Path(__file__).parents[2]
PRINT_PLACE = "import netlapse; print(netlapse.__file__)"


@pytest.fixture(scope="module")
def bare_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a machine whose PATH leads to a shell and nothing else: no Node.js."""
    programs = tmp_path_factory.mktemp("programs")
    (programs / "sh").symlink_to("/bin/sh")
    return {**os.environ, "PATH": str(programs)}


@pytest.fixture(scope="module")
def sdist_tree(tmp_path_factory: pytest.TempPathFactory, bare_environment: dict[str, str]) -> Path:
    """The checkout's sdist, unpacked."""
    folder = tmp_path_factory.mktemp("sdist")
    build(bare_environment, ROOT, "build", "--no-isolation", "--sdist", "--outdir", folder)
    with tarfile.open(folder / f"netlapse-{__version__}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder / f"netlapse-{__version__}"


@pytest.fixture(scope="module")
def wheel(
    tmp_path_factory: pytest.TempPathFactory, sdist_tree: Path, bare_environment: dict[str, str]
) -> Path:
    """A wheel from the sources in the sdist alone: the Studio that came along is removed first."""
    tree = tmp_path_factory.mktemp("wheel") / "tree"
    shutil.copytree(sdist_tree, tree)
    shutil.rmtree(tree / STATIC)
    link_node_modules(tree / "web")
    dist = tree / "dist"
    build(bare_environment, tree, "build", "--no-isolation", "--wheel", "--outdir", dist)
    return dist / f"netlapse-{__version__}-py3-none-any.whl"


def link_node_modules(web: Path) -> None:
    """Lend the checkout's npm packages, so that the test downloads nothing."""
    present = ROOT / "web" / "node_modules"
    if present.is_dir():
        shutil.copytree(present, web / "node_modules", symlinks=True, copy_function=link_or_copy)


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # another file system
        shutil.copy2(source, target, follow_symlinks=False)


def build(environment: dict[str, str], tree: Path, module: str, *arguments: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        env=environment,
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel into a new environment; what it depends on comes from the running one."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--quiet"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    base = {"base": str(folder), "platbase": str(folder)}
    # Only now, lest pip find the running environment's netlapse and replace that one.
    site_packages = Path(sysconfig.get_path("purelib", "venv", vars=base))
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def output(environment: dict[str, str], *command: str | Path) -> str:
    """What the command prints, run outside the checkout."""
    done = subprocess.run(
        list(map(str, command)),
        env=environment,
        cwd=environment["PATH"],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_the_sdist_carries_all_sources_of_the_studio_and_a_studio_built_from_them(
    sdist_tree: Path,
) -> None:
    sources = source_hash(sdist_tree / "web")
    assert sources == source_hash(ROOT / "web")
    assert (sdist_tree / STATIC / HASH_FILE).read_text().strip() == sources


def test_the_wheel_holds_the_studio_and_no_sources_of_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "netlapse/server/static/index.html" in names
    assert "netlapse/py.typed" in names
    metadata = f"netlapse-{__version__}.dist-info/"
    assert [name for name in names if not name.startswith(("netlapse/", metadata))] == []
    assert [name for name in names if "node_modules" in name or name.endswith(".tsx")] == []


def test_the_installed_wheel_runs(
    wheel: Path, tmp_path: Path, bare_environment: dict[str, str]
) -> None:
    programs = install(wheel, tmp_path / "venv")
    assert __version__ in output(bare_environment, programs / "netlapse", "--version")
    where = output(bare_environment, programs / "python", "-c", PRINT_PLACE)
    assert Path(where).is_relative_to(tmp_path / "venv")
    assert (Path(where).parent / "server" / "static" / "index.html").is_file()


def test_the_editable_install_runs_from_its_sources(
    sdist_tree: Path, tmp_path: Path, bare_environment: dict[str, str]
) -> None:
    """The Studio in the tree is up to date, hence no npm: there are no npm packages here."""
    build(
        bare_environment, sdist_tree, "hatchling", "build", "-t", "wheel:editable", "-d", tmp_path
    )
    programs = install(next(tmp_path.glob("*.whl")), tmp_path / "venv")
    assert __version__ in output(bare_environment, programs / "netlapse", "--version")
    where = output(bare_environment, programs / "python", "-c", PRINT_PLACE)
    assert Path(where) == sdist_tree / "src" / "netlapse" / "__init__.py"
