"""The cache of clips: found only when whole, kept within a cap, and never in the way."""

from __future__ import annotations

import errno
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Final

from player.audio.cache.index import Index
from player.audio.cache.locks import ClipLocks
from player.audio.cache.loose import LooseClips
from player.audio.cache.objects import DamagedObjectError, Objects, is_checksum
from player.audio.cache.parts import Part, Parts
from player.audio.cache.pins import PinDamagedError, Pins
from player.audio.cache.standing import DEFAULT_CAP_MB, INDEX, MEGABYTE, PARTS, PINS
from player.audio.clips import ClipDamagedError
from player.story.graph import Clip

_NOTED_EVERY_S: Final = 2.0
_MOST_UNNOTED: Final = 64
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class _NoRoomError(Exception):
    """What is pinned leaves no room under the cap."""


_DISK_TROUBLE: Final = (OSError, sqlite3.Error, PinDamagedError, _NoRoomError)


class ClipCache:
    """The clips under `folder`, at most `cap_bytes` of them; safe from any thread and process.

    Every clip is hashed each time it is found. Whatever the disk refuses, `keep` still returns a
    file, and `tell` hears one sentence about it, once, from the thread that met it. Nothing is
    read or made before the first call.
    """

    def __init__(
        self,
        folder: Path,
        *,
        cap_bytes: int = DEFAULT_CAP_MB * MEGABYTE,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.folder = folder
        self.cap_bytes = cap_bytes
        self._tell = tell
        self._has_told = False
        self._objects = Objects(folder)
        self._index = Index(folder / INDEX, self._objects.walk)
        self._pins = Pins(folder / PINS)
        self._parts = Parts(folder / PARTS)
        self._locks = ClipLocks(folder / "locks")
        self._loose = LooseClips()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._is_swept = False
        self._unnoted: dict[str, None] = {}
        self._noted_at = float("-inf")

    def find(self, clip: Clip) -> Path | None:
        """Return the file of `clip`, read and found whole; None where there is none.

        Raises ClipDamagedError, once for each damage: the file is then set aside.
        """
        checksum = clip.checksum
        if not is_checksum(checksum):
            return None
        try:
            self._objects.check(checksum)
        except DamagedObjectError:
            self._set_aside(checksum)
            if (loose := self._loose.find(checksum)) is not None:
                return loose
            raise ClipDamagedError(
                f"The clip {clip.path} is damaged in the cache: its checksum is another."
            ) from None
        except OSError:  # not there, or not for us to read
            return self._loose.find(checksum)
        self._note_use(checksum)
        return self._objects.path_of(checksum)

    def keep(self, clip: Clip, content: bytes) -> Path:
        """Put in a clip, which has been checked, and return its file.

        Where the cache cannot keep it the file is a loose one, for this sitting. Raises OSError
        only where there is room for a file nowhere.
        """
        try:
            return self._put(clip.checksum, content)
        except _DISK_TROUBLE as trouble:
            self._tell_once(trouble)
        return self._loose.put(clip.checksum, content)

    def keeps(self, clip: Clip) -> bool:
        """Whether the clip lies here to stay, not as a loose file; it is not read."""
        return self._objects.path_of(clip.checksum).is_file()

    def lock(
        self, clip: Clip, *, patience_s: float, is_over: Callable[[], bool] = lambda: False
    ) -> AbstractContextManager[bool]:
        """Hold the clip against other players while inside, see ClipLocks.held."""
        return self._locks.held(clip.checksum, patience_s=patience_s, is_over=is_over)

    def take_part(self, clip: Clip) -> Part | None:
        """Return what an earlier download got of the clip, and forget it."""
        return self._parts.take(clip.checksum)

    def keep_part(self, clip: Clip, part: Part) -> None:
        """Keep what a download got of the clip."""
        self._parts.keep(clip.checksum, part)

    def close(self) -> None:
        """Note what was used last and give everything back; a later call opens it again."""
        self._write_uses()
        self._index.close()
        self._locks.close()
        self._loose.close()

    def _put(self, checksum: str, content: bytes) -> Path:
        with self._writing:  # one at a time, so that the room made for one is not taken by another
            if not self._is_swept:
                self._objects.sweep()
                self._index.reconcile()
                self._is_swept = True
            self._make_room(checksum, len(content))
            path = self._objects.write(checksum, content)
            self._index.put(checksum, len(content))
        return path

    def _make_room(self, checksum: str, size: int) -> None:
        """Delete the clips unused for longest until `size` bytes fit. Raises OSError."""
        _, total = self._index.total()
        over = total + size - self.cap_bytes
        if over <= 0:
            return
        self._write_uses()
        self._objects.forget_damaged()
        pinned = self._pins.checksums()
        leaving: list[str] = []
        for name, its_size in self._index.oldest_first():
            if over <= 0:
                break
            if name not in pinned and name != checksum:
                leaving.append(name)
                over -= its_size
        if over > 0 and checksum not in pinned:
            raise _NoRoomError
        for name in leaving:
            self._objects.remove(name)
        self._index.drop(leaving)

    def _set_aside(self, checksum: str) -> None:
        with suppress(OSError, sqlite3.Error):
            self._objects.set_aside(checksum)
            self._index.drop([checksum])

    def _note_use(self, checksum: str) -> None:
        """Note a use: at once, but in a burst of them only every two seconds."""
        with self._lock:
            self._unnoted.pop(checksum, None)
            self._unnoted[checksum] = None
            now = time.monotonic()
            if now - self._noted_at < _NOTED_EVERY_S and len(self._unnoted) < _MOST_UNNOTED:
                return
            self._noted_at = now
        self._write_uses()

    def _write_uses(self) -> None:
        with self._lock:
            used, self._unnoted = self._unnoted, {}
        if used:
            with suppress(OSError, sqlite3.Error):  # a folder that cannot be written can be read
                self._index.use(tuple(used))

    def _tell_once(self, trouble: Exception) -> None:
        with self._lock:
            has_told, self._has_told = self._has_told, True
        if not has_told:
            self._tell(_told(trouble, self.folder))


def _told(trouble: Exception, folder: Path) -> str:
    if isinstance(trouble, PinDamagedError):
        return f"{trouble} Until then clips are fetched anew in each sitting."
    if isinstance(trouble, _NoRoomError):
        reason = "pinned stories fill it up to cache_size_mb"
        help_ = "Unpin a story (kahani cache unpin) or raise cache_size_mb."
    elif isinstance(trouble, OSError):
        reason = trouble.strerror or "the disk refuses"
        is_full = trouble.errno in _FULL
        help_ = (
            "Free some space." if is_full else f"Check who owns {folder}, and that it is a folder."
        )
    else:
        reason, help_ = str(trouble), "Free some space, or run kahani cache clear."
    return (
        f"The cache in {folder} keeps no clips ({reason}): the story goes on, each clip is fetched"
        f" anew in each sitting. {help_}"
    )
