"""Sends a backlog of thousands of entries about as fast as PostgreSQL takes rows in.

Nothing is looked at first: not whether a story is published there, not whether a row is there
already. Where PostgreSQL refuses anything, nothing of the chunk is written, and the careful way
(db.syncing.pushing) is taken for it. The outbox's text goes as it is, put together by SQLite while
the chunk before is under way. A COPY would spare PostgreSQL a tenth of its work and cost this
machine as much, and row-level security refuses it; one into a temporary table gains nothing at all.
Events that begin or leave a story are no part of it: they go the careful way afterwards, where what
was heard is counted, once all that is to be counted has arrived.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from psycopg import Connection

from db import outbox
from db.merge import RULES
from db.outbox import Chunk, Entry
from db.remote import limit
from db.rows import event_columns
from db.store import Store
from db.syncing.pushing import COUNTED_KINDS, upsert, write

ENOUGH: Final = 1000
"""From so many entries on this way is taken: before that the careful one costs nothing."""

CHUNK: Final = 2500
"""Entries of one transaction: what PostgreSQL takes apart in its working memory."""

_STATES: Final = tuple(table for table, rule in RULES.items() if not rule.is_event)
_EVENTS: Final = tuple(table for table, rule in RULES.items() if rule.is_event)


def states(store: Store) -> Iterator[tuple[Entry, ...]]:
    """Yield what waits and is no event: events refer to it, so it goes first."""
    after = 0
    while found := store.read(partial(outbox.next_batch, limit=CHUNK, after=after, tables=_STATES)):
        after = found[-1].id
        yield found


def chunks(store: Store) -> Generator[Chunk, None, None]:
    """Yield the events that wait as long as there are many; the next chunk is read meanwhile."""
    next_chunk = partial(outbox.next_chunk, limit=CHUNK, tables=_EVENTS, but=COUNTED_KINDS)

    def read(after: int) -> Chunk:
        return store.read(partial(next_chunk, after=after))

    with ThreadPoolExecutor(1, "sync-read") as reader:
        coming = reader.submit(read, 0)
        while (chunk := coming.result()).count >= ENOUGH:
            coming = reader.submit(read, chunk.last)
            yield chunk


def send_states(connection: Connection[Any], entries: Sequence[Entry]) -> None:
    """Write them in one transaction. Raises psycopg.Error, with nothing written."""
    with connection.transaction():
        limit(connection)
        write(connection, entries)


def send_chunk(connection: Connection[Any], chunk: Chunk) -> None:
    """Write a chunk in one transaction. Raises psycopg.Error, with nothing of it written."""
    with connection.transaction():
        limit(connection)
        for table, rows in sorted(chunk.rows.items()):
            # Without ON CONFLICT: looking for a row that is hardly ever there takes a tenth.
            upsert(connection, table, rows, event_columns(table), "")
