"""Loose clips: files for this sitting only, for when the cache cannot keep them."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Final

_MOST: Final = 48
_PREFIX: Final = "kahani-loose-"
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, mode 0700


class LooseClips:
    """Files in memory where the system has a place for that, else in its folder for such things.

    The last 48 are kept, until `close`. What a killed player left is swept by the next that needs
    a place. Safe from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: list[Path] = []
        self._paths: OrderedDict[str, Path] = OrderedDict()

    def find(self, checksum: str) -> Path | None:
        """Return the file of a clip, read and found whole, None where there is none."""
        with self._lock:
            path = self._paths.get(checksum)
        if path is None:
            return None
        with suppress(OSError):
            if hashlib.sha256(path.read_bytes()).hexdigest() == checksum:
                return path
        return None

    def put(self, checksum: str, content: bytes) -> Path:
        """Write the clip down somewhere and return where.

        Raises OSError where there is room nowhere.
        """
        with self._lock:
            path = self._write(checksum, content)
            self._paths[checksum] = path
            self._paths.move_to_end(checksum)
            while len(self._paths) > _MOST:
                _, old = self._paths.popitem(last=False)
                old.unlink(missing_ok=True)
            return path

    def close(self) -> None:
        """Delete them all."""
        with self._lock:
            self._paths.clear()
            for folder in self._folders:
                shutil.rmtree(folder, ignore_errors=True)
            self._folders.clear()

    def _write(self, checksum: str, content: bytes) -> Path:
        if self._folders:
            with suppress(OSError):
                return _written(self._folders[-1] / checksum, content)
        trouble: OSError | None = None
        for place in (_MEMORY, Path(tempfile.gettempdir())):
            if not place.is_dir():
                continue
            try:
                _sweep(place)
                folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=place))
                self._folders.append(folder)
                path = _written(folder / checksum, content)
            except OSError as error:
                trouble = error
                continue
            return path
        raise trouble or OSError("there is no folder for temporary files")


def _written(path: Path, content: bytes) -> Path:
    try:
        path.write_bytes(content)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise
    return path


def _sweep(place: Path) -> None:
    """Delete what our own processes left in `place` that are gone."""
    for folder in place.glob(f"{_PREFIX}*"):
        process = folder.name.removeprefix(_PREFIX).partition("-")[0]
        try:
            if process.isdigit() and folder.stat().st_uid == os.getuid():
                os.kill(int(process), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (OSError, OverflowError):
            continue
