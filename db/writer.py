"""The one thread that writes to the store, the listener's own rows first."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, StatementError

from db.engine import Identity, identity, writing_engine
from db.errors import (
    RecordRefusedError,
    StoreClosedError,
    StoreDamagedError,
    explain,
    is_damage,
)

T = TypeVar("T")

Mend: TypeAlias = Callable[[Identity | None, StoreDamagedError], None]
"""Puts a new store in the place of a damaged one, as it was seen; raises what forbids it."""

GROUP = 64
"""How many waiting pieces of own work share one transaction, and so one fsync, at most."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Connection], Any]
    future: Future[Any]


class _ReplacedError(Exception):
    """Another file lies there by now than the one that was opened."""


class Writer:
    """Owns the only write connection. Every piece of work is all or nothing.

    `submit` may be called from any thread and returns at once. Own work goes before other work.
    """

    def __init__(self, path: Path, mend: Mend | None = None) -> None:
        self._path = path
        self._mend = mend
        self._engine = writing_engine(path, is_new=False)
        self._own: deque[_Job] = deque()
        self._other: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T], *, own: bool = True) -> Future[T]:
        """Do `work` in a transaction; the future resolves when it is durable.

        The future cannot be cancelled: what a listener did is written down. It fails with one of
        `db.errors`, or with what `work` raised.
        """
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        with self._changed:
            if self._closing:
                future.set_exception(StoreClosedError("The store is closed."))
                return future
            (self._own if own else self._other).append(_Job(work, future))
            self._changed.notify()
        return future

    def close(self, timeout: float) -> bool:
        """Finish what waits, at most `timeout` seconds; returns whether all of it was written."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        connection: Connection | None = None
        while jobs := self._next():
            seen = identity(self._path)
            try:
                connection, results = self._written(connection, jobs)
            except Exception as fault:  # noqa: BLE001 - looked into below
                try:
                    self._mended(seen, self._explained(fault))
                    connection, results = self._written(None, jobs)
                except Exception as again:  # noqa: BLE001 - whoever waits is told; the thread goes on
                    for job in jobs:
                        job.future.set_exception(self._explained(again))
                    connection = None
                    continue
            for job, (result, failure) in zip(jobs, results, strict=True):
                if failure is None:
                    job.future.set_result(result)
                else:
                    job.future.set_exception(self._explained(failure))
        _closed(connection)
        self._engine.dispose()

    def _written(
        self, connection: Connection | None, jobs: list[_Job]
    ) -> tuple[Connection, list[tuple[Any, Exception | None]]]:
        """Do the jobs on a connection, a new one where there is none, or it cannot go on."""
        while True:
            if connection is not None and self._is_replaced(connection):
                # Of a store that was set aside, no fault is one of the new store.
                _closed(connection)
                connection = None
            if connection is None:
                connection = self._engine.connect()
            try:
                return connection, self._write(connection, jobs)
            except _ReplacedError:
                _closed(connection)
                connection = None
            except BaseException:
                _closed(connection)  # whatever state it is in: the next one is fresh
                raise

    def _write(
        self, connection: Connection, jobs: list[_Job]
    ) -> list[tuple[Any, Exception | None]]:
        """Do the jobs in one transaction; one that fails is undone alone."""
        with connection.begin():
            # Now nobody else writes: the file that is locked must be the one that lies there.
            if self._is_replaced(connection):
                raise _ReplacedError
            if len(jobs) == 1:
                return [(jobs[0].work(connection), None)]
            return [_attempt(connection, job) for job in jobs]

    def _is_replaced(self, connection: Connection) -> bool:
        opened: Any = connection.connection.driver_connection
        return opened.file != identity(self._path) and self._path.exists()

    def _mended(self, seen: Identity | None, fault: Exception) -> None:
        """Have a damaged store mended; raises any other fault."""
        if not isinstance(fault, StoreDamagedError) or self._mend is None:
            raise fault
        self._mend(seen, fault)

    def _next(self) -> list[_Job]:
        """Wait for work; an empty list means that the store is closed and nothing is left."""
        with self._changed:
            while not (self._own or self._other or self._closing):
                self._changed.wait()
            if self._own:
                return [self._own.popleft() for _ in range(min(GROUP, len(self._own)))]
            return [self._other.popleft()] if self._other else []

    def _explained(self, fault: Exception) -> Exception:
        if isinstance(fault, DBAPIError) and fault.orig is not None:
            return explain(fault.orig, self._path)
        if isinstance(fault, StatementError):
            return RecordRefusedError(f"The store refuses a row: {fault.orig}.")
        return fault


def _closed(connection: Connection | None) -> None:
    with suppress(DBAPIError):
        if connection is not None:
            connection.close()


def _attempt(connection: Connection, job: _Job) -> tuple[Any, Exception | None]:
    try:
        with connection.begin_nested():
            return job.work(connection), None
    except Exception as fault:
        if isinstance(fault, DBAPIError) and is_damage(fault.orig):
            raise
        return None, fault  # the others of the group are still written
