"""What early dates, late dates and slack promise, tried out on random plans."""

import random
import unittest
from dataclasses import replace
from datetime import date

from tideplan_scheduler import Dependency, Plan, Task, WorkCalendar, schedule

EVERY_DAY = WorkCalendar(weekdays=frozenset(range(7)))


def random_plan(choose: random.Random) -> Plan:
    """Up to nine tasks without milestones, lags without leads, on a calendar where days can be counted by subtraction."""
    names = [f"t{n}" for n in range(choose.randint(1, 9))]
    pairs = [(a, b) for n, a in enumerate(names) for b in names[n + 1 :] if choose.random() < 0.35]
    tasks = [Task(name, choose.randint(1, 6)) for name in names]
    choose.shuffle(tasks)
    return Plan(
        date(2025, 3, 3), tuple(tasks), tuple(Dependency(a, b, choose.randint(0, 3)) for a, b in pairs), EVERY_DAY
    )


def finish_if_longer(plan: Plan, id: str, days: int) -> date:
    tasks = tuple(replace(task, duration=task.duration + days) if task.id == id else task for task in plan.tasks)
    return schedule(replace(plan, tasks=tasks)).finish


def cases():
    for seed in range(200):
        plan = random_plan(random.Random(seed))
        result = schedule(plan)
        yield seed, plan, result, {task.id: task for task in result.tasks}


class Meaning(unittest.TestCase):
    def test_early_and_late_dates_keep_every_dependency_and_the_finish(self):
        for seed, plan, result, tasks in cases():
            with self.subTest(seed=seed):
                for d in plan.dependencies:
                    before, after = tasks[d.predecessor], tasks[d.successor]
                    self.assertGreater((after.early_start - before.early_finish).days, d.lag)
                    self.assertGreater((after.late_start - before.late_finish).days, d.lag)
                self.assertEqual(max(task.early_finish for task in result.tasks), result.finish)
                self.assertLessEqual(max(task.late_finish for task in result.tasks), result.finish)

    def test_total_slack_is_how_much_longer_a_task_may_take(self):
        for seed, plan, result, tasks in cases():
            with self.subTest(seed=seed):
                for id, task in tasks.items():
                    self.assertEqual(finish_if_longer(plan, id, task.total_slack), result.finish)
                    self.assertGreater(finish_if_longer(plan, id, task.total_slack + 1), result.finish)

    def test_free_slack_leaves_every_other_task_where_it_is(self):
        for seed, plan, _, tasks in cases():
            with self.subTest(seed=seed):
                for id, task in tasks.items():
                    moved = [self.moves_another(plan, tasks, id, task.free_slack + more) for more in (0, 1)]
                    ends_the_plan = all(d.predecessor != id for d in plan.dependencies)
                    self.assertEqual(moved, [False, not ends_the_plan])

    def moves_another(self, plan: Plan, tasks: dict, id: str, days: int) -> bool:
        longer = tuple(replace(task, duration=task.duration + days) if task.id == id else task for task in plan.tasks)
        return any(
            task.early_start != tasks[task.id].early_start for task in schedule(replace(plan, tasks=longer)).tasks
        )

    def test_the_critical_path_is_a_chain_of_critical_tasks_that_fills_the_plan(self):
        for seed, plan, result, tasks in cases():
            with self.subTest(seed=seed):
                lags = {(d.predecessor, d.successor): d.lag for d in plan.dependencies}
                path = result.critical_path
                self.assertTrue(all(tasks[id].critical for id in path))
                filled = sum(tasks[id].duration for id in path) + sum(lags[pair] for pair in zip(path, path[1:]))
                self.assertEqual(filled, result.duration)


if __name__ == "__main__":
    unittest.main()
