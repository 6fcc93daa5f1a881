"""Connections to the local SQLite file, set up the same way everywhere."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event

BUSY_TIMEOUT_S = 5.0
LOOK_AGAIN_S = 0.02


def to_json(value: Any) -> str:
    """Write JSON as it is kept: letters as they are, no blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def writing_engine(path: Path, *, foreign_keys: bool = True) -> Engine:
    """Make an engine whose transactions lock the file for writing from their first statement.

    A transaction that begins by reading and then writes fails at once when somebody else wrote in
    between; BEGIN IMMEDIATE waits its turn instead. Migrations switch `foreign_keys` off.
    """
    return _engine(path, begin="BEGIN IMMEDIATE", foreign_keys=foreign_keys, poolclass=NullPool)


def reading_engine(path: Path) -> Engine:
    """Make an engine for short reads from any thread."""
    return _engine(path, begin="BEGIN", foreign_keys=True, poolclass=QueuePool)


def connect(path: Path) -> sqlite3.Connection:
    """Open a bare connection that starts no transaction by itself."""
    return sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )


def _engine(path: Path, *, begin: str, foreign_keys: bool, poolclass: type[Any]) -> Engine:
    def open_connection() -> sqlite3.Connection:
        connection = connect(path)
        _write_ahead(connection)
        connection.executescript(
            "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
            f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'};"
        )
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
