"""Projects: plans that are stored."""

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Body

from tideplan_api import demo
from tideplan_api.bodies import Project, ProjectInput, Projects
from tideplan_api.collection import calendars, projects
from tideplan_api.problems import NotFound, Unprocessable
from tideplan_api.routes.common import ProjectId, Reading, StoredProject, Writing, protected, refusals

router = protected("/projects", "projects")

Given = Annotated[
    ProjectInput,
    Body(
        openapi_examples={
            "lighthouse": {
                "summary": "A project that follows the demo's calendar",
                "value": {"name": "Lighthouse", "start": "2025-05-05", "calendar": demo.CALENDAR},
            },
            "plain": {
                "summary": "A project that is worked on from Monday to Friday",
                "value": {"name": "Lighthouse", "start": "2025-05-05"},
            },
        }
    ),
]


@router.get("", operation_id="listProjects")
def list_projects(connection: Reading) -> Projects:
    """List the projects."""
    return Projects.model_validate({"items": projects.all(connection)})


@router.post("", operation_id="createProject", status_code=201, responses=refusals(413, 422))
def create_project(connection: Writing, given: Given) -> Project:
    """Create a project."""
    return Project.model_validate(projects.add(connection, _columns(connection, given)))


@router.get("/{project_id}", operation_id="getProject", responses=refusals(404, 422))
def get_project(project: StoredProject) -> Project:
    """Get a project."""
    return Project.model_validate(project)


@router.put("/{project_id}", operation_id="updateProject", responses=refusals(404, 413, 422))
def update_project(connection: Writing, project_id: ProjectId, given: Given) -> Project:
    """Replace a project's own values; its tasks stay."""
    return Project.model_validate(projects.replace(connection, project_id, _columns(connection, given)))


@router.delete("/{project_id}", operation_id="deleteProject", status_code=204, responses=refusals(404, 422))
def delete_project(connection: Writing, project_id: ProjectId) -> None:
    """Delete a project, its tasks and its dependencies."""
    projects.delete(connection, project_id)


def _columns(connection: sa.Connection, given: ProjectInput) -> dict[str, Any]:
    if given.calendar is not None:
        try:
            calendars.find(connection, given.calendar)
        except NotFound as error:
            raise Unprocessable(*error.problems) from None
    return given.model_dump()
