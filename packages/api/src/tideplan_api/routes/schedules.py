"""Schedules of stored and of posted plans."""

from typing import Annotated

from fastapi import Body

from tideplan_api.bodies import Plan, Schedule
from tideplan_api.planning import posted_schedule, stored_schedule
from tideplan_api.routes.common import Reading, StoredProject, protected, refusals

router = protected("", "schedules")

EXAMPLES = {
    "basin": {
        "summary": "Three tasks, two of them on the critical path",
        "value": {
            "start": "2025-03-03",
            "tasks": [
                {"id": "survey", "name": "Survey the basin", "duration": 3},
                {"id": "permit", "name": "Obtain the permit", "duration": 2},
                {"id": "dredge", "name": "Dredge the basin", "duration": 5},
            ],
            "dependencies": [
                {"predecessor": "survey", "successor": "dredge"},
                {"predecessor": "permit", "successor": "dredge", "lag": 1},
            ],
        },
    }
}


@router.get("/projects/{project_id}/schedule", operation_id="getSchedule", responses=refusals(404, 422))
def get_schedule(connection: Reading, project: StoredProject) -> Schedule:
    """Compute early and late dates, slack and the critical path of a project."""
    return stored_schedule(connection, project)


@router.post("/schedule", operation_id="computeSchedule", responses=refusals(413, 422))
def compute_schedule(plan: Annotated[Plan, Body(openapi_examples=EXAMPLES)]) -> Schedule:
    """Compute the schedule of a plan without storing it."""
    return posted_schedule(plan)
