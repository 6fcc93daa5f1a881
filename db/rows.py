"""Records as rows: column names and values, and the JSON that is sent to PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

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
    SessionRecord,
    StoryRecord,
    TranslationRecord,
    UserRecord,
)
from db.types import now, to_text

TABLES: Final[dict[type, str]] = {
    UserRecord: "users",
    SessionRecord: "sessions",
    PreferencesRecord: "user_preferences",
    LearnerRecord: "learner_model_state",
    ProgressRecord: "user_progress",
    AnalyticsRecord: "analytics_events",
    BehaviorRecord: "behavioral_events",
    LikeRecord: "like_engagement",
    PlaceRecord: "places",
    MarkRecord: "marks",
    BookmarkRecord: "bookmarks",
    CharacterRecord: "characters",
    TranslationRecord: "story_translations",
    NodeRecord: "story_nodes",
    ChoiceRecord: "story_choices",
    AudioRecord: "audio_files",
    ContentRecord: "content",
    StoryRecord: "stories",
}

_A_TICK: Final = timedelta(microseconds=1)
_RENAMED: Final = {"meta": "metadata"}


@cache
def _names(kind: type) -> tuple[tuple[str, str], ...]:
    names = (field.name for field in fields(kind))
    return tuple((name, _RENAMED.get(name, name)) for name in names)


def row_of(record: Any, **more: Any) -> dict[str, Any]:
    """Return the columns of a record, and `more`; JSON values as plain dicts and lists."""
    kind: type = type(record)
    row = {column: _plain(getattr(record, name)) for name, column in _names(kind)}
    return {**row, **more}


def timed(record: Any) -> dict[str, Any]:
    """Return the row of something that a listener makes, with the times that its table keeps.

    The store and PostgreSQL are told the same times: they are made here, once.
    """
    moment = now()
    match record:
        case AnalyticsRecord():
            return row_of(record)
        case BehaviorRecord():
            return row_of(record, created_at=record.timestamp)
        case UserRecord():
            return row_of(record, last_active=moment)
        case PreferencesRecord():
            return row_of(record, last_updated=moment, created_at=moment, updated_at=moment)
        case _:
            return row_of(record, created_at=moment, updated_at=moment)


@cache
def event_columns(table: str) -> tuple[str, ...]:
    """Return the columns that are sent of an event, always the same."""
    kind = {name: kind for kind, name in TABLES.items()}[table]
    more = ("created_at",) if kind is BehaviorRecord else ()
    return (*(column for _, column in _names(kind)), *more)


def payload(row: Mapping[str, Any]) -> str:
    """Write a row as the JSON that PostgreSQL reads it from."""
    return _PAYLOAD.encode(dict(row))


def story_rows(story: StoryRecord) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a story by table, in the order of their foreign keys."""
    moment = now()
    of_story = {"story_id": story.id}
    children = {"translations", "characters", "nodes", "choices", "audio_files", "contents"}
    columns = {
        name: getattr(story, name) for name, _ in _names(StoryRecord) if name not in children
    }
    return {
        "stories": [{**columns, "is_active": True, "updated_at": moment}],
        "story_translations": [
            # A story's languages stand in the order of these times: its own first.
            row_of(row, **of_story, created_at=moment + place * _A_TICK, updated_at=moment)
            for place, row in enumerate(story.translations)
        ],
        "characters": [row_of(row, **of_story) for row in story.characters],
        "story_nodes": [row_of(row, **of_story) for row in story.nodes],
        "story_choices": [row_of(row) for row in story.choices],
        "audio_files": [row_of(row) for row in story.audio_files],
        "content": [content_row(row) for row in story.contents],
    }


def content_row(content: ContentRecord) -> dict[str, Any]:
    """Return the row of an edition or of a linear episode."""
    return row_of(content, updated_at=now())


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(inner) for inner in value]
    return value


def _portable(value: Any) -> str:
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be sent: {value!r}")


_PAYLOAD: Final = json.JSONEncoder(
    default=_portable, ensure_ascii=False, separators=(",", ":"), check_circular=False
)
