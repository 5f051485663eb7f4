"""The classical datasets that come inside scikit-learn.

Their files are read where scikit-learn has them, without importing it: that alone takes a second,
the first time that somebody clicks on one of these presets. Where a version of scikit-learn keeps
them elsewhere, it is imported after all.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from netlapse.data.assemble import Samples
from netlapse.data.inputs import RawColumn
from netlapse.spec.data import Bundled

_TITLES = {
    "iris": "Iris",
    "wine": "Wine",
    "breast-cancer": "Breast cancer",
    "digits": "Digits 8×8",
}
_TARGETS = {"iris": "species", "wine": "cultivar", "breast-cancer": "diagnosis", "digits": "digit"}


_FILES = {
    "iris": "iris.csv",
    "wine": "wine_data.csv",
    "breast-cancer": "breast_cancer.csv",
    "digits": "digits.csv.gz",
}
_MEASURED = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)
_COLUMNS = {
    "iris": ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
    "wine": (
        "alcohol",
        "malic_acid",
        "ash",
        "alcalinity_of_ash",
        "magnesium",
        "total_phenols",
        "flavanoids",
        "nonflavanoid_phenols",
        "proanthocyanins",
        "color_intensity",
        "hue",
        "od280/od315_of_diluted_wines",
        "proline",
    ),
    "breast-cancer": (
        *(f"mean {what}" for what in _MEASURED),
        *(f"{what} error" for what in _MEASURED),
        *(f"worst {what}" for what in _MEASURED),
    ),
}


@dataclass(frozen=True)
class _Source:
    """A dataset as scikit-learn has it."""

    values: NDArray[np.float64]
    """[n, columns]."""
    targets: NDArray[np.float64]
    """Index of the class [n]."""
    class_names: tuple[str, ...]


def bundled_samples(document: Bundled) -> Samples:
    """The samples of a classical dataset; the pixels of the digits lie between 0 and 1."""
    source = _read(document.name) or _import(document.name)
    raw = source.values
    if document.name == "digits":
        raw = raw / 16
        columns = tuple(
            RawColumn(f"pixel {row},{column}", domain=(0.0, 1.0))
            for row in range(1, 9)
            for column in range(1, 9)
        )
    else:
        columns = tuple(RawColumn(name) for name in _COLUMNS[document.name])
    return Samples(
        name=_TITLES[document.name],
        columns=columns,
        raw=raw,
        targets=source.targets,
        target_name=_TARGETS[document.name],
        class_names=source.class_names,
    )


def _read(name: str) -> _Source | None:
    """The file of a dataset, whose first line holds the counts and the classes; none without it."""
    package = find_spec("sklearn")
    folders = (package.submodule_search_locations if package else None) or []
    for folder in folders:
        path = Path(folder) / "datasets" / "data" / _FILES[name]
        if path.is_file():
            data = path.read_bytes()
            lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()
            if name == "digits":  # the one without a first line
                return _source(lines, tuple(str(digit) for digit in range(10)))
            _, _, *classes = next(csv.reader(lines[:1]))
            return _source(lines[1:], tuple(classes))
    return None


def _source(lines: list[str], class_names: tuple[str, ...]) -> _Source:
    table = np.loadtxt(lines, delimiter=",", dtype=np.float64)
    return _Source(np.ascontiguousarray(table[:, :-1]), table[:, -1], class_names)


def _import(name: str) -> _Source:
    from sklearn import datasets

    loaders: dict[str, Any] = {
        "iris": datasets.load_iris,
        "wine": datasets.load_wine,
        "breast-cancer": datasets.load_breast_cancer,
        "digits": datasets.load_digits,
    }
    loaded = loaders[name]()
    return _Source(
        cast("NDArray[np.float64]", loaded.data).astype(np.float64),
        cast("NDArray[np.int64]", loaded.target).astype(np.float64),
        tuple(str(each) for each in loaded.target_names),
    )
