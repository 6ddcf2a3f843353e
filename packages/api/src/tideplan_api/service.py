"""The WSGI application: routes, and what they answer."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from tideplan_api import __version__
from tideplan_api.plan_json import PlanReader, schedule_json
from tideplan_api.version import semver
from tideplan_scheduler import PlanError, schedule

LARGEST_BODY = 1024 * 1024
"""Bytes of request that are read; a longer request is refused unread."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: HTTPStatus
    body: dict[str, Any]
    headers: tuple[tuple[str, str], ...] = ()


class Refused(Exception):
    """A request that is answered with ``problems`` instead of a result."""

    def __init__(self, status: HTTPStatus, problems: Iterable[str]) -> None:
        super().__init__(status)
        self.answer = Answer(status, {"problems": list(problems)})


def health(environ: dict[str, Any]) -> Answer:
    return Answer(HTTPStatus.OK, {"status": "ok", "version": semver(__version__)})


def compute_schedule(environ: dict[str, Any]) -> Answer:
    document = _posted_json(environ)
    try:
        return Answer(HTTPStatus.OK, schedule_json(schedule(PlanReader().plan(document))))
    except PlanError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, error.problems) from None


ROUTES: dict[tuple[str, str], Callable[[dict[str, Any]], Answer]] = {
    ("GET", "/health"): health,
    ("POST", "/schedule"): compute_schedule,
}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    try:
        answer = _route(environ)(environ)
    except Refused as refused:
        answer = refused.answer
    body = json.dumps(answer.body).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *answer.headers]
    start_response(f"{answer.status.value} {answer.status.phrase}", headers)
    return [body]


def _route(environ: dict[str, Any]) -> Callable[[dict[str, Any]], Answer]:
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
    if handler := ROUTES.get((method, path)):
        return handler
    allowed = sorted(known for known, route in ROUTES if route == path)
    if not allowed:
        raise Refused(HTTPStatus.NOT_FOUND, [f"there is nothing at {path}"])
    answer = Answer(
        HTTPStatus.METHOD_NOT_ALLOWED,
        {"problems": [f"{path} does not answer {method}"]},
        (("Allow", ", ".join(allowed)),),
    )
    return lambda _: answer


def _posted_json(environ: dict[str, Any]) -> Any:
    declared = environ.get("CONTENT_LENGTH") or "0"
    if not (declared.isascii() and declared.isdigit()):
        raise Refused(HTTPStatus.BAD_REQUEST, ["Content-Length is not a number"])
    length = int(declared[:20])
    if length > LARGEST_BODY:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, [f"the body is longer than {LARGEST_BODY} bytes"])
    try:
        return json.loads(environ["wsgi.input"].read(length))
    except (ValueError, RecursionError):
        raise Refused(HTTPStatus.BAD_REQUEST, ["the body is not JSON"]) from None
