"""One program at a time: for what must not be done to the files of a store by two at once."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_held = threading.local()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other programs, and threads, from changing the store at `path` by name.

    Waits for them. The lock is on the folder, leaves nothing behind and goes with its program; a
    thread that holds it may take it again. Raises OSError where there is no folder.
    """
    folder = path.parent.resolve()
    folders: set[Path] = _held.__dict__.setdefault("folders", set())
    if folder in folders:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    folders.add(folder)
    try:
        with suppress(OSError):  # some network disks know no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        folders.discard(folder)
        os.close(descriptor)
