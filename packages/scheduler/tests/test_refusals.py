import unittest
from datetime import date

from tideplan_scheduler import Dependency, Plan, PlanError, Task, WorkCalendar, schedule


def refusal(tasks, dependencies=(), start=date(2025, 3, 3), calendar=WorkCalendar()):
    plan = Plan(start, tuple(tasks), tuple(dependencies), calendar)
    try:
        schedule(plan)
    except PlanError as error:
        return list(error.problems)
    raise AssertionError("the plan was accepted")


class Refusals(unittest.TestCase):
    def test_a_cycle_is_named_in_the_order_of_work(self):
        tasks = [Task("before", 1), Task("a", 1), Task("b", 1), Task("c", 1), Task("after", 1)]
        edges = [("before", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("c", "after")]
        problems = refusal(tasks, [Dependency(*edge) for edge in edges])
        self.assertEqual(problems, ["tasks wait for each other: a -> b -> c -> a"])

    def test_a_task_behind_a_cycle_is_not_named(self):
        tasks = [Task("after", 1), Task("a", 1), Task("b", 1)]
        edges = [("a", "b"), ("b", "a"), ("b", "after")]
        problems = refusal(tasks, [Dependency(*edge) for edge in edges])
        self.assertEqual(problems, ["tasks wait for each other: b -> a -> b"])

    def test_every_problem_is_shown_at_once(self):
        problems = refusal(
            [Task("a", -1), Task("a", 1), Task(" ", 1), Task("b", 1.5), Task("c", True)],
            [Dependency("a", "a"), Dependency("a", "z"), Dependency("b", "c", 0.5), Dependency("b", "c")],
        )
        self.assertEqual(
            problems,
            [
                "task 'a': the duration must be from 0 to 100000 working days, not -1",
                "a task's id must be a text that is not blank, not ' '",
                "task 'b': the duration must be a whole number of working days, not 1.5",
                "task 'c': the duration must be a whole number of working days, not True",
                "task 'a' is given 2 times",
                "dependency 'a' to 'a': a task cannot wait for itself",
                "dependency 'a' to 'z': there is no task 'z'",
                "dependency 'b' to 'c': the lag must be a whole number of working days, not 0.5",
                "dependency 'b' to 'c' is given 2 times",
            ],
        )

    def test_a_plan_without_tasks(self):
        self.assertEqual(refusal([]), ["the plan has no tasks"])

    def test_a_calendar_without_working_weekdays(self):
        calendar = WorkCalendar(weekdays=frozenset())
        self.assertEqual(refusal([Task("a", 1)], calendar=calendar), ["the calendar has no working weekday"])

    def test_a_weekday_that_does_not_exist(self):
        problems = refusal([Task("a", 1)], calendar=WorkCalendar(weekdays=frozenset({0, 7})))
        self.assertEqual(problems, ["the calendar's weekdays must be from 0 (Monday) to 6 (Sunday), not 7"])

    def test_a_plan_longer_than_dates_can_say(self):
        tasks = [Task(f"t{n}", 100_000) for n in range(30)]
        edges = [Dependency(f"t{n}", f"t{n + 1}") for n in range(29)]
        self.assertEqual(refusal(tasks, edges), ["the plan runs past the year 9999"])


if __name__ == "__main__":
    unittest.main()
