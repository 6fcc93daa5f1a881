"""A folder to unpack into, beside where its stories will lie: gone whatever happens."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PREFIX, _SUFFIX = ".bundle-", ".new"
_LEFT: Final = f"{_PREFIX}*{_SUFFIX}"


@contextmanager
def alone_in(stories_dir: Path) -> Iterator[None]:
    """Wait until no other program installs here; remove what one that was killed left behind."""
    folder = os.open(stories_dir, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        for left in stories_dir.glob(_LEFT):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(folder)


@contextmanager
def new_folder_in(stories_dir: Path) -> Iterator[Path]:
    """Make a folder that only this program writes to, and remove it with all that is in it."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, suffix=_SUFFIX, dir=stories_dir))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def synced(folder: Path) -> None:
    """See that all files below are on the disk, names too, before anything refers to them."""
    for current, _, names in os.walk(folder):
        for name in names:
            _sync(Path(current, name))
        _sync(Path(current))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
