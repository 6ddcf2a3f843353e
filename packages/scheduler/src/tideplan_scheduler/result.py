"""What is answered: dates, slack and the critical path."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ScheduledTask:
    """A task with its dates. Finish dates are the last day of work, not the day after.

    A milestone is reached at the close of a day, so its start and its finish are that day.
    ``total_slack`` is how many working days it can slip without moving the end of the plan,
    ``free_slack`` without moving any other task.
    """

    id: str
    name: str
    duration: int
    early_start: date
    early_finish: date
    late_start: date
    late_finish: date
    total_slack: int
    free_slack: int

    @property
    def critical(self) -> bool:
        """Whether any delay of this task delays the plan."""
        return self.total_slack == 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Tasks keep the order of the plan. ``duration`` is in working days, ``finish`` the last of them.

    ``critical_path`` is one chain of task ids, first to last, that fixes the end of the plan;
    where several do, it is the one whose tasks come first in the plan.
    """

    start: date
    finish: date
    duration: int
    tasks: tuple[ScheduledTask, ...]
    critical_path: tuple[str, ...]
