import unittest
from concurrent.futures import ThreadPoolExecutor

from operations import DEPENDENCIES, Operations
from running import RunningService


class OnSqlite(Operations):
    pass


class AtOnce(RunningService):
    def test_two_halves_of_a_cycle_do_not_both_get_in(self):
        halves = [("survey", "permit"), ("permit", "survey")] * 4
        with ThreadPoolExecutor(len(halves)) as pool:
            answers = list(
                pool.map(
                    lambda ends: self.exchange("POST", DEPENDENCIES, {"predecessor": ends[0], "successor": ends[1]}),
                    halves,
                )
            )
        self.assertEqual(sorted(status for status, _, _ in answers), [201] + [409] * 7)


del Operations, RunningService

if __name__ == "__main__":
    unittest.main()
