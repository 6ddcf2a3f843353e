"""What the service must do on every database; ``test_sqlite`` and ``test_postgres`` run it."""

from running import CONTRACT, RunningService, documented

from tideplan_api import demo

TASKS = "/projects/demo/tasks"
DEPENDENCIES = "/projects/demo/dependencies"


class Operations(RunningService):
    def test_a_project_lives_from_post_to_delete(self):
        given = {"name": "Lighthouse", "start": "2025-05-05", "calendar": "harbour"}
        created = self.call("POST", "/projects", given, expect=201)
        path = f"/projects/{created['id']}"
        self.assertEqual(created, {**given, "id": created["id"]})
        self.assertIn(created, self.call("GET", "/projects", expect=200)["items"])
        changed = {"name": "Light", "start": "2025-05-06", "calendar": None}
        self.assertEqual(self.call("PUT", path, changed, expect=200), {**changed, "id": created["id"]})
        self.assertEqual(self.call("GET", path, expect=200), {**changed, "id": created["id"]})
        self.call("DELETE", path, expect=204)
        self.assertEqual(self.refused("GET", path, expect=404), [f"there is no project {created['id']!r}"])
        self.refused("PUT", path, changed, expect=404)
        self.refused("DELETE", path, expect=404)

    def test_a_task_lives_from_post_to_delete(self):
        created = self.call("POST", TASKS, {"name": "Paint", "duration": 4}, expect=201)
        path = f"{TASKS}/{created['id']}"
        self.assertEqual(self.call("GET", TASKS, expect=200)["items"][-1], created)
        changed = self.call("PUT", path, {"name": "Paint twice", "duration": 8}, expect=200)
        self.assertEqual(self.call("GET", path, expect=200), changed)
        self.assertEqual(changed, {"id": created["id"], "name": "Paint twice", "duration": 8})
        self.call("DELETE", path, expect=204)
        self.refused("GET", path, expect=404)
        self.refused("PUT", path, {"name": "Paint", "duration": 4}, expect=404)
        self.refused("DELETE", path, expect=404)

    def test_a_dependency_lives_from_post_to_delete(self):
        given = {"predecessor": "permit", "successor": "piles", "lag": 2}
        created = self.call("POST", DEPENDENCIES, given, expect=201)
        path = f"{DEPENDENCIES}/{created['id']}"
        self.assertEqual(self.call("GET", DEPENDENCIES, expect=200)["items"][-1], created)
        changed = self.call("PUT", path, {"predecessor": "permit", "successor": "moor"}, expect=200)
        self.assertEqual(self.call("GET", path, expect=200), changed)
        self.assertEqual((changed["successor"], changed["lag"]), ("moor", 0))
        self.call("DELETE", path, expect=204)
        self.refused("GET", path, expect=404)
        self.refused("PUT", path, given, expect=404)
        self.refused("DELETE", path, expect=404)

    def test_a_calendar_lives_from_post_to_delete(self):
        given = {"name": "Six days", "weekdays": [5, 0, 1, 2, 3, 4, 0], "holidays": ["2025-04-21", "2025-04-18"]}
        created = self.call("POST", "/calendars", given, expect=201)
        path = f"/calendars/{created['id']}"
        self.assertEqual(created["weekdays"], [0, 1, 2, 3, 4, 5])
        self.assertEqual(created["holidays"], ["2025-04-18", "2025-04-21"])
        self.assertIn(created, self.call("GET", "/calendars", expect=200)["items"])
        changed = self.call("PUT", path, {"name": "Usual"}, expect=200)
        self.assertEqual((changed["weekdays"], changed["holidays"]), ([0, 1, 2, 3, 4], []))
        self.assertEqual(self.call("GET", path, expect=200), changed)
        self.call("DELETE", path, expect=204)
        self.refused("GET", path, expect=404)
        self.refused("PUT", path, given, expect=404)
        self.refused("DELETE", path, expect=404)

    def test_a_schedule_follows_what_is_stored(self):
        schedule = self.call("GET", "/projects/demo/schedule", expect=200)
        self.assertEqual((schedule["finish"], schedule["duration"]), ("2025-03-24", 15))
        self.assertEqual(schedule["critical_path"], ["kickoff", "permit", "dredge", "piles", "moor", "opening"])
        self.assertEqual([task["id"] for task in schedule["tasks"]], [id for id, _, _ in demo.TASKS])
        self.call("PUT", f"{TASKS}/survey", {"name": "Survey", "duration": 6}, expect=200)
        schedule = self.call("GET", "/projects/demo/schedule", expect=200)
        self.assertEqual((schedule["critical_path"][1], schedule["duration"]), ("survey", 17))
        self.call("PUT", "/calendars/harbour", {"name": "Harbour", "weekdays": [0, 1, 2, 3, 4, 5, 6]}, expect=200)
        self.assertEqual(self.call("GET", "/projects/demo/schedule", expect=200)["finish"], "2025-03-19")

    def test_a_project_without_tasks_has_no_schedule(self):
        created = self.call("POST", "/projects", {"name": "Empty", "start": "2025-05-05"}, expect=201)
        problems = self.refused("GET", f"/projects/{created['id']}/schedule", expect=422)
        self.assertEqual(problems, ["the plan has no tasks"])

    def test_a_task_takes_its_dependencies_along_and_a_project_its_tasks(self):
        self.call("DELETE", f"{TASKS}/dredge", expect=204)
        left = [item["id"] for item in self.call("GET", DEPENDENCIES, expect=200)["items"]]
        self.assertEqual(len(left), len(demo.DEPENDENCIES) - 3)
        self.assertFalse([id for id in left if "dredge" in id])
        self.call("DELETE", "/projects/demo", expect=204)
        for path in (
            TASKS,
            DEPENDENCIES,
            f"{TASKS}/survey",
            f"{DEPENDENCIES}/kickoff-survey",
            "/projects/demo/schedule",
        ):
            self.assertEqual(self.refused("GET", path, expect=404), ["there is no project 'demo'"])
        self.refused("POST", TASKS, {"name": "Paint", "duration": 4}, expect=404)
        self.refused("POST", DEPENDENCIES, {"predecessor": "a", "successor": "b"}, expect=404)

    def test_cycles_are_refused_and_leave_no_trace(self):
        before = self.call("GET", DEPENDENCIES, expect=200)
        problems = self.refused("POST", DEPENDENCIES, {"predecessor": "piles", "successor": "survey"}, expect=409)
        self.assertEqual(problems, ["tasks wait for each other: survey -> dredge -> piles -> survey"])
        turned = {"predecessor": "moor", "successor": "survey"}
        self.refused("PUT", f"{DEPENDENCIES}/kickoff-survey", turned, expect=409)
        self.refused("POST", DEPENDENCIES, {"predecessor": "moor", "successor": "moor"}, expect=409)
        self.assertEqual(self.call("GET", DEPENDENCIES, expect=200), before)

    def test_two_tasks_have_one_dependency(self):
        given = {"predecessor": "survey", "successor": "dredge", "lag": 3}
        problems = self.refused("POST", DEPENDENCIES, given, expect=409)
        self.assertEqual(problems, ["dependency 'survey-dredge' is between the same tasks"])
        self.assertEqual(self.call("PUT", f"{DEPENDENCIES}/survey-dredge", given, expect=200)["lag"], 3)

    def test_a_dependency_stays_in_its_project(self):
        other = self.call("POST", "/projects", {"name": "Other", "start": "2025-05-05"}, expect=201)
        task = self.call("POST", f"/projects/{other['id']}/tasks", {"name": "Elsewhere", "duration": 1}, expect=201)
        given = {"predecessor": "survey", "successor": task["id"]}
        self.assertEqual(self.refused("POST", DEPENDENCIES, given, expect=422), [f"there is no task {task['id']!r}"])
        self.refused("PUT", f"{DEPENDENCIES}/survey-dredge", given, expect=422)
        self.refused("GET", f"/projects/{other['id']}/tasks/survey", expect=404)

    def test_a_calendar_in_use_stays(self):
        problems = self.refused("DELETE", "/calendars/harbour", expect=409)
        self.assertEqual(problems, ["project 'demo' follows the calendar"])
        unknown = {"name": "Lighthouse", "start": "2025-05-05", "calendar": "nowhere"}
        self.assertEqual(self.refused("POST", "/projects", unknown, expect=422), ["there is no calendar 'nowhere'"])
        self.refused("PUT", "/projects/demo", unknown, expect=422)

    def test_texts_that_a_database_cannot_hold_are_refused(self):
        for name in ("", "a\0b", "a\nb", "x" * 201):
            self.refused("POST", TASKS, {"name": name, "duration": 1}, expect=422)
        self.refused("POST", TASKS, b'{"name": "\\ud800", "duration": 1}', expect=422)
        self.refused("GET", "/projects/a%00b", expect=422)
        created = self.call("POST", TASKS, {"name": "Küche 🏠 'x'; --", "duration": 1}, expect=201)
        self.assertEqual(self.call("GET", f"{TASKS}/{created['id']}", expect=200), created)

    def test_without_a_token_nothing_is_told(self):
        self.token = ""
        for template, item in CONTRACT["paths"].items():
            for method in item:
                if template in ("/health", "/login"):
                    continue
                path = example_path(template)
                status, headers, _ = self.exchange(method.upper(), path)
                self.assertEqual((status, headers["www-authenticate"]), (401, "Bearer"), f"{method} {path}")
                self.refused(method.upper(), path, expect=401)
        self.token = "not-a-token"
        self.refused("GET", "/projects", expect=401)

    def test_every_example_of_the_contract_is_accepted(self):
        tried = 0
        for template, item in CONTRACT["paths"].items():
            for method, operation in item.items():
                examples = (
                    operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples")
                )
                self.assertEqual(bool(examples), method in ("post", "put"), f"{method} {template}")
                for name, example in (examples or {}).items():
                    if template == "/login":
                        continue  # its password is the default's; `test_commands` signs in with it
                    with self.subTest(operation=operation["operationId"], example=name):
                        self.setUp()
                        expected = 201 if method == "post" and template != "/schedule" else 200
                        self.call(method.upper(), example_path(template), example["value"], expect=expected)
                        tried += 1
        self.assertGreater(tried, 8)


def example_path(template: str) -> str:
    """The path with the contract's own examples as ids."""
    item = CONTRACT["paths"][template]
    for parameter in next(iter(item.values())).get("parameters", ()):
        template = template.replace(f"{{{parameter['name']}}}", parameter["schema"]["examples"][0])
    documented(next(iter(item)).upper(), template)
    return template
