"""Tasks of a project."""

from typing import Annotated

from fastapi import Body

from tideplan_api.bodies import Task, TaskInput, Tasks
from tideplan_api.collection import tasks_of
from tideplan_api.routes.common import ChangingProject, Reading, StoredProject, TaskId, Writing, protected, refusals

router = protected("/projects/{project_id}/tasks", "tasks")

Given = Annotated[
    TaskInput,
    Body(
        openapi_examples={
            "work": {"summary": "Four days of work", "value": {"name": "Paint the gangway", "duration": 4}},
            "milestone": {"summary": "A milestone", "value": {"name": "Inspection passed", "duration": 0}},
        }
    ),
]


@router.get("", operation_id="listTasks", responses=refusals(404, 422))
def list_tasks(connection: Reading, project: StoredProject) -> Tasks:
    """List the tasks of a project."""
    return Tasks.model_validate({"items": tasks_of(project["id"]).all(connection)})


@router.post("", operation_id="createTask", status_code=201, responses=refusals(404, 413, 422))
def create_task(connection: Writing, project: ChangingProject, given: Given) -> Task:
    """Create a task."""
    return Task.model_validate(tasks_of(project["id"]).add(connection, given.model_dump()))


@router.get("/{task_id}", operation_id="getTask", responses=refusals(404, 422))
def get_task(connection: Reading, project: StoredProject, task_id: TaskId) -> Task:
    """Get a task."""
    return Task.model_validate(tasks_of(project["id"]).find(connection, task_id))


@router.put("/{task_id}", operation_id="updateTask", responses=refusals(404, 413, 422))
def update_task(connection: Writing, project: ChangingProject, task_id: TaskId, given: Given) -> Task:
    """Replace a task's values; its dependencies stay."""
    return Task.model_validate(tasks_of(project["id"]).replace(connection, task_id, given.model_dump()))


@router.delete("/{task_id}", operation_id="deleteTask", status_code=204, responses=refusals(404, 422))
def delete_task(connection: Writing, project: ChangingProject, task_id: TaskId) -> None:
    """Delete a task and its dependencies."""
    tasks_of(project["id"]).delete(connection, task_id)
