"""Signing in."""

from typing import Annotated

from fastapi import Body

from tideplan_api import demo
from tideplan_api.accounts import SESSION_SECONDS, sign_in
from tideplan_api.bodies import Credentials, Session
from tideplan_api.routes.common import Writing, public, refusals
from tideplan_api.settings import DEFAULT_DEMO_PASSWORD

router = public("session")

EXAMPLES = {
    "demo": {
        "summary": "The demo's user, unless its password was set otherwise",
        "value": {"user": demo.USER, "password": DEFAULT_DEMO_PASSWORD},
    }
}


@router.post("/login", operation_id="login", responses=refusals(401, 413, 422, 503))
def login(connection: Writing, credentials: Annotated[Credentials, Body(openapi_examples=EXAMPLES)]) -> Session:
    """Exchange a user's password for a token."""
    token = sign_in(connection, credentials.user, credentials.password)
    return Session(token=token, expires_in=SESSION_SECONDS)
