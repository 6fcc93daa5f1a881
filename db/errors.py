"""What can go wrong with the store or with PostgreSQL, each with a sentence for people."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final


class StoreError(Exception):
    """A failure of the store; `str()` of it says what failed, why, and what to do."""


class StoreLockedError(StoreError):
    """Another program kept the store locked for longer than five seconds."""


class StoreFullError(StoreError):
    """There is no room left where the store lies."""


class StoreReadOnlyError(StoreError):
    """The store, or its folder, cannot be written to."""


class StoreDamagedError(StoreError):
    """The file is no store, or a damaged one."""


class StoreClosedError(StoreError):
    """Something was to be written after the store was closed."""


class RecordRefusedError(StoreError):
    """A record breaks a rule of the schema, e.g. refers to a content that is not there."""


class SchemaNewerError(StoreError):
    """The schema was made by a later version of the program."""


class SlugTakenError(StoreError):
    """Another story or episode has this slug already."""


class StoryRefusedError(StoreError):
    """A story that came out of PostgreSQL cannot be told, or has no proper name."""


class RemoteError(Exception):
    """A failure of PostgreSQL; its sentence holds no password and no full address."""


class RemoteAddressError(RemoteError):
    """DATABASE_URL cannot be read."""


class RemoteUnreachableError(RemoteError):
    """PostgreSQL cannot be reached now; later it may be."""


class RemoteBusyError(RemoteError):
    """A lock in PostgreSQL was not free for a long time; nothing was changed."""


class RemoteRightsError(RemoteError):
    """The role that logs in may not do this."""


class RemoteSchemaError(RemoteError):
    """The schema in PostgreSQL is not the one this program knows."""


_DAMAGED: Final = "{path} is damaged, or no store of kahani."
_SENTENCES: Final = (
    (
        (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED),
        StoreLockedError,
        "{path} is locked by another program: close it, or wait, and try again.",
    ),
    (
        (sqlite3.SQLITE_FULL,),
        StoreFullError,
        "No room is left to write {path}: free some space and try again.",
    ),
    (
        (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM),
        StoreReadOnlyError,
        "{path} cannot be written: check who owns the file and its folder.",
    ),
    (
        (sqlite3.SQLITE_CONSTRAINT,),
        RecordRefusedError,
        "The store refuses a row: {fault}.",
    ),
)


def is_damage(fault: BaseException | None) -> bool:
    """Whether an error of SQLite says that the file is not what it was."""
    if isinstance(fault, sqlite3.OperationalError) and "Could not decode" in str(fault):
        return True
    code = (getattr(fault, "sqlite_errorcode", None) or 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def explain(fault: BaseException, path: Path) -> StoreError:
    """Turn an error of SQLite into one with a sentence."""
    if is_damage(fault):
        return StoreDamagedError(_DAMAGED.format(path=path))
    code = (getattr(fault, "sqlite_errorcode", None) or 0) & 0xFF
    if code == sqlite3.SQLITE_CANTOPEN and path.parent.is_dir() and not path.exists():
        return StoreDamagedError(f"{path} is gone.")
    for codes, kind, sentence in _SENTENCES:
        if code in codes:
            return kind(sentence.format(path=path, fault=fault))
    return StoreError(f"{path} cannot be read or written: {fault}. Check the disk.")
