"""Calendars: which days are worked."""

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Body

from tideplan_api import database
from tideplan_api.bodies import Calendar, CalendarInput, Calendars
from tideplan_api.collection import calendars
from tideplan_api.problems import Conflict
from tideplan_api.routes.common import CalendarId, Reading, Writing, protected, refusals

router = protected("/calendars", "calendars")

Given = Annotated[
    CalendarInput,
    Body(
        openapi_examples={
            "six-days": {
                "summary": "Monday to Saturday, less two days",
                "value": {
                    "name": "Six days",
                    "weekdays": [0, 1, 2, 3, 4, 5],
                    "holidays": ["2025-04-18", "2025-04-21"],
                },
            }
        }
    ),
]


@router.get("", operation_id="listCalendars")
def list_calendars(connection: Reading) -> Calendars:
    """List the calendars."""
    return Calendars.model_validate({"items": calendars.all(connection)})


@router.post("", operation_id="createCalendar", status_code=201, responses=refusals(413, 422))
def create_calendar(connection: Writing, given: Given) -> Calendar:
    """Create a calendar."""
    return Calendar.model_validate(calendars.add(connection, _columns(given)))


@router.get("/{calendar_id}", operation_id="getCalendar", responses=refusals(404, 422))
def get_calendar(connection: Reading, calendar_id: CalendarId) -> Calendar:
    """Get a calendar."""
    return Calendar.model_validate(calendars.find(connection, calendar_id))


@router.put("/{calendar_id}", operation_id="updateCalendar", responses=refusals(404, 413, 422))
def update_calendar(connection: Writing, calendar_id: CalendarId, given: Given) -> Calendar:
    """Replace a calendar."""
    return Calendar.model_validate(calendars.replace(connection, calendar_id, _columns(given)))


@router.delete("/{calendar_id}", operation_id="deleteCalendar", status_code=204, responses=refusals(404, 409, 422))
def delete_calendar(connection: Writing, calendar_id: CalendarId) -> None:
    """Delete a calendar that no project follows."""
    followers = sa.select(database.projects.c.id).where(database.projects.c.calendar == calendar_id)
    if found := connection.execute(followers).scalars().all():
        raise Conflict(*(f"project {id!r} follows the calendar" for id in found))
    calendars.delete(connection, calendar_id)


def _columns(given: CalendarInput) -> dict[str, Any]:
    """As stored: every day once, in order."""
    return {
        "name": given.name,
        "weekdays": sorted(set(given.weekdays)),
        "holidays": sorted({day.isoformat() for day in given.holidays}),
    }
