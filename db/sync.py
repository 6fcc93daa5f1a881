"""Sends the outbox to PostgreSQL in the background; nobody ever waits for it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import psycopg

from db import outbox
from db.delivery import Delivery
from db.errors import RemoteError, RemoteUnreachableError, StoreError
from db.outbox import Counts
from db.remote import Remote
from db.store import Store

IDLE_S: Final = 30.0
"""After this long without work the connection is closed."""
GATHER_S: Final = 0.2
"""A nudge waits this long for others, so that a burst is one batch."""
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
    set aside for good. `message` says what is wrong and what to do, where something is.
    """

    state: SyncState
    server: str
    pending: int = 0
    held: int = 0
    rejected: int = 0
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PushResult:
    """What one push did: entries sent, and the state it ended in."""

    sent: int
    status: SyncStatus


class Sync:
    """The sender: `start` it, `nudge` it after writing, `stop` it.

    `listener` is called from the thread "sync", whenever the status changes; it must return at
    once and not raise. Raises RemoteAddressError when the address cannot be read.
    """

    def __init__(self, store: Store, address: str, listener: Callable[[SyncStatus], None]) -> None:
        self._store = store
        self._remote = Remote(address)
        self._listener = listener
        self._status = SyncStatus(state=SyncState.IDLE, server=self._remote.label)
        self._delivery = Delivery(store, self._remote)
        self._one_at_a_time = threading.Lock()
        self._nudged = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    @property
    def status(self) -> SyncStatus:
        """How the sending goes now."""
        return self._status

    def start(self) -> None:
        """Begin to send what waits."""
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

    def push_once(self) -> PushResult:
        """Send all that can be sent now, in the thread that calls."""
        with self._one_at_a_time:
            sent = self._delivery.sent
            try:
                if self._store.pending():
                    self._tell(SyncState.SENDING)
                self._delivery.deliver(self._stopping.is_set)
                held = self._delivery.waiting_for()
                self._tell(SyncState.WAITING if held else SyncState.IDLE, held)
            except RemoteUnreachableError as fault:
                self._fail(SyncState.OFFLINE, str(fault))
            except RemoteError as fault:
                self._fail(SyncState.REFUSED, str(fault))
            except psycopg.Error as fault:
                kind, problem = self._delivery.sorted_out(fault)
                self._fail(SyncState.OFFLINE if kind else SyncState.REFUSED, str(problem))
            return PushResult(sent=self._delivery.sent - sent, status=self._status)

    def close(self) -> None:
        """Close the connection; the next push opens another."""
        with self._one_at_a_time:
            self._delivery.close()

    def _run(self) -> None:
        retry_s = FIRST_RETRY_S
        try:
            while not self._stopping.is_set():
                is_nudged = self._nudged.wait(IDLE_S)
                # A nudge may be faster than the commit of what it is about: wait for both.
                if self._stopping.wait(GATHER_S):
                    break
                self._nudged.clear()
                if not is_nudged and self._is_idle():
                    self.close()
                    continue
                result = self.push_once()
                if result.status.state in (SyncState.OFFLINE, SyncState.REFUSED):
                    # With jitter: after an outage not everybody comes back in the same second.
                    self._stopping.wait(retry_s * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
                    retry_s = min(2 * retry_s, LAST_RETRY_S)
                    self._nudged.set()
                else:
                    retry_s = FIRST_RETRY_S
        except StoreError:
            pass  # the store was closed first: the rest is sent at the next start
        finally:
            self.close()

    def _is_idle(self) -> bool:
        found = self._store.read(outbox.counts)
        return found.pending == found.held

    def _fail(self, state: SyncState, message: str) -> None:
        self._delivery.close()
        self._tell(state, message)

    def _tell(self, state: SyncState, message: str | None = None) -> None:
        found: Counts = self._store.read(outbox.counts)
        status = SyncStatus(
            state=state,
            server=self._remote.label,
            pending=found.pending,
            held=found.held,
            rejected=found.rejected,
            message=message,
        )
        if status != self._status:
            self._status = status
            self._listener(status)
