"""Clips as files named by their own SHA-256: read and checked, written beside and renamed."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_checksum: Final = re.compile(r"[0-9a-f]{64}")


class DamagedObjectError(Exception):
    """There is a file of that name, but its content is another."""


@dataclass(frozen=True, slots=True)
class Object:
    """A file of the cache, as it was found on a walk."""

    checksum: str
    size: int
    changed_ns: int


def is_checksum(text: str) -> bool:
    """Whether this is a SHA-256 in lower-case hex, and so a safe name for a file."""
    return _checksum.fullmatch(text) is not None


def write_beside(path: Path, beside: Path, content: bytes, *, forces_name: bool = False) -> None:
    """Write `content` to `beside`, force it to the disk, and rename it to `path`.

    At every moment `path` is whole or not there. With `forces_name` it is also there after a
    power cut; without, it may have to be made again. Raises OSError, and leaves nothing beside.
    """
    beside.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(beside, path)  # noqa: PTH105 - one name for it in this file and its tests
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    if forces_name:
        _force_folder(path.parent)


def _force_folder(folder: Path) -> None:
    """Force the names in a folder to the disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class Objects:
    """The files under `folder`: objects/ab/cdef..., damaged/ for those set aside, new/ beside.

    Holds no state: safe from any thread and process. None of the folders is made by asking.
    """

    def __init__(self, folder: Path) -> None:
        self._objects = folder / "objects"
        self._damaged = folder / "damaged"
        self._new = folder / "new"

    def path_of(self, checksum: str) -> Path:
        """Return where the object is or would be. `checksum` has been found to be one."""
        return self._objects / checksum[:2] / checksum[2:]

    def check(self, checksum: str) -> int:
        """Read the whole object and return its size in bytes.

        Raises FileNotFoundError, DamagedObjectError, or OSError where it cannot be read.
        """
        with self.path_of(checksum).open("rb", buffering=0) as file:
            content = file.readall()
        if hashlib.sha256(content).hexdigest() != checksum:
            raise DamagedObjectError
        return len(content)

    def write(self, checksum: str, content: bytes) -> Path:
        """Put an object in, whole or not at all; return its path. Raises OSError.

        A folder deleted in between is made again, once.
        """
        path = self.path_of(checksum)
        try:
            write_beside(path, self._beside(checksum), content)
        except FileNotFoundError:
            write_beside(path, self._beside(checksum), content)
        return path

    def _beside(self, checksum: str) -> Path:
        return self._new / f"{checksum}.{os.getpid()}.{secrets.token_hex(4)}"

    def set_aside(self, checksum: str) -> None:
        """Take a damaged object out of the way; it is kept, for whoever wants to know why."""
        try:
            self._damaged.mkdir(parents=True, exist_ok=True)
            self.path_of(checksum).replace(self._damaged / checksum)
        except FileNotFoundError:
            return

    def remove(self, checksum: str) -> None:
        """Delete an object; one that is gone is no error. Raises OSError."""
        self.path_of(checksum).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Yield the checksums of the objects there are, by their names. Raises OSError."""
        for folder in _entries(self._objects):
            for entry in _entries(Path(folder.path)):
                if is_checksum(checksum := folder.name + entry.name):
                    yield checksum

    def walk(self) -> Iterator[Object]:
        """Yield the objects there are, unchecked; other files are passed by. Raises OSError."""
        for folder in _entries(self._objects):
            for entry in _entries(Path(folder.path)):
                if is_checksum(checksum := folder.name + entry.name):
                    with suppress(FileNotFoundError):
                        stat = entry.stat(follow_symlinks=False)
                        yield Object(checksum, stat.st_size, stat.st_mtime_ns)

    def damaged(self) -> tuple[str, ...]:
        """Return what was set aside."""
        return tuple(sorted(entry.name for entry in _entries(self._damaged)))

    def forget_damaged(self) -> None:
        """Delete what was set aside. Raises OSError."""
        for entry in _entries(self._damaged):
            Path(entry.path).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete what processes that are gone were writing; call before the first write."""
        for entry in _entries(self._new):
            process = entry.name.split(".")[1:2]
            if not (process and process[0].isdigit() and _is_alive(int(process[0]))):
                Path(entry.path).unlink(missing_ok=True)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_alive(process: int) -> bool:
    """Whether another process of this number runs; our own number is a dead one's, used again."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
