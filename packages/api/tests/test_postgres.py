import unittest
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import postgres
from operations import Operations
from running import RunningService
from test_sqlite import AtOnce

from tideplan_api.database import Database


class _Postgres:
    @classmethod
    def database_url(cls):
        return cls.enterClassContext(postgres.server())


@unittest.skipUnless(postgres.programs() or postgres.REQUIRED, "PostgreSQL is not installed")
class OnPostgres(_Postgres, Operations):
    pass


@unittest.skipUnless(postgres.programs() or postgres.REQUIRED, "PostgreSQL is not installed")
class AtOnceOnPostgres(_Postgres, AtOnce):
    pass


@unittest.skipUnless(postgres.programs() or postgres.REQUIRED, "PostgreSQL is not installed")
class Tables(unittest.TestCase):
    def test_replicas_that_start_at_once_make_them_once(self):
        url = self.enterContext(postgres.server())
        databases = [Database(url) for _ in range(6)]
        with ThreadPoolExecutor(len(databases)) as pool:
            list(pool.map(Database.create_tables, databases))
        for database in databases:
            database.close()


@unittest.skipUnless(postgres.programs() or postgres.REQUIRED, "PostgreSQL is not installed")
class Lost(RunningService):
    @classmethod
    def database_url(cls):
        cls.server_life = cls.enterClassContext(ExitStack())
        return cls.server_life.enter_context(postgres.server())

    def test_a_server_that_went_away_is_told_apart_from_a_fault(self):
        self.call("GET", "/projects", expect=200)
        self.server_life.close()
        with self.assertLogs("tideplan_api", "WARNING"):
            for method, path in (("GET", "/health"), ("GET", "/projects"), ("DELETE", "/projects/demo")):
                problems = self.refused(method, path, expect=503)
                self.assertEqual(problems, ["the database does not answer"])


del AtOnce, Operations, RunningService

if __name__ == "__main__":
    unittest.main()
