"""A bundle that is read: its manifest against its directory, and each file out of it."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Final

from player.bundle.directory import DEFLATED, LOCAL, Entry, read_directory
from player.bundle.manifest import MOST_BYTES, FileFact, Manifest, decode, refuse_newer
from player.bundle.names import MANIFEST
from player.errors import UsageError
from player.story.cleaning import quoted
from player.story.problems import Problems

_CHUNK: Final = 2**18
_ENCRYPTED: Final = 1


class FileDamagedError(Exception):
    """A file in the bundle is not what the bundle says; the text says how."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle holds: the manifest, and where the bytes of each of its files lie."""

    manifest: Manifest
    entries: Mapping[str, Entry]

    @property
    def size(self) -> int:
        """The bytes of all files unpacked."""
        return sum(entry.size for entry in self.entries.values())


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a bundle for reading. Raises UsageError where there is no file."""
    if not path.is_file():
        what = "is no file" if path.exists() else "is not there"
        raise UsageError(f"{path} {what}: give the file of a bundle, e.g. demo.kahani.")
    with path.open("rb") as stream:
        yield stream


def read_contents(stream: BinaryIO, problems: Problems) -> Contents | None:
    """Compare directory and manifest, without unpacking more than the manifest.

    What is wrong goes to `problems`; None where that leaves nothing to look at. Raises
    BundleNewerError.
    """
    refuse_newer(_first_bytes(stream), version("kahani"))
    found = read_directory(stream, problems)
    if problems.has_errors:
        return None
    if not found or found[0].name != MANIFEST:
        problems.error(0, (), "no-manifest", f"{MANIFEST} is not the first file in it")
        return None
    content = _manifest(stream, found[0], problems)
    manifest = decode(content, problems) if content is not None else None
    if manifest is None:
        return None
    entries = {entry.name: entry for entry in found[1:]}
    _compare(manifest, entries, problems)
    return Contents(manifest, entries)


def copy_out(
    stream: BinaryIO, entry: Entry, fact: FileFact, write: Callable[[bytes], object]
) -> None:
    """Give the bytes of a file to `write`, never more than it may have.

    Raises FileDamagedError when they are not those that the manifest tells.
    """
    digest = hashlib.sha256()
    for piece in _pieces(stream, entry):
        digest.update(piece)
        write(piece)
    if digest.hexdigest() != fact.sha256:
        raise FileDamagedError("is damaged: its checksum is not that of the manifest")


def unpack(stream: BinaryIO, contents: Contents, folder: Path, problems: Problems) -> None:
    """Write all files of the bundle below `folder`, a new folder that nobody else writes to.

    Files that are damaged go to `problems`. Raises OSError.
    """
    for fact in contents.manifest.files:
        target = folder / fact.path
        target.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(target, flags, 0o644), "wb") as copy:  # noqa: PTH123 - never over a file or link
            try:
                copy_out(stream, contents.entries[fact.path], fact, copy.write)
            except FileDamagedError as error:
                problems.error(0, (fact.path,), "damaged", str(error))


def _pieces(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """Yield the bytes of a file in pieces. Raises FileDamagedError after the last good one."""
    crc, left = 0, entry.size
    for piece in _inflated(stream, entry) if entry.method == DEFLATED else _stored(stream, entry):
        left -= len(piece)
        if left < 0:
            raise FileDamagedError(f"is longer than the {entry.size:,} bytes that it says")
        crc = zlib.crc32(piece, crc)
        yield piece
    if left:
        raise FileDamagedError(f"is shorter than the {entry.size:,} bytes that it says")
    if crc != entry.crc:
        raise FileDamagedError("is damaged: its bytes are not those that were packed")


def _stored(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    stream.seek(entry.at)
    left = entry.packed
    while left and (piece := stream.read(min(left, _CHUNK))):
        left -= len(piece)
        yield piece


def _inflated(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for packed in _stored(stream, entry):
            if inflate.eof:
                raise FileDamagedError("is damaged: more follows where it ends")
            waiting = packed
            while waiting and not inflate.eof:
                yield inflate.decompress(waiting, _CHUNK)
                waiting = inflate.unconsumed_tail
        while not inflate.eof and (piece := inflate.decompress(b"", _CHUNK)):
            yield piece
    except zlib.error as error:
        raise FileDamagedError("is damaged: it cannot be unpacked") from error
    if not inflate.eof or inflate.unused_data:
        raise FileDamagedError("is damaged: its packed bytes do not end where they should")


def _first_bytes(stream: BinaryIO) -> bytes:
    """Return what may be the manifest of a later format, b"" where it cannot be one."""
    stream.seek(0)
    head = stream.read(LOCAL.size)
    if len(head) < LOCAL.size or not head.startswith(b"PK\x03\x04"):
        return b""
    _, _, flags, method, _, _, crc, packed, size, named, extra = LOCAL.unpack(head)
    name = stream.read(len(MANIFEST))
    if name != MANIFEST.encode() or named != len(name) or max(packed, size) > MOST_BYTES:
        return b""
    if flags & _ENCRYPTED:
        return b""
    entry = Entry(MANIFEST, LOCAL.size + named + extra, packed, size, crc, method)
    try:
        return b"".join(_pieces(stream, entry))
    except FileDamagedError:
        return b""


def _manifest(stream: BinaryIO, entry: Entry, problems: Problems) -> bytes | None:
    if entry.size > MOST_BYTES:
        said = f"has {entry.size:,} bytes; at most {MOST_BYTES:,} are taken"
        problems.error(0, (MANIFEST,), "too-large", said)
        return None
    try:
        return b"".join(_pieces(stream, entry))
    except FileDamagedError as error:
        problems.error(0, (MANIFEST,), "damaged", str(error))
        return None


def _compare(manifest: Manifest, entries: Mapping[str, Entry], problems: Problems) -> None:
    told: set[str] = set()
    for fact in manifest.files:
        name, entry = quoted(fact.path, 200, ""), entries.get(fact.path)
        if fact.path in told:
            problems.error(0, (MANIFEST,), "bad-manifest", f"{name} stands twice in it")
        elif entry is None:
            problems.error(0, (name,), "missing-file", "is in the manifest and not in the bundle")
        elif entry.size != fact.size:
            said = f"has {entry.size:,} bytes; the manifest says {fact.size:,}"
            problems.error(0, (name,), "lying-size", said)
        told.add(fact.path)
    for name in entries.keys() - told:
        problems.error(0, (name,), "stray-file", "is in the bundle and not in the manifest")
