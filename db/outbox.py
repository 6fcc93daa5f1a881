"""The outbox on this machine: what is still to be sent, what waits, and what was refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from db.models import LocalRow, OutboxEntry, SyncRejected
from db.types import now

KEPT_AFTER_SENDING: Final = timedelta(days=7)
"""How long a sent entry stays, for whoever looks into what was sent when."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that is to be sent; `row` holds its columns as JSON values."""

    id: int
    table: str
    key: str
    payload: str
    row: Mapping[str, Any] = field(repr=False)


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
    return tuple(
        Entry(row.id, row.table_name, row.key, row.payload, json.loads(row.payload))
        for row in tx.execute(query)
    )


def settle(
    tx: Connection,
    *,
    sent: Iterable[int] = (),
    held: Mapping[int, str] | None = None,
    refused: Iterable[Refusal] = (),
) -> None:
    """Note what became of entries: sent, held for something, or set aside with the reason."""
    moment = now()
    _update(tx, "sent_at", dict.fromkeys(sent, moment))
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
