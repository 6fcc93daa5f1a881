"""The outbox on this machine: what is still to be sent, what waits, and what was refused."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from db.models import LocalRow, OutboxEntry, SyncRejected
from db.types import now, to_text

KEPT_AFTER_SENDING: Final = timedelta(days=7)
"""How long a sent entry stays, for whoever looks into what was sent when."""


_CHUNK: Final = """
SELECT table_name, count(*) AS number, max(id) AS last, group_concat(id, ',') AS ids,
    '[' || group_concat(payload, ',') || ']' AS rows
FROM (SELECT id, table_name, payload FROM outbox
      WHERE sent_at IS NULL AND held_for IS NULL AND id > ? AND table_name IN ({tables})
      AND payload ->> 'event_type' NOT IN ({but})
      ORDER BY id LIMIT ?)
GROUP BY table_name
"""
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
class Chunk:
    """Many events at once: by table a JSON list of all `rows`.

    `ids` is a JSON list of the entries, `count` their number, `last` the greatest id.
    """

    last: int
    count: int
    ids: str
    rows: Mapping[str, str]


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


def next_batch(
    tx: Connection, limit: int, *, after: int = 0, tables: Collection[str] | None = None
) -> tuple[Entry, ...]:
    """Return the oldest entries that are neither sent nor held, of all or of some tables."""
    query = (
        select(OutboxEntry.id, OutboxEntry.table_name, OutboxEntry.key, OutboxEntry.payload)
        .where(OutboxEntry.sent_at.is_(None), OutboxEntry.held_for.is_(None))
        .where(OutboxEntry.id > after)
        .order_by(OutboxEntry.id)
        .limit(limit)
    )
    if tables is not None:
        query = query.where(OutboxEntry.table_name.in_(tables))
    return tuple(Entry(*row) for row in tx.execute(query))


def next_chunk(
    tx: Connection, limit: int, *, after: int, tables: Sequence[str], but: Sequence[str]
) -> Chunk:
    """Return the oldest events that can go, behind the id `after`, at most `limit`.

    Of these tables, `but` not those of some types. SQLite puts their text together ten times as
    fast as Python.
    """
    query = _CHUNK.format(tables=_quoted(tables), but=_quoted(but))
    found = tx.exec_driver_sql(query, (after, limit)).all()
    ids = ",".join(row.ids for row in found)
    return Chunk(
        last=max((row.last for row in found), default=after),
        count=sum(row.number for row in found),
        ids=f"[{ids}]",
        rows={row.table_name: row.rows for row in found},
    )


def note_sent(tx: Connection, ids: str) -> None:
    """Note that entries were sent; `ids` is a JSON list."""
    tx.exec_driver_sql(_SENT, (to_text(now()), ids))


def settle(
    tx: Connection,
    *,
    sent: Iterable[int] = (),
    held: Mapping[int, str] | None = None,
    refused: Iterable[Refusal] = (),
) -> None:
    """Note what became of entries: sent, held for something, or set aside with the reason."""
    note_sent(tx, json.dumps(list(sent)))
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
        # Another program on this store may have sent the same entry, and set it aside already.
        if tx.execute(delete(OutboxEntry).where(OutboxEntry.id == entry.id)).rowcount:
            tx.execute(insert(SyncRejected), row)


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


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _update(tx: Connection, column: str, values: Mapping[int, Any]) -> None:
    if values:
        statement = (
            update(LocalRow.metadata.tables["outbox"])
            .where(OutboxEntry.id == bindparam("of_id"))
            .values({column: bindparam("new_value")})
        )
        tx.execute(statement, [{"of_id": key, "new_value": new} for key, new in values.items()])
