"""The rows of one listener in PostgreSQL, table by table, in the order of their changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import dict_row

from db.merge import RULES
from db.models import Row

PAGE: Final = 1000
"""Rows asked for at once: one journey to the server."""

CHANGED: Final = "changed_in"
TRANSACTION: Final = "in_transaction"
"""What `changed_in` is called among the columns of a row that was read: a number."""

_OF_SESSION: Final = "session_id IN (SELECT id FROM sessions WHERE user_id = %(user)s::uuid)"
_OF_USER: Final = "user_id = %(user)s::uuid"


@dataclass(frozen=True)
class OwnTable:
    """One table, and how its rows tell whose they are."""

    name: str
    whose: str

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that order rows of one transaction."""
        return ("id",) if "id" in self.columns else RULES[self.name].key

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that a machine keeps."""
        return tuple(
            column.name
            for column in Row.metadata.tables[self.name].columns
            if column.name != CHANGED
        )

    def pages(
        self,
        connection: Connection[Any],
        user_id: UUID,
        within: tuple[int, int | None],
        after: tuple[int, Sequence[str]],
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows that changed in some transactions, those after `after` alone.

        `within` is the first of these transactions and the one before which to end, if any;
        `after` is a transaction and the key of a row; none without a key.
        """
        since, before = within
        last, key = after
        values = {
            "user": str(user_id),
            "since": str(since),
            "before": None if before is None else str(before),
        }
        while True:
            place = {"last": str(last), **{f"key{i}": part for i, part in enumerate(key)}}
            with connection.cursor(row_factory=dict_row) as cursor:
                rows = cursor.execute(self._query(bool(key)), {**values, **place}).fetchall()
            for row in rows:
                row[TRANSACTION] = int(row[TRANSACTION])
            if rows:
                yield rows
            if len(rows) < PAGE:
                return
            last, key = rows[-1][TRANSACTION], self.key_of(rows[-1])

    def key_of(self, row: dict[str, Any]) -> tuple[str, ...]:
        """Return a row's key as texts."""
        return tuple(str(row[name]) for name in self.key)

    def _query(self, goes_on: bool) -> sql.Composed:
        order = sql.SQL(", ").join(map(sql.Identifier, (CHANGED, *self.key)))
        after: sql.Composable = sql.SQL("")
        if goes_on:
            types = Row.metadata.tables[self.name].columns
            casts: list[sql.Composable] = [sql.SQL("%(last)s::xid8")]
            for i, name in enumerate(self.key):
                kind = "uuid" if types[name].type.python_type is UUID else "text"
                casts.append(sql.SQL("{}::{}").format(sql.Placeholder(f"key{i}"), sql.SQL(kind)))
            after = sql.SQL("AND ({}) > ({})").format(order, sql.SQL(", ").join(casts))
        return sql.SQL(
            "SELECT {columns}, {changed}::text AS {transaction} FROM {table} "
            "WHERE {whose} AND {changed} >= %(since)s::xid8 "
            "AND (%(before)s::xid8 IS NULL OR {changed} < %(before)s::xid8) {after} "
            "ORDER BY {order} LIMIT {page}"
        ).format(
            columns=sql.SQL(", ").join(map(_selected, self.columns)),
            changed=sql.Identifier(CHANGED),
            transaction=sql.Identifier(TRANSACTION),
            table=sql.Identifier(self.name),
            whose=sql.SQL(self.whose),
            after=after,
            order=order,
            page=sql.Literal(PAGE),
        )


def _selected(column: str) -> sql.Composed:
    """Ask for an address as text: psycopg would make an object of it."""
    named = sql.Identifier(column)
    form = "host({0}) AS {0}" if column == "ip_address" else "{0}"
    return sql.SQL(form).format(named)


OWN_TABLES: Final = (
    # In the order of their foreign keys; progress last, as a place is told from the events too.
    OwnTable("users", "id = %(user)s::uuid"),
    OwnTable("sessions", _OF_USER),
    OwnTable("user_preferences", "id = %(user)s::text"),
    OwnTable("learner_model_state", _OF_SESSION),
    OwnTable("analytics_events", _OF_USER),
    OwnTable("behavioral_events", _OF_SESSION),
    OwnTable("like_engagement", _OF_SESSION),
    OwnTable("bookmarks", _OF_USER),
    OwnTable("user_progress", _OF_USER),
)
