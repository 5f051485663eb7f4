"""The classical datasets that come inside scikit-learn."""

from __future__ import annotations

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


def bundled_samples(document: Bundled) -> Samples:
    """The samples of a classical dataset; the pixels of the digits lie between 0 and 1."""
    source = _source(document.name)
    raw = cast("NDArray[np.float64]", source.data).astype(np.float64)
    if document.name == "digits":
        raw = raw / 16
        columns = tuple(
            RawColumn(f"pixel {row},{column}", domain=(0.0, 1.0))
            for row in range(1, 9)
            for column in range(1, 9)
        )
    else:
        columns = tuple(RawColumn(str(name)) for name in source.feature_names)
    return Samples(
        name=_TITLES[document.name],
        columns=columns,
        raw=raw,
        targets=cast("NDArray[np.int64]", source.target).astype(np.float64),
        target_name=_TARGETS[document.name],
        class_names=tuple(str(name) for name in source.target_names),
    )


def _source(name: str) -> Any:
    from sklearn import datasets

    loaders: dict[str, Any] = {
        "iris": datasets.load_iris,
        "wine": datasets.load_wine,
        "breast-cancer": datasets.load_breast_cancer,
        "digits": datasets.load_digits,
    }
    return loaders[name]()
