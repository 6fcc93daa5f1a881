"""Sends a backlog of thousands of entries about as fast as PostgreSQL takes rows in.

Nothing is looked at first: not whether a story is published there, not whether a row is there
already. Where PostgreSQL refuses anything, nothing of the chunk is written, and the careful way
(db.pushing) is taken for it. The outbox's text goes as it is, put together by SQLite: a COPY
would have to be written column by column here, which costs more than it saves there (and a COPY
into a temporary table gains nothing over one parameter), and row-level security refuses it.
"""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Final

from psycopg import Connection
from sqlalchemy import Connection as LocalConnection

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


def chunks(store: Store) -> Generator[Chunk, None, None]:
    """Yield what waits as long as it is a backlog, once each; the next is read meanwhile."""
    with ThreadPoolExecutor(1, "sync-read") as reader:
        coming = reader.submit(_next_chunk, store, 0)
        while (chunk := coming.result()).count >= ENOUGH:
            coming = reader.submit(_next_chunk, store, chunk.last)
            yield chunk


def send_chunk(connection: Connection[Any], chunk: Chunk) -> None:
    """Write a chunk in one transaction. Raises psycopg.Error, with nothing of it written."""
    with connection.transaction():
        limit(connection)
        write(connection, chunk.entries)
        for table in _EVENTS:
            if table in chunk.rows:
                # Without ON CONFLICT: looking for a row that is hardly ever there takes a tenth.
                upsert(connection, table, chunk.rows[table], event_columns(table), "")
        count(connection, chunk.marked)


def _next_chunk(store: Store, after: int) -> Chunk:
    def read(tx: LocalConnection) -> Chunk:
        found = outbox.next_chunk(tx, CHUNK, after, whole=_STATES)
        if any(mark in rows for rows in found.rows.values() for mark in COUNTED_AT):
            return replace(found, marked=outbox.marked(tx, COUNTED_AT, found))
        return found

    return store.read(read)
