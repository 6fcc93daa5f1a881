"""Reads what the listener's other machines wrote to PostgreSQL, and merges it into the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Connection as LocalConnection

from db.pull_state import PullState, Server
from db.remote import limit
from db.store import Store
from db.syncing import applying
from db.syncing.arriving import Arrived, arrive, count_anew
from db.syncing.own_rows import OWN_TABLES, TRANSACTION

if TYPE_CHECKING:
    from psycopg import Connection

CHUNK: Final = 100
"""Rows written at once: the listener's own never wait for more than these."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull came to: rows seen, and whether all were; stopped half-way it goes on there."""

    rows: int
    is_whole: bool


class Pull:
    """Pulls the own rows of the listener. To be used by one thread.

    `bring` is asked, within the pull's transaction, to bring a story or an episode that rows refer
    to into the store, by a name of `db.syncing.applying`; it returns whether it is here now. Rows
    whose story cannot be had are pulled again when it is here.
    """

    def __init__(
        self, store: Store, bring: Callable[[Connection[Any], str], bool] | None = None
    ) -> None:
        self._store = store
        self._bring = bring
        self._not_to_be_had: set[str] = set()
        self._works: set[UUID | str] = set()

    def run(self, connection: Connection[Any], is_stopping: Callable[[], bool]) -> Pulled:
        """Merge what changed since the last pull; `connection` is one that commits by itself.

        Looks after each chunk whether it is to stop. Raises psycopg.Error or StoreError; what
        was merged by then stays, and the next pull goes on behind it.
        """
        self._not_to_be_had.clear()
        user_id = self._store.listener().id
        with connection.transaction():
            # One snapshot for all tables; nothing in it writes.
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            limit(connection)
            server = Server.seen_by(connection)
            kept, state = self._store.read(lambda tx: _begun(tx, server))
            count = 0
            for number, chunk in _chunks(connection, state, user_id):
                self._fetch_works(connection, OWN_TABLES[number].name, chunk)
                state = self._merge(server, state, number, chunk)
                count += len(chunk)
                if is_stopping():
                    return Pulled(count, is_whole=False)
            # Where nothing came the cursor may stay, and the disk is left in peace.
            if count or kept.round or not kept.cursor or kept.waits != state.waits:
                self._finish(server, state.done(), user_id)
            return Pulled(count, is_whole=True)

    def _merge(self, server: Server, state: PullState, number: int, chunk: Rows) -> PullState:
        """Write a chunk, and how far the pull is with it, in one transaction."""
        table = OWN_TABLES[number]
        last = (chunk[-1][TRANSACTION], table.key_of(chunk[-1]))

        def work(tx: LocalConnection) -> tuple[PullState, Arrived]:
            arrived = arrive(tx, table.name, chunk)
            further = state.waiting(arrived.waits).at(number, *last)
            further.save(tx, server)
            return further, arrived

        further, arrived = self._store.write_later(work).result()
        self._works |= arrived.works
        return further

    def _finish(self, server: Server, state: PullState, user_id: UUID) -> None:
        """Count anew what came, and keep the cursor of the next pull."""

        def work(tx: LocalConnection) -> None:
            count_anew(tx, user_id, self._works)
            state.save(tx, server)

        self._store.write_later(work).result()
        self._works.clear()

    def _fetch_works(self, connection: Connection[Any], table: str, chunk: Rows) -> None:
        """Bring the stories that rows of a chunk refer to, where they can be had."""
        if self._bring is None:
            return
        lacking = self._store.read(lambda tx: applying.sort_out(tx, table, chunk)).waits
        for name in lacking:
            if name not in self._not_to_be_had and not self._bring(connection, name):
                self._not_to_be_had.add(name)


def _begun(tx: LocalConnection, server: Server) -> tuple[PullState, PullState]:
    """Return the state that was kept, and the same with a round under way."""
    kept = PullState.load(tx, server)
    return kept, kept.begun(server, applying.present(tx, kept.waits))


def _chunks(
    connection: Connection[Any], state: PullState, user_id: UUID
) -> Iterator[tuple[int, Rows]]:
    """Yield what is still to be read, with the number of its table."""
    assert state.round is not None
    begun = state.round
    for number, table in enumerate(OWN_TABLES):
        if number < begun.table:
            continue
        is_half_read = number == begun.table and begun.after is not None
        after = (begun.after or 0, begun.key if is_half_read else ())
        for page in table.pages(connection, user_id, (begun.since, begun.before), after):
            for start in range(0, len(page), CHUNK):
                yield number, page[start : start + CHUNK]
