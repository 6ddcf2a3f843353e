import unittest

import postgres
from operations import Operations
from test_sqlite import AtOnce


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


del AtOnce, Operations

if __name__ == "__main__":
    unittest.main()
