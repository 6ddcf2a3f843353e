"""What is asked: tasks, what they wait for, and the days on which work is done."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from tideplan_scheduler.working_days import WorkCalendar

LONGEST_SPAN = 100_000
"""Upper bound of one duration or lag, in working days (nearly four centuries)."""


class PlanError(ValueError):
    """A plan that cannot be scheduled; ``problems`` names everything that was found."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work. ``duration`` is in working days; 0 makes it a milestone."""

    id: str
    duration: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Dependency:
    """Finish-start: ``successor`` starts ``lag`` working days after ``predecessor`` has finished.

    A negative lag is a lead: the successor may start that many working days before.
    """

    predecessor: str
    successor: str
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """``start`` is the earliest calendar day; work begins on the first working day from there on."""

    start: date
    tasks: tuple[Task, ...]
    dependencies: tuple[Dependency, ...] = ()
    calendar: WorkCalendar = field(default_factory=WorkCalendar)


def problems(plan: Plan) -> list[str]:
    """Everything wrong with the plan's own values; cycles are found by ``network``."""
    found: list[str] = []
    if isinstance(plan.start, datetime) or not isinstance(plan.start, date):
        found.append(f"the plan's start must be a date, not {plan.start!r}")
    found += plan.calendar.problems()
    if not plan.tasks:
        found.append("the plan has no tasks")
    for task in plan.tasks:
        found += _task_problems(task)
    for task_id, count in Counter(task.id for task in plan.tasks if isinstance(task.id, str)).items():
        if count > 1:
            found.append(f"task {task_id!r} is given {count} times")
    known = {task.id for task in plan.tasks if isinstance(task.id, str)}
    for dependency in plan.dependencies:
        found += _dependency_problems(dependency, known)
    edges = Counter((d.predecessor, d.successor) for d in plan.dependencies if _ends_are_text(d))
    for (predecessor, successor), count in edges.items():
        if count > 1:
            found.append(f"dependency {predecessor!r} to {successor!r} is given {count} times")
    return found


def _task_problems(task: Task) -> list[str]:
    if not isinstance(task.id, str) or not task.id.strip():
        return [f"a task's id must be a text that is not blank, not {task.id!r}"]
    found = []
    if not isinstance(task.name, str):
        found.append(f"task {task.id!r}: the name must be a text, not {task.name!r}")
    if not _is_whole(task.duration):
        found.append(f"task {task.id!r}: the duration must be a whole number of working days, not {task.duration!r}")
    elif not 0 <= task.duration <= LONGEST_SPAN:
        found.append(f"task {task.id!r}: the duration must be from 0 to {LONGEST_SPAN} working days, not {task.duration}")
    return found


def _dependency_problems(dependency: Dependency, known: set[str]) -> list[str]:
    if not _ends_are_text(dependency):
        ends = f"{dependency.predecessor!r} and {dependency.successor!r}"
        return [f"a dependency's ends must be ids of tasks, not {ends}"]
    label = f"dependency {dependency.predecessor!r} to {dependency.successor!r}"
    ends = dict.fromkeys((dependency.predecessor, dependency.successor))
    found = [f"{label}: there is no task {end!r}" for end in ends if end not in known]
    if len(ends) == 1:
        found.append(f"{label}: a task cannot wait for itself")
    if not _is_whole(dependency.lag):
        found.append(f"{label}: the lag must be a whole number of working days, not {dependency.lag!r}")
    elif abs(dependency.lag) > LONGEST_SPAN:
        found.append(f"{label}: the lag must be within {LONGEST_SPAN} working days, not {dependency.lag}")
    return found


def _ends_are_text(dependency: Dependency) -> bool:
    return isinstance(dependency.predecessor, str) and isinstance(dependency.successor, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
