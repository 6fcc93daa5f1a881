"""One push: make ready, release what can go, send batch after batch, note what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import psycopg

from db import outbox, remote, remote_schema
from db.errors import RemoteError
from db.outbox import Entry, Refusal
from db.remote import Remote
from db.store import Store
from db.syncing import adopting, backlog, clamping, holding
from db.syncing.lanes import WORTH_IT, Lanes
from db.syncing.publish import Key, may_publish, publish
from db.syncing.pushing import ABOUT_THE_ROW, send

if TYPE_CHECKING:
    from psycopg import Connection

BATCH: Final = 500
BUNDLED: Final = "bundled_slugs"
"""The small value that lists, as JSON, the stories that come with the program."""

MONTHS_AHEAD: Final = 2
PASSING: Final = ("08", "40", "53", "55", "57", "25P03")
"""SQLSTATEs, or their classes, that another try may get past."""


class Delivery:
    """Carries entries over one connection, opened when needed. To be used by one thread."""

    def __init__(self, store: Store, remote: Remote, key: Key | None = None) -> None:
        self._store = store
        self._key = key
        self._remote = remote
        self._connection: Connection[Any] | None = None
        self._known = holding.Known()
        self._is_prepared = False
        self._set_at: int | None = None
        self._taken: set[str] = set()
        self.sent = 0

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._connection is not None and not self._connection.closed

    def deliver(self, is_stopping: Callable[[], bool]) -> None:
        """Send all that can be sent. Raises psycopg.Error, RemoteError or StoreError."""
        if not self._store.pending():
            return
        connection = self.open()
        names = self._store.read(outbox.held_names)
        free = set(names) - self._missing(connection, names)
        if free:
            self._store.write_later(lambda tx: outbox.release(tx, free)).result()
        self._deliver_backlog(connection, is_stopping)
        while not is_stopping():
            entries = self._store.read(lambda tx: outbox.next_batch(tx, BATCH))
            if not entries:
                self._store.write_later(outbox.prune).result()
                return
            self._deliver(connection, entries)

    def waiting_for(self) -> str | None:
        """Say for which stories entries are held, and what to do; None where none is."""
        names = self._store.read(outbox.held_names)
        if not names:
            return None
        count = self._store.read(outbox.counts).held
        slugs = self._store.read(lambda tx: holding.slugs(tx, names))
        wanted = sorted({slugs.get(name, name) for name in names})
        entries = "1 entry waits" if count == 1 else f"{count} entries wait"
        if self._taken.intersection(wanted):
            taken = ", ".join(sorted(self._taken.intersection(wanted)))
            return f"{entries}: in {self._remote.label} the slug of {taken} is another story's."
        which = f"story {wanted[0]} is" if len(wanted) == 1 else f"stories {', '.join(wanted)} are"
        return (
            f"{entries}: {which} not published in {self._remote.label}; run: kahani import --remote"
        )

    def sorted_out(self, fault: psycopg.Error) -> tuple[bool, RemoteError]:
        """Return whether an error will pass by itself, and what to say of it."""
        state = fault.sqlstate
        if state is None or state.startswith(PASSING):
            return True, self._remote.unreachable(fault)
        return False, self._remote.failed("sending", fault)

    def close(self) -> None:
        """Close the connection; what was known of the other side is forgotten."""
        connection, self._connection = self._connection, None
        self._known = holding.Known()
        if connection is not None:
            connection.close()

    def open(self) -> Connection[Any]:
        """Return the connection, opened and looked at first where there is none.

        Raises psycopg.Error, RemoteError or StoreError.
        """
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
            remote_schema.make_ready(self._remote, self._connection)
            adopting.adopt(self._connection, self._store)
            self._set_at = None
        self._heed_clock(self._connection)
        if not self._is_prepared:
            remote_schema.ensure_partitions(self._connection, MONTHS_AHEAD)
            self._is_prepared = True
        return self._connection

    def _connect(self) -> Connection[Any]:
        return self._remote.connect(autocommit=True, answers_within=remote.ANSWER_S)

    def _heed_clock(self, connection: Connection[Any]) -> None:
        """Ask for the server's time, and again after the clock of this machine was set."""
        set_at = clamping.set_at_ms()
        if self._set_at is None or abs(set_at - self._set_at) >= clamping.NOTED_FROM_MS:
            there_ms = clamping.server_ms(connection)
            self._store.write_later(lambda tx: clamping.believe(tx, there_ms)).result()
            self._set_at = set_at

    def _deliver_backlog(
        self, connection: Connection[Any], is_stopping: Callable[[], bool]
    ) -> None:
        """Send the bulk of a long outbox; what PostgreSQL refuses of it is left to the careful way.

        What events refer to goes first, so that they may take any lane.
        """
        found = self._store.read(outbox.counts)
        waiting = found.pending - found.held
        if waiting < backlog.ENOUGH:
            return
        for entries in backlog.states(self._store):
            if is_stopping():
                return
            self._deliver_states(connection, entries)
        with closing(backlog.chunks(self._store)) as chunks:
            lanes = Lanes(self._store, chunks, is_stopping)
            try:
                lanes.run(connection, self._connect if waiting >= WORTH_IT else None)
            finally:
                self.sent += lanes.sent

    def _deliver_states(self, connection: Connection[Any], entries: Sequence[Entry]) -> None:
        try:
            backlog.send_states(connection, entries)
        except psycopg.Error as fault:
            if not (fault.sqlstate or "").startswith(ABOUT_THE_ROW):
                raise
            for start in range(0, len(entries), BATCH):
                self._deliver(connection, entries[start : start + BATCH])
            return
        sent = [entry.id for entry in entries]
        self._store.write_later(lambda tx: outbox.settle(tx, sent=sent)).result()
        self.sent += len(sent)

    def _deliver(self, connection: Connection[Any], entries: Sequence[Entry]) -> None:
        wanted = {name for entry in entries for name in holding.works(entry)}
        missing = self._missing(connection, wanted)
        slugs = self._store.read(lambda tx: holding.slugs(tx, missing)) if missing else {}
        ready, held, refused = _sorted(entries, missing, set(slugs))
        whole = holding.without_lost_parts(connection, self._known, ready)
        refused += send(connection, whole)
        bad = {refusal.entry.id for refusal in refused}
        sent = [entry.id for entry in ready if entry.id not in bad]
        self._store.write_later(
            lambda tx: outbox.settle(tx, sent=sent, held=held, refused=refused)
        ).result()
        self.sent += len(sent)

    def _missing(self, connection: Connection[Any], names: Sequence[str] | set[str]) -> set[str]:
        """Return which works are not in PostgreSQL, after publishing those that came with us."""
        missing = self._known.missing_works(connection, names)
        if not missing:
            return missing
        bundled = set(json.loads(self._store.get_meta(BUNDLED) or "[]"))
        slugs = set(self._store.read(lambda tx: holding.slugs(tx, missing)).values())
        ours = bundled & slugs
        if not ours or not may_publish(connection):
            return missing
        self._taken = {slug for slug in sorted(ours) if not self._published(connection, slug)}
        return self._known.missing_works(connection, missing)

    def _published(self, connection: Connection[Any], slug: str) -> bool:
        try:
            return publish(connection, self._store, slug, self._key) != "taken"
        except psycopg.IntegrityError:  # rows of the same names, made by other hands
            return False


def _sorted(
    entries: Sequence[Entry], missing: set[str], here: set[str]
) -> tuple[list[Entry], dict[int, str], list[Refusal]]:
    """Part entries into those that can go, those that wait, and those that never can."""
    ready: list[Entry] = []
    held: dict[int, str] = {}
    refused: list[Refusal] = []
    for entry in entries:
        lacking = sorted(holding.works(entry) & missing)
        if not lacking:
            ready.append(entry)
        elif lost := [name for name in lacking if name not in here]:
            refused.append(holding.orphan(entry, lost[0]))
        else:
            held[entry.id] = lacking[0]
    return ready, held, refused
