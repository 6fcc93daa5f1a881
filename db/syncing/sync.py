"""Keeps the store and PostgreSQL alike, in the background; nobody ever waits for it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import psycopg

from db import outbox
from db.errors import RemoteError, RemoteUnreachableError, StoreClosedError, StoreError
from db.published.catalogue import Border, bring
from db.remote import Remote
from db.store import Store
from db.syncing.delivery import Delivery
from db.syncing.publish import Key
from db.syncing.pulling import Pull
from db.syncing.report import LAST_CONTACT, lag
from db.types import now, to_text
from db.values import set_value

IDLE_S: Final = 30.0
"""After this long without work the connection is closed."""
GATHER_S: Final = 0.2
"""A nudge waits this long for others, so that a burst is one batch."""
PULL_EVERY_S: Final = 60.0
"""How often it is looked what other machines wrote, more or less a fifth."""
PULL_AFTER_PUSH_S: Final = 10.0
"""Between two pulls there is at least so much time, however often something is sent."""
FIRST_RETRY_S: Final = 1.0
LAST_RETRY_S: Final = 60.0


class SyncState(StrEnum):
    """How the sending goes."""

    IDLE = "idle"
    SENDING = "sending"
    OFFLINE = "offline"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """What a screen says about the sending.

    `pending` entries are unsent; `held` of them wait for a story to be published; `rejected` were
    set aside for good. `lag` is the age of the oldest unsent entry, `last_contact` when PostgreSQL
    answered last; neither makes a status another one. `message` says what is wrong and what to do,
    where something is.
    """

    state: SyncState
    server: str
    pending: int = 0
    held: int = 0
    rejected: int = 0
    message: str | None = None
    last_contact: datetime | None = field(default=None, compare=False)
    lag: timedelta | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What one exchange did: entries sent, rows pulled, and the state it ended in."""

    sent: int
    status: SyncStatus
    pulled: int = 0


