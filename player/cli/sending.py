"""The store with PostgreSQL behind it: what is written is sent soon, what others wrote comes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Final
from uuid import UUID

from db.asking.shares import Share
from db.errors import RemoteError, StoreError
from db.records import (
    BehaviorRecord,
    LearnerRecord,
    LikeRecord,
    MarkRecord,
    OtherPlace,
    PlaceRecord,
    ProgressRecord,
    Record,
    UserRecord,
)
from db.store import Store
from db.syncing.sync import Sync, SyncState, SyncStatus
from player.events import OFFLINE, Event, Notice, Severity, SyncChanged
from player.library.border import StoryBorder, key

SECONDS_TO_SEND: Final = 2.0
"""How long leaving may wait for PostgreSQL; what is left is sent at the next start."""


class SendingStore:
    """Records into the store and nudges the sender; reads come from the store alone.

    Raises RemoteAddressError when `address` cannot be read.
    """

    def __init__(self, store: Store, address: str, tell: Callable[[Event], None]) -> None:
        self._store = store
        self._tell = tell
        self._said: set[str] = set()
        self._sync = Sync(store, address, self._on_status, StoryBorder(), key)
        self._sync.start()

    def append(self, records: Sequence[Record]) -> Future[None]:
        """Write all of them, or none, and send them soon."""
        future = self._store.append(records)
        # Not before: on a slow disk the sender would find nothing, and look again much later.
        future.add_done_callback(lambda _: self._sync.nudge())
        return future

    def listener(self) -> UserRecord:
        """Return the listener of this installation."""
        return self._store.listener()

    def likes(self) -> Sequence[LikeRecord]:
        """Return all likes of the listener and what was taken back, the last one last."""
        return self._store.likes()

    def learner(self) -> LearnerRecord | None:
        """Return what was believed when it was last written down."""
        return self._store.learner()

    def place(self, slug: str) -> PlaceRecord | None:
        """Return where the listener stands in the story, to the line."""
        return self._store.place(slug)

    def offer(self, slug: str) -> OtherPlace | None:
        """Return the place in the story that lost against a later one."""
        return self._store.offer(slug)

    def drop_offer(self, slug: str) -> Future[None]:
        """Forget the offer of a place: it was taken, or refused."""
        return self._store.drop_offer(slug)

    def behaviors(self) -> Sequence[BehaviorRecord]:
        """Return all that the listener did to the sound, on whichever machine."""
        return self._store.behaviors()

    def held(self) -> Sequence[BehaviorRecord]:
        """Return those of them that tell what mix, level and speed are held."""
        return self._store.held()

    def behaviors_elsewhere(self, session_id: str) -> int:
        """Return how many of them are not of one sitting."""
        return self._store.behaviors_elsewhere(session_id)

    def marks(self, slug: str | None = None) -> tuple[MarkRecord, ...]:
        """Return the marks of one story, or of all, newest first; also those taken away."""
        return self._store.marks(slug)

    def progress(self, story_id: UUID) -> ProgressRecord | None:
        """Return how far the listener is in the story."""
        return self._store.progress(story_id)

    def choice_counts(self, story_id: UUID) -> Mapping[UUID, int]:
        """Return how often each choice of the story was taken so far."""
        return self._store.choice_counts(story_id)

    def choice_shares(self, slug: str) -> Mapping[UUID, Share]:
        """Return what share of all listeners took each choice, where enough did."""
        return self._store.choice_shares(slug)

    def reaction(self, content_ids: Sequence[str]) -> str | None:
        """Return the reaction in force on any of these editions."""
        return self._store.reaction(content_ids)

    def stop(self) -> None:
        """Send the rest if that is quick, and stop."""
        if self._sync.status.state is not SyncState.OFFLINE:
            last = threading.Thread(target=self._push, name="sync-last", daemon=True)
            last.start()
            last.join(SECONDS_TO_SEND)
        self._sync.stop()

    def _on_status(self, status: SyncStatus) -> None:
        """Tell how it stands, and once what has to be done about it."""
        self._tell(told(status))
        message = status.message
        if message and status.state is not SyncState.OFFLINE and message not in self._said:
            self._said.add(message)
            self._tell(Notice(message, Severity.WARNING))

    def _push(self) -> None:
        with suppress(RemoteError, StoreError):
            self._sync.push_once()


def told(status: SyncStatus) -> SyncChanged:
    """Put the state of the sender into a few words."""
    waiting = f"{status.pending} to send" if status.pending else "all sent"
    match status.state:
        case SyncState.OFFLINE:
            text = f"{OFFLINE}, {waiting}"
        case SyncState.WAITING | SyncState.REFUSED:
            text = f"not sent, {waiting}"
        case _:
            text = waiting
    return SyncChanged(status.pending, text)
