"""Reads what the listener liked, and how stories ended for them: their taste is made of it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection

from db.records import BehaviorRecord, LikeRecord
from db.records.json import Json
from db.types import from_text
from db.values import LISTENER, value_of

_OWN: Final = "session_id IN (SELECT id FROM sessions WHERE user_id = :user OR user_id IS NULL)"

# A row that says nothing of genre, topic and format was written before likes told of them.
_LIKES: Final = f"""
SELECT l.content_id, l.session_id, l.liked, l.liked_at, l.unliked_at, l.reaction_type,
    l.content_characteristics, coalesce(s.slug, c.id), c.genre, c.topic, c.format
FROM like_engagement l
JOIN content c ON c.id = l.content_id LEFT JOIN stories s ON s.id = c.story_id
WHERE l.{_OWN}
ORDER BY coalesce(l.hlc, 0), l.hlc_device, l.updated_at, l.content_id, l.session_id
"""  # noqa: S608 - the condition above

_ENDS: Final = f"""
SELECT id, timestamp, event_type, content_id, session_id, content_characteristics, context
FROM behavioral_events WHERE event_type IN ('complete', 'abandon') AND {_OWN}
"""  # noqa: S608 - the condition above

_MARK: Final = """
SELECT (SELECT max(rowid) FROM behavioral_events), (SELECT count(*) FROM like_engagement),
    (SELECT max(hlc) FROM like_engagement), (SELECT max(updated_at) FROM like_engagement)
"""


def likes(tx: Connection) -> tuple[LikeRecord, ...]:
    """Return all likes of the present listener and what was taken back, the last one last.

    By the clock that all machines share. Each tells the slug, genre, topic and format; where a row
    does not, as the catalogue has them.
    """
    found = []
    for row in tx.exec_driver_sql(_LIKES, _whose(tx)):
        content, session, liked, liked_at, unliked_at, reaction, told, slug, *traits = row
        known = dict(zip(("genre", "topic", "format"), traits, strict=True))
        found.append(
            LikeRecord(
                content_id=content,
                session_id=session,
                liked=bool(liked),
                liked_at=from_text(liked_at) if liked_at else None,
                unliked_at=from_text(unliked_at) if unliked_at else None,
                reaction_type=reaction,
                content_characteristics={**known, **_object(told), "slug": slug},
            )
        )
    return tuple(found)


def ends(tx: Connection) -> tuple[BehaviorRecord, ...]:
    """Return the events that tell how a hearing ended, in no order, and of them what tells it."""
    read = cache(_object)
    return tuple(
        BehaviorRecord(
            id=id_,
            timestamp=from_text(at),
            event_type=kind,
            content_id=content,
            session_id=session,
            playback_position=0.0,
            content_characteristics=read(traits),
            context=read(context),
        )
        for id_, at, kind, content, session, traits, context in tx.exec_driver_sql(
            _ENDS, _whose(tx)
        )
    )


def taste_mark(tx: Connection) -> str:
    """Return what changes whenever something comes that may show a taste; reads next to nothing."""
    return repr((value_of(tx, LISTENER), *tx.exec_driver_sql(_MARK).one()))


def _whose(tx: Connection) -> dict[str, str | None]:
    user = value_of(tx, LISTENER)
    return {"user": user.replace("-", "") if user else None}


def _object(text: str | None) -> Json:
    try:
        value: Any = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
