"""The tables, and transactions on SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from tideplan_api.problems import Unavailable

metadata = sa.MetaData()

# Any number that nobody else of this database locks.
_TABLES_LOCK = 0x7469_6465


def _ids(*scope: sa.Column[Any]) -> tuple[sa.schema.SchemaItem, ...]:
    """The columns that every listed thing has. ``row`` keeps the order of creation."""
    return (sa.Column("row", sa.Integer, primary_key=True), *scope, sa.Column("id", sa.String(64), nullable=False))


users = sa.Table(
    "users",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("password_hash", sa.String(200), nullable=False),
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("user", sa.ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),  # seconds since 1970
)
calendars = sa.Table(
    "calendars",
    metadata,
    *_ids(),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("weekdays", sa.JSON, nullable=False),
    sa.Column("holidays", sa.JSON, nullable=False),  # as YYYY-MM-DD
    sa.UniqueConstraint("id"),
)
projects = sa.Table(
    "projects",
    metadata,
    *_ids(),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("start", sa.Date, nullable=False),
    sa.Column("calendar", sa.ForeignKey("calendars.id")),
    sa.UniqueConstraint("id"),
)
tasks = sa.Table(
    "tasks",
    metadata,
    *_ids(sa.Column("project", sa.ForeignKey("projects.id", ondelete="CASCADE"), nullable=False)),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("duration", sa.Integer, nullable=False),
    sa.UniqueConstraint("project", "id"),
)
dependencies = sa.Table(
    "dependencies",
    metadata,
    *_ids(sa.Column("project", sa.String(64), nullable=False)),
    sa.Column("predecessor", sa.String(64), nullable=False),
    sa.Column("successor", sa.String(64), nullable=False),
    sa.Column("lag", sa.Integer, nullable=False),
    sa.UniqueConstraint("project", "id"),
    sa.UniqueConstraint("project", "predecessor", "successor"),
    # Both ends lie in the dependency's own project, and it goes with either of them.
    sa.ForeignKeyConstraint(["project", "predecessor"], ["tasks.project", "tasks.id"], ondelete="CASCADE"),
    sa.ForeignKeyConstraint(["project", "successor"], ["tasks.project", "tasks.id"], ondelete="CASCADE"),
)


class Database:
    """One database. Nothing is connected before the first transaction."""

    def __init__(self, url: str) -> None:
        given = sa.make_url(url)
        if given.drivername in ("postgres", "postgresql"):
            given = given.set(drivername="postgresql+psycopg")
        self._engine = sa.create_engine(given, pool_pre_ping=True)
        if given.get_backend_name() == "sqlite":
            sa.event.listen(self._engine, "connect", _open_sqlite)
            sa.event.listen(self._engine, "begin", _begin_sqlite)

    def create_tables(self) -> None:
        """Those that are missing."""
        with self.writing() as connection:
            if self._engine.name == "postgresql":
                # Several replicas may start at once.
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_TABLES_LOCK)))
            metadata.create_all(connection)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that changes nothing."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that is committed at the end of the block, and undone when it raises."""
        with self._engine.connect().execution_options(tideplan_writing=True) as connection, connection.begin():
            yield connection

    def probe(self) -> None:
        """``Unavailable`` when the database does not answer."""
        try:
            with self.reading() as connection:
                connection.execute(sa.select(1))
        except sa.exc.SQLAlchemyError:
            raise Unavailable("the database does not answer") from None

    def close(self) -> None:
        self._engine.dispose()


def _open_sqlite(connection: Any, _: Any) -> None:
    # The driver's own transactions are off: it would begin them too late for `_begin_sqlite`.
    connection.isolation_level = None
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "busy_timeout = 5000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """A writer takes the lock first, so that what it has read cannot change before it writes."""
    writing = connection.get_execution_options().get("tideplan_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
