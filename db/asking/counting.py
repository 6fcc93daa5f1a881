"""Counts plays and time listened from events, so that those of all machines are counted once.

A play is a `story_start` that resumed nothing; time listened is what behavioral events carry as
`listened_ms`. Both columns never go down: events of earlier versions carry no time, and events
that are archived are gone. To be called where events or progress rows have arrived.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, text

if TYPE_CHECKING:
    from psycopg import Connection as RemoteConnection

LISTENED: Final = "listened_ms"
"""What a behavioral event tells in its context: milliseconds heard since the one before."""

_COUNT: Final = """
UPDATE user_progress
SET play_count = CASE WHEN counted.plays > COALESCE(user_progress.play_count, 0)
                      THEN counted.plays ELSE user_progress.play_count END,
    total_time_sec = CASE WHEN counted.seconds > COALESCE(user_progress.total_time_sec, 0)
                          THEN counted.seconds ELSE user_progress.total_time_sec END
FROM (
    SELECT p.id,
        (SELECT count(*) FROM analytics_events e
         WHERE e.user_id = p.user_id AND e.story_id = p.story_id AND e.event_type = 'story_start'
         AND COALESCE(CAST(e.event_data ->> 'resumed' AS VARCHAR), '') NOT IN ('true', '1')
        ) AS plays,
        COALESCE((SELECT CAST(sum({listened}) AS BIGINT) / 1000
         FROM sessions s JOIN behavioral_events b ON b.session_id = s.id
         JOIN content c ON c.id = b.content_id
         WHERE s.user_id = p.user_id AND c.story_id = p.story_id
        ), 0) AS seconds
    FROM user_progress p WHERE p.user_id = {user} AND p.story_id {stories}
) AS counted
WHERE counted.id = user_progress.id
AND (counted.plays > COALESCE(user_progress.play_count, 0)
     OR counted.seconds > COALESCE(user_progress.total_time_sec, 0))
"""

_HERE: Final = _COUNT.format(
    listened=f"CAST(b.context ->> '{LISTENED}' AS INTEGER)", user=":user", stories="IN :stories"
)
_THERE: Final = _COUNT.format(
    # What others wrote by hand must not stop anybody.
    listened=(
        f"CASE WHEN b.context ->> '{LISTENED}' ~ '^[0-9]{{1,9}}$' "
        f"THEN (b.context ->> '{LISTENED}')::bigint END"
    ),
    user="%s",
    stories="= ANY(%s)",
)


def recount(tx: Connection, user_id: UUID, story_ids: Collection[UUID]) -> None:
    """Count anew, in the store, what a listener heard of these stories."""
    if story_ids:
        statement = text(_HERE).bindparams(bindparam("stories", expanding=True))
        tx.execute(
            statement, {"user": user_id.hex, "stories": sorted(story.hex for story in story_ids)}
        )


def recount_there(
    connection: RemoteConnection[Any], user_id: UUID, story_ids: Collection[UUID]
) -> None:
    """Count anew, in PostgreSQL, in the transaction that is open."""
    if story_ids:
        connection.execute(_THERE, [user_id, list(story_ids)])
