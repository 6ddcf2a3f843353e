"""The application, and its contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from tideplan_api import __version__
from tideplan_api.body_limit import BodyLimit
from tideplan_api.database import Database
from tideplan_api.problems import answer_problems
from tideplan_api.routes import ROUTERS
from tideplan_api.version import semver


def create_app(database: Database) -> FastAPI:
    """Stores in ``database``, whose missing tables it makes when it starts."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        database.create_tables()
        yield
        database.close()

    app = FastAPI(
        title="tideplan",
        summary="Stores plans and schedules them by the critical path method.",
        version=semver(__version__),
        license_info={"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        lifespan=lifespan,
        # Interactive pages would load their scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.database = database
    app.add_middleware(BodyLimit)
    answer_problems(app)
    for router in ROUTERS:
        app.include_router(router)
    return app


def contract() -> dict[str, Any]:
    """The OpenAPI document, as ``GET /openapi.json`` answers it."""
    return create_app(Database("sqlite://")).openapi()


def operations() -> set[tuple[str, str]]:
    """Method and path of everything that the service answers beside its contract."""
    routes = (route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute))
    return {(method, route.path) for route in routes for method in route.methods or ()}
