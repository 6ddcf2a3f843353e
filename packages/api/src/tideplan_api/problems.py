"""Refusals: what they are inside, and what a client is answered."""

from collections.abc import Mapping, Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError, OperationalError
from starlette.exceptions import HTTPException

from tideplan_scheduler import PlanError


class Refused(Exception):
    """A request that is answered with ``problems`` instead of a result."""

    status = 500

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Unauthorized(Refused):
    """No token, or one that is not valid."""

    status = 401


class NotFound(Refused):
    """What the path names does not exist."""

    status = 404


class Conflict(Refused):
    """The request contradicts what is stored: a cycle, a duplicate, something that is in use."""

    status = 409


class Unprocessable(Refused):
    """A body of the right shape whose values do not fit."""

    status = 422


class Unavailable(Refused):
    """The database does not answer."""

    status = 503


def answer_problems(app: FastAPI) -> None:
    """Lets ``app`` answer every refusal with a ``Problems`` body."""

    @app.exception_handler(Refused)
    def refused(_: Request, error: Refused) -> JSONResponse:
        return _answer(error.status, error.problems)

    @app.exception_handler(PlanError)
    def plan_refused(_: Request, error: PlanError) -> JSONResponse:
        return _answer(422, error.problems)

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return _answer(422, [_described(found["loc"], found["msg"]) for found in error.errors()])

    @app.exception_handler(HTTPException)
    def framework_refused(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 400:
            # A body that cannot be decoded at all; one that is nearly JSON is a RequestValidationError.
            return _answer(422, ["body: not JSON"])
        said = {
            404: f"there is nothing at {request.url.path}",
            405: f"{request.url.path} does not answer {request.method}",
        }
        return _answer(error.status_code, [said.get(error.status_code, str(error.detail))], error.headers)

    @app.exception_handler(IntegrityError)
    def changed_meanwhile(_: Request, __: IntegrityError) -> JSONResponse:
        return _answer(409, ["what the request refers to was changed at the same time"])

    @app.exception_handler(OperationalError)
    def no_database(_: Request, __: OperationalError) -> JSONResponse:
        return _answer(503, ["the database does not answer"])


def _described(place: Sequence[int | str], message: str) -> str:
    """``("body", "tasks", 0, "name")`` as ``body.tasks[0].name``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return f"{text.removeprefix('.')}: {message[:1].lower()}{message[1:]}"


def _answer(status: int, problems: Sequence[str], headers: Mapping[str, str] | None = None) -> JSONResponse:
    given = dict(headers or {})
    if status == 401:
        given["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"problems": list(problems)}, status_code=status, headers=given)
