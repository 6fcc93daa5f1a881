"""Rows that a listener makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from db.records.json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRecord:
    """The listener of this installation (users)."""

    id: UUID
    anonymous_id: str
    created_at: datetime
    preferences: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """One sitting (sessions); total_listening_time is seconds of sound."""

    id: str
    user_id: UUID
    started_at: datetime
    last_activity_at: datetime
    content_ids: tuple[str, ...] = ()
    current_content_id: str | None = None
    total_listening_time: int = 0
    device: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRecord:
    """Where one listener is in one story (user_progress); percentage is 0 to 100.

    `choices_made` is `({"node_id": str, "choice": str}, ...)`, oldest first; the first `id` stays.
    """

    id: UUID
    user_id: UUID
    story_id: UUID
    current_node_id: UUID | None
    choices_made: tuple[Json, ...]
    is_completed: bool
    completion_percentage: float
    play_count: int
    total_time_sec: int
    last_played_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyticsRecord:
    """One analytics_events row; (id, created_at) is its identity for ever."""

    id: UUID
    created_at: datetime
    event_type: str
    user_id: UUID
    story_id: UUID | None = None
    node_id: UUID | None = None
    session_id: str | None = None
    event_data: Json = field(default_factory=dict)
    user_agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviorRecord:
    """One behavioral_events row: what the listener did to the sound; positions in seconds."""

    id: str
    timestamp: datetime
    event_type: str
    content_id: str
    session_id: str
    playback_position: float
    playback_position_percent: float | None = None
    duration: float | None = None
    content_characteristics: Json = field(default_factory=dict)
    device_info: Json | None = None
    network_type: str | None = None
    context: Json | None = None
    node_id: UUID | None = None
    audio_file_id: UUID | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeRecord:
    """A like, or its taking back (like_engagement), per content and session."""

    content_id: str
    session_id: str
    liked: bool
    liked_at: datetime | None = None
    unliked_at: datetime | None = None
    reaction_type: str | None = None
    content_characteristics: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerRecord:
    """The learner's belief after a session (learner_model_state)."""

    session_id: str
    preference_weights: Json
    comprehension_level: float
    content_type_preferences: Json
    difficulty_adjustment: float
    last_updated: datetime
    data_points: int
    belief: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesRecord:
    """What the listener prefers (user_preferences)."""

    id: str
    difficulty_preference: str
    preferred_formats: tuple[str, ...] = ()
    preferred_genres: tuple[str, ...] = ()
    playback_speed: float = 1.0
    auto_play: bool = True
    session_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRecord:
    """Where the listener stands in a story or an episode, to the line; never sent."""

    slug: str
    state: Json
    percentage: float
    is_completed: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRecord:
    """A bookmark at a place of a story or an episode; `state` as in PlaceRecord. Never sent."""

    id: UUID
    slug: str
    title: str
    words: str
    note: str
    state: Json
    percentage: float
    made_at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookmarkRecord:
    """What is told of all marks in one story (bookmarks); the first `id` stays."""

    id: UUID
    user_id: UUID
    story_id: UUID
    notes: str | None
    marks: tuple[Json, ...]
    removed_at: datetime | None = None


Record: TypeAlias = (
    SessionRecord
    | ProgressRecord
    | AnalyticsRecord
    | BehaviorRecord
    | LikeRecord
    | LearnerRecord
    | PreferencesRecord
    | PlaceRecord
    | MarkRecord
    | BookmarkRecord
)
"""What `Store.append` takes: one call is one transaction, rows and outbox entries together."""
