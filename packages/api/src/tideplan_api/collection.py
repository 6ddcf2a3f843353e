"""Stored things of one kind, each with an id, all of them or those of one project."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tideplan_api import database
from tideplan_api.problems import NotFound


@dataclass(frozen=True, slots=True)
class Collection:
    """``kind`` is what a problem calls one of them; ``scope`` are the columns that say whose they are."""

    kind: str
    table: sa.Table
    scope: Mapping[str, str]

    def all(self, connection: sa.Connection) -> list[dict[str, Any]]:
        """Oldest first."""
        found = connection.execute(sa.select(self.table).where(*self._within()).order_by(self.table.c.row))
        return [self._public(row) for row in found]

    def find(self, connection: sa.Connection, id: str, *, lock: bool = False) -> dict[str, Any]:
        """The one with this ``id``, or ``NotFound``. ``lock`` lets other writers of it wait for this transaction."""
        query = sa.select(self.table).where(*self._one(id))
        row = connection.execute(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            raise NotFound(f"there is no {self.kind} {id!r}")
        return self._public(row)

    def add(self, connection: sa.Connection, values: Mapping[str, Any], id: str | None = None) -> dict[str, Any]:
        """Stores it under ``id``, or under a new one."""
        given = {**values, "id": id or secrets.token_hex(8)}
        connection.execute(sa.insert(self.table).values(**given, **self.scope))
        return given

    def replace(self, connection: sa.Connection, id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Gives the one with this ``id`` new values, or ``NotFound``."""
        self._changed(connection.execute(sa.update(self.table).where(*self._one(id)).values(**values)), id)
        return {**values, "id": id}

    def delete(self, connection: sa.Connection, id: str) -> None:
        """Deletes it and what hangs on it, or ``NotFound``."""
        self._changed(connection.execute(sa.delete(self.table).where(*self._one(id))), id)

    def _changed(self, result: sa.CursorResult[Any], id: str) -> None:
        if result.rowcount == 0:
            raise NotFound(f"there is no {self.kind} {id!r}")

    def _within(self) -> list[sa.ColumnElement[bool]]:
        return [self.table.c[column] == value for column, value in self.scope.items()]

    def _one(self, id: str) -> list[sa.ColumnElement[bool]]:
        return [*self._within(), self.table.c.id == id]

    def _public(self, row: sa.Row[Any]) -> dict[str, Any]:
        return {key: value for key, value in row._mapping.items() if key != "row" and key not in self.scope}


calendars = Collection("calendar", database.calendars, {})
projects = Collection("project", database.projects, {})


def tasks_of(project: str) -> Collection:
    return Collection("task", database.tasks, {"project": project})


def dependencies_of(project: str) -> Collection:
    return Collection("dependency", database.dependencies, {"project": project})
