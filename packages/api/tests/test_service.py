import unittest

import sqlalchemy as sa
from running import PASSWORD, RunningService

from tideplan_api import demo
from tideplan_api.database import sessions, users
from tideplan_api.version import semver

PLAN = {
    "start": "2025-03-03",
    "tasks": [{"id": "survey", "duration": 3}, {"id": "dredge", "name": "Dredge the basin", "duration": 5}],
    "dependencies": [{"predecessor": "survey", "successor": "dredge", "lag": 1}],
    "calendar": {"weekdays": [0, 1, 2, 3, 4], "holidays": ["2025-03-07"]},
}


class PostedPlans(RunningService):
    def test_a_posted_plan_is_scheduled(self):
        answer = self.call("POST", "/schedule", PLAN, expect=200)
        self.assertEqual((answer["start"], answer["finish"], answer["duration"]), ("2025-03-03", "2025-03-14", 9))
        self.assertEqual(answer["critical_path"], ["survey", "dredge"])
        self.assertEqual(answer["tasks"][0]["name"], "survey")
        self.assertEqual(answer["tasks"][1]["early_start"], "2025-03-10")

    def test_the_shape_of_a_plan_is_checked_as_a_whole(self):
        plan = {"start": "2025-02-30", "tasks": [{"id": "a", "duraton": 3}, 7], "calendar": {"weekdays": ["Mon"]}}
        problems = self.refused("POST", "/schedule", plan, expect=422)
        places = [problem.partition(":")[0] for problem in problems]
        self.assertEqual(
            places,
            [
                "body.start",
                "body.tasks[0].duration",
                "body.tasks[0].duraton",
                "body.tasks[1]",
                "body.calendar.weekdays[0]",
            ],
        )

    def test_what_the_scheduler_refuses_is_told(self):
        plan = {**PLAN, "dependencies": [{"predecessor": "dredge", "successor": "nothing"}]}
        problems = self.refused("POST", "/schedule", plan, expect=422)
        self.assertEqual(problems, ["dependency 'dredge' to 'nothing': there is no task 'nothing'"])

    def test_values_of_any_json_type_are_refused_not_crashed_on(self):
        for value in (None, True, 1.5, "text", [], {}, [[]], {"a": {}}, -1):
            for key in ("start", "tasks", "dependencies", "calendar"):
                with self.subTest(key=key, value=value):
                    if (key, value) not in (("dependencies", []), ("calendar", {})):
                        self.refused("POST", "/schedule", {**PLAN, key: value}, expect=422)
            for key in ("id", "duration", "name"):
                with self.subTest(key=key, value=value):
                    plan = {"start": "2025-03-03", "tasks": [{"id": "a", "duration": 1, key: value}]}
                    fits = value == "text" and key != "duration"
                    self.call("POST", "/schedule", plan, expect=200 if fits else 422)

    def test_a_body_that_is_not_json(self):
        for body in (b"", b"{", b"\xff", b"[" * 100_000, b"9" * 10_000):
            with self.subTest(body=body[:10]):
                self.refused("POST", "/schedule", body, expect=422)


class Sessions(RunningService):
    def test_health_needs_no_token(self):
        self.token = ""
        self.assertEqual(self.call("GET", "/health", expect=200)["status"], "ok")

    def test_a_wrong_password_and_an_unknown_user_are_answered_alike(self):
        for user, password in (("demo", "wrong"), ("nobody", PASSWORD)):
            problems = self.refused("POST", "/login", {"user": user, "password": password}, expect=401)
            self.assertEqual(problems, ["the user or the password is wrong"])
        self.refused("POST", "/login", {"user": "demo"}, expect=422)

    def test_a_token_expires(self):
        self.call("GET", "/projects", expect=200)
        with self.database.writing() as connection:
            connection.execute(sa.update(sessions).values(expires_at=1))
        self.refused("GET", "/projects", expect=401)

    def test_neither_passwords_nor_tokens_are_stored(self):
        with self.database.reading() as connection:
            stored = [str(row) for table in (users, sessions) for row in connection.execute(sa.select(table))]
        self.assertEqual([row for row in stored if PASSWORD in row or self.token in row], [])
        self.assertGreaterEqual(len(stored), 2)


class Demo(RunningService):
    def test_seeding_again_changes_nothing_and_repairs_what_was_changed(self):
        def everything():
            return [self.call("GET", f"/projects/demo{part}", expect=200) for part in ("", "/tasks", "/dependencies")]

        first = everything()
        self.call("DELETE", "/projects/demo/tasks/dredge", expect=204)
        self.call("PUT", "/calendars/harbour", {"name": "Other"}, expect=200)
        other = self.call("POST", "/projects", {"name": "Mine", "start": "2025-05-05"}, expect=201)
        for _ in range(2):
            with self.database.writing() as connection:
                demo.seed(connection, PASSWORD)
        self.assertEqual(everything(), first)
        self.assertEqual(self.call("GET", "/calendars/harbour", expect=200)["holidays"], ["2025-03-17"])
        self.assertIn(other, self.call("GET", "/projects", expect=200)["items"])


class Versions(unittest.TestCase):
    def test_stages_are_spelled_out(self):
        for pep440, expected in {
            "1.2.3": "1.2.3",
            "1.2.0a1": "1.2.0-alpha.1",
            "1.2.0b12": "1.2.0-beta.12",
            "1.2.0rc2": "1.2.0-rc.2",
            "1.2.0.dev0": "1.2.0-dev",
            "0+unknown": "0+unknown",
        }.items():
            self.assertEqual(semver(pep440), expected)


del RunningService

if __name__ == "__main__":
    unittest.main()
