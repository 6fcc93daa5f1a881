"""Frozen rows that cross the db border: what the player hands down and gets back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

Json: TypeAlias = Mapping[str, Any]


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


Record: TypeAlias = (
    SessionRecord
    | ProgressRecord
    | AnalyticsRecord
    | BehaviorRecord
    | LikeRecord
    | LearnerRecord
    | PreferencesRecord
    | PlaceRecord
)
"""What `Store.append` takes: one call is one transaction, rows and outbox entries together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterRecord:
    """characters."""

    id: UUID
    slug: str
    name: str
    voice_profile: str
    bulbul_speaker: str
    description: str | None = None
    display_order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationRecord:
    """story_translations; `content_json` is the whole story in this language."""

    id: UUID
    language_code: str
    title: str
    description: str | None
    content_json: Json
    is_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioRecord:
    """audio_files; `timings` is `{"sentences": [[start, end, start_ms, end_ms]], "words": ...}`."""

    id: UUID
    node_id: UUID
    language_code: str
    code_mix_ratio: float
    speaker_id: str
    r2_url: str
    file_size: int | None
    duration_sec: float | None
    checksum: str | None
    timings: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRecord:
    """story_choices; an edge that is not shown has the key "next"."""

    id: UUID
    node_id: UUID
    choice_key: str
    text_content: Json
    next_node_id: UUID | None
    is_default: bool
    meta: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRecord:
    """story_nodes; `meta["key"]` is the author's name of the node."""

    id: UUID
    node_type: str
    character_id: UUID | None
    display_order: int
    is_start: bool
    is_end: bool
    text_content: Json
    meta: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRecord:
    """content: an edition of a story, or a linear episode (then `story_id` is None)."""

    id: str
    title: str
    text_content: str
    audio_url: str
    format: str
    difficulty: str
    duration: int
    description: str | None = None
    genre: str | None = None
    topic: str | None = None
    difficulty_score: float | None = None
    word_count: int | None = None
    language: str = "it"
    locale: str | None = None
    story_id: UUID | None = None
    series_id: str | None = None
    episode_number: int | None = None
    audio_size: int | None = None
    audio_bitrate: int | None = None
    template_id: str = "story"
    session_id: str = "import"
    model_parameters: Json = field(default_factory=dict)
    meta: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRecord:
    """A story with all its rows, in display order."""

    id: UUID
    slug: str
    age_range: str
    region: str
    moral: str | None
    duration_min: int | None
    cover_image: str | None
    content_hash: str | None
    source_language: str | None
    translations: tuple[TranslationRecord, ...] = ()
    characters: tuple[CharacterRecord, ...] = ()
    nodes: tuple[NodeRecord, ...] = ()
    choices: tuple[ChoiceRecord, ...] = ()
    audio_files: tuple[AudioRecord, ...] = ()
    contents: tuple[ContentRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One row of the library: a story or a linear episode with what this listener did to it.

    `titles` is by language; the duration is the longest edition's; `reaction` one of REACTIONS.
    """

    slug: str
    story_id: UUID | None
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    age_range: str | None
    region: str | None
    format: str | None
    genre: str | None
    difficulty: str | None
    difficulty_score: float | None
    duration_sec: int
    percentage: float = 0.0
    is_completed: bool = False
    play_count: int = 0
    last_played_at: datetime | None = None
    reaction: str | None = None
    is_bookmarked: bool = False
