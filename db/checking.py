"""Looks through a store that was not closed, while it is in use already."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from db.engine import connect, identity
from db.errors import StoreDamagedError, StoreError, is_damage
from db.writer import Mend

AFTER_S: Final = 3.0
"""The pictures come first: looking through 200 MB takes a second of a disk."""


class Check:
    """Reads the whole structure of a store once, in a thread of its own, `after_s` from now.

    A damaged store is handed to `mend`. `stop` may be called from any thread.
    """

    def __init__(self, path: Path, mend: Mend, after_s: float = AFTER_S) -> None:
        self._path = path
        self._mend = mend
        self._after_s = after_s
        self._stopping = threading.Event()
        self._interrupt: Callable[[], None] | None = None
        self._thread = threading.Thread(target=self._run, name="check", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no further."""
        self._stopping.set()
        interrupt = self._interrupt
        if interrupt is not None:
            with suppress(sqlite3.ProgrammingError):  # it is closed already
                interrupt()

    def wait(self, timeout: float) -> bool:
        """Wait for the end; return whether it came."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        if self._stopping.wait(self._after_s):
            return
        seen = identity(self._path)
        if not is_whole(self._path, self._let_stop):
            with suppress(StoreError, OSError):  # whoever meets the damage will say so
                self._mend(seen, StoreDamagedError(f"{self._path} is damaged."))

    def _let_stop(self, connection: sqlite3.Connection) -> None:
        self._interrupt = connection.interrupt
        if self._stopping.is_set():
            connection.interrupt()


def is_whole(path: Path, opened: Callable[[sqlite3.Connection], None] = lambda _: None) -> bool:
    """Whether SQLite finds no fault in the structure of a store, or was interrupted."""
    try:
        with closing(connect(path, is_new=False)) as connection:
            opened(connection)
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error as fault:
        return not is_damage(fault)
