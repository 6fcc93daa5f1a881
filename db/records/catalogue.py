"""Rows of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from db.records.json import Json


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
