"""The store of this machine: what the player writes and reads, and never waits for a network."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self, TypeVar
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from db import appending, importing, owning, placing
from db.asking import behaving, liking, reading, shares
from db.asking.catalogue import catalogue
from db.asking.listened import listened
from db.asking.shares import Share
from db.checking import Check
from db.engine import identity, reading_engine
from db.errors import StoreDamagedError, explain
from db.importing import Outcome
from db.models import OutboxEntry, User
from db.records import (
    BehaviorRecord,
    CatalogueEntry,
    ContentRecord,
    LearnerRecord,
    LikeRecord,
    ListenedRecord,
    MarkRecord,
    OtherPlace,
    PlaceRecord,
    PreferencesRecord,
    ProgressRecord,
    Record,
    StoryRecord,
    UserRecord,
)
from db.types import new_id, now
from db.upgrade import upgrade_local
from db.values import DEVICE, LISTENER, set_value, value_of
from db.wholeness import log_of
from db.writer import Mend, Writer

T = TypeVar("T")


class Store:
    """One SQLite file. All methods may be called from any thread.

    Writing goes through one thread and returns a future, or waits for it where the result is
    needed; reading uses short connections of its own. Several programs may share the file.
    """

    def __init__(self, path: Path, mend: Mend | None = None) -> None:
        self.path = path
        self.mend = mend
        self.check: Check | None = None
        self._reader = reading_engine(path, is_new=False)
        self._writer = Writer(path, mend)

    @classmethod
    def open(cls, path: Path, mend: Mend | None = None) -> Self:
        """Open the store at `path`; make it, or bring its schema up to date, where need be.

        Where it turns out to be damaged later on, `mend` is called, and all goes on after it. One
        that was not closed is looked through in the background. Raises SchemaNewerError,
        StoreDamagedError, StoreLockedError, StoreFullError or StoreReadOnlyError, each with a
        sentence for people.
        """
        was_left_open = log_of(path).exists()
        upgrade_local(path)
        store = cls(path, mend)
        if was_left_open and mend is not None:
            store.check = Check(path, mend)
        return store

    def append(self, records: Sequence[Record]) -> Future[None]:
        """Write what a listener did: all of it or nothing, each row with its outbox entry.

        Returns at once. When the future is done the rows are on the disk. An event that is there
        already is not written again.
        """
        return self._writer.submit(lambda tx: appending.append(tx, owning.owned(tx, records)))

    def listener(self) -> UserRecord:
        """Return the one anonymous listener of this installation; made by the first call."""
        found = self.read(_listener)
        if found is None:
            found = self._writer.submit(_make_listener).result()
        return found

    def device_id(self) -> str:
        """Return the name of this installation, the same for ever."""
        return self.get_meta(DEVICE) or self._writer.submit(_make_device).result()

    def catalogue(self, language: str | None = None) -> tuple[CatalogueEntry, ...]:
        """Return the library by slug, in `language` where it is told in it; no placements."""
        return self.read(lambda tx: catalogue(tx, language))

    def listened(self) -> dict[str, ListenedRecord]:
        """Return what the listener did, by the slugs of the stories and episodes touched."""
        user_id = self._known_listener()
        return self.read(lambda tx: listened(tx, user_id))

    def story(self, slug: str) -> StoryRecord | None:
        """Return an active story with all its rows, None where there is none of this name."""
        return self.read(lambda tx: reading.story(tx, slug))

    def episode(self, slug: str) -> ContentRecord | None:
        """Return a linear episode, None where there is none of this name."""
        return self.read(lambda tx: reading.episode(tx, slug))

    def import_story(self, story: StoryRecord) -> Outcome:
        """Bring a story into the catalogue, or up to date. Raises SlugTakenError."""
        return self._writer.submit(lambda tx: importing.import_story(tx, story)).result()

    def import_episode(self, episode: ContentRecord) -> Outcome:
        """Bring a linear episode into the catalogue, or up to date. Raises SlugTakenError."""
        return self._writer.submit(lambda tx: importing.import_episode(tx, episode)).result()

    def import_all(self, records: Sequence[StoryRecord | ContentRecord]) -> tuple[Outcome, ...]:
        """Bring in stories and episodes, all of them or none. Raises SlugTakenError."""
        return self._writer.submit(lambda tx: importing.import_all(tx, records)).result()

    def complete_story(self, story: StoryRecord) -> None:
        """Insert the rows that a story of this id lacks, and touch none that it has."""
        self._writer.submit(lambda tx: importing.complete_story(tx, story)).result()

    def place(self, slug: str) -> PlaceRecord | None:
        """Return where the listener stands in a story or an episode, to the line."""
        return self.read(lambda tx: reading.place(tx, slug))

    def offer(self, slug: str) -> OtherPlace | None:
        """Return the place in a story that lost against a later one on another machine."""
        return self.read(lambda tx: placing.offer(tx, slug))

    def drop_offer(self, slug: str) -> Future[None]:
        """Forget the offer of a place: it was taken, or refused."""
        return self._writer.submit(lambda tx: placing.drop_offer(tx, slug))

    def marks(self, slug: str | None = None) -> tuple[MarkRecord, ...]:
        """Return the bookmarks of one story, or of all, newest first; also those taken away."""
        return self.read(lambda tx: reading.marks(tx, slug))

    def progress(self, story_id: UUID) -> ProgressRecord | None:
        """Return how far the listener is in a story."""
        user_id = self._known_listener()
        if user_id is None:
            return None
        return self.read(lambda tx: reading.progress(tx, user_id, story_id))

    def reaction(self, content_ids: Sequence[str]) -> str | None:
        """Return the reaction in force on any of these contents: like, love, favorite or None."""
        return self.read(lambda tx: reading.reaction(tx, content_ids))

    def choice_shares(self, slug: str) -> Mapping[UUID, Share]:
        """Return what share of listeners took each choice, as PostgreSQL told it last."""
        return self.read(lambda tx: shares.kept_shares(tx, slug))

    def choice_counts(self, story_id: UUID) -> Mapping[UUID, int]:
        """Return how often the listener took each choice of a story; costs under a millisecond."""
        return self.read(lambda tx: shares.choice_counts(tx, story_id))

    def behaviors(self) -> tuple[BehaviorRecord, ...]:
        """Return all that the listener did to the sound, on whichever machine, in no order."""
        return self.read(behaving.behaviors)

    def held(self) -> tuple[BehaviorRecord, ...]:
        """Return the events that tell what mix, level and speed are held; a few milliseconds."""
        return self.read(behaving.held)

    def behaviors_elsewhere(self, session_id: str) -> int:
        """Return how many of them are not of one sitting; costs a few milliseconds."""
        return self.read(lambda tx: behaving.count_elsewhere(tx, session_id))

    def likes(self) -> tuple[LikeRecord, ...]:
        """Return all likes of the listener and what was taken back, the last one last."""
        return self.read(liking.likes)

    def learner(self) -> LearnerRecord | None:
        """Return the belief after the latest session."""
        return self.read(reading.learner)

    def preferences(self) -> PreferencesRecord | None:
        """Return what the listener chose last."""
        return self.read(reading.preferences)

    def get_meta(self, key: str) -> str | None:
        """Return a small value of this machine."""
        return self.read(lambda tx: value_of(tx, key))

    def set_meta(self, key: str, value: str) -> Future[None]:
        """Keep a small value on this machine."""
        return self._writer.submit(lambda tx: set_value(tx, key, value))

    def count_accesses(self, accesses: Mapping[UUID, tuple[int, datetime]]) -> None:
        """Count how often more each clip was wanted, and when last; nobody waits for it."""
        self._writer.submit(lambda tx: appending.count(tx, accesses), own=False)

    def pending(self) -> int:
        """Return how many outbox entries are still to be sent."""
        unsent = select(func.count()).where(OutboxEntry.sent_at.is_(None))
        return self.read(lambda tx: tx.scalar(unsent)) or 0

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do some reading in one transaction; again in a new store where this one is damaged."""
        seen = identity(self.path)
        try:
            with self._reading() as tx:
                return work(tx)
        except StoreDamagedError as fault:
            if self.mend is None:
                raise
            self.mend(seen, fault)
        with self._reading() as tx:
            return work(tx)

    def write_later(self, work: Callable[[Connection], T]) -> Future[T]:
        """Do some writing after the listener's own rows, for the other parts of this layer."""
        return self._writer.submit(work, own=False)

    def close(self, timeout: float = 5.0) -> bool:
        """Write what waits, at most `timeout` seconds; returns whether all of it was written."""
        if self.check is not None:
            self.check.stop()
        is_written = self._writer.close(timeout)
        self._reader.dispose()
        return is_written

    def _known_listener(self) -> UUID | None:
        value = self.get_meta(LISTENER)  # it may become another one, see db.owning
        return UUID(value) if value else None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._reader.begin() as connection:
                yield connection
        except DBAPIError as fault:
            if fault.orig is None:
                raise
            raise explain(fault.orig, self.path) from fault


def _listener(tx: Connection) -> UserRecord | None:
    user_id = value_of(tx, LISTENER)
    if user_id is None:
        return None
    query = select(User.__table__).where(User.id == UUID(user_id))
    row = tx.execute(query).mappings().one_or_none()
    return reading.record(UserRecord, row) if row is not None else None


def _make_listener(tx: Connection) -> UserRecord:
    known = _listener(tx)  # another program may have been faster
    if known is not None:
        return known
    made = UserRecord(id=new_id(), anonymous_id=secrets.token_hex(16), created_at=now())
    appending.append(tx, [made])
    set_value(tx, LISTENER, str(made.id))
    return made


def _make_device(tx: Connection) -> str:
    known = value_of(tx, DEVICE)
    if known is None:
        known = str(new_id())
        set_value(tx, DEVICE, known)
    return known
