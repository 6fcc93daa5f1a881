"""Sends a backlog of thousands of entries about as fast as PostgreSQL takes rows in.

Nothing is looked at first: not whether a story is published there, not whether a row is there
already. Where PostgreSQL refuses anything, nothing of the chunk is written, and the careful way
(db.pushing) is taken for it. The outbox's text goes as it is, put together by SQLite: a COPY
would have to be written column by column here, which costs more than it saves there (and a COPY
into a temporary table gains nothing over one parameter), and row-level security refuses it.
"""

from __future__ import annotations

from typing import Any, Final

from psycopg import Connection

from db import outbox
from db.merge import RULES
from db.outbox import Chunk
from db.pushing import COUNTED_AT, count, upsert, write
from db.remote import limit
from db.rows import event_columns
from db.store import Store

ENOUGH: Final = 1000
"""From so many entries on this way is taken: before that the careful one costs nothing."""

CHUNK: Final = 2500
"""Entries of one transaction: what PostgreSQL takes apart in its working memory."""

_STATES: Final = tuple(table for table, rule in RULES.items() if not rule.is_event)
_EVENTS: Final = tuple(table for table, rule in RULES.items() if rule.is_event)


def next_chunk(store: Store, after: int) -> Chunk | None:
    """Return the next entries behind the id `after`; None where there are not enough of them."""
    found = store.read(lambda tx: outbox.next_chunk(tx, CHUNK, after, whole=_STATES))
    return found if found.count >= ENOUGH else None


def send_chunk(store: Store, connection: Connection[Any], chunk: Chunk) -> None:
    """Write a chunk in one transaction. Raises psycopg.Error, with nothing of it written."""
    has_marks = any(mark in rows for mark in COUNTED_AT for rows in chunk.rows.values())
    marked = store.read(lambda tx: outbox.marked(tx, COUNTED_AT, chunk)) if has_marks else ()
    with connection.transaction():
        limit(connection)
        write(connection, chunk.entries)
        for table in _EVENTS:
            if table in chunk.rows:
                # Without ON CONFLICT: looking for a row that is hardly ever there takes a tenth.
                upsert(connection, table, chunk.rows[table], event_columns(table), "")
        count(connection, marked)
