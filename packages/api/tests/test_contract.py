import json
import unittest

from conformance import resolved
from operations import example_path
from running import CONTRACT, CONTRACT_FILE, RunningService

from tideplan_api import __version__
from tideplan_api.app import contract, operations
from tideplan_api.version import semver

TEXT = CONTRACT_FILE.read_text(encoding="utf-8")


class Contract(unittest.TestCase):
    maxDiff = 4000

    @unittest.skipIf(__version__ == "0+unknown", "tideplan-api is not installed")
    def test_the_committed_one_is_what_the_service_generates(self):
        generated = json.dumps(contract(), indent=2, ensure_ascii=False) + "\n"
        self.assertEqual(TEXT, generated, "run: python -m tideplan_api openapi > openapi.json")

    @unittest.skipIf(__version__ == "0+unknown", "tideplan-api is not installed")
    def test_its_version_is_the_package_s(self):
        self.assertEqual(CONTRACT["info"]["version"], semver(__version__))

    def test_its_operations_are_the_routes(self):
        documented = {(method.upper(), path) for path, item in CONTRACT["paths"].items() for method in item}
        self.assertEqual(operations(), documented)
        self.assertEqual(len(documented), 24)

    def test_every_operation_says_what_it_is(self):
        seen = set()
        for path, item in CONTRACT["paths"].items():
            for method, operation in item.items():
                with self.subTest(method=method, path=path):
                    self.assertNotIn(operation["operationId"], seen)
                    seen.add(operation["operationId"])
                    self.assertTrue(operation["summary"] and operation["tags"])
                    self.assertEqual("security" in operation, path not in ("/health", "/login"))
                    for status, answer in operation["responses"].items():
                        self.assertEqual("content" in answer, status != "204")
                    for parameter in operation.get("parameters", ()):
                        self.assertTrue(parameter["schema"]["examples"])

    def test_every_schema_is_closed_and_used(self):
        for name in CONTRACT["components"]["schemas"]:
            with self.subTest(schema=name):
                reference = f"#/components/schemas/{name}"
                self.assertIn(f'"{reference}"', TEXT)
                self.assertIs(resolved(CONTRACT, reference)["additionalProperties"], False)


class Served(RunningService):
    def test_the_service_hands_out_the_committed_contract(self):
        self.token = ""
        self.assertEqual(self.exchange("GET", "/openapi.json")[2], CONTRACT)

    def test_paths_and_methods_that_do_not_exist(self):
        self.assertEqual(self.exchange("GET", "/nowhere")[2], {"problems": ["there is nothing at /nowhere"]})
        status, headers, body = self.exchange("PATCH", "/projects/demo")
        self.assertEqual(status, 405)
        self.assertEqual(set(headers["allow"].split(", ")) <= {"GET", "PUT", "DELETE"}, True)
        self.assertEqual(body, {"problems": ["/projects/demo does not answer PATCH"]})

    def test_a_body_that_is_too_long_is_refused_by_every_operation_that_reads_one(self):
        for path, item in CONTRACT["paths"].items():
            for method, operation in item.items():
                if "requestBody" in operation:
                    problems = self.refused(method.upper(), example_path(path), b" " * 1048577, expect=413)
                    self.assertEqual(problems, ["the body is longer than 1048576 bytes"])


del RunningService

if __name__ == "__main__":
    unittest.main()
