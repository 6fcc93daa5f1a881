"""What happened: the events of the program, of the sound, and likes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.catalogue import Story, StoryNode
from db.models.listening import User
from db.models.registry import (
    Row,
    changed_in,
    changes_of,
    clock_stamp,
    moment,
    refers,
    stamping_device,
)
from db.types import Amount, Inet, Json, Now, RandomUuid, new_id, now
from db.vocabulary import ANALYTICS_EVENTS, BEHAVIORAL_EVENTS, REACTIONS


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """Make the check that a column holds one of the names that are known."""
    names = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({names})", name=column)


class AnalyticsEvent(Row):
    """A step of the listener through the program; partitioned by month on PostgreSQL.

    A partitioned table's key holds the column it is split by, so an event is (id, created_at).
    """

    __tablename__ = "analytics_events"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=RandomUuid())
    user_id: Mapped[UUID | None] = refers("users.id", gone="SET NULL")
    story_id: Mapped[UUID | None] = refers("stories.id", gone="SET NULL")
    node_id: Mapped[UUID | None] = refers("story_nodes.id", gone="SET NULL")
    event_type: Mapped[str] = mapped_column(String(50))
    event_data: Mapped[dict[str, Any] | None] = mapped_column(
        default=dict, server_default=text("'{}'")
    )
    session_id: Mapped[str | None] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(
        primary_key=True, default=now, server_default=Now()
    )
    ip_address: Mapped[str | None] = mapped_column(Inet)
    user_agent: Mapped[str | None]
    changed_in: Mapped[int | None] = changed_in()

    user: Mapped[User | None] = relationship()
    story: Mapped[Story | None] = relationship()
    node: Mapped[StoryNode | None] = relationship()

    __table_args__ = (
        one_of("event_type", ANALYTICS_EVENTS),
        Index("idx_analytics_user", "user_id"),
        Index("idx_analytics_story", "story_id"),
        Index("idx_analytics_type", "event_type"),
        Index("idx_analytics_created", "created_at"),
        Index("idx_analytics_session", "session_id"),
        Index(
            "idx_analytics_choices",
            "story_id",
            "user_id",
            "node_id",
            "created_at",
            postgresql_where=text("event_type = 'choice_made'"),
            sqlite_where=text("event_type = 'choice_made'"),
        ),
        changes_of("analytics_events", "user_id"),
        {"postgresql_partition_by": "RANGE (created_at)"},
    )


class BehavioralEvent(Row):
    """What the listener did to the sound; positions and durations in seconds."""

    __tablename__ = "behavioral_events"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    content_id: Mapped[str] = refers(
        "content.id", gone="CASCADE", name="fk_behavioral_events_content", needed=True
    )
    event_type: Mapped[str] = mapped_column(String(50))
    timestamp: Mapped[datetime] = moment()
    playback_position: Mapped[float] = mapped_column(Amount(10, 2))
    playback_position_percent: Mapped[float | None] = mapped_column(Amount(5, 2))
    duration: Mapped[float | None] = mapped_column(Amount(10, 2))
    session_id: Mapped[str] = refers(
        "sessions.id", gone="CASCADE", name="fk_behavioral_events_session", needed=True
    )
    content_characteristics: Mapped[dict[str, Any]]
    device_info: Mapped[dict[str, Any] | None]
    network_type: Mapped[str | None] = mapped_column(String(50))
    context: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = moment()
    node_id: Mapped[UUID | None] = refers(
        "story_nodes.id", gone="SET NULL", comment="The node that was heard"
    )
    audio_file_id: Mapped[UUID | None] = refers(
        "audio_files.id", gone="SET NULL", comment="The clip that was heard"
    )
    sequence: Mapped[int | None] = mapped_column(
        Integer, comment="The order within a session, whatever the clock does"
    )
    changed_in: Mapped[int | None] = changed_in()

    __table_args__ = (
        one_of("event_type", BEHAVIORAL_EVENTS),
        Index("idx_behavioral_events_content_id", "content_id"),
        Index("idx_behavioral_events_session_id", "session_id"),
        Index("idx_behavioral_events_event_type", "event_type"),
        Index("idx_behavioral_events_timestamp", "timestamp"),
        changes_of("behavioral_events", "session_id"),
        Index(
            "idx_behavioral_events_content_characteristics",
            "content_characteristics",
            postgresql_using="gin",
        ).ddl_if(dialect="postgresql"),
    )


class LikeEngagement(Row):
    """A like of one content in one session, or its taking back."""

    __tablename__ = "like_engagement"

    content_id: Mapped[str] = refers(
        "content.id", gone="CASCADE", name="fk_like_engagement_content", key=True
    )
    session_id: Mapped[str] = refers(
        "sessions.id", gone="CASCADE", name="fk_like_engagement_session", key=True
    )
    liked: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    liked_at: Mapped[datetime | None]
    unliked_at: Mapped[datetime | None]
    reaction_type: Mapped[str | None] = mapped_column(String(50))
    content_characteristics: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = moment()
    updated_at: Mapped[datetime] = moment(touched=True)
    hlc: Mapped[int | None] = clock_stamp()
    hlc_device: Mapped[str | None] = stamping_device()
    changed_in: Mapped[int | None] = changed_in()

    __table_args__ = (
        one_of("reaction_type", REACTIONS),
        Index("idx_like_engagement_session_id", "session_id"),
        Index(
            "idx_like_engagement_liked",
            "liked",
            postgresql_where=text("liked = TRUE"),
            sqlite_where=text("liked = TRUE"),
        ),
        Index(
            "idx_like_engagement_content_characteristics",
            "content_characteristics",
            postgresql_using="gin",
        ).ddl_if(dialect="postgresql"),
    )
