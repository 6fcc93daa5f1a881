"""What is kept on this machine alone: the outbox, places, and small values."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.registry import LocalRow
from db.types import Amount, Json, Now, now


class OutboxEntry(LocalRow):
    """A row that PostgreSQL is still to hear of, or has; written with the row itself.

    `payload` is the whole row as JSON, as it is sent. `key` is its identity, so that of many
    versions of one row only the newest is sent. `held_for` names the content or story that must
    be published first.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    table_name: Mapped[str]
    key: Mapped[str]
    payload: Mapped[str]
    held_for: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now, server_default=Now())
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        Index("idx_outbox_pending", "id", sqlite_where=text("sent_at IS NULL")),
        Index(
            "idx_outbox_held",
            "held_for",
            sqlite_where=text("sent_at IS NULL AND held_for IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )


class SyncRejected(LocalRow):
    """An entry that PostgreSQL refused for what it holds, with the reason."""

    __tablename__ = "sync_rejected"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    table_name: Mapped[str]
    key: Mapped[str]
    payload: Mapped[str]
    sqlstate: Mapped[str]
    reason: Mapped[str]
    rejected_at: Mapped[datetime] = mapped_column(default=now, server_default=Now())


class Place(LocalRow):
    """Where the listener stands in a story or an episode, to the line."""

    __tablename__ = "places"

    slug: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(Json)
    percentage: Mapped[float] = mapped_column(Amount(5, 2), default=0.0, server_default=text("0"))
    is_completed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("0"))
    updated_at: Mapped[datetime] = mapped_column(default=now, server_default=Now())


class Mark(LocalRow):
    """A bookmark: a place of a story or an episode with a note; `state` as in a place.

    One that was taken away stays, with its time, so that other machines hear of it.
    """

    __tablename__ = "marks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    title: Mapped[str]
    words: Mapped[str]
    note: Mapped[str]
    state: Mapped[dict[str, Any]] = mapped_column(Json)
    percentage: Mapped[float] = mapped_column(Amount(5, 2))
    made_at: Mapped[datetime] = mapped_column(default=now, server_default=Now())
    removed_at: Mapped[datetime | None]

    __table_args__ = (Index("idx_marks_slug", "slug"),)


class LocalValue(LocalRow):
    """A small value by its name: who listens here, which device this is."""

    __tablename__ = "local_meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