class Sync:
    """Sends and pulls: `start` it, `nudge` it after writing, `stop` it.

    `listener` is called from the thread "sync", whenever the status changes; it must return at
    once and not raise. With a `border`, stories that the listener heard elsewhere are brought in;
    what is published is found by what `key` makes of it.
    Raises RemoteAddressError when the address cannot be read.
    """

    def __init__(
        self,
        store: Store,
        address: str,
        listener: Callable[[SyncStatus], None],
        border: Border | None = None,
        key: Key | None = None,
    ) -> None:
        self._store = store
        self._remote = Remote(address)
        self._listener = listener
        self._status = SyncStatus(state=SyncState.IDLE, server=self._remote.label)
        self._delivery = Delivery(store, self._remote, key)
        self._pull = Pull(store, _bringing(store, border) if border else None)
        self._pull_at = 0.0
        self._pulled_at = 0.0
        self._pulled = 0
        self._contact: datetime | None = None
        self._one_at_a_time = threading.Lock()
        self._nudged = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    @property
    def status(self) -> SyncStatus:
        """How the sending goes now."""
        return self._status

    def start(self) -> None:
        """Begin to send what waits, and to pull."""
        self._nudged.set()
        self._thread.start()

    def nudge(self) -> None:
        """Say that there is something new to send; returns at once."""
        self._nudged.set()

    def stop(self, timeout: float = 1.0) -> bool:
        """Send no further batch; wait at most `timeout` seconds for the one under way.

        Returns whether the thread ended. What was not sent is sent at the next start.
        """
        self._stopping.set()
        self._nudged.set()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def push_once(self) -> SyncResult:
        """Send all that can be sent now, in the thread that calls."""
        return self._exchange(self._push)

    def sync_once(self) -> SyncResult:
        """Send all that can be sent now and pull all there is, in the thread that calls."""

        def both() -> None:
            self._push()
            self._pull_some(self._stopping.is_set)
            self._push()  # bookmarks that were united

        return self._exchange(both)

    def close(self) -> None:
        """Close the connection; the next exchange opens another."""
        with self._one_at_a_time:
            self._delivery.close()

    def _run(self) -> None:
        retry_s = FIRST_RETRY_S
        try:
            while not self._stopping.is_set():
                until_pull = max(0.0, self._pull_at - time.monotonic())
                is_nudged = self._nudged.wait(min(IDLE_S, until_pull))
                if self._stopping.wait(GATHER_S):
                    break
                self._nudged.clear()
                if self._goes_well(is_nudged=is_nudged):
                    retry_s = FIRST_RETRY_S
                else:
                    # With jitter: after an outage not everybody comes back in the same second.
                    self._stopping.wait(retry_s * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
                    retry_s = min(2 * retry_s, LAST_RETRY_S)
                    self._nudged.set()
        except StoreClosedError:
            pass  # the store was closed first: the rest is sent at the next start
        finally:
            self.close()

    def _goes_well(self, *, is_nudged: bool) -> bool:
        """Do what there is to do; return whether it need not be tried again soon."""
        try:
            if not is_nudged and self._is_idle():
                self.close()
                return True
            status = self._exchange(self._push_and_pull).status
        except StoreClosedError:
            raise
        except StoreError:  # it could not be read just now; the next attempt tells of it
            return False
        return status.state not in (SyncState.OFFLINE, SyncState.REFUSED)

    def _is_idle(self) -> bool:
        found = self._store.read(outbox.counts)
        return found.pending == found.held and time.monotonic() < self._pull_at

    def _exchange(self, work: Callable[[], None]) -> SyncResult:
        """Do `work` with PostgreSQL, and tell how it went."""
        with self._one_at_a_time:
            sent, pulled = self._delivery.sent, self._pulled
            try:
                work()
                held = self._delivery.waiting_for()
                self._note_contact()
                self._tell(SyncState.WAITING if held else SyncState.IDLE, held)
            except StoreClosedError:
                raise
            except StoreError as fault:  # no room, or locked: later there may be
                self._fail(SyncState.REFUSED, str(fault))
            except RemoteUnreachableError as fault:
                self._fail(SyncState.OFFLINE, str(fault))
            except RemoteError as fault:
                self._fail(SyncState.REFUSED, str(fault))
            except psycopg.Error as fault:
                kind, problem = self._delivery.sorted_out(fault)
                self._fail(SyncState.OFFLINE if kind else SyncState.REFUSED, str(problem))
            return SyncResult(
                sent=self._delivery.sent - sent, status=self._status, pulled=self._pulled - pulled
            )

    def _push(self) -> None:
        # Without news the last word stands: who is offline does not hear of every attempt.
        if self._store.pending() and self._status.state is not SyncState.OFFLINE:
            self._tell(SyncState.SENDING)
        self._delivery.deliver(self._stopping.is_set)

    def _push_and_pull(self) -> None:
        """Send, then look what others wrote; new entries to send come before the rest of that."""
        sent = self._delivery.sent
        self._push()
        at = time.monotonic()
        is_after_push = self._delivery.sent > sent and at > self._pulled_at + PULL_AFTER_PUSH_S
        if not is_after_push and at < self._pull_at:
            return
        self._pull_at = 0.0
        if self._pull_some(lambda: self._stopping.is_set() or self._nudged.is_set()):
            self._push()  # bookmarks that were united
            self._pulled_at = at
            self._pull_at = at + PULL_EVERY_S * random.uniform(0.8, 1.2)  # noqa: S311 - no secret

    def _pull_some(self, is_stopping: Callable[[], bool]) -> bool:
        """Pull until there is nothing more, or it is to stop; returns whether all is here."""
        pulled = self._pull.run(self._delivery.open(), is_stopping)
        self._pulled += pulled.rows
        return pulled.is_whole

    def _fail(self, state: SyncState, message: str) -> None:
        self._delivery.close()
        self._pull_at = 0.0
        try:
            self._tell(state, message)
        except StoreClosedError:
            raise
        except StoreError:  # what fails may be the store itself: then its last counts stand
            self._say(replace(self._status, state=state, message=message))

    def _note_contact(self) -> None:
        """Keep when PostgreSQL answered last, for whoever asks later."""
        if self._delivery.is_open:
            moment = self._contact = now()
            self._store.write_later(lambda tx: set_value(tx, LAST_CONTACT, to_text(moment)))

    def _tell(self, state: SyncState, message: str | None = None) -> None:
        found = self._store.read(outbox.counts)
        self._say(
            SyncStatus(
                state=state,
                server=self._remote.label,
                pending=found.pending,
                held=found.held,
                rejected=found.rejected,
                message=message,
                last_contact=self._contact,
                lag=self._store.read(lag),
            )
        )

    def _say(self, status: SyncStatus) -> None:
        is_news = status != self._status
        self._status = status
        if is_news:
            self._listener(status)


def _bringing(store: Store, border: Border) -> Callable[[psycopg.Connection[Any], str], bool]:
    return lambda connection, name: bring(connection, name, store, border)
