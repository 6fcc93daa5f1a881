"""Two connections that carry a backlog side by side.

PostgreSQL has the larger part of the work, and does what one connection asks on one processor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from functools import partial
from typing import Any, Final

import psycopg
from psycopg import Connection

from db import outbox
from db.errors import RemoteError
from db.outbox import Chunk
from db.store import Store
from db.syncing import backlog
from db.syncing.pushing import ABOUT_THE_ROW

WORTH_IT: Final = 4 * backlog.CHUNK
"""From so many entries on a second connection is opened."""


class Lanes:
    """Sends chunks as they are, each over the lane that is free; to be used once.

    What PostgreSQL refuses of it stays in the outbox. While a chunk is under way the writer notes
    that the one before has arrived; so after a crash a chunk may be sent again, and is found there.
    """

    def __init__(
        self,
        store: Store,
        chunks: Iterator[Chunk],
        is_stopping: Callable[[], bool],
    ) -> None:
        self._store = store
        self._chunks = chunks
        self._is_stopping = is_stopping
        self._one_at_a_time = threading.Lock()
        self._is_over = False
        self._fault: Exception | None = None
        self.sent = 0

    def run(
        self, connection: Connection[Any], connect: Callable[[], Connection[Any]] | None
    ) -> None:
        """Send all chunks, also over a connection that `connect` opens.

        Where that one cannot be opened, or breaks, the first goes on alone. Raises psycopg.Error
        for the first one, and StoreError.
        """
        if connect is None:
            self._carry(connection)
            return
        # A daemon: whoever leaves does not wait for a line that is dead.
        beside = threading.Thread(
            target=self._beside, args=(connect,), name="sync-beside", daemon=True
        )
        beside.start()
        try:
            self._carry(connection)
        finally:
            self._is_over = True
            beside.join()
        if self._fault is not None:
            raise self._fault

    def _beside(self, connect: Callable[[], Connection[Any]]) -> None:
        try:
            with closing(connect()) as connection:
                self._carry(connection)
        except (psycopg.Error, RemoteError):
            pass  # what was under way here is still in the outbox
        except Exception as fault:  # noqa: BLE001 - raised where it is waited for
            self._fault = fault

    def _carry(self, connection: Connection[Any]) -> None:
        noting: Future[None] | None = None
        while (chunk := self._next()) is not None:
            try:
                backlog.send_chunk(connection, chunk)
            except psycopg.Error as fault:
                if not (fault.sqlstate or "").startswith(ABOUT_THE_ROW):
                    raise
                continue
            if noting is not None:
                noting.result()
            noting = self._store.write_later(partial(outbox.note_sent, ids=chunk.ids))
            with self._one_at_a_time:
                self.sent += chunk.count
        if noting is not None:
            noting.result()

    def _next(self) -> Chunk | None:
        with self._one_at_a_time:
            if self._is_over or self._is_stopping():
                return None
            return next(self._chunks, None)
