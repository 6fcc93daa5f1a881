"""A lock for each clip, so that two players fetch it once; the system frees it with the process."""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_POLL_S: Final = 0.05
_TAKEN: Final = (errno.EACCES, errno.EAGAIN)


class ClipLocks:
    """Locks on single bytes of one file: nothing is left behind, and `kill -9` frees them.

    Between processes only: within one process the downloads see to it themselves. Safe from any
    thread.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._descriptor: int | None = None

    @contextmanager
    def held(
        self, checksum: str, *, patience_s: float, is_over: Callable[[], bool] = lambda: False
    ) -> Iterator[bool]:
        """Hold the clip's lock while inside; yields whether it is held.

        It is not held where the folder has no room for a lock, when somebody else held it for all
        of `patience_s` seconds, or once `is_over` says so: fetched twice is better than never.
        """
        place = int(checksum[:15], 16)
        taken = self._take(place, patience_s, is_over)
        try:
            yield taken
        finally:
            if taken and self._descriptor is not None:
                with suppress(OSError):
                    fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, place)

    def close(self) -> None:
        """Free all of them."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _take(self, place: int, patience_s: float, is_over: Callable[[], bool]) -> bool:
        end = time.monotonic() + patience_s
        try:
            descriptor = self._open()
            while True:
                try:
                    fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
                except OSError as error:
                    if error.errno not in _TAKEN:
                        raise
                else:
                    return True
                if is_over() or time.monotonic() >= end:
                    return False
                time.sleep(_POLL_S)
        except OSError:
            return False

    def _open(self) -> int:
        with self._lock:
            if self._descriptor is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
                self._descriptor = os.open(self._path, flags, 0o644)
            return self._descriptor
