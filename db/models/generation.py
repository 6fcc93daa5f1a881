"""Audio content that was made: editions, linear episodes, and how the making goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.events import one_of
from db.models.registry import Row, changed_in, changes_of, moment, refers
from db.types import Amount, Json, TextArray
from db.vocabulary import DIFFICULTIES, FORMATS, GENERATION_STATES


class Content(Row):
    """An edition of a story, or a linear episode; `duration` is seconds."""

    __tablename__ = "content"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    title: Mapped[str] = mapped_column(String(500))
    description: Mapped[str | None]
    text_content: Mapped[str]
    audio_url: Mapped[str] = mapped_column(String(1000))
    audio_format: Mapped[str | None] = mapped_column(
        String(10), default="mp3", server_default=text("'mp3'")
    )
    audio_bitrate: Mapped[int | None] = mapped_column(Integer)
    audio_size: Mapped[int | None] = mapped_column(BigInteger)
    format: Mapped[str] = mapped_column(String(50))
    genre: Mapped[str | None] = mapped_column(String(100))
    sub_genre: Mapped[str | None] = mapped_column(String(100))
    topic: Mapped[str | None] = mapped_column(String(200))
    template_id: Mapped[str] = mapped_column(String(255))
    template_version: Mapped[str | None] = mapped_column(String(50))
    difficulty: Mapped[str] = mapped_column(String(50))
    difficulty_score: Mapped[float | None] = mapped_column(Amount(3, 2))
    estimated_comprehension_level: Mapped[str | None] = mapped_column(String(50))
    duration: Mapped[int] = mapped_column(Integer)
    word_count: Mapped[int | None] = mapped_column(Integer)
    model_parameters: Mapped[dict[str, Any]]
    generated_at: Mapped[datetime] = moment()
    generated_by: Mapped[str | None] = mapped_column(String(255))
    session_id: Mapped[str] = mapped_column(String(255))
    episode_number: Mapped[int | None] = mapped_column(Integer)
    series_id: Mapped[str | None] = mapped_column(String(255))
    continuity_context: Mapped[str | None]
    related_content_ids: Mapped[list[str] | None] = mapped_column(TextArray)
    language: Mapped[str | None] = mapped_column(
        String(10), default="it", server_default=text("'it'")
    )
    locale: Mapped[str | None] = mapped_column(String(10))
    quality_score: Mapped[float | None] = mapped_column(Amount(3, 2))
    engagement_metrics: Mapped[dict[str, Any] | None]
    meta: Mapped[dict[str, Any] | None] = mapped_column("metadata", Json)
    created_at: Mapped[datetime] = moment()
    updated_at: Mapped[datetime] = moment(touched=True)
    story_id: Mapped[UUID | None] = refers(
        "stories.id", gone="CASCADE", comment="The story it is an edition of; none for an episode"
    )
    changed_in: Mapped[int | None] = changed_in()

    __table_args__ = (
        one_of("format", FORMATS),
        one_of("difficulty", DIFFICULTIES),
        Index("idx_content_session_id", "session_id"),
        Index("idx_content_format", "format"),
        Index("idx_content_genre", "genre"),
        Index("idx_content_difficulty", "difficulty"),
        Index("idx_content_generated_at", "generated_at"),
        Index(
            "idx_content_series_id",
            "series_id",
            postgresql_where=text("series_id IS NOT NULL"),
            sqlite_where=text("series_id IS NOT NULL"),
        ),
        Index("idx_content_story", "story_id"),
        changes_of("content"),
        Index(  # all that the library reads of an edition
            "idx_content_shelf",
            "story_id",
            "id",
            "format",
            "genre",
            "difficulty",
            "difficulty_score",
            "duration",
        ).ddl_if(dialect="sqlite"),
    )


class GenerationStatus(Row):
    """How far the making of one audio content is; the estimate is in seconds."""

    __tablename__ = "generation_status"

    generation_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    session_id: Mapped[str] = refers(
        "sessions.id", gone="CASCADE", name="fk_generation_status_session", needed=True
    )
    status: Mapped[str] = mapped_column(String(50))
    content_id: Mapped[str | None] = refers(
        "content.id", gone="SET NULL", name="fk_generation_status_content"
    )
    webhook_url: Mapped[str | None] = mapped_column(String(1000))
    webhook_sent: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    error_message: Mapped[str | None]
    estimated_completion_time: Mapped[int | None] = mapped_column(Integer)
    started_at: Mapped[datetime] = moment()
    completed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = moment()
    updated_at: Mapped[datetime] = moment(touched=True)

    __table_args__ = (
        one_of("status", GENERATION_STATES),
        Index("idx_generation_status_session_id", "session_id"),
        Index("idx_generation_status_status", "status"),
        Index("idx_generation_status_started_at", "started_at"),
    )
