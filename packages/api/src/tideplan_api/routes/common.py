"""What operations share: transactions, who asks, ids in paths, documented refusals."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Request
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from tideplan_api import demo
from tideplan_api.accounts import user_of
from tideplan_api.bodies import Problems
from tideplan_api.collection import projects
from tideplan_api.database import Database
from tideplan_api.problems import Unauthorized

_bearer = HTTPBearer(scheme_name="bearer", description="The token that `POST /login` answers.", auto_error=False)

_DESCRIPTIONS = {
    401: "No valid token",
    404: "There is no such thing",
    409: "It contradicts what is stored",
    413: "The body is longer than 1 MiB",
    422: "The request does not have the documented shape, or its values do not fit",
    503: "The database does not answer",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documented answers with ``Problems``."""
    return {status: {"model": Problems, "description": _DESCRIPTIONS[status]} for status in statuses}


def database(request: Request) -> Database:
    found: Database = request.app.state.database
    return found


def _reading(database: Annotated[Database, Depends(database)]) -> Iterator[sa.Connection]:
    with database.reading() as connection:
        yield connection


def _writing(database: Annotated[Database, Depends(database)]) -> Iterator[sa.Connection]:
    with database.writing() as connection:
        yield connection


# Of scope "function": the transaction is over before the answer goes out.
Reading = Annotated[sa.Connection, Depends(_reading, scope="function")]
Writing = Annotated[sa.Connection, Depends(_writing, scope="function")]


def signed_in(
    database: Annotated[Database, Depends(database)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str:
    """The user whose token comes with the request, or ``Unauthorized``."""
    if given is None:
        raise Unauthorized("the request has no token; sign in with POST /login")
    with database.reading() as connection:
        return user_of(connection, given.credentials)


class Operation(APIRoute):
    """An operation whose docstring is one sentence: the contract's summary of it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.summary = self.description.rstrip(".")
        # FastAPI cuts a description at a form feed; an empty one it would fill from the docstring again.
        self.description = "\f"
        self.response_description = "Done"


def public(tag: str) -> APIRouter:
    """A router whose operations anybody may ask."""
    return APIRouter(tags=[tag], route_class=Operation)


def protected(prefix: str, tag: str) -> APIRouter:
    """A router whose operations ask for a token."""
    return APIRouter(
        prefix=prefix,
        tags=[tag],
        route_class=Operation,
        dependencies=[Depends(signed_in)],
        responses=refusals(401, 503),
    )


def _id(example: str) -> Any:
    return Path(pattern="^[A-Za-z0-9_-]{1,64}$", examples=[example])


ProjectId = Annotated[str, _id(demo.PROJECT)]
TaskId = Annotated[str, _id("survey")]
DependencyId = Annotated[str, _id("survey-dredge")]
CalendarId = Annotated[str, _id(demo.CALENDAR)]


def _read_project(connection: Reading, project_id: ProjectId) -> dict[str, Any]:
    return projects.find(connection, project_id)


def _changing_project(connection: Writing, project_id: ProjectId) -> dict[str, Any]:
    return projects.find(connection, project_id, lock=True)


# The project that the path names; when it is to change, other writers of it wait.
StoredProject = Annotated[dict[str, Any], Depends(_read_project)]
ChangingProject = Annotated[dict[str, Any], Depends(_changing_project)]
