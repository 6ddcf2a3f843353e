"""Whether the service runs."""

from typing import Annotated

from fastapi import Depends

from tideplan_api import __version__
from tideplan_api.bodies import Health
from tideplan_api.database import Database
from tideplan_api.routes.common import database, public, refusals
from tideplan_api.version import semver

router = public("service")


@router.get("/health", operation_id="health", responses=refusals(503))
def health(database: Annotated[Database, Depends(database)]) -> Health:
    """Say that the service and its database run, and the version."""
    database.probe()
    return Health(status="ok", version=semver(__version__))
