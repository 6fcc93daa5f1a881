"""The library's rows: every active story and episode, with what the listener did to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, CursorResult, Row, func, select

from db.models import (
    BehavioralEvent,
    Bookmark,
    Content,
    LikeEngagement,
    Place,
    Story,
    StoryTranslation,
    UserProgress,
)
from db.records import CatalogueEntry

SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class _Listened:
    """What is known of one listener, by slug, story and content."""

    progress: dict[UUID, Any]
    places: dict[str, Any]
    reactions: dict[str, tuple[Any, str | None]]
    plays: dict[str, int]
    bookmarks: frozenset[UUID]

    def of(self, slug: str, story_id: UUID | None, contents: Sequence[Row[Any]]) -> dict[str, Any]:
        """Return the listener's part of a catalogue entry."""
        place = self.places.get(slug)
        known = self.progress.get(story_id) if story_id else None
        latest = max(
            (self.reactions[row.id] for row in contents if row.id in self.reactions),
            key=lambda dated: dated[0],
            default=(None, None),
        )
        result: dict[str, Any] = {
            "reaction": latest[1],
            "is_bookmarked": story_id in self.bookmarks,
        }
        if known is not None:
            return result | {
                "percentage": known.completion_percentage or 0.0,
                "is_completed": bool(known.is_completed),
                "play_count": known.play_count or 0,
                "last_played_at": known.last_played_at,
            }
        if place is not None:
            result |= {
                "percentage": place.percentage,
                "is_completed": place.is_completed,
                "last_played_at": place.updated_at,
            }
        return result | {"play_count": sum(self.plays.get(row.id, 0) for row in contents)}


def catalogue(connection: Connection, user_id: UUID | None) -> tuple[CatalogueEntry, ...]:
    """Return the whole library by slug, in eight queries however long it is.

    The plays of an episode, which has no progress row, are counted from its endings heard.
    """
    listened = _listened(connection, user_id)
    contents: dict[UUID | None, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(_contents()):
        contents[row.story_id].append(row)
    translations: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(_translations()):
        translations[row.story_id].append(row)
    stories: CursorResult[Any] = connection.execute(
        select(Story.id, Story.slug, Story.age_range, Story.region, Story.duration_min).where(
            Story.is_active.is_not(False)
        )
    )
    entries = [_of_story(row, translations[row.id], contents[row.id], listened) for row in stories]
    entries += [_of_episode(row, listened) for row in contents[None]]
    return tuple(sorted(entries, key=lambda entry: entry.slug))


def _contents() -> Any:
    return select(
        Content.id,
        Content.story_id,
        Content.title,
        Content.description,
        Content.language,
        Content.format,
        Content.genre,
        Content.difficulty,
        Content.difficulty_score,
        Content.duration,
        Content.meta.label("meta"),
    ).order_by(Content.id)


def _translations() -> Any:
    return select(
        StoryTranslation.story_id,
        StoryTranslation.language_code,
        StoryTranslation.title,
        StoryTranslation.description,
    ).order_by(StoryTranslation.created_at, StoryTranslation.language_code)


def _listened(connection: Connection, user_id: UUID | None) -> _Listened:
    progress = select(
        UserProgress.story_id,
        UserProgress.completion_percentage,
        UserProgress.is_completed,
        UserProgress.play_count,
        UserProgress.last_played_at,
    ).where(UserProgress.user_id == user_id)
    places = select(Place.slug, Place.percentage, Place.is_completed, Place.updated_at)
    likes = select(
        LikeEngagement.content_id,
        LikeEngagement.liked,
        LikeEngagement.reaction_type,
        LikeEngagement.updated_at,
    ).order_by(LikeEngagement.updated_at)
    plays = (
        select(BehavioralEvent.content_id, func.count())
        .join(Content, Content.id == BehavioralEvent.content_id)
        .where(Content.story_id.is_(None), BehavioralEvent.event_type == "complete")
        .group_by(BehavioralEvent.content_id)
    )
    marked = select(Bookmark.story_id).where(Bookmark.user_id == user_id)
    return _Listened(
        progress={row.story_id: row for row in connection.execute(progress)},
        places={row.slug: row for row in connection.execute(places)},
        reactions={
            row.content_id: (row.updated_at, (row.reaction_type or "like") if row.liked else None)
            for row in connection.execute(likes)
        },
        plays={row[0]: row[1] for row in connection.execute(plays)},
        bookmarks=frozenset(connection.scalars(marked)),
    )


def _of_story(
    story: Row[Any],
    translations: Sequence[Row[Any]],
    contents: Sequence[Row[Any]],
    listened: _Listened,
) -> CatalogueEntry:
    first = contents[0] if contents else None
    seconds = max((row.duration for row in contents), default=0)
    return CatalogueEntry(
        slug=story.slug,
        story_id=story.id,
        titles={row.language_code: row.title for row in translations},
        descriptions={row.language_code: row.description or "" for row in translations},
        age_range=story.age_range,
        region=story.region,
        format=first.format if first else None,
        genre=first.genre if first else None,
        difficulty=first.difficulty if first else None,
        difficulty_score=first.difficulty_score if first else None,
        duration_sec=seconds or SECONDS_A_MINUTE * (story.duration_min or 0),
        **listened.of(story.slug, story.id, contents),
    )


def _of_episode(content: Row[Any], listened: _Listened) -> CatalogueEntry:
    language = content.language or "it"
    meta = content.meta or {}
    return CatalogueEntry(
        slug=content.id,
        story_id=None,
        titles={language: content.title},
        descriptions={language: content.description or ""},
        age_range=meta.get("age_range"),
        region=meta.get("region"),
        format=content.format,
        genre=content.genre,
        difficulty=content.difficulty,
        difficulty_score=content.difficulty_score,
        duration_sec=content.duration,
        **listened.of(content.id, None, [content]),
    )
