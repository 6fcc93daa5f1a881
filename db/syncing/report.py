"""What can be told of the exchange with PostgreSQL without asking it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from db import outbox
from db.models import OutboxEntry, SyncRejected
from db.types import from_text, now
from db.values import value_of

LAST_CONTACT: Final = "last_contact"
"""The small value that says when PostgreSQL answered last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A row that PostgreSQL refused for what it holds."""

    table: str
    key: str
    sqlstate: str
    reason: str
    rejected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """How it stands: entries `to_send`, of which some are `held` for a story that is not there.

    `sent` counts those of the last days; `lag` is the age of the oldest unsent one.
    """

    to_send: int
    held: int
    sent: int
    set_aside: tuple[SetAside, ...]
    last_contact: datetime | None
    lag: timedelta | None


def report(tx: Connection) -> SyncReport:
    """Return how it stands, within one transaction."""
    counts = outbox.counts(tx)
    sent = select(func.count()).select_from(OutboxEntry).where(OutboxEntry.sent_at.is_not(None))
    contact = value_of(tx, LAST_CONTACT)
    return SyncReport(
        to_send=counts.pending,
        held=counts.held,
        sent=tx.scalar(sent) or 0,
        set_aside=_set_aside(tx),
        last_contact=from_text(contact) if contact else None,
        lag=lag(tx),
    )


def lag(tx: Connection) -> timedelta | None:
    """Return the age of the oldest unsent entry; None where all are sent."""
    oldest = select(OutboxEntry.created_at).where(OutboxEntry.sent_at.is_(None))
    moment = tx.scalar(oldest.order_by(OutboxEntry.id).limit(1))
    return None if moment is None else max(now() - moment, timedelta(0))


def _set_aside(tx: Connection) -> tuple[SetAside, ...]:
    table = SyncRejected.__table__
    return tuple(
        SetAside(
            table=row.table_name,
            key=row.key,
            sqlstate=row.sqlstate,
            reason=row.reason,
            rejected_at=row.rejected_at,
        )
        for row in tx.execute(select(table).order_by(table.c.id))
    )
