"""TensorFlow.js in Node, on its plain JavaScript backend; `make bench` installs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.task import Outcome, Task, serve

FOLDER = Path(__file__).parent / "tfjs"


def main() -> None:
    """Start Node, and pass on what is asked, with the arrays as plain files."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        sys.exit("TensorFlow.js is not installed: `npm ci` in benchmarks/peers/tfjs does it.")
    process = subprocess.Popen(
        [node, os.fspath(FOLDER / "train.mjs")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    stdin, stdout = process.stdin, process.stdout
    name = _first_json(stdout)["name"]

    def train(task: Task) -> Outcome:
        with tempfile.TemporaryDirectory() as folder:
            stdin.write(json.dumps({**asdict(task), **_described(task, Path(folder))}) + "\n")
            stdin.flush()
            return Outcome(**_first_json(stdout))

    serve(name, train)
    stdin.close()
    process.wait()


def _first_json(lines: Any) -> dict[str, Any]:
    """The next line that is one: the library greets on standard output."""
    for line in lines:
        if line.startswith("{"):
            return json.loads(line)
    sys.exit("TensorFlow.js has ended.")


def _described(task: Task, folder: Path) -> dict[str, Any]:
    arrays = {k: v for k, v in task.load().items() if k != "orders"}
    files: dict[str, Any] = {}
    for name, values in arrays.items():
        file = folder / name
        file.write_bytes(np.ascontiguousarray(values, np.float32).tobytes())
        files[name] = {"shape": values.shape, "file": os.fspath(file)}
    return {"files": files, "classes": int(arrays["targets"].max()) + 1}


if __name__ == "__main__":
    main()
