"""What the program believes of a learner, and what the listener prefers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String, text, true
from sqlalchemy.orm import Mapped, mapped_column

from db.models.events import one_of
from db.models.registry import Row, changed_in, clock_stamp, moment, refers, stamping_device
from db.types import Amount, EmptyArray, Json, TextArray
from db.vocabulary import LEVELS


class LearnerModelState(Row):
    """The belief after a session; the rows of all sessions are the learning curve."""

    __tablename__ = "learner_model_state"

    session_id: Mapped[str] = refers(
        "sessions.id", gone="CASCADE", name="fk_learner_model_state_session", key=True
    )
    preference_weights: Mapped[dict[str, Any]]
    comprehension_level: Mapped[float] = mapped_column(Amount(3, 2))
    content_type_preferences: Mapped[dict[str, Any]]
    difficulty_adjustment: Mapped[float] = mapped_column(
        Amount(5, 2), default=0.0, server_default=text("0")
    )
    last_updated: Mapped[datetime] = moment(touched=True)
    data_points: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    created_at: Mapped[datetime] = moment()
    updated_at: Mapped[datetime] = moment(touched=True)
    belief: Mapped[dict[str, Any] | None] = mapped_column(
        Json, comment="The whole belief for each language; the level is only its rounding"
    )
    changed_in: Mapped[int | None] = changed_in()

    __table_args__ = (Index("idx_learner_model_state_last_updated", "last_updated"),)


class UserPreferences(Row):
    """What the listener chose: level, formats, genres, speed, auto-play."""

    __tablename__ = "user_preferences"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    session_id: Mapped[str | None] = mapped_column(String(255))
    difficulty_preference: Mapped[str] = mapped_column(String(50))
    preferred_formats: Mapped[list[str]] = mapped_column(
        TextArray, default=list, server_default=EmptyArray()
    )
    preferred_genres: Mapped[list[str]] = mapped_column(
        TextArray, default=list, server_default=EmptyArray()
    )
    playback_speed: Mapped[float] = mapped_column(
        Amount(3, 2), default=1.0, server_default=text("1.0")
    )
    auto_play: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    last_updated: Mapped[datetime] = moment(touched=True)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
    created_at: Mapped[datetime] = moment()
    updated_at: Mapped[datetime] = moment(touched=True)
    hlc: Mapped[int | None] = clock_stamp()
    hlc_device: Mapped[str | None] = stamping_device()
    field_stamps: Mapped[dict[str, Any] | None] = mapped_column(
        Json, comment="For each field: the clock at its last change, and the installation"
    )
    changed_in: Mapped[int | None] = changed_in()

    __table_args__ = (
        one_of("difficulty_preference", LEVELS),
        Index(
            "idx_user_preferences_session_id",
            "session_id",
            postgresql_where=text("session_id IS NOT NULL"),
            sqlite_where=text("session_id IS NOT NULL"),
        ),
    )
