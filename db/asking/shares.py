"""What share of listeners took each choice: asked of PostgreSQL, kept here, never waited for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from db.values import set_value, value_of

if TYPE_CHECKING:
    from psycopg import Connection

KEY: Final = "shares"
"""The small value that holds the shares of a story, followed by its slug."""

# A choice whose event names none of the story's choices any more counts for nothing.
_COUNTS: Final = """
SELECT c.id, count(*)
FROM analytics_events e
JOIN story_choices c ON c.node_id = e.node_id AND c.choice_key = e.event_data ->> '$.choice'
WHERE e.event_type = 'choice_made' AND e.story_id = :story GROUP BY c.id
"""


class Share(NamedTuple):
    """How many of the listeners who chose at a node took this choice last, in percent."""

    percent: int
    listeners: int


def choice_shares(connection: Connection[Any], story_id: UUID) -> dict[UUID, Share]:
    """Ask PostgreSQL, within a transaction; only nodes where at least 20 listeners chose.

    Nothing where the schema is an older one, or this role may not ask. Raises psycopg.Error.
    """
    import psycopg  # noqa: PLC0415 - the store reads shares without it

    try:
        with connection.transaction():
            rows = connection.execute("SELECT * FROM choice_shares(%s)", [story_id]).fetchall()
    except (psycopg.errors.UndefinedFunction, psycopg.errors.InsufficientPrivilege):
        return {}
    return {choice: Share(percent, listeners) for choice, percent, listeners in rows}


def keep_shares(tx: sa.Connection, slug: str, shares: Mapping[UUID, Share]) -> None:
    """Keep the shares of a story in the store, instead of those that were there."""
    values = {choice.hex: list(share) for choice, share in shares.items()}
    set_value(tx, f"{KEY}:{slug}", json.dumps(values, separators=(",", ":")))


def kept_shares(tx: sa.Connection, slug: str) -> dict[UUID, Share]:
    """Return the shares that were kept of a story, by choice; nothing where none were told."""
    kept = value_of(tx, f"{KEY}:{slug}")
    return {UUID(choice): Share(*share) for choice, share in json.loads(kept or "{}").items()}


def choice_counts(tx: sa.Connection, story_id: UUID) -> dict[UUID, int]:
    """Return how often this machine's listener took each choice of a story."""
    rows = tx.exec_driver_sql(_COUNTS, {"story": story_id.hex})
    return {UUID(choice): count for choice, count in rows}
