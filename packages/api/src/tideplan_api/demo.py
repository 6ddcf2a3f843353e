"""The demo: a user, a calendar and the plan of a marina. Their ids are fixed, so that examples can name them."""

from datetime import date

import sqlalchemy as sa

from tideplan_api.accounts import set_password
from tideplan_api.collection import calendars, dependencies_of, projects, tasks_of
from tideplan_api.problems import NotFound

USER = "demo"
CALENDAR = "harbour"
PROJECT = "demo"

TASKS = (
    ("kickoff", "Kick-off", 0),
    ("survey", "Survey the basin", 3),
    ("permit", "Obtain the permit", 4),
    ("dredge", "Dredge the basin", 6),
    ("pontoons", "Build the pontoons", 5),
    ("piles", "Drive the piles", 3),
    ("power", "Lay power and water", 2),
    ("moor", "Moor the pontoons", 2),
    ("opening", "Opening", 0),
)
DEPENDENCIES = (
    ("kickoff", "survey", 0),
    ("kickoff", "permit", 0),
    ("kickoff", "pontoons", 0),
    ("survey", "dredge", 0),
    ("permit", "dredge", 0),
    ("dredge", "piles", -1),
    ("piles", "moor", 1),
    ("piles", "power", 0),
    ("pontoons", "moor", 0),
    ("moor", "opening", 0),
    ("power", "opening", 0),
)


def seed(connection: sa.Connection, password: str) -> None:
    """Brings the demo back to its first state; what else is stored stays."""
    set_password(connection, USER, password)
    try:
        projects.delete(connection, PROJECT)
    except NotFound:
        pass
    working_time = {"name": "Harbour", "weekdays": [0, 1, 2, 3, 4], "holidays": ["2025-03-17"]}
    try:
        calendars.replace(connection, CALENDAR, working_time)
    except NotFound:
        calendars.add(connection, working_time, CALENDAR)
    projects.add(connection, {"name": "Marina", "start": date(2025, 3, 3), "calendar": CALENDAR}, PROJECT)
    for id, name, duration in TASKS:
        tasks_of(PROJECT).add(connection, {"name": name, "duration": duration}, id)
    for predecessor, successor, lag in DEPENDENCIES:
        values = {"predecessor": predecessor, "successor": successor, "lag": lag}
        dependencies_of(PROJECT).add(connection, values, f"{predecessor}-{successor}")
