"""Plans and schedules as the JSON of the contract. Durations, lags and slack are working days; dates are YYYY-MM-DD."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tideplan_scheduler import Dependency, Plan, PlanError, Schedule, Task, WorkCalendar


class PlanReader:
    """Turns JSON into a ``Plan`` and collects what does not fit on the way.

    Only the shape is judged here; what the values mean is for the scheduler to refuse.
    """

    def __init__(self) -> None:
        self._problems: list[str] = []

    def plan(self, document: Any) -> Plan:
        """The plan in ``document``; ``PlanError`` with every problem of its shape."""
        body = self._object("the plan", document, ("start", "tasks"), ("dependencies", "calendar"))
        plan = Plan(
            start=self._date("start", body.get("start")),
            tasks=self._items("tasks", body.get("tasks", []), self._task),
            dependencies=self._items("dependencies", body.get("dependencies", []), self._dependency),
            calendar=self._calendar(body["calendar"]) if "calendar" in body else WorkCalendar(),
        )
        if self._problems:
            raise PlanError(self._problems)
        return plan

    def _task(self, where: str, value: Any) -> Task:
        body = self._object(where, value, ("id", "duration"), ("name",))
        return Task(id=body.get("id", ""), duration=body.get("duration", 0), name=body.get("name", ""))

    def _dependency(self, where: str, value: Any) -> Dependency:
        body = self._object(where, value, ("predecessor", "successor"), ("lag",))
        return Dependency(body.get("predecessor", ""), body.get("successor", ""), body.get("lag", 0))

    def _calendar(self, value: Any) -> WorkCalendar:
        body = self._object("calendar", value, (), ("weekdays", "holidays"))
        given = {}
        if "weekdays" in body:
            given["weekdays"] = frozenset(self._items("calendar.weekdays", body["weekdays"], self._weekday))
        if "holidays" in body:
            given["holidays"] = frozenset(self._items("calendar.holidays", body["holidays"], self._date))
        return WorkCalendar(**given)

    def _weekday(self, where: str, value: Any) -> int:
        if type(value) is int:
            return value
        self._problems.append(f"{where} must be a number from 0 (Monday) to 6 (Sunday)")
        return 0

    def _date(self, where: str, value: Any) -> date:
        try:
            parsed = date.fromisoformat(value)
            if parsed.isoformat() == value:
                return parsed
        except (TypeError, ValueError):
            pass
        self._problems.append(f"{where} must be a date as YYYY-MM-DD")
        return date.min

    def _items(self, where: str, value: Any, read: Callable[[str, Any], Any]) -> tuple[Any, ...]:
        if isinstance(value, list):
            return tuple(read(f"{where}[{n}]", item) for n, item in enumerate(value))
        self._problems.append(f"{where} must be a list")
        return ()

    def _object(self, where: str, value: Any, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._problems.append(f"{where} must be an object")
            return {}
        self._problems += [f"{where} lacks {key!r}" for key in required if key not in value]
        self._problems += [f"{where} has an unknown key {key!r}" for key in value if key not in required + optional]
        return value


def schedule_json(schedule: Schedule) -> dict[str, Any]:
    """The answer to a plan, as the contract's ``Schedule``."""
    return {
        "start": schedule.start.isoformat(),
        "finish": schedule.finish.isoformat(),
        "duration": schedule.duration,
        "critical_path": list(schedule.critical_path),
        "tasks": [
            {
                "id": task.id,
                "name": task.name,
                "duration": task.duration,
                "early_start": task.early_start.isoformat(),
                "early_finish": task.early_finish.isoformat(),
                "late_start": task.late_start.isoformat(),
                "late_finish": task.late_finish.isoformat(),
                "total_slack": task.total_slack,
                "free_slack": task.free_slack,
                "critical": task.critical,
            }
            for task in schedule.tasks
        ],
    }
