import json
import os
import subprocess
import sys
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from running import CONTRACT

COMMAND = [sys.executable, "-m", "tideplan_api"]


class Commands(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(TemporaryDirectory())
        self.database = f"sqlite:///{self.folder}/tideplan.db"

    def environment(self, **more):
        kept = {
            key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "TIDEPLAN_DEMO_PASSWORD")
        }
        return {**kept, **more}

    def run_command(self, *arguments, **environment):
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def login(self, base, user, password):
        body = json.dumps({"user": user, "password": password}).encode()
        request = Request(f"{base}/login", body, {"Content-Type": "application/json"})
        try:
            with urlopen(request, timeout=30) as response:
                return response.status
        except HTTPError as error:
            with error:
                return error.code

    def test_serve_and_seed_work_together_and_sigterm_ends_the_service(self):
        self.assertEqual(self.run_command("seed-demo", DATABASE_URL=self.database).returncode, 0)
        serving = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0"],
            cwd=self.folder,
            env=self.environment(DATABASE_URL=self.database),
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(serving.stdout.close)
        self.addCleanup(serving.wait)
        self.addCleanup(serving.kill)
        said = serving.stdout.readline()
        self.assertRegex(said, r"^tideplan-api listens on http://127\.0\.0\.1:\d+\n$")
        base = said.split()[-1]
        example = CONTRACT["paths"]["/login"]["post"]["requestBody"]["content"]["application/json"]["examples"]["demo"]
        self.assertEqual(self.login(base, **example["value"]), 200)
        again = self.run_command("seed-demo", DATABASE_URL=self.database, TIDEPLAN_DEMO_PASSWORD="another one")
        self.assertEqual((again.returncode, again.stderr), (0, ""))
        self.assertEqual(self.login(base, **example["value"]), 401)
        self.assertEqual(self.login(base, "demo", "another one"), 200)
        serving.terminate()
        # uvicorn ends by the signal itself once the service is down.
        self.assertIn(serving.wait(timeout=20), (0, -15))

    def test_the_default_database_is_a_file_in_the_working_directory(self):
        self.assertEqual(self.run_command("seed-demo").returncode, 0)
        self.assertTrue(Path(self.folder, "tideplan.db").is_file())

    def test_openapi_prints_the_contract_and_writes_nothing(self):
        printed = self.run_command("openapi")
        self.assertEqual(json.loads(printed.stdout)["paths"].keys(), CONTRACT["paths"].keys())
        self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    unittest.main()
