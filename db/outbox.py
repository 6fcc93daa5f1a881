"""The outbox on this machine: what is still to be sent, what waits, and what was refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from db.models import LocalRow, OutboxEntry, SyncRejected
from db.types import now, to_text

KEPT_AFTER_SENDING: Final = timedelta(days=7)
"""How long a sent entry stays, for whoever looks into what was sent when."""


_READY: Final = "FROM outbox WHERE sent_at IS NULL AND held_for IS NULL AND id > ? ORDER BY id"
_WITHIN: Final = (
    "FROM outbox WHERE sent_at IS NULL AND held_for IS NULL AND id > ? AND id <= ? "
    "AND table_name IN (SELECT value FROM json_each(?)) ORDER BY id"
)
_SENT: Final = "UPDATE outbox SET sent_at = ? WHERE id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that is to be sent; `payload` holds its columns as JSON."""

    id: int
    table: str
    key: str
    payload: str

    @property
    def row(self) -> dict[str, Any]:
        """The columns, read from the payload each time."""
        row: dict[str, Any] = json.loads(self.payload)
        return row


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry that PostgreSQL refuses for what it holds."""

    entry: Entry
    sqlstate: str
    reason: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries are unsent, how many of these are held, and how many were refused."""

    pending: int
    held: int
    rejected: int


def next_batch(tx: Connection, limit: int) -> tuple[Entry, ...]:
    """Return the oldest entries that are neither sent nor held."""
    query = (
        select(OutboxEntry.id, OutboxEntry.table_name, OutboxEntry.key, OutboxEntry.payload)
        .where(OutboxEntry.sent_at.is_(None), OutboxEntry.held_for.is_(None))
        .order_by(OutboxEntry.id)
        .limit(limit)
    )
    return tuple(Entry(row.id, row.table_name, row.key, row.payload) for row in tx.execute(query))


def next_ids(tx: Connection, limit: int, after: int = 0) -> tuple[tuple[int, str], ...]:
    """Return the ids and tables of the oldest entries that can go, behind the id `after`."""
    rows = tx.exec_driver_sql(f"SELECT id, table_name {_READY} LIMIT ?", (after, limit))
    return tuple((entry, table) for entry, table in rows)


def within(tx: Connection, tables: Collection[str], first: int, last: int) -> tuple[Entry, ...]:
    """Return the entries of these tables that can go, from the id `first` to `last`."""
    rows = tx.exec_driver_sql(
        f"SELECT id, table_name, key, payload {_WITHIN}",
        (first - 1, last, json.dumps([*tables])),
    )
    return tuple(Entry(*row) for row in rows)


def marked(tx: Connection, marks: Sequence[str], first: int, last: int) -> tuple[Entry, ...]:
    """Return the entries from `first` to `last` whose payload holds one of these texts."""
    holds = " OR ".join("instr(payload, ?)" for _ in marks)
    rows = tx.exec_driver_sql(
        f"SELECT id, table_name, key, payload FROM outbox WHERE id BETWEEN ? AND ? AND ({holds})",  # noqa: S608 - a text of ours
        (first, last, *marks),
    )
    return tuple(Entry(*row) for row in rows)


def cells(
    tx: Connection, table: str, columns: Sequence[str], first: int, last: int
) -> Iterator[tuple[Any, ...]]:
    """Yield the columns of a table's entries; SQLite takes the JSON apart, as that is fastest."""
    names = ", ".join(f"payload ->> '{name}'" for name in columns)
    rows = tx.exec_driver_sql(
        f"SELECT {names} {_WITHIN}",
        (first - 1, last, json.dumps([table])),
    )
    yield from cast(
        "sqlite3.Cursor", rows.cursor
    )  # bare tuples: SQLAlchemy's rows take as long again


def settle(
    tx: Connection,
    *,
    sent: Iterable[int] = (),
    held: Mapping[int, str] | None = None,
    refused: Iterable[Refusal] = (),
) -> None:
    """Note what became of entries: sent, held for something, or set aside with the reason."""
    tx.exec_driver_sql(_SENT, (to_text(now()), json.dumps(list(sent))))
    _update(tx, "held_for", held or {})
    for refusal in refused:
        entry = refusal.entry
        row = {
            "table_name": entry.table,
            "key": entry.key,
            "payload": entry.payload,
            "sqlstate": refusal.sqlstate,
            "reason": refusal.reason,
        }
        tx.execute(insert(SyncRejected), row)
        tx.execute(delete(OutboxEntry).where(OutboxEntry.id == entry.id))


def held_names(tx: Connection) -> tuple[str, ...]:
    """Return what entries are held for: ids of contents and stories."""
    query = select(OutboxEntry.held_for).where(
        OutboxEntry.sent_at.is_(None), OutboxEntry.held_for.is_not(None)
    )
    return tuple(name for name in tx.scalars(query.distinct()) if name is not None)


def release(tx: Connection, names: Iterable[str]) -> None:
    """Let go what was held for these."""
    for name in names:
        tx.execute(update(OutboxEntry).where(OutboxEntry.held_for == name).values(held_for=None))


def prune(tx: Connection) -> None:
    """Forget entries that were sent long ago."""
    tx.execute(delete(OutboxEntry).where(OutboxEntry.sent_at < now() - KEPT_AFTER_SENDING))


def counts(tx: Connection) -> Counts:
    """Count what is still to be sent."""
    unsent = OutboxEntry.sent_at.is_(None)
    row = tx.execute(
        select(func.count(), func.count(OutboxEntry.held_for))
        .select_from(OutboxEntry)
        .where(unsent)
    ).one()
    rejected = tx.scalar(select(func.count()).select_from(SyncRejected))
    return Counts(pending=row[0], held=row[1], rejected=rejected or 0)


def _update(tx: Connection, column: str, values: Mapping[int, Any]) -> None:
    if values:
        statement = (
            update(LocalRow.metadata.tables["outbox"])
            .where(OutboxEntry.id == bindparam("of_id"))
            .values({column: bindparam("new_value")})
        )
        tx.execute(statement, [{"of_id": key, "new_value": new} for key, new in values.items()])
