"""The listener: who, where in which story, what is marked, and each sitting."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Index, Integer, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.catalogue import Story, StoryNode
from db.models.registry import (
    Row,
    changed_in,
    changes_of,
    clock_stamp,
    moment,
    own_id,
    refers,
    stamping_device,
)
from db.types import Amount, EmptyArray, Json, TextArray


class User(Row):
    """A listener; one anonymous row for each installation."""

    __tablename__ = "users"

    id: Mapped[UUID] = own_id()
    anonymous_id: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime | None] = moment()
    last_active: Mapped[datetime | None] = moment(touched=True)
    preferences: Mapped[dict[str, Any] | None] = mapped_column(
        default=dict, server_default=text("'{}'")
    )
    meta: Mapped[dict[str, Any] | None] = mapped_column(
        "metadata", Json, default=dict, server_default=text("'{}'")
    )
    db_role: Mapped[str | None] = mapped_column(
        String(63), comment="The PostgreSQL role that owns the row"
    )
    changed_in: Mapped[int | None] = changed_in()

    progress: Mapped[list[UserProgress]] = relationship(back_populates="user", passive_deletes=True)
    bookmarks: Mapped[list[Bookmark]] = relationship(back_populates="user", passive_deletes=True)

    __table_args__ = (
        Index("idx_users_anonymous_id", "anonymous_id"),
        Index("idx_users_last_active", "last_active"),
        Index(
            "idx_users_db_role",
            "db_role",
            unique=True,
            postgresql_where=text("db_role IS NOT NULL"),
        ).ddl_if(dialect="postgresql"),
    )


class UserProgress(Row):
    """Where one listener is in one story."""

    __tablename__ = "user_progress"

    id: Mapped[UUID] = own_id()
    user_id: Mapped[UUID] = refers("users.id", gone="CASCADE", needed=True)
    story_id: Mapped[UUID] = refers("stories.id", gone="CASCADE", needed=True)
    current_node_id: Mapped[UUID | None] = refers("story_nodes.id", gone="SET NULL")
    choices_made: Mapped[Any] = mapped_column(
        Json, nullable=True, default=list, server_default=text("'[]'")
    )
    is_completed: Mapped[bool | None] = mapped_column(
        Boolean, default=False, server_default=false()
    )
    completion_percentage: Mapped[float | None] = mapped_column(
        Amount(5, 2), default=0.0, server_default=text("0.00")
    )
    play_count: Mapped[int | None] = mapped_column(Integer, default=0, server_default=text("0"))
    total_time_sec: Mapped[int | None] = mapped_column(Integer, default=0, server_default=text("0"))
    last_played_at: Mapped[datetime | None]
    created_at: Mapped[datetime | None] = moment()
    updated_at: Mapped[datetime | None] = moment(touched=True)
    hlc: Mapped[int | None] = clock_stamp()
    hlc_device: Mapped[str | None] = stamping_device()
    changed_in: Mapped[int | None] = changed_in()

    user: Mapped[User] = relationship(back_populates="progress")
    story: Mapped[Story] = relationship()
    current_node: Mapped[StoryNode | None] = relationship()

    __table_args__ = (
        UniqueConstraint("user_id", "story_id", name="uq_user_story_progress"),
        Index("idx_user_progress_user", "user_id"),
        Index("idx_user_progress_story", "story_id"),
        changes_of("user_progress", "user_id"),
        Index(
            "idx_user_progress_completed",
            "user_id",
            "is_completed",
            postgresql_where=text("is_completed = TRUE"),
            sqlite_where=text("is_completed = TRUE"),
        ),
    )


class Bookmark(Row):
    """A story that a listener marked; `notes` is that of the newest mark."""

    __tablename__ = "bookmarks"

    id: Mapped[UUID] = own_id()
    user_id: Mapped[UUID] = refers("users.id", gone="CASCADE", needed=True)
    story_id: Mapped[UUID] = refers("stories.id", gone="CASCADE", needed=True)
    notes: Mapped[str | None]
    created_at: Mapped[datetime | None] = moment()
    marks: Mapped[list[dict[str, Any]] | None] = mapped_column(
        Json, comment="The places marked in the story, with their notes"
    )
    updated_at: Mapped[datetime | None] = mapped_column(comment="When the listener changed it last")
    removed_at: Mapped[datetime | None] = mapped_column(comment="When the last mark was removed")
    hlc: Mapped[int | None] = clock_stamp()
    hlc_device: Mapped[str | None] = stamping_device()
    changed_in: Mapped[int | None] = changed_in()

    user: Mapped[User] = relationship(back_populates="bookmarks")
    story: Mapped[Story] = relationship()

    __table_args__ = (
        UniqueConstraint("user_id", "story_id", name="uq_user_bookmark"),
        Index("idx_bookmarks_user", "user_id"),
        Index("idx_bookmarks_story", "story_id"),
        changes_of("bookmarks", "user_id"),
    )


class ListeningSession(Row):
    """One sitting; `total_listening_time` is seconds of sound."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    started_at: Mapped[datetime] = moment()
    last_activity_at: Mapped[datetime] = moment()
    content_ids: Mapped[list[str]] = mapped_column(
        TextArray, default=list, server_default=EmptyArray()
    )
    current_content_id: Mapped[str | None] = mapped_column(String(255))
    total_listening_time: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    created_at: Mapped[datetime] = moment()
    updated_at: Mapped[datetime] = moment(touched=True)
    user_id: Mapped[UUID | None] = refers(
        "users.id", gone="SET NULL", comment="The listener whose sitting it is"
    )
    device: Mapped[str | None] = mapped_column(
        String(255), comment="The installation it happened on"
    )
    hlc: Mapped[int | None] = clock_stamp()
    hlc_device: Mapped[str | None] = stamping_device()
    changed_in: Mapped[int | None] = changed_in()

    __table_args__ = (
        Index("idx_sessions_started_at", "started_at"),
        Index("idx_sessions_last_activity", "last_activity_at"),
        changes_of("sessions", "user_id"),
    )
