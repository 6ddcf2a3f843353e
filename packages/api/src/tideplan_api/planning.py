"""From what is stored or posted to a schedule."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from tideplan_api import bodies
from tideplan_api.collection import calendars, dependencies_of, tasks_of
from tideplan_api.problems import Conflict
from tideplan_scheduler import Dependency, Plan, PlanError, Schedule, Task, WorkCalendar, schedule


def posted_schedule(plan: bodies.Plan) -> bodies.Schedule:
    """``PlanError`` if the plan cannot be scheduled."""
    return _answer(
        schedule(
            Plan(
                start=plan.start,
                tasks=tuple(Task(task.id, task.duration, task.name) for task in plan.tasks),
                dependencies=tuple(Dependency(d.predecessor, d.successor, d.lag) for d in plan.dependencies),
                calendar=_calendar(plan.calendar.weekdays, plan.calendar.holidays),
            )
        )
    )


def stored_schedule(connection: sa.Connection, project: dict[str, Any]) -> bodies.Schedule:
    """``PlanError`` if the project cannot be scheduled, such as one without tasks."""
    calendar = WorkCalendar()
    if project["calendar"] is not None:
        stored = calendars.find(connection, project["calendar"])
        calendar = _calendar(stored["weekdays"], map(date.fromisoformat, stored["holidays"]))
    return _answer(
        schedule(
            Plan(
                start=project["start"],
                tasks=_tasks(connection, project["id"]),
                dependencies=_dependencies(connection, project["id"]),
                calendar=calendar,
            )
        )
    )


def refuse_cycles(connection: sa.Connection, project: dict[str, Any]) -> None:
    """``Conflict`` if the project's stored tasks wait for each other."""
    tasks = tuple(Task(task.id, 1) for task in _tasks(connection, project["id"]))
    dependencies = tuple(Dependency(d.predecessor, d.successor) for d in _dependencies(connection, project["id"]))
    try:
        schedule(Plan(date(2000, 1, 1), tasks, dependencies))
    except PlanError as error:
        raise Conflict(*error.problems) from None


def _tasks(connection: sa.Connection, project: str) -> tuple[Task, ...]:
    return tuple(Task(row["id"], row["duration"], row["name"]) for row in tasks_of(project).all(connection))


def _dependencies(connection: sa.Connection, project: str) -> tuple[Dependency, ...]:
    stored = dependencies_of(project).all(connection)
    return tuple(Dependency(row["predecessor"], row["successor"], row["lag"]) for row in stored)


def _calendar(weekdays: Iterable[int], holidays: Iterable[date]) -> WorkCalendar:
    return WorkCalendar(frozenset(weekdays), frozenset(holidays))


def _answer(result: Schedule) -> bodies.Schedule:
    return bodies.Schedule(
        start=result.start,
        finish=result.finish,
        duration=result.duration,
        critical_path=list(result.critical_path),
        tasks=[
            bodies.ScheduledTask(
                id=task.id,
                name=task.name,
                duration=task.duration,
                early_start=task.early_start,
                early_finish=task.early_finish,
                late_start=task.late_start,
                late_finish=task.late_finish,
                total_slack=task.total_slack,
                free_slack=task.free_slack,
                critical=task.critical,
            )
            for task in result.tasks
        ],
    )
