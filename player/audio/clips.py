"""The shelf of clips: from a clip's name to a file that is exactly that clip."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from player.errors import KahaniError
from player.story.graph import Clip


class ClipMissingError(KahaniError):
    """The clip is on no shelf."""


class ClipDamagedError(KahaniError):
    """There is a file of that name, but it is not the clip."""


class ClipShelf:
    """Finds clips under `roots`, the first that holds a sound file wins.

    Every clip is hashed each time it is opened (60 KB: 0.1 ms), so a damaged file is never played.
    Holds no state: safe from any thread.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(roots)

    def open(self, clip: Clip, *, is_urgent: bool = True) -> Path:  # noqa: ARG002 - nothing grows
        """Do as `path_for`: on a shelf a clip is whole or not there."""
        return self.path_for(clip)

    def here(self, clip: Clip) -> Path | None:
        """Return the file of `clip`, read and found whole, None where no shelf has one."""
        try:
            return self.path_for(clip)
        except (ClipMissingError, ClipDamagedError):
            return None

    def path_for(self, clip: Clip) -> Path:
        """Return the file of `clip`, read and found whole; reads the disk.

        Raises ClipMissingError when no shelf has it, ClipDamagedError when the only files of that
        name have another size or checksum or cannot be read.
        """
        damage = ""
        for root in self._roots:
            path = root / clip.path
            try:
                damage = _damage(path, clip)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                damage = f"cannot be read ({error.strerror or error})"
            if not damage:
                return path
        if damage:
            raise ClipDamagedError(
                f"The clip {clip.path} {damage}. Import or download the story again to mend it."
            )
        raise ClipMissingError(
            f"The clip {clip.path} is not on this machine. Import or download the story again."
        )


def _damage(path: Path, clip: Clip) -> str:
    """Say what is wrong with the file at `path`, "" when it is `clip`."""
    size = path.stat().st_size
    if size != clip.size:
        return f"is damaged: {size} bytes instead of {clip.size}"
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != clip.checksum:
        return "is damaged: its checksum is another"
    return ""
