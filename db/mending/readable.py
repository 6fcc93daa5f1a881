"""Makes a copy of a damaged store out of which SQLite reads as much as it can."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from db.engine import connect, is_open_here
from db.wholeness import index_of, log_of

_MAGIC: Final = b"SQLite format 3\0"
_HEADER_BYTES: Final = 100
_PAGE_BYTES: Final = 4096
_PAGES: Final = slice(28, 32)
_FREE_PAGES: Final = slice(32, 40)
_PAGE_BYTES_OF_LOG: Final = slice(8, 12)
_INTERIOR: Final = 5
"""The kind of a page that names others; the rest of its header is 11 bytes."""


def remove(*stores: Path) -> None:
    """Delete stores with what belongs to them."""
    for store in stores:
        for file in (store, log_of(store), index_of(store)):
            file.unlink(missing_ok=True)


def readable_copy(path: Path, copy: Path, fresh: Path, *, is_locked: bool) -> bool:
    """Copy a damaged store to read from, as reading may change it; whether there is one to read.

    A header and a schema that cannot be read are taken from the `fresh` store.
    """
    if not _copied(path, copy, is_locked=is_locked):
        return False
    with copy.open("rb") as file:
        is_known = file.read(len(_MAGIC)) == _MAGIC
    if not is_known:
        _mend_header(copy, fresh)
    _mend_schema(copy, fresh)
    return True


def _copied(path: Path, copy: Path, *, is_locked: bool) -> bool:
    if is_locked or is_open_here(path):
        with suppress(sqlite3.Error), closing(connect(path, is_new=False)) as source:
            with closing(connect(copy)) as target:
                source.backup(target)
            return True
        remove(copy)
    if not path.exists():
        copy.touch()
    else:
        shutil.copyfile(path, copy)
    if log_of(path).exists():
        shutil.copyfile(log_of(path), log_of(copy))
    if copy.stat().st_size < _PAGE_BYTES:
        return _made_up(copy)
    return True


def _made_up(copy: Path) -> bool:
    """Let the log be read of a store that is gone: an empty page stands in for it."""
    if not log_of(copy).exists():
        return False
    header = log_of(copy).read_bytes()[:32]
    size = int.from_bytes(header[_PAGE_BYTES_OF_LOG], "big")
    copy.write_bytes(bytes(size if size in (1 << n for n in range(9, 17)) else _PAGE_BYTES))
    return True


def _mend_header(copy: Path, fresh: Path) -> None:
    """Put the header of a new store in the place of one that is no header any more."""
    header = bytearray(fresh.read_bytes()[:_HEADER_BYTES])
    header[_PAGES] = (copy.stat().st_size // _PAGE_BYTES).to_bytes(4, "big")
    header[_FREE_PAGES] = bytes(8)
    with copy.open("r+b") as file:
        file.write(header)


def _mend_schema(copy: Path, fresh: Path) -> None:
    """Put the page of a new store in the place of the one page of the schema that is lost.

    The others being the same byte for byte, the tables lie where they lie in the new store.
    """
    with fresh.open("rb") as source, copy.open("r+b") as target:
        pages = dict(_schema_pages(source.read(_PAGE_BYTES)))
        for number in pages:
            source.seek((number - 1) * _PAGE_BYTES)
            pages[number] = source.read(_PAGE_BYTES)
        lost = []
        for number, content in pages.items():
            start = _HEADER_BYTES if number == 1 else 0
            target.seek((number - 1) * _PAGE_BYTES)
            if target.read(_PAGE_BYTES)[start:] != content[start:]:
                lost.append((number, start))
        if len(lost) == 1 and len(pages) > 1:
            number, start = lost[0]
            target.seek((number - 1) * _PAGE_BYTES + start)
            target.write(pages[number][start:])


def _schema_pages(first: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the numbers of the pages that hold the schema, given the first one."""
    yield 1, first
    node = first[_HEADER_BYTES:]
    if node[0] != _INTERIOR:
        return
    for place in range(int.from_bytes(node[3:5], "big")):
        cell = int.from_bytes(node[12 + 2 * place : 14 + 2 * place], "big")
        yield int.from_bytes(first[cell : cell + 4], "big"), b""
    yield int.from_bytes(node[8:12], "big"), b""
