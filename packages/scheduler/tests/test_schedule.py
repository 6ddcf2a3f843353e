import unittest
from datetime import date

from tideplan_scheduler import Dependency, Plan, Task, WorkCalendar, schedule

MONDAY = date(2025, 3, 3)


def planned(tasks, dependencies=(), **rest):
    """Tasks as {id: duration}, dependencies as (predecessor, successor[, lag])."""
    return schedule(
        Plan(
            start=rest.pop("start", MONDAY),
            tasks=tuple(Task(task_id, duration) for task_id, duration in tasks.items()),
            dependencies=tuple(Dependency(*dependency) for dependency in dependencies),
            **rest,
        )
    )


def by_id(result):
    return {task.id: task for task in result.tasks}


class CriticalPath(unittest.TestCase):
    def test_two_branches_that_join(self):
        result = planned(
            {"survey": 3, "dredge": 5, "permit": 2, "moor": 1},
            [("survey", "dredge"), ("permit", "moor"), ("dredge", "moor")],
        )
        tasks = by_id(result)
        self.assertEqual(result.critical_path, ("survey", "dredge", "moor"))
        self.assertEqual(result.duration, 9)
        self.assertEqual(result.finish, date(2025, 3, 13))
        self.assertEqual(tasks["dredge"].early_start, date(2025, 3, 6))
        self.assertEqual(tasks["dredge"].early_finish, date(2025, 3, 12))
        self.assertEqual(tasks["permit"].late_start, date(2025, 3, 11))
        self.assertEqual(tasks["permit"].total_slack, 6)
        self.assertFalse(tasks["permit"].critical)
        self.assertTrue(tasks["survey"].critical)

    def test_total_slack_belongs_to_a_chain_and_free_slack_to_its_last_task(self):
        tasks = by_id(
            planned({"long": 10, "first": 2, "second": 3, "end": 1}, [("long", "end"), ("first", "second"), ("second", "end")])
        )
        self.assertEqual((tasks["first"].total_slack, tasks["first"].free_slack), (5, 0))
        self.assertEqual((tasks["second"].total_slack, tasks["second"].free_slack), (5, 5))

    def test_a_lag_counts_working_days(self):
        result = planned({"pour": 2, "strip": 1}, [("pour", "strip", 3)])
        # Poured on Monday and Tuesday, cured until Friday, stripped on the next Monday.
        self.assertEqual(by_id(result)["strip"].early_start, date(2025, 3, 10))
        self.assertEqual(result.duration, 6)

    def test_a_lead_starts_early_but_never_before_the_plan(self):
        tasks = by_id(planned({"a": 4, "b": 4, "c": 2}, [("a", "b", -2), ("a", "c", -9)]))
        self.assertEqual(tasks["b"].early_start, date(2025, 3, 5))
        self.assertEqual(tasks["c"].early_start, MONDAY)
        self.assertEqual(tasks["c"].total_slack, 4)

    def test_a_path_may_end_before_a_successor_that_leads(self):
        result = planned({"long": 10, "short": 2}, [("long", "short", -5)])
        self.assertEqual(result.critical_path, ("long",))

    def test_of_two_critical_paths_the_first_in_the_plan_is_named(self):
        result = planned({"b": 2, "a": 2, "end": 1}, [("a", "end"), ("b", "end")])
        self.assertEqual(result.critical_path, ("b", "end"))
        self.assertTrue(all(task.critical for task in result.tasks))

    def test_the_order_of_the_plan_does_not_matter_for_dates(self):
        result = planned({"last": 1, "first": 2}, [("first", "last")])
        self.assertEqual([task.id for task in result.tasks], ["last", "first"])
        self.assertEqual(result.critical_path, ("first", "last"))


class Milestones(unittest.TestCase):
    def test_reached_at_the_close_of_the_day_its_predecessor_finishes(self):
        tasks = by_id(planned({"work": 5, "done": 0, "next": 1}, [("work", "done"), ("done", "next")]))
        self.assertEqual(tasks["done"].early_start, date(2025, 3, 7))
        self.assertEqual(tasks["done"].early_finish, date(2025, 3, 7))
        self.assertEqual(tasks["next"].early_start, date(2025, 3, 10))

    def test_one_that_opens_the_plan_is_on_the_first_day_and_on_the_path(self):
        result = planned({"kickoff": 0, "work": 2}, [("kickoff", "work")])
        self.assertEqual(by_id(result)["kickoff"].early_start, MONDAY)
        self.assertEqual(result.critical_path, ("kickoff", "work"))

    def test_one_that_closes_the_plan_is_last_on_the_path(self):
        result = planned({"work": 2, "done": 0}, [("work", "done")])
        self.assertEqual(result.critical_path, ("work", "done"))

    def test_a_plan_of_milestones_only_takes_no_time(self):
        result = planned({"kickoff": 0})
        self.assertEqual((result.duration, result.start, result.finish), (0, MONDAY, MONDAY))


class Calendars(unittest.TestCase):
    def test_weekends_and_holidays_are_skipped(self):
        calendar = WorkCalendar(holidays=frozenset({date(2025, 3, 7), date(2025, 3, 8), date(2025, 3, 10)}))
        result = planned({"work": 5}, calendar=calendar)
        self.assertEqual(result.finish, date(2025, 3, 11))

    def test_a_start_on_a_day_off_moves_to_the_next_working_day(self):
        self.assertEqual(planned({"work": 1}, start=date(2025, 3, 8)).start, date(2025, 3, 10))

    def test_dates_equal_a_count_day_by_day(self):
        holidays = frozenset(date.fromordinal(n) for n in range(MONDAY.toordinal(), MONDAY.toordinal() + 90, 4))
        calendar = WorkCalendar(weekdays=frozenset({0, 2, 3, 6}), holidays=holidays)
        counted = [
            day for n in range(200) if calendar.is_working(day := date.fromordinal(MONDAY.toordinal() + n))
        ]
        for duration in range(1, 60):
            self.assertEqual(planned({"work": duration}, calendar=calendar).finish, counted[duration - 1])


if __name__ == "__main__":
    unittest.main()
