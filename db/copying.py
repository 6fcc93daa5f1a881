"""Sends a backlog of thousands of entries as fast as PostgreSQL takes rows in.

Nothing is looked at first: not whether a story is published there, not whether a row is there
already. Where PostgreSQL refuses anything, nothing of the chunk is written, and the careful way
(db.pushing) is taken for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from psycopg import Connection, sql
from sqlalchemy import Connection as LocalConnection

from db import outbox
from db.merge import RULES
from db.pushing import COUNTED_AT, count, upsert, write
from db.remote import limit
from db.rows import event_columns
from db.store import Store

BACKLOG: Final = 1000
"""From so many entries on this way is taken: before that the careful one costs nothing."""

CHUNK: Final = 5000
"""Entries of one transaction: seconds at most, also on a slow server."""

EVENTS: Final = tuple(table for table, rule in RULES.items() if rule.is_event)
STATES: Final = tuple(table for table, rule in RULES.items() if not rule.is_event)


class Copier:
    """Sends chunks over one connection. To be used by one thread."""

    def __init__(self, store: Store, connection: Connection[Any]) -> None:
        self._store = store
        self._connection = connection
        self._is_filtered: dict[str, bool] = {}

    def send(self, ids: Sequence[tuple[int, str]]) -> None:
        """Write these entries in one transaction. Raises psycopg.Error, with nothing written."""
        connection, tables = self._connection, {table for _, table in ids}
        first, last = ids[0][0], ids[-1][0]
        states = tables.intersection(STATES)
        with connection.transaction():
            limit(connection)
            if states:
                write(
                    connection, self._store.read(lambda tx: outbox.within(tx, states, first, last))
                )
            for table in EVENTS:
                if table in tables:
                    self._events(table, first, last)
            marked = self._store.read(lambda tx: outbox.marked(tx, COUNTED_AT, first, last))
            count(connection, marked)

    def _events(self, table: str, first: int, last: int) -> None:
        columns = event_columns(table)
        if self._may_copy(table):
            self._store.read(lambda tx: self._copy(tx, table, columns, first, last))
            return
        entries = self._store.read(lambda tx: outbox.within(tx, [table], first, last))
        # Without ON CONFLICT: looking for a row that is hardly ever there takes a tenth longer.
        upsert(self._connection, table, [entry.payload for entry in entries], columns, "")

    def _copy(
        self, tx: LocalConnection, table: str, columns: Sequence[str], first: int, last: int
    ) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with self._connection.cursor().copy(statement) as copy:
            for row in outbox.cells(tx, table, columns, first, last):
                copy.write_row(row)

    def _may_copy(self, table: str) -> bool:
        """Whether COPY may write the table: not where only some rows are one's own."""
        if table not in self._is_filtered:
            row = self._connection.execute(
                "SELECT row_security_active(%s::regclass)", [table]
            ).fetchone()
            self._is_filtered[table] = bool(row and row[0])
        return not self._is_filtered[table]
