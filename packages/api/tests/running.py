"""The service on a free port of 127.0.0.1, and calls that hold every answer against the committed contract."""

import http.client
import json
import re
import threading
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from conformance import mismatches

from tideplan_api import demo
from tideplan_api.app import create_app
from tideplan_api.database import Database

CONTRACT_FILE = Path(__file__).resolve().parent.parent / "openapi.json"
CONTRACT = json.loads(CONTRACT_FILE.read_text(encoding="utf-8"))
PASSWORD = "a password of the tests"


class RunningService(unittest.TestCase):
    """Each class has a service and a database of its own; each test starts with the demo as seeded, signed in."""

    seen: set[tuple[str, str, int]]
    """Method, path of the contract and status of every call of the class."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.seen = set()
        cls.database = Database(cls.database_url())
        cls.server = uvicorn.Server(
            uvicorn.Config(create_app(cls.database), host="127.0.0.1", port=0, log_level="error", access_log=False)
        )
        thread = threading.Thread(target=cls.server.run)
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(setattr, cls.server, "should_exit", True)
        while not cls.server.started:
            thread.join(0.01)
            if not thread.is_alive():
                raise RuntimeError("the service ended while it started")
        cls.port = cls.server.servers[0].sockets[0].getsockname()[1]

    @classmethod
    def database_url(cls) -> str:
        folder = TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        return f"sqlite:///{folder.name}/tideplan.db"

    def setUp(self) -> None:
        self.token = ""
        with self.database.writing() as connection:
            demo.seed(connection, PASSWORD)
        self.token = self.call("POST", "/login", {"user": "demo", "password": PASSWORD}, expect=200)["token"]

    def call(self, method: str, path: str, body: Any = None, *, expect: int) -> Any:
        """The decoded answer, which must be as documented and have the status ``expect``."""
        status, _, answer = self.exchange(method, path, body)
        self.assertEqual(status, expect, answer)
        template, operation = documented(method, path)
        self.assertIn(str(status), operation["responses"], f"{method} {template}")
        content = operation["responses"][str(status)].get("content")
        if content is None:
            self.assertIsNone(answer)
        else:
            self.assertEqual(mismatches(CONTRACT, content["application/json"]["schema"], answer), [])
        self.seen.add((method, template, status))
        return answer

    def refused(self, method: str, path: str, body: Any = None, *, expect: int) -> list[str]:
        return self.call(method, path, body, expect=expect)["problems"]

    def exchange(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, str], Any]:
        """Status, headers and decoded JSON. A ``body`` that is not bytes is sent as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if sent is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, sent, headers)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        answered = {name.lower(): value for name, value in response.getheaders()}
        return response.status, answered, json.loads(text) if text else None


def documented(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """The contract's path and operation for a request."""
    for template, item in CONTRACT["paths"].items():
        if method.lower() in item and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return template, item[method.lower()]
    raise AssertionError(f"the contract has no {method} {path}")
