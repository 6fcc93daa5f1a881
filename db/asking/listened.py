"""What the listener did to stories and episodes: few rows, however long the library is."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from db.records import ListenedRecord
from db.types import from_text

_PLACES: Final = """
SELECT slug, percentage, is_completed, updated_at,
    CASE WHEN json_valid(state) THEN json_array_length(state, '$.story.endings') END
FROM places
"""

_PROGRESS: Final = """
SELECT s.slug, p.completion_percentage, p.is_completed, p.play_count, p.last_played_at
FROM user_progress p JOIN stories s ON s.id = p.story_id
WHERE p.user_id = :user
"""

_ENDINGS: Final = """
SELECT p.slug, count(*)
FROM places p JOIN stories s ON s.slug = p.slug JOIN story_nodes n ON n.story_id = s.id
WHERE n.is_end GROUP BY p.slug
"""

_LIKES: Final = """
SELECT coalesce(s.slug, c.id), CASE WHEN l.liked THEN coalesce(l.reaction_type, 'like') END
FROM like_engagement l
JOIN content c ON c.id = l.content_id LEFT JOIN stories s ON s.id = c.story_id
ORDER BY coalesce(l.hlc, 0), l.hlc_device, l.updated_at
"""

# The plays of an episode, which has no progress row, are counted from its endings heard.
_PLAYS: Final = """
SELECT c.id, count(*)
FROM content c JOIN behavioral_events e ON e.content_id = c.id
WHERE c.story_id IS NULL AND e.event_type = 'complete' GROUP BY c.id
"""

_MARKS: Final = "SELECT slug, count(*) FROM marks WHERE removed_at IS NULL GROUP BY slug"

# Those of the listener's other machines too; a row without its marks stands for one.
_BOOKMARKS: Final = """
SELECT s.slug, coalesce(CASE WHEN json_valid(b.marks) THEN (
    SELECT count(*) FROM json_each(b.marks) m
    WHERE json_extract(b.marks, m.fullkey || '.removed_at') IS NULL) END, 1)
FROM bookmarks b JOIN stories s ON s.id = b.story_id
WHERE b.user_id = :user AND b.removed_at IS NULL
"""


def listened(connection: Connection, user_id: UUID | None) -> dict[str, ListenedRecord]:
    """Return what this listener did, by slug."""
    of_user = {"user": user_id.hex if user_id else None}
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for slug, percentage, is_completed, moment, endings in _all(connection, _PLACES):
        found[slug] = {
            "percentage": float(percentage or 0),
            "is_completed": bool(is_completed),
            "last_played_at": from_text(moment) if moment else None,
            "endings_found": endings or 0,
        }
    for slug, percentage, is_completed, plays, moment in _all(connection, _PROGRESS, of_user):
        found[slug] |= {
            "percentage": float(percentage or 0),
            "is_completed": bool(is_completed),
            "play_count": plays or 0,
            "last_played_at": from_text(moment) if moment else None,
        }
    for name, query in (("endings_total", _ENDINGS), ("reaction", _LIKES), ("play_count", _PLAYS)):
        for slug, value in _all(connection, query):
            found[slug][name] = value
    for slug, count in (*_all(connection, _BOOKMARKS, of_user), *_all(connection, _MARKS)):
        found[slug]["bookmarks"] = max(count, found[slug].get("bookmarks", 0))
    return {slug: ListenedRecord(**facts) for slug, facts in found.items()}


def _all(connection: Connection, query: str, values: dict[str, Any] | None = None) -> Any:
    return connection.exec_driver_sql(query, values or {}).all()
