"""What importing the data package costs."""

from __future__ import annotations

import json
import subprocess
import sys


def test_importing_loads_nothing_heavy():
    code = "import netlapse.data, sys, json; print(json.dumps(sorted(sys.modules)))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    heavy = {"jax", "pandas", "pyarrow", "scipy", "sklearn"}
    assert heavy.isdisjoint(json.loads(output))
