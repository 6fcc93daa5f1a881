"""Reads whole stories and episodes out of PostgreSQL as records."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, TypeVar
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from db.asking.reading import record
from db.records import (
    AudioRecord,
    CharacterRecord,
    ChoiceRecord,
    ContentRecord,
    NodeRecord,
    StoryRecord,
    TranslationRecord,
)

R = TypeVar("R")

_CHILDREN: Final[dict[str, tuple[type, str]]] = {
    "translations": (
        TranslationRecord,
        "SELECT * FROM story_translations WHERE story_id = %s ORDER BY created_at, language_code",
    ),
    "characters": (
        CharacterRecord,
        "SELECT * FROM characters WHERE story_id = %s ORDER BY display_order, slug",
    ),
    "nodes": (
        NodeRecord,
        "SELECT * FROM story_nodes WHERE story_id = %s ORDER BY display_order, id",
    ),
    "choices": (
        ChoiceRecord,
        """SELECT c.* FROM story_choices c JOIN story_nodes n ON n.id = c.node_id
           WHERE n.story_id = %s ORDER BY n.display_order, c.node_id, c.choice_key""",
    ),
    "audio_files": (
        AudioRecord,
        """SELECT a.* FROM audio_files a JOIN story_nodes n ON n.id = a.node_id
           WHERE n.story_id = %s ORDER BY n.display_order, a.node_id, a.language_code,
               a.code_mix_ratio, a.speaker_id""",
    ),
    "contents": (ContentRecord, "SELECT * FROM content WHERE story_id = %s ORDER BY id"),
}
_STORY: Final = "SELECT * FROM stories WHERE {} = %s AND is_active IS NOT FALSE"
_EPISODE: Final = "SELECT * FROM content WHERE id = %s AND story_id IS NULL"
_STORY_OF: Final = "SELECT story_id FROM content WHERE id = %s"


def story_by_slug(connection: Connection[Any], slug: str) -> StoryRecord | None:
    """Return an active story with all its rows; to be asked within a transaction."""
    return _story(connection, _STORY.format("slug"), slug)


def story_by_id(connection: Connection[Any], story_id: UUID) -> StoryRecord | None:
    """Return an active story with all its rows; to be asked within a transaction."""
    return _story(connection, _STORY.format("id"), story_id)


def episode(connection: Connection[Any], slug: str) -> ContentRecord | None:
    """Return a linear episode."""
    rows = _records(connection, ContentRecord, _EPISODE, slug)
    return rows[0] if rows else None


def story_of(connection: Connection[Any], content_id: str) -> UUID | None:
    """Return the story that a content is an edition of; None for an episode, or nothing."""
    row = connection.execute(_STORY_OF, [content_id]).fetchone()
    return row[0] if row else None


def _story(connection: Connection[Any], query: str, value: Any) -> StoryRecord | None:
    rows = _rows(connection, query, value)
    if not rows:
        return None
    children: dict[str, Any] = {
        name: _records(connection, kind, of_story, rows[0]["id"])
        for name, (kind, of_story) in _CHILDREN.items()
    }
    return record(StoryRecord, rows[0], **children)


def _records(connection: Connection[Any], kind: type[R], query: str, value: Any) -> tuple[R, ...]:
    return tuple(record(kind, row) for row in _rows(connection, query, value))


def _rows(connection: Connection[Any], query: str, value: Any) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(query, [value]).fetchall()
    return [{name: _plain(value) for name, value in row.items()} for row in found]


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value
