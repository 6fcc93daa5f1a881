"""The inside of a zip, read strictly: one file after the other, nothing between, nothing twice."""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from player.bundle.names import MOST_NAME, fault_in_name
from player.story.cleaning import quoted
from player.story.problems import Problems

MOST_FILES: Final = 50_000
MOST_BYTES: Final = 2 * 2**30
"""Of all files unpacked."""
MOST_RATIO: Final = 100
"""Unpacked to packed, of each file and of all together."""

STORED, DEFLATED = 0, 8

LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
_UTF8: Final = 0x0800
_DOS_FOLDER: Final = 0x10
_HEX: Final = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in the zip: where its packed bytes begin, how many they are, what they become."""

    name: str
    at: int
    packed: int
    size: int
    crc: int
    method: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the directory at the end of the zip."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    rest: int
    mode: int
    attributes: int
    offset: int


def read_directory(stream: BinaryIO, problems: Problems) -> tuple[Entry, ...]:
    """Return the files of a zip, nothing of them unpacked; what is wrong goes to `problems`.

    Taken is only what `kahani bundle create` writes: files one after the other from the first byte
    on, the directory after the last, no comment, no extra fields, no zip64. So no two readers can
    see different things in it. Memory and time are bounded by MOST_FILES.
    """
    length = stream.seek(0, 2)
    rows = list(_rows(stream, length, problems))
    reader = _Reader(stream, problems)
    entries = [entry for row in rows if (entry := reader.take(row)) is not None]
    if problems.has_errors:
        return tuple(entries)
    start = length - _END.size - sum(_CENTRAL.size + len(row.name) for row in rows)
    if reader.at != start:
        said = f"{start - reader.at:,} bytes before the directory belong to no file"
        problems.error(0, (), "hidden-bytes", said)
    total = sum(entry.size for entry in entries)
    if total > MOST_BYTES:
        said = f"its files have {total:,} bytes unpacked; at most {MOST_BYTES:,} are taken"
        problems.error(0, (), "too-large", said)
    if total > MOST_RATIO * length:
        said = f"it would unpack to over {MOST_RATIO} times its size"
        problems.error(0, (), "ratio", said)
    return tuple(entries)


def _rows(stream: BinaryIO, length: int, problems: Problems) -> Iterator[_Row]:
    stream.seek(max(0, length - _END.size))
    end = stream.read(_END.size)
    if len(end) < _END.size or not end.startswith(b"PK\x05\x06"):
        said = "its end is not that of a bundle: it was cut off, lengthened, or is no bundle"
        problems.error(0, (), "truncated", said)
        return
    _, disk, first, here, count, size, start, comment = _END.unpack(end)
    if disk or first or here != count or comment or start + size + _END.size != length:
        said = "its end tells of another file: it was cut off, lengthened, or packed differently"
        problems.error(0, (), "truncated", said)
        return
    if count > MOST_FILES + 1:
        said = f"it says that it holds {count:,} files; at most {MOST_FILES:,} are taken"
        problems.error(0, (), "too-many", said)
        return
    if size > count * (_CENTRAL.size + MOST_NAME):
        problems.error(0, (), "bad-directory", "its directory is longer than names can make it")
        return
    stream.seek(start)
    yield from _parsed(stream.read(size), count, problems)


def _parsed(directory: bytes, count: int, problems: Problems) -> Iterator[_Row]:
    at = 0
    for _ in range(count):
        head = directory[at : at + _CENTRAL.size]
        if len(head) < _CENTRAL.size or not head.startswith(b"PK\x01\x02"):
            problems.error(0, (), "bad-directory", "its directory is damaged")
            return
        fields = _CENTRAL.unpack(head)
        flags, method, _, _, crc, packed, size, named, extra, comment = fields[3:13]
        _, _, external, offset = fields[13:17]
        at += _CENTRAL.size
        name = directory[at : at + named]
        at += named + extra + comment
        yield _Row(
            name=name,
            flags=flags,
            method=method,
            crc=crc,
            packed=packed,
            size=size,
            rest=extra + comment,
            mode=external >> _HEX,
            attributes=external & 0xFFFF,
            offset=offset,
        )
    if at != len(directory):
        problems.error(0, (), "bad-directory", "its directory holds more files than it counts")


class _Reader:
    """Goes through the files in their order; `at` is where the next one must begin."""

    def __init__(self, stream: BinaryIO, problems: Problems) -> None:
        self.at = 0
        self._stream = stream
        self._problems = problems
        self._seen: dict[str, str] = {}

    def take(self, row: _Row) -> Entry | None:
        """Return the file of a row, None where something is wrong with it."""
        name = row.name.decode("utf-8", "replace")
        faults = [*self._faults(name, row), *self._faults_in_place(row)]
        self.at = max(self.at, row.offset + LOCAL.size + len(row.name) + row.packed)
        for code, said in faults:
            self._problems.error(0, (quoted(name, 200, ""),), code, said)
        if faults:
            return None
        data = row.offset + LOCAL.size + len(row.name)
        return Entry(name, data, row.packed, row.size, row.crc, row.method)

    def _faults(self, name: str, row: _Row) -> Iterator[tuple[str, str]]:
        if said := fault_in_name(name):
            yield "bad-name", said
        known = self._seen.setdefault(name.casefold(), name)
        if known is not name:
            is_same = known == name
            said = "stands twice in it" if is_same else f"differs from {quoted(known)} in case only"
            yield "duplicate-name", said
        kind = stat.S_IFMT(row.mode)
        if kind not in (0, stat.S_IFREG) or row.attributes & _DOS_FOLDER:
            yield "link", f"is {_KINDS.get(kind, 'no file')}; a bundle holds files alone"
        if row.flags & _ENCRYPTED:
            yield "encrypted", "is encrypted"
        elif row.flags & ~_UTF8 or row.rest:
            yield "repacked", "was packed by another program: take the bundle as it was made"
        if row.method not in (STORED, DEFLATED):
            yield "compression", f"is compressed in a way that is not known ({row.method})"
        elif row.method == STORED and row.packed != row.size:
            yield "lying-size", f"has {row.packed:,} bytes, not {row.size:,} as it says"
        elif row.size > MOST_RATIO * row.packed:
            yield "ratio", f"would unpack to over {MOST_RATIO} times its size"

    def _faults_in_place(self, row: _Row) -> Iterator[tuple[str, str]]:
        if row.offset != self.at:
            is_over = row.offset < self.at
            said = "overlaps another file" if is_over else "has bytes before it that are no file's"
            yield "overlap" if is_over else "hidden-bytes", said
            return
        self._stream.seek(row.offset)
        head = self._stream.read(LOCAL.size + len(row.name))
        if len(head) < LOCAL.size + len(row.name) or not head.startswith(b"PK\x03\x04"):
            yield "bad-directory", "is not where the directory says"
            return
        _, _, flags, method, _, _, crc, packed, size, named, extra = LOCAL.unpack_from(head)
        if named != len(row.name) or head[LOCAL.size :] != row.name:
            yield "lying-name", "has another name in the directory than before its bytes"
        if (packed, size) != (row.packed, row.size):
            yield "lying-size", f"is said to have {size:,} bytes and {row.size:,} bytes"
        if (flags, method, crc, extra) != (row.flags, row.method, row.crc, 0):
            yield "bad-directory", "is described in two ways that differ"


_KINDS: Final = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
