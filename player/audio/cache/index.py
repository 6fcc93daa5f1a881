"""The index of the cache: how large each clip is and which was used last; never the truth."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from player.audio.cache.objects import Object

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS clips (
    checksum TEXT PRIMARY KEY, size INTEGER NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS clips_by_use ON clips (used, checksum);
"""
_BUSY_S: Final = 5.0
_BEYOND_REPAIR: Final = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,  # its tables are others
        sqlite3.SQLITE_READONLY,  # also: the file was deleted under us
        sqlite3.SQLITE_IOERR,
    }
)
T = TypeVar("T")


class Index:
    """A SQLite file that is made again from `walk` when it is lost, damaged or not ours.

    Recency is a counter that every use raises, so a clock that jumps changes nothing. Safe from
    any thread and for several processes. Methods raise OSError or sqlite3.Error when the disk
    refuses; nothing is opened before the first of them.
    """

    def __init__(self, path: Path, walk: Callable[[], Iterable[Object]]) -> None:
        self._path = path
        self._walk = walk
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None

    def use(self, checksums: Sequence[str]) -> None:
        """Note that these were used, in this order."""

        def write(tx: sqlite3.Connection) -> None:
            (last,) = tx.execute("SELECT coalesce(max(used), 0) FROM clips").fetchone()
            rows = [(last + place, name) for place, name in enumerate(checksums, start=1)]
            tx.executemany("UPDATE clips SET used = ? WHERE checksum = ?", rows)

        self._do(write)

    def put(self, checksum: str, size: int) -> None:
        """Note a clip of `size` bytes as the last used."""
        self._do(
            lambda tx: tx.execute(
                "INSERT OR REPLACE INTO clips"
                " VALUES (?, ?, (SELECT coalesce(max(used), 0) + 1 FROM clips))",
                (checksum, size),
            )
        )

    def drop(self, checksums: Iterable[str]) -> None:
        """Forget these."""
        names = [(name,) for name in checksums]
        self._do(lambda tx: tx.executemany("DELETE FROM clips WHERE checksum = ?", names))

    def total(self) -> tuple[int, int]:
        """Return how many clips there are, and their bytes together."""
        query = "SELECT count(*), coalesce(sum(size), 0) FROM clips"
        count, size = self._do(lambda tx: tx.execute(query).fetchone())
        return count, size

    def oldest_first(self) -> list[tuple[str, int]]:
        """Return checksums and sizes, the one longest unused first."""
        query = "SELECT checksum, size FROM clips ORDER BY used, checksum"
        return self._do(lambda tx: tx.execute(query).fetchall())

    def reconcile(self) -> None:
        """Take in what lies there unknown, as used longest ago, and forget what is gone."""
        found = sorted(self._walk(), key=lambda there: there.changed_ns, reverse=True)

        def write(tx: sqlite3.Connection) -> None:
            known = {name for (name,) in tx.execute("SELECT checksum FROM clips")}
            (first,) = tx.execute("SELECT coalesce(min(used), 0) FROM clips").fetchone()
            unknown = [there for there in found if there.checksum not in known]
            tx.executemany(
                "INSERT OR IGNORE INTO clips VALUES (?, ?, ?)",
                [(o.checksum, o.size, first - n) for n, o in enumerate(unknown, start=1)],
            )
            gone = known - {there.checksum for there in found}
            tx.executemany("DELETE FROM clips WHERE checksum = ?", [(name,) for name in gone])

        self._do(write)

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        with self._lock:
            self._let_go()

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do it in one transaction; with a new index where this one is lost or damaged."""
        with self._lock:
            try:
                return self._in_transaction(work)
            except sqlite3.DatabaseError as error:
                if (getattr(error, "sqlite_errorcode", 0) & 0xFF) not in _BEYOND_REPAIR:
                    raise
                self._let_go()
                for ending in ("", "-wal", "-shm", "-journal"):
                    Path(f"{self._path}{ending}").unlink(missing_ok=True)
                return self._in_transaction(work)

    def _in_transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        tx = self._open()
        tx.execute("BEGIN IMMEDIATE")
        try:
            done = work(tx)
            tx.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                tx.execute("ROLLBACK")
            raise
        return done

    def _open(self) -> sqlite3.Connection:
        """Return the connection, a new one when the file is no longer the one it was."""
        identity = _identity(self._path)
        if self._connection is not None and identity == self._identity:
            return self._connection
        self._let_go()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        tx = sqlite3.connect(
            self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        try:
            tx.execute("PRAGMA journal_mode = WAL")
            tx.execute("PRAGMA synchronous = OFF")  # what is lost with the power is made again
            tx.executescript(_SCHEMA)
            if identity is None:
                self._fill(tx)
        except BaseException:
            tx.close()
            raise
        self._connection, self._identity = tx, _identity(self._path)
        return tx

    def _fill(self, tx: sqlite3.Connection) -> None:
        """Fill a new index from the files; the last changed counts as the last used."""
        found = sorted(self._walk(), key=lambda there: there.changed_ns)
        tx.execute("BEGIN IMMEDIATE")
        tx.executemany(
            "INSERT OR IGNORE INTO clips VALUES (?, ?, ?)",
            [(there.checksum, there.size, place) for place, there in enumerate(found, start=1)],
        )
        tx.execute("COMMIT")

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        stat = os.stat(path)  # noqa: PTH116 - at every hit: Path.stat costs three times as much
    except FileNotFoundError:
        return None
    return stat.st_dev, stat.st_ino
