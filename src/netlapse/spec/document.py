"""The spec: one document that says all that a training is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from netlapse.errors import SpecError
from netlapse.spec.base import Document, Seed, parse
from netlapse.spec.data import Data
from netlapse.spec.network import Network
from netlapse.spec.training import Training

FORMAT = 1
MAX_FILE_BYTES = 8 * 1024 * 1024


class Spec(Document):
    """Data, network, training and seed: everything that determines a training."""

    format: Literal[1] = FORMAT
    """Version of the file format."""
    name: Annotated[str, Field(max_length=120)] = ""
    """What the training is called."""
    data: Data
    """What is learned from."""
    network: Network = Network()
    """What learns."""
    training: Training = Training()
    """How it learns."""
    seed: Seed = 0
    """Determines the first weights, the order of the samples and the dropout masks."""


def read_spec(path: Path) -> Spec:
    """Read a spec from a JSON file.

    Raises:
        SpecError: The file is missing, too large, not JSON, of another format version, or breaks
            a rule; the message names the field.
    """
    try:
        with path.open("rb") as file:  # no look at its size: a pipe and a device have none
            content = file.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise SpecError(f"A spec file holds at most {MAX_FILE_BYTES:,} bytes.", place=str(path))
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise SpecError(f"The file cannot be read: {error.strerror}.", place=str(path)) from error
    except UnicodeDecodeError:
        raise SpecError("A spec file is UTF-8 text, and this is not.", place=str(path)) from None
    return parse_spec(text, place=str(path))


def parse_spec(text: str, *, place: str = "") -> Spec:
    """Validate JSON text as a spec.

    Raises:
        SpecError: As `read_spec`.

    >>> parse_spec('{"format": 1')
    Traceback (most recent call last):
    netlapse.errors.SpecError: This is not JSON: Expecting ',' delimiter at line 1, column 13.
    """
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"This is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        raise SpecError(message, place=place) from None
    except RecursionError:
        raise SpecError("This JSON is nested too deeply.", place=place) from None
    except ValueError:
        raise SpecError("A number in this JSON has thousands of digits.", place=place) from None
    if not isinstance(value, dict):
        raise SpecError("A spec is a JSON object.", place=place)
    version = cast("dict[str, Any]", value).get("format", FORMAT)
    if version != FORMAT:
        raise SpecError(
            f"This netlapse reads spec format {FORMAT}, got {json.dumps(version)[:40]}.",
            place=f"{place}: format" if place else "format",
            remedy="Install a newer netlapse." if isinstance(version, int) else "",
        )
    return parse(Spec, value, place=place and f"{place}: ")
