"""Bodies of requests and answers: the contract's schemas. Durations, lags and slack are whole working days."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tideplan_scheduler.plan import LONGEST_SPAN

# Control characters are refused: PostgreSQL stores no NUL, and a name is one line.
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Days = Annotated[int, Field(strict=True, ge=0, le=LONGEST_SPAN, description="Working days; 0 is a milestone")]
Lag = Annotated[
    int,
    Field(
        strict=True,
        ge=-LONGEST_SPAN,
        le=LONGEST_SPAN,
        description="Working days between finish and start; negative is a lead",
    ),
]
Weekday = Annotated[int, Field(strict=True, ge=0, le=6, description="0 (Monday) to 6 (Sunday)")]


class Body(BaseModel):
    """Closed: an unknown key is refused, and an answer has every key."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class Problems(Body):
    """Why a request was refused."""

    problems: list[str] = Field(min_length=1, description="In the service's own words, all that was found")


class Health(Body):
    """Says that the service and its database run."""

    status: Literal["ok"]
    version: str = Field(min_length=1, description="Version of the service, as semantic versioning writes it")


class Credentials(Body):
    """Who signs in."""

    user: Name
    password: Annotated[str, Field(min_length=1, max_length=200)]


class Session(Body):
    """A token for the header `Authorization: Bearer TOKEN`."""

    token: str = Field(min_length=1)
    expires_in: int = Field(gt=0, description="Seconds")


class WorkingTime(Body):
    """Which days are worked."""

    weekdays: list[Weekday] = Field(
        default=[0, 1, 2, 3, 4], min_length=1, max_length=7, description="Weekdays that are worked"
    )
    holidays: list[date] = Field(default=[], max_length=5000, description="Days that are not worked")


class CalendarInput(WorkingTime):
    """A calendar as a client gives it."""

    name: Name


class Calendar(CalendarInput):
    """A calendar that projects can follow."""

    id: Id


class Calendars(Body):
    """All calendars, oldest first."""

    items: list[Calendar]


class ProjectInput(Body):
    """A project as a client gives it."""

    name: Name
    start: date = Field(description="Earliest calendar day of work")
    calendar: Id | None = Field(default=None, description="Id of a calendar; Monday to Friday without one")


class Project(ProjectInput):
    """A plan: tasks and dependencies belong to it."""

    id: Id


class Projects(Body):
    """All projects, oldest first."""

    items: list[Project]


class TaskInput(Body):
    """A task as a client gives it."""

    name: Name
    duration: Days


class Task(TaskInput):
    """A piece of work."""

    id: Id


class Tasks(Body):
    """The tasks of a project, oldest first."""

    items: list[Task]


class DependencyInput(Body):
    """Finish-start: the successor starts when the predecessor has finished."""

    predecessor: Id = Field(description="Id of a task")
    successor: Id = Field(description="Id of a task")
    lag: Lag = 0


class Dependency(DependencyInput):
    """A dependency between two tasks of one project."""

    id: Id


class Dependencies(Body):
    """The dependencies of a project, oldest first."""

    items: list[Dependency]


class PlanTask(Body):
    """A task of a plan that is not stored."""

    id: Name
    name: str = Field(default="", max_length=200, description="Shown instead of the id")
    duration: Days


class PlanDependency(Body):
    """A dependency of a plan that is not stored."""

    predecessor: Name = Field(description="Id of a task")
    successor: Name = Field(description="Id of a task")
    lag: Lag = 0


class Plan(Body):
    """A plan that is scheduled and not stored."""

    start: date = Field(description="Earliest calendar day of work")
    tasks: list[PlanTask] = Field(min_length=1)
    dependencies: list[PlanDependency] = []
    calendar: WorkingTime = WorkingTime()


class ScheduledTask(Body):
    """A task with its dates."""

    id: str
    name: str
    duration: int = Field(ge=0)
    early_start: date = Field(description="First day of work, as early as can be")
    early_finish: date = Field(description="Last day of work, not the day after")
    late_start: date = Field(description="First day of work, as late as may be")
    late_finish: date = Field(description="Last day of work, as late as may be")
    total_slack: int = Field(ge=0, description="How far it can slip without moving the finish of the plan")
    free_slack: int = Field(ge=0, description="How far it can slip without moving another task")
    critical: bool


class Schedule(Body):
    """A plan's answer."""

    start: date = Field(description="First working day")
    finish: date = Field(description="Last working day")
    duration: int = Field(ge=0)
    critical_path: list[str] = Field(min_length=1, description="Ids of one chain of tasks that fixes the finish")
    tasks: list[ScheduledTask] = Field(min_length=1)
