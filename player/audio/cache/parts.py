"""Parts: what had come of a clip when its download stopped, so that the rest can follow."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from player.audio.cache.objects import write_beside

_MOST_KEPT: Final = 64
_LONGEST_TAG: Final = 200


@dataclass(frozen=True, slots=True)
class Part:
    """The first bytes of a clip, and the ETag of the object that they came from."""

    content: bytes
    etag: str


class Parts:
    """The parts under `folder`, the newest 64. A part is a help, never needed: no call fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, checksum: str) -> Part | None:
        """Return what is there of a clip and forget it: whoever takes it goes on from there."""
        path = self._folder / checksum
        try:
            etag, found, content = path.read_bytes().partition(b"\n")
            path.unlink()
        except OSError:
            return None
        if not found or not content or len(etag) > _LONGEST_TAG:
            return None
        return Part(content, etag.decode("latin-1"))

    def keep(self, checksum: str, part: Part) -> None:
        """Keep a part for a later try, as long as there is room."""
        if not part.content or not part.etag or "\n" in part.etag:
            return
        beside = self._folder / f"{checksum}.{os.getpid()}.{secrets.token_hex(4)}"
        content = part.etag.encode("latin-1", "replace") + b"\n" + part.content
        with suppress(OSError):
            write_beside(self._folder / checksum, beside, content)
            self._drop_oldest()

    def clear(self) -> None:
        """Delete all of them."""
        for path in self._paths():
            with suppress(OSError):
                path.unlink()

    def _drop_oldest(self) -> None:
        for path in self._paths()[:-_MOST_KEPT]:
            path.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        try:
            with os.scandir(self._folder) as entries:
                found = [(entry.stat().st_mtime_ns, entry.path) for entry in entries]
        except OSError:
            return []
        return [Path(path) for _, path in sorted(found)]
