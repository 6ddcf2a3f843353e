"""Dependencies between the tasks of a project."""

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Body

from tideplan_api import database
from tideplan_api.bodies import Dependencies, Dependency, DependencyInput
from tideplan_api.collection import dependencies_of, tasks_of
from tideplan_api.planning import refuse_cycles
from tideplan_api.problems import Conflict, Unprocessable
from tideplan_api.routes.common import (
    ChangingProject,
    DependencyId,
    Reading,
    StoredProject,
    Writing,
    protected,
    refusals,
)

router = protected("/projects/{project_id}/dependencies", "dependencies")

Given = Annotated[
    DependencyInput,
    Body(
        openapi_examples={
            "lag": {
                "summary": "Two tasks of the demo, two working days between them",
                "value": {"predecessor": "permit", "successor": "piles", "lag": 2},
            }
        }
    ),
]


@router.get("", operation_id="listDependencies", responses=refusals(404, 422))
def list_dependencies(connection: Reading, project: StoredProject) -> Dependencies:
    """List the dependencies of a project."""
    return Dependencies.model_validate({"items": dependencies_of(project["id"]).all(connection)})


@router.post("", operation_id="createDependency", status_code=201, responses=refusals(404, 409, 413, 422))
def create_dependency(connection: Writing, project: ChangingProject, given: Given) -> Dependency:
    """Let a task wait for another; a cycle is refused."""
    _refuse_misfits(connection, project, given)
    added = dependencies_of(project["id"]).add(connection, given.model_dump())
    refuse_cycles(connection, project)
    return Dependency.model_validate(added)


@router.get("/{dependency_id}", operation_id="getDependency", responses=refusals(404, 422))
def get_dependency(connection: Reading, project: StoredProject, dependency_id: DependencyId) -> Dependency:
    """Get a dependency."""
    return Dependency.model_validate(dependencies_of(project["id"]).find(connection, dependency_id))


@router.put("/{dependency_id}", operation_id="updateDependency", responses=refusals(404, 409, 413, 422))
def update_dependency(
    connection: Writing, project: ChangingProject, dependency_id: DependencyId, given: Given
) -> Dependency:
    """Replace a dependency; a cycle is refused."""
    dependencies_of(project["id"]).find(connection, dependency_id)
    _refuse_misfits(connection, project, given, beside=dependency_id)
    replaced = dependencies_of(project["id"]).replace(connection, dependency_id, given.model_dump())
    refuse_cycles(connection, project)
    return Dependency.model_validate(replaced)


@router.delete("/{dependency_id}", operation_id="deleteDependency", status_code=204, responses=refusals(404, 422))
def delete_dependency(connection: Writing, project: ChangingProject, dependency_id: DependencyId) -> None:
    """Delete a dependency."""
    dependencies_of(project["id"]).delete(connection, dependency_id)


def _refuse_misfits(
    connection: sa.Connection, project: dict[str, Any], given: DependencyInput, beside: str = ""
) -> None:
    """Ends that are no tasks, a task that waits for itself, a second dependency of the same two."""
    known = {task["id"] for task in tasks_of(project["id"]).all(connection)}
    ends = dict.fromkeys((given.predecessor, given.successor))
    if unknown := [end for end in ends if end not in known]:
        raise Unprocessable(*(f"there is no task {end!r}" for end in unknown))
    if len(ends) == 1:
        raise Conflict("a task cannot wait for itself")
    table = database.dependencies
    same = sa.select(table.c.id).where(
        table.c.project == project["id"],
        table.c.predecessor == given.predecessor,
        table.c.successor == given.successor,
        table.c.id != beside,
    )
    if found := connection.execute(same).scalar_one_or_none():
        raise Conflict(f"dependency {found!r} is between the same tasks")
