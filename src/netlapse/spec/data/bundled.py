"""Classical datasets that come with scikit-learn: nothing is downloaded."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, cast

from pydantic import model_validator

from netlapse.spec.data.base import DataDocument


class Bundled(DataDocument):
    """A classical dataset: iris, wine, breast cancer or handwritten digits.

    >>> Bundled(kind="bundled", name="iris").standardize
    True
    >>> Bundled(kind="bundled", name="digits").standardize
    False
    """

    title: ClassVar[str] = "Classical dataset"
    kind: Literal["bundled"]
    name: Literal["iris", "wine", "breast-cancer", "digits"] = "iris"
    """Which one: 4, 13 or 30 measurements, or 8×8 pixels between 0 and 1."""
    standardize: bool = True
    """Scale inputs to mean 0 and deviation 1 in the training part; off for digits unless set."""

    @model_validator(mode="before")
    @classmethod
    def _digits_are_scaled_already(cls, value: Any) -> Any:
        if isinstance(value, dict) and cast("dict[str, Any]", value).get("name") == "digits":
            return {"standardize": False, **cast("dict[str, Any]", value)}
        return cast("Any", value)
