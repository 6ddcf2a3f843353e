"""Critical path method over working days.

``schedule(Plan)`` gives a ``Schedule``; a plan that cannot be scheduled raises ``PlanError``.
"""

from importlib.metadata import PackageNotFoundError, version

from tideplan_scheduler.critical_path import schedule
from tideplan_scheduler.plan import Dependency, Plan, PlanError, Task
from tideplan_scheduler.result import Schedule, ScheduledTask
from tideplan_scheduler.working_days import MONDAY_TO_FRIDAY, WorkCalendar

try:
    __version__ = version("tideplan-scheduler")
except PackageNotFoundError:  # run from the sources, never installed
    __version__ = "0+unknown"

__all__ = [
    "MONDAY_TO_FRIDAY",
    "Dependency",
    "Plan",
    "PlanError",
    "Schedule",
    "ScheduledTask",
    "Task",
    "WorkCalendar",
    "__version__",
    "schedule",
]
