"""What travels over REST about the Studio itself."""

from __future__ import annotations

from typing import Any, Literal

from netlapse.spec.base import Document


class Health(Document):
    """That the Studio is up."""

    status: Literal["ok"]
    version: str


class Schemas(Document):
    """What forms are made of: JSON Schema of the documents."""

    spec: dict[str, Any]
    view: dict[str, Any]
    race: dict[str, Any]
    openapi: dict[str, Any]


class Storage(Document):
    """Where the user's data lies."""

    folder: str
    bytes: int
    runs: int
    tables: int
    images: int
    """Sets of images that the user has added."""


class Done(Document):
    """It is done, and there is nothing to tell."""

    done: Literal[True] = True
