"""netlapse: a time-lapse microscope for neural networks.

    import netlapse as nl

    run = nl.train(nl.presets.spiral(), epochs=200)
    print(run.metrics.validation.accuracy)

Importing this package loads nothing: no server, no database, no JAX. Each name is loaded when it is
first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from netlapse.version import __version__

if TYPE_CHECKING:
    from netlapse.checking import check as check
    from netlapse.checking import recommend as recommend
    from netlapse.checking import score as score
    from netlapse.comparing import compare as compare
    from netlapse.errors import DataError as DataError
    from netlapse.errors import DivergedError as DivergedError
    from netlapse.errors import NetlapseError as NetlapseError
    from netlapse.errors import SpecError as SpecError
    from netlapse.errors import WorkerError as WorkerError
    from netlapse.exporting import open as open
    from netlapse.racing import RaceResult as RaceResult
    from netlapse.racing import race as race
    from netlapse.run import Progress as Progress
    from netlapse.run import Run as Run
    from netlapse.run import start as start
    from netlapse.run import train as train
    from netlapse.spec import presets as presets
    from netlapse.spec.document import Spec as Spec
    from netlapse.spec.document import read_spec as read_spec

__all__ = [
    "DataError",
    "DivergedError",
    "NetlapseError",
    "Progress",
    "RaceResult",
    "Run",
    "Spec",
    "SpecError",
    "WorkerError",
    "__version__",
    "check",
    "compare",
    "open",
    "presets",
    "race",
    "read_spec",
    "recommend",
    "score",
    "start",
    "train",
]

_HOME = {
    "DataError": "netlapse.errors",
    "DivergedError": "netlapse.errors",
    "NetlapseError": "netlapse.errors",
    "Progress": "netlapse.run",
    "RaceResult": "netlapse.racing",
    "Run": "netlapse.run",
    "Spec": "netlapse.spec.document",
    "SpecError": "netlapse.errors",
    "WorkerError": "netlapse.errors",
    "check": "netlapse.checking",
    "compare": "netlapse.comparing",
    "open": "netlapse.exporting",
    "race": "netlapse.racing",
    "read_spec": "netlapse.spec.document",
    "recommend": "netlapse.checking",
    "score": "netlapse.checking",
    "start": "netlapse.run",
    "train": "netlapse.run",
}


def __getattr__(name: str) -> Any:
    if name == "presets":
        return import_module("netlapse.spec.presets")
    if name not in _HOME:
        raise AttributeError(f"module 'netlapse' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
