"""Looks at a store before it is opened: what is lost already is found while it can be told.

SQLite takes an empty file for a new database, and a log of which a part is missing for a shorter
one, both in silence. What it keeps beside the log tells how long that was.
"""

from __future__ import annotations

import shutil
import sqlite3
import struct
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from db.engine import connect, is_open_here
from db.errors import StoreDamagedError

_INDEX: Final = struct.Struct("=I8xBxHIIQ8s8s")
"""The header of the log's index: whether it is in use, page size, frames, and the log's salts."""
_INDEX_BYTES: Final = 48
_COPIED_UP_TO: Final = struct.Struct("=I")
_LOG_HEADER_BYTES: Final = 32
_FRAME_HEADER_BYTES: Final = 24
_SALTS: Final = slice(16, 24)
_OFTEN: Final = 2**16
"""The log is not begun anew more often than so while an index goes unwritten."""

_MAGIC: Final = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")


@dataclass(frozen=True, slots=True)
class _Index:
    """What the index says: `frames` are in the log, of which `copied` are in the store as well.

    Where the power was cut it may be of a while before: SQLite does not write it down with care.
    """

    frames: int
    copied: int
    page_bytes: int
    salts: bytes

    @property
    def log_bytes(self) -> int:
        """How long the log must be."""
        return _LOG_HEADER_BYTES + self.frames * (_FRAME_HEADER_BYTES + self.page_bytes)

    def is_before(self, header: bytes) -> bool:
        """Whether the log was begun anew since: then all that the index tells of was copied."""
        if header[:4] not in _MAGIC:
            return False
        begun, then = (int.from_bytes(salts[:4], "big") for salts in (header[_SALTS], self.salts))
        return 0 < (begun - then) % 2**32 <= _OFTEN  # one more each time


def log_of(path: Path) -> Path:
    """Return the write-ahead log of a store: what was written last, and is not in it yet."""
    return path.with_name(f"{path.name}-wal")


def index_of(path: Path) -> Path:
    """Return the index of the log, which those who have the store open share."""
    return path.with_name(f"{path.name}-shm")


def mended_of(path: Path) -> Path:
    """Return the new store that is about to be put in the place of a damaged one."""
    return path.with_name(f"{path.name}.mended")


def look_at(path: Path) -> None:
    """Raise StoreDamagedError where something of a store is missing that was there.

    Costs a few looks at the folder. What is inside of the store is not looked at.
    """
    log = log_of(path)
    if not path.exists():
        if (log.exists() and log.stat().st_size) or mended_of(path).exists():
            raise StoreDamagedError(f"{path} is gone, and a part of it is there.")
        return
    if path.stat().st_size == 0:
        raise StoreDamagedError(f"{path} is empty.")
    # A file that is closed takes with it the locks of all others that this program has on it.
    if index_of(path).exists() and not is_open_here(path):
        _look_at_log(path)


def _look_at_log(path: Path) -> None:
    index = _index(path)
    if index is None or index.frames <= index.copied:
        return
    try:
        is_short = _is_short(path, index)
    except (OSError, sqlite3.Error):
        return  # no room for the copy, or no right to read: who opens it is told by SQLite
    # Another program may be at work: what stays the same is not of its doing.
    if is_short and _index(path) == index:
        raise StoreDamagedError(f"{path} lost what was written last: {log_of(path).name} is torn.")


def _is_short(path: Path, index: _Index) -> bool:
    try:
        with log_of(path).open("rb") as log:
            header = log.read(_LOG_HEADER_BYTES)
            length = log.seek(0, 2)
    except FileNotFoundError:
        return True
    if index.is_before(header):
        return False
    is_other = length < index.log_bytes or header[_SALTS] != index.salts
    return is_other or _is_torn(path, index)


def _is_torn(path: Path, index: _Index) -> bool:
    """Let SQLite read the log, which it does up to the first frame that is not whole.

    It reads a copy beside an empty store: of the log itself it would leave the rest out.
    """
    with TemporaryDirectory(prefix="kahani-") as folder:
        copy = Path(folder, "copy")
        copy.write_bytes(bytes(index.page_bytes))
        shutil.copyfile(log_of(path), log_of(copy))
        with closing(connect(copy)) as connection:
            with suppress(sqlite3.DatabaseError):  # the log is read before the store, which is none
                connection.execute("PRAGMA synchronous=OFF")
                connection.execute("PRAGMA schema_version").fetchone()
            found = _index(copy)
            # None, where SQLite could not even make an index: no room, or no such disk.
            return found is not None and found.frames < index.frames


def _index(path: Path) -> _Index | None:
    """Read the index; None where it was not finished, so that SQLite will make it anew."""
    try:
        content = index_of(path).read_bytes()[: 2 * _INDEX_BYTES + _COPIED_UP_TO.size]
    except OSError:
        return None
    first, second = content[:_INDEX_BYTES], content[_INDEX_BYTES : 2 * _INDEX_BYTES]
    if len(content) < 2 * _INDEX_BYTES + _COPIED_UP_TO.size or first != second:
        return None
    _, is_used, page, frames, _, _, salts, _ = _INDEX.unpack(first)
    if not is_used:
        return None
    (copied,) = _COPIED_UP_TO.unpack(content[2 * _INDEX_BYTES :])
    # A page of 64 KB is written as 1.
    return _Index(frames, copied, 65536 if page == 1 else page, salts)
