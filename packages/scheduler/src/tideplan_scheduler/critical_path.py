"""The critical path method: a forward pass, a backward pass, and dates for both.

Inside, time is a count of working days since the start of the plan. A task with early start 2 and
duration 3 occupies working days 2, 3 and 4, and has early finish 5: the count of days that have then passed.
"""

from datetime import date

from tideplan_scheduler.network import Network
from tideplan_scheduler.plan import Plan, PlanError, problems
from tideplan_scheduler.result import Schedule, ScheduledTask
from tideplan_scheduler.working_days import WorkingDays


def schedule(plan: Plan) -> Schedule:
    """Early and late dates, slack and the critical path; ``PlanError`` if the plan has problems."""
    if found := problems(plan):
        raise PlanError(found)
    network = Network(plan)
    duration = {task.id: task.duration for task in plan.tasks}
    early = _early_starts(network, duration)
    end = max(early[task_id] + duration[task_id] for task_id in duration)
    late = _late_starts(network, duration, end)
    days = WorkingDays(plan.calendar, plan.start)
    try:
        return Schedule(
            start=days.date(0),
            finish=_finish(days, end),
            duration=end,
            tasks=tuple(
                ScheduledTask(
                    id=task.id,
                    name=task.name or task.id,
                    duration=task.duration,
                    early_start=_start(days, early[task.id], task.duration),
                    early_finish=_finish(days, early[task.id] + task.duration),
                    late_start=_start(days, late[task.id], task.duration),
                    late_finish=_finish(days, late[task.id] + task.duration),
                    total_slack=late[task.id] - early[task.id],
                    free_slack=_free_slack(network, duration, early, end, task.id),
                )
                for task in plan.tasks
            ),
            critical_path=_critical_path(network, duration, early, end),
        )
    except OverflowError:
        raise PlanError(["the plan runs past the year 9999"]) from None


def _early_starts(network: Network, duration: dict[str, int]) -> dict[str, int]:
    """Nothing starts before the plan does, however long a lead is."""
    early: dict[str, int] = {}
    for task_id in network.order:
        early[task_id] = max(
            (early[d.predecessor] + duration[d.predecessor] + d.lag for d in network.into[task_id]),
            default=0,
        )
        early[task_id] = max(early[task_id], 0)
    return early


def _late_starts(network: Network, duration: dict[str, int], end: int) -> dict[str, int]:
    """Nothing finishes after the plan does, whatever a lead would allow."""
    late: dict[str, int] = {}
    for task_id in reversed(network.order):
        finish = min((late[d.successor] - d.lag for d in network.out_of[task_id]), default=end)
        late[task_id] = min(finish, end) - duration[task_id]
    return late


def _free_slack(network: Network, duration: dict[str, int], early: dict[str, int], end: int, task_id: str) -> int:
    latest = min((early[d.successor] - d.lag for d in network.out_of[task_id]), default=end)
    return min(latest, end) - early[task_id] - duration[task_id]


def _critical_path(network: Network, duration: dict[str, int], early: dict[str, int], end: int) -> tuple[str, ...]:
    """Walks back from a task that ends the plan, each time to a predecessor that fixes the start."""
    rank = {task_id: n for n, task_id in enumerate(duration)}
    finish = {task_id: early[task_id] + duration[task_id] for task_id in duration}
    # Of tasks that end the plan one after the other, such as work and its closing milestone, the last.
    at = next(
        task_id
        for task_id in duration
        if finish[task_id] == end and all(finish[d.successor] < end for d in network.out_of[task_id])
    )
    path = [at]
    while True:
        driving = [
            d.predecessor
            for d in network.into[at]
            if finish[d.predecessor] + d.lag == early[at]
        ]
        if not driving:
            return tuple(reversed(path))
        at = min(driving, key=rank.__getitem__)
        path.append(at)


def _start(days: WorkingDays, count: int, duration: int) -> date:
    return days.date(count) if duration else _finish(days, count)


def _finish(days: WorkingDays, count: int) -> date:
    """The day at whose close ``count`` working days have passed; the first day when none have."""
    return days.date(max(count - 1, 0))
