import json
import unittest
from pathlib import Path

from calls import call
from conformance import mismatches, resolved
from test_service import PLAN
from tideplan_api import __version__
from tideplan_api.service import ROUTES
from tideplan_api.version import semver

CONTRACT_FILE = Path(__file__).resolve().parent.parent / "openapi.json"
CONTRACT_TEXT = CONTRACT_FILE.read_text(encoding="utf-8")
CONTRACT = json.loads(CONTRACT_TEXT)


def documented(method, path, status):
    operation = CONTRACT["paths"][path][method.lower()]
    return operation["responses"][str(status)]["content"]["application/json"]["schema"]


class Contract(unittest.TestCase):
    def test_its_operations_are_the_routes(self):
        operations = {(method.upper(), path) for path, item in CONTRACT["paths"].items() for method in item}
        self.assertEqual(operations, set(ROUTES))

    @unittest.skipIf(__version__ == "0+unknown", "tideplan-api is not installed")
    def test_its_version_is_the_service_s(self):
        self.assertEqual(CONTRACT["info"]["version"], semver(__version__))
        self.assertEqual(call("GET", "/health")[2]["version"], CONTRACT["info"]["version"])

    def test_answers_have_the_documented_shape(self):
        requests = [
            ("GET", "/health", b""),
            ("POST", "/schedule", PLAN),
            ("POST", "/schedule", {"start": "2025-03-03", "tasks": []}),
            ("POST", "/schedule", b"{"),
        ]
        seen = set()
        for method, path, body in requests:
            status, _, answer = call(method, path, body)
            seen.add((method, path, str(status)))
            with self.subTest(path=path, status=status):
                self.assertEqual(mismatches(CONTRACT, documented(method, path, status), answer), [])
        documented_answers = {
            (method.upper(), path, status)
            for path, item in CONTRACT["paths"].items()
            for method, operation in item.items()
            for status in operation["responses"]
        }
        self.assertEqual(documented_answers - seen, {("POST", "/schedule", "413")})

    def test_its_example_is_valid_and_is_scheduled(self):
        content = CONTRACT["paths"]["/schedule"]["post"]["requestBody"]["content"]["application/json"]
        self.assertEqual(mismatches(CONTRACT, content["schema"], content["example"]), [])
        self.assertEqual(call("POST", "/schedule", content["example"])[0], 200)

    def test_every_schema_is_closed_and_used(self):
        for name, schema in CONTRACT["components"]["schemas"].items():
            with self.subTest(schema=name):
                reference = f"#/components/schemas/{name}"
                self.assertIn(f'"{reference}"', CONTRACT_TEXT)
                self.assertIs(resolved(CONTRACT, reference)["additionalProperties"], False)

    def test_the_file_is_indented_by_two_spaces(self):
        self.assertEqual(CONTRACT_TEXT, json.dumps(CONTRACT, indent=2) + "\n")


if __name__ == "__main__":
    unittest.main()
