"""Reads all that the listener did to the sound: what is believed of them is made of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection

from db.records import BehaviorRecord
from db.records.json import Json
from db.types import from_text
from db.values import LISTENER, value_of

_OWN: Final = "session_id IN (SELECT id FROM sessions WHERE user_id = :user OR user_id IS NULL)"

_ALL: Final = f"""
SELECT id, timestamp, event_type, content_id, session_id, playback_position, duration,
    content_characteristics, device_info, context, sequence
FROM behavioral_events WHERE rowid > :after AND {_OWN}
"""  # noqa: S608 - the condition above

_HELD: Final = f"""{_ALL} AND (event_type IN ('rated', 'speed')
    OR (event_type = 'play' AND context LIKE '%%"nudged"%%'))
"""

_ELSEWHERE: Final = f"""
SELECT count(*) FROM behavioral_events
WHERE (session_id <> :session OR sequence IS NULL) AND {_OWN}
"""  # noqa: S608 - the condition above


def behaviors(tx: Connection, after: int = 0) -> tuple[BehaviorRecord, ...]:
    """Return all events of the sound of the present listener, in no order.

    Only those that were written `after` a row of SQLite, by its number. Of their columns those
    that tell something about the listener. JSON that says the same is one object, not to be
    changed: ten thousand visits say little that is new.
    """
    return _records(tx, _ALL, after)


def held(tx: Connection) -> tuple[BehaviorRecord, ...]:
    """Return the few of them that tell what mix, level and speed are held."""
    return _records(tx, _HELD, 0)


def _records(tx: Connection, query: str, after: int) -> tuple[BehaviorRecord, ...]:
    read = _reader()
    found = []
    for row in tx.exec_driver_sql(query, {"user": _listener(tx), "after": after}):
        id_, at, kind, content, session, position, duration, traits, device, context, n = row
        found.append(
            BehaviorRecord(
                id=id_,
                timestamp=from_text(at),
                event_type=kind,
                content_id=content,
                session_id=session,
                playback_position=float(position),
                duration=None if duration is None else float(duration),
                content_characteristics=read(traits),
                device_info=read(device),
                context=read(context),
                sequence=n,
            )
        )
    return tuple(found)


def count_elsewhere(tx: Connection, session_id: str) -> int:
    """Return how many of the events were not made in one sitting; what has no place in it, too."""
    values = {"user": _listener(tx), "session": session_id}
    found = tx.exec_driver_sql(_ELSEWHERE, values).scalar_one()
    return int(found)


def _listener(tx: Connection) -> str | None:
    user = value_of(tx, LISTENER)
    return user.replace("-", "") if user else None


def _reader() -> Callable[[str | None], Json]:
    @cache
    def read(text: str | None) -> Json:
        """Return an object; an empty one for what somebody wrote by hand and is none."""
        try:
            value: Any = json.loads(text or "{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    return read
