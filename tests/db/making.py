"""Makes the rows of a small story and of somebody who listens to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from db.records import (
    AnalyticsRecord,
    AudioRecord,
    BehaviorRecord,
    BookmarkRecord,
    CharacterRecord,
    ChoiceRecord,
    ContentRecord,
    LearnerRecord,
    LikeRecord,
    MarkRecord,
    NodeRecord,
    PlaceRecord,
    PreferencesRecord,
    ProgressRecord,
    Record,
    SessionRecord,
    StoryRecord,
    TranslationRecord,
)
from db.types import new_id

SPACE = UUID("b1a7f5e2-6f3c-4b59-9d0a-2f1c8e7d6a5b")
NOON = datetime(2026, 2, 7, 12, 0, 0, 123456, tzinfo=UTC)


class Maker:
    """Rows with one listener and one session; `tick` moves the clock on."""

    def __init__(self, user_id: UUID) -> None:
        self.user_id = user_id
        self.session_id = str(new_id())
        self.now = NOON

    def tick(self, seconds: float = 1) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now

    def everything(self) -> list[Record]:
        """One row of each kind that a listener makes."""
        return [
            self.session(),
            self.progress(),
            self.chosen(),
            self.played(),
            self.like("love"),
            self.belief(),
            self.choices(),
            self.place(),
            self.bookmark(self.mark("the pot")),
        ]

    def id(self, slug: str, *path: str) -> UUID:
        return uuid5(SPACE, "/".join((slug, *path)))

    def story(self, slug: str = "crow", **changed: Any) -> StoryRecord:
        """A story of three nodes, told by one voice in one language."""
        keys = ("intro", "pot", "end")
        story = StoryRecord(
            id=self.id(slug),
            slug=slug,
            age_range="4-8",
            region="pan-indian",
            moral="Think",
            duration_min=2,
            cover_image=None,
            content_hash="one",
            source_language="en",
            translations=(self.translation(slug, "hi", "चालाक कौआ"),),
            characters=(self.character(slug, "dadi"),),
            nodes=tuple(self.node(slug, key, place) for place, key in enumerate(keys)),
            choices=(
                self.choice(slug, "intro", "next", "pot"),
                self.choice(slug, "pot", "A", "end"),
                self.choice(slug, "pot", "B", "intro"),
            ),
            audio_files=tuple(self.clip(slug, key) for key in keys),
            contents=(self.edition(slug, "hi"),),
        )
        return replace(story, **changed)

    def translation(self, slug: str, language: str, title: str) -> TranslationRecord:
        return TranslationRecord(
            id=self.id(slug, "edition", language),
            language_code=language,
            title=title,
            description="A bird is thirsty",
            content_json={"nodes": [{"id": "intro", "text": title}]},
            is_complete=True,
        )

    def character(self, slug: str, name: str) -> CharacterRecord:
        return CharacterRecord(
            id=self.id(slug, "character", name),
            slug=name,
            name=name.title(),
            voice_profile="warm_elderly",
            bulbul_speaker="meera",
            display_order=1,
        )

    def node(self, slug: str, key: str, place: int, **meta: Any) -> NodeRecord:
        return NodeRecord(
            id=self.id(slug, key),
            node_type={"pot": "choice", "end": "end"}.get(key, "narration"),
            character_id=self.id(slug, "character", "dadi"),
            display_order=place,
            is_start=place == 0,
            is_end=key == "end",
            text_content={"en": f"The {key}.", "hi": "एक कौआ।"},
            meta={"key": key, **meta},
        )

    def choice(self, slug: str, node: str, key: str, to: str) -> ChoiceRecord:
        return ChoiceRecord(
            id=self.id(slug, node, key),
            node_id=self.id(slug, node),
            choice_key=key,
            text_content={"en": key},
            next_node_id=self.id(slug, to),
            is_default=key == "next",
            meta={"correct": True},
        )

    def clip(self, slug: str, key: str) -> AudioRecord:
        return AudioRecord(
            id=self.id(slug, key, "audio", "hi"),
            node_id=self.id(slug, key),
            language_code="hi",
            code_mix_ratio=0.3,
            speaker_id="meera",
            r2_url=f"r2://kahani/clips/{key}.mp3",
            file_size=1234,
            duration_sec=8.12,
            checksum="ab" * 32,
            timings={"sentences": [[0, 8, 90, 8000]], "words": []},
        )

    def edition(self, slug: str, language: str) -> ContentRecord:
        return ContentRecord(
            id=f"{slug}:{language}",
            title="चालाक कौआ",
            text_content="एक कौआ।",
            audio_url="r2://kahani/clips",
            format="narrative",
            difficulty="lexical-heavy",
            difficulty_score=0.45,
            duration=90,
            genre="folk tale",
            language=language,
            locale="hi-IN",
            story_id=self.id(slug),
        )

    def episode(self, slug: str = "mercato", **changed: Any) -> ContentRecord:
        episode = ContentRecord(
            id=slug,
            title="Al mercato",
            text_content="Buongiorno!",
            audio_url="r2://kahani/clips/mercato.mp3",
            format="podcast",
            difficulty="discourse-heavy",
            duration=125,
            meta={"content_hash": "one", "age_range": "12+"},
        )
        return replace(episode, **changed)

    def session(self, *contents: str) -> SessionRecord:
        return SessionRecord(
            id=self.session_id,
            user_id=self.user_id,
            started_at=NOON,
            last_activity_at=self.tick(),
            content_ids=contents or ("crow:hi",),
            current_content_id="crow:hi",
            total_listening_time=7,
            device="a laptop",
        )

    def progress(self, key: str = "pot", *, story: str = "crow", **changed: Any) -> ProgressRecord:
        progress = ProgressRecord(
            id=new_id(),
            user_id=self.user_id,
            story_id=self.id(story),
            current_node_id=self.id(story, key),
            choices_made=({"node_id": str(self.id(story, "pot")), "choice": "A"},),
            is_completed=False,
            completion_percentage=33.33,
            play_count=1,
            total_time_sec=8,
            last_played_at=self.tick(),
        )
        return replace(progress, **changed)

    def chosen(self, *, story: str = "crow", **changed: Any) -> AnalyticsRecord:
        event = AnalyticsRecord(
            id=new_id(),
            created_at=self.tick(),
            event_type="choice_made",
            user_id=self.user_id,
            story_id=self.id(story),
            node_id=self.id(story, "pot"),
            session_id=self.session_id,
            event_data={"choice": "A"},
        )
        return replace(event, **changed)

    def played(self, content: str = "crow:hi", **changed: Any) -> BehaviorRecord:
        event = BehaviorRecord(
            id=str(new_id()),
            timestamp=self.tick(),
            event_type="play",
            content_id=content,
            session_id=self.session_id,
            playback_position=1.25,
            content_characteristics={"slug": "crow"},
            node_id=self.id("crow", "pot") if content == "crow:hi" else None,
            sequence=1,
        )
        return replace(event, **changed)

    def like(self, reaction: str | None, content: str = "crow:hi") -> LikeRecord:
        return LikeRecord(
            content_id=content,
            session_id=self.session_id,
            liked=reaction is not None,
            liked_at=self.tick() if reaction else None,
            unliked_at=None if reaction else self.tick(),
            reaction_type=reaction,
        )

    def belief(self, level: float = 0.5) -> LearnerRecord:
        return LearnerRecord(
            session_id=self.session_id,
            preference_weights={"folk tale": 0.5},
            comprehension_level=level,
            content_type_preferences={},
            difficulty_adjustment=-1.73,
            last_updated=self.tick(),
            data_points=3,
            belief={"hi": {"mu": 0.0, "v": 1.96}},
        )

    def choices(self) -> PreferencesRecord:
        return PreferencesRecord(
            id=str(self.user_id),
            difficulty_preference="beginner",
            preferred_formats=("narrative",),
            playback_speed=0.9,
        )

    def mark(self, note: str = "", *, removed: bool = False) -> MarkRecord:
        moment = self.tick()
        return MarkRecord(
            id=new_id(),
            slug="crow",
            title="चालाक कौआ",
            words="वहाँ एक घड़ा था।",
            note=note,
            state={"position_ms": 1200, "language": "hi", "mix": 0.0},
            percentage=25.0,
            made_at=moment,
            removed_at=moment if removed else None,
        )

    def bookmark(self, *marks: MarkRecord) -> BookmarkRecord:
        kept = [mark for mark in marks if mark.removed_at is None]
        return BookmarkRecord(
            id=new_id(),
            user_id=self.user_id,
            story_id=self.id("crow"),
            notes=kept[-1].note if kept else None,
            marks=tuple({"id": str(mark.id), "note": mark.note} for mark in marks),
            removed_at=None if kept else marks[-1].made_at,
        )

    def place(self, slug: str = "crow", percentage: float = 50.0) -> PlaceRecord:
        return PlaceRecord(
            slug=slug,
            state={"node": "pot", "position_ms": 1200},
            percentage=percentage,
            is_completed=False,
            updated_at=self.tick(),
        )
