import unittest
from concurrent.futures import ThreadPoolExecutor

import postgres
from operations import Operations
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


del AtOnce, Operations

if __name__ == "__main__":
    unittest.main()
