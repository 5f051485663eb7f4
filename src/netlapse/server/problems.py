"""Errors as answers: one sentence with place and remedy, and a status that fits the kind."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from netlapse.errors import InputError, NetlapseError, NotFoundError, Problem, StateError
from netlapse.spec.base import error_from_details

log = logging.getLogger("netlapse.server")

_KIND_OF_STATUS = {404: "NotFoundError", 405: "NotFoundError", 409: "StateError"}
_MESSAGES = {
    404: "There is nothing at this address.",
    405: "This address does not take this kind of request.",
    400: "The body of the request cannot be read as JSON.",
}


class TooLargeError(InputError):
    """The body of a request is larger than its route takes (HTTP 413)."""


def status_of(error: NetlapseError) -> int:
    """The HTTP status of an error.

    >>> status_of(NotFoundError("There is no such run."))
    404
    """
    match error:
        case TooLargeError():
            return 413
        case NotFoundError():
            return 404
        case StateError():
            return 409
        case InputError():
            return 422
        case _:
            return 500


def problem_response(
    problem: Problem, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    """A problem as a JSON answer; text that is no Unicode is shown with replacements."""
    text = json.dumps(asdict(problem), ensure_ascii=False)
    body = text.encode("utf-8", "replace")
    return Response(body, status, headers, media_type="application/json")


def request_error(error: RequestValidationError) -> NetlapseError:
    """The first rule that a request breaks, as one sentence with the path of the field."""
    details = [dict(cast("Mapping[str, Any]", detail)) for detail in error.errors()]
    first = details[0]
    where, *path = first["loc"] or ("body",)
    if first["type"] == "json_invalid":
        reason = first.get("ctx", {}).get("error", "it is malformed")
        return InputError(f"The body of the request is not JSON: {reason}.")
    if where == "body" and not path and first["type"] == "missing":
        return InputError("The request needs a body.")
    value: object = error.body if where == "body" else None
    return error_from_details([{**first, "loc": tuple(path)}, *details[1:]], value)


def add_handlers(app: FastAPI) -> None:
    """Turn every error of a route into an answer of one form."""

    async def on_netlapse_error(request: Request, error: Exception) -> Response:
        del request
        assert isinstance(error, NetlapseError)
        if status_of(error) == 500:
            log.error("%s", error)
        return problem_response(error.problem, status_of(error))

    async def on_request_error(request: Request, error: Exception) -> Response:
        del request
        assert isinstance(error, RequestValidationError)
        return problem_response(request_error(error).problem, 422)

    async def on_http_error(request: Request, error: Exception) -> Response:
        del request
        assert isinstance(error, HTTPException)
        if isinstance(error.__cause__, NetlapseError):  # FastAPI wraps what reading a body raises
            return problem_response(error.__cause__.problem, status_of(error.__cause__))
        status = 422 if error.status_code == 400 else error.status_code
        kind = _KIND_OF_STATUS.get(status, "InputError")
        message = _MESSAGES.get(error.status_code, str(error.detail))
        return problem_response(Problem(kind, message), status, error.headers)

    async def on_fault(request: Request, error: Exception) -> Response:
        del request, error  # raised again by Starlette, and logged by `server.headers`
        return unexpected()

    app.add_exception_handler(NetlapseError, on_netlapse_error)
    app.add_exception_handler(RequestValidationError, on_request_error)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(Exception, on_fault)


def unexpected() -> Response:
    """The answer to a fault of our own; what happened stands in the log alone."""
    return problem_response(
        Problem(
            "NetlapseError",
            "Something went wrong inside netlapse.",
            "",
            "The terminal that runs it says what.",
        ),
        500,
    )


def ending() -> Response:
    """The answer to a request that is not done when the server ends."""
    return problem_response(
        Problem("StateError", "netlapse is ending.", "", "Start it again and ask once more."), 503
    )
