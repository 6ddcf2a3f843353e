import unittest

from calls import call
from tideplan_api.version import semver

PLAN = {
    "start": "2025-03-03",
    "tasks": [{"id": "survey", "duration": 3}, {"id": "dredge", "name": "Dredge the basin", "duration": 5}],
    "dependencies": [{"predecessor": "survey", "successor": "dredge", "lag": 1}],
    "calendar": {"weekdays": [0, 1, 2, 3, 4], "holidays": ["2025-03-07"]},
}


class Service(unittest.TestCase):
    def test_health_says_ok_and_the_version(self):
        status, headers, body = call("GET", "/health")
        self.assertEqual((status, headers["Content-Type"], body["status"]), (200, "application/json", "ok"))
        self.assertTrue(body["version"])

    def test_a_posted_plan_is_scheduled(self):
        status, _, body = call("POST", "/schedule", PLAN)
        self.assertEqual(status, 200)
        self.assertEqual((body["start"], body["finish"], body["duration"]), ("2025-03-03", "2025-03-14", 9))
        self.assertEqual(body["critical_path"], ["survey", "dredge"])
        self.assertEqual(body["tasks"][0]["name"], "survey")
        self.assertEqual(body["tasks"][1]["early_start"], "2025-03-10")

    def test_the_shape_of_a_plan_is_checked_as_a_whole(self):
        plan = {
            "start": "20250303",
            "tasks": [{"id": "a", "duraton": 3}, 7],
            "dependencies": {},
            "calendar": {"weekdays": ["Mon"]},
        }
        status, _, body = call("POST", "/schedule", plan)
        self.assertEqual(status, 422)
        self.assertEqual(
            body["problems"],
            [
                "start must be a date as YYYY-MM-DD",
                "tasks[0] lacks 'duration'",
                "tasks[0] has an unknown key 'duraton'",
                "tasks[1] must be an object",
                "dependencies must be a list",
                "calendar.weekdays[0] must be a number from 0 (Monday) to 6 (Sunday)",
            ],
        )

    def test_what_the_scheduler_refuses_is_told(self):
        plan = {"start": "2025-03-03", "tasks": [{"id": "a", "duration": -1}]}
        status, _, body = call("POST", "/schedule", plan)
        self.assertEqual(status, 422)
        self.assertEqual(body["problems"], ["task 'a': the duration must be from 0 to 100000 working days, not -1"])

    def test_values_of_any_json_type_are_refused_not_crashed_on(self):
        for value in (None, True, 1.5, "text", [], {}, [[]], {"a": {}}, -1):
            for key in ("start", "tasks", "dependencies", "calendar"):
                with self.subTest(key=key, value=value):
                    if (key, value) not in (("dependencies", []), ("calendar", {})):
                        self.assertEqual(call("POST", "/schedule", {**PLAN, key: value})[0], 422)
            for key in ("id", "duration", "name"):
                with self.subTest(key=key, value=value):
                    task = {"id": "a", "duration": 1, key: value}
                    answer = call("POST", "/schedule", {"start": "2025-03-03", "tasks": [task]})
                    self.assertEqual(answer[0], 200 if value == "text" and key != "duration" else 422)

    def test_a_body_that_is_not_json(self):
        for body in (b"", b"{", b"\xff", b"[" * 100_000, b"9" * 10_000):
            with self.subTest(body=body[:10]):
                self.assertEqual(call("POST", "/schedule", body)[0], 400)

    def test_a_body_that_is_too_long_is_not_read(self):
        status, _, body = call("POST", "/schedule", b"", CONTENT_LENGTH="1048577")
        self.assertEqual((status, body["problems"]), (413, ["the body is longer than 1048576 bytes"]))

    def test_paths_and_methods_that_do_not_exist(self):
        self.assertEqual(call("GET", "/nowhere")[0], 404)
        status, headers, _ = call("GET", "/schedule")
        self.assertEqual((status, headers["Allow"]), (405, "POST"))


class Versions(unittest.TestCase):
    def test_stages_are_spelled_out(self):
        for pep440, expected in {
            "1.2.3": "1.2.3",
            "1.2.0a1": "1.2.0-alpha.1",
            "1.2.0b12": "1.2.0-beta.12",
            "1.2.0rc2": "1.2.0-rc.2",
            "0+unknown": "0+unknown",
        }.items():
            self.assertEqual(semver(pep440), expected)


if __name__ == "__main__":
    unittest.main()
