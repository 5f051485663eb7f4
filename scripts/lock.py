"""Writes `constraints.txt`: the exact version of everything that make installs.

    python -m scripts.lock

Pip resolves the requirements of pyproject.toml anew, as on a machine with nothing installed, and
installs nothing. The versions are those for the Python and the system this runs on.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
EXTRAS = ("test", "dev", "bench")
HEADER = "# Written by `make lock` from pyproject.toml: the exact versions that make installs.\n"


def requirements(pyproject: dict[str, Any]) -> list[str]:
    """What make installs: the build tools, the package's dependencies and the extras it uses."""
    project = pyproject["project"]
    optional = project["optional-dependencies"]
    extras = [requirement for extra in EXTRAS for requirement in optional[extra]]
    return [*pyproject["build-system"]["requires"], *project["dependencies"], *extras]


def resolve(wanted: list[str]) -> dict[str, str]:
    """The version of each package that pip would install, by name."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        subprocess.run([*pip, "--report", str(report), *wanted], check=True)
        installed = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {item["metadata"]["name"].lower(): item["metadata"]["version"] for item in installed}


def constraints(versions: dict[str, str]) -> str:
    """The text of the lock; a local label (`+cpu`) names one vendor's build and is left out."""
    lines = [f"{name}=={version.partition('+')[0]}\n" for name, version in sorted(versions.items())]
    return HEADER + "".join(lines)


def main() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    text = constraints(resolve(requirements(pyproject)))
    (ROOT / "constraints.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
