"""Connections to the local SQLite file, set up the same way everywhere."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import weakref
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.exc import DisconnectionError

BUSY_TIMEOUT_S = 5.0
LOOK_AGAIN_S = 0.02
REPLACED_WITHIN_S = 0.5
LEAST_SQLITE = (3, 38, 0)
"""The first SQLite that knows the operators by which JSON is read here."""

Identity: TypeAlias = tuple[int, int]
"""A file as the system knows it, whatever it is called by now."""


class FileConnection(sqlite3.Connection):
    """A connection that knows which file it was opened on."""

    file: Identity | None = None


_opened: weakref.WeakSet[FileConnection] = weakref.WeakSet()
_opening = threading.Lock()


def is_open_here(path: Path) -> bool:
    """Whether this program may have connections to the file at `path`."""
    file = identity(path)
    with _opening:
        return any(connection.file == file for connection in list(_opened))


def too_old(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str:
    """Return what to do where the SQLite of this Python is too old; empty where it is not."""
    if version >= LEAST_SQLITE:
        return ""
    least, have = (".".join(map(str, each)) for each in (LEAST_SQLITE, version))
    return (
        f"SQLite {least} or later is needed, and this Python has {have}. "
        "Use the Python of a newer system, or one of python.org."
    )


def identity(path: Path) -> Identity | None:
    """Return which file lies at `path` now, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def to_json(value: Any) -> str:
    """Write JSON as it is kept: letters as they are, no blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def writing_engine(path: Path, *, foreign_keys: bool = True, is_new: bool = True) -> Engine:
    """Make an engine whose transactions lock the file for writing from their first statement.

    A transaction that begins by reading and then writes fails at once when somebody else wrote in
    between; BEGIN IMMEDIATE waits its turn instead. Migrations switch `foreign_keys` off. The file
    is made only where it `is_new`.
    """
    return _engine(path, "BEGIN IMMEDIATE", NullPool, foreign_keys=foreign_keys, is_new=is_new)


def reading_engine(path: Path, *, is_new: bool = True) -> Engine:
    """Make an engine for short reads from any thread."""
    engine = _engine(path, "BEGIN", QueuePool, foreign_keys=True, is_new=is_new)

    def check(connection: FileConnection, *_more: object) -> None:
        if connection.file != identity(path):
            raise DisconnectionError("another file lies there by now")

    event.listen(engine, "checkout", check)
    return engine


def connect(path: Path, *, is_new: bool = True) -> FileConnection:
    """Open a bare connection that starts no transaction by itself.

    Where the file is not to be made, and one takes the place of another just now, it is waited for.
    """
    give_up = time.monotonic() + REPLACED_WITHIN_S
    while True:
        file = identity(path)
        try:
            connection = sqlite3.connect(
                path if is_new else f"{path.absolute().as_uri()}?mode=rw",
                uri=not is_new,
                timeout=BUSY_TIMEOUT_S,
                isolation_level=None,
                check_same_thread=False,
                factory=FileConnection,
            )
        except sqlite3.OperationalError:
            if path.exists() or is_new or time.monotonic() > give_up:
                raise
            time.sleep(LOOK_AGAIN_S)
            continue
        if is_new or file == identity(path):
            connection.file = identity(path)
            with _opening:
                _opened.add(connection)
            return connection
        connection.close()


def _engine(
    path: Path, begin: str, poolclass: type[Any], *, foreign_keys: bool, is_new: bool
) -> Engine:
    def open_connection() -> sqlite3.Connection:
        connection = connect(path, is_new=is_new)
        try:
            _write_ahead(connection)
            connection.executescript(
                "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
                f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'};"
            )
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        creator=open_connection,
        poolclass=poolclass,
        json_serializer=to_json,
    )

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", start)
    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch a new file to write-ahead logging.

    SQLite does not wait for a lock here, as it does elsewhere, and two programs may make the same
    file at once.
    """
    give_up = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as fault:
            is_busy = fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > give_up:
                raise
            time.sleep(LOOK_AGAIN_S)
        else:
            return
