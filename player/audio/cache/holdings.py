"""Holdings: what lies in the cache by its names alone, for lists too long to read files for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from player.audio.cache.objects import Objects
from player.audio.cache.pins import Pin, PinDamagedError, Pins
from player.audio.cache.standing import PINS

_OBJECTS: Final = "objects"


class Holdings:
    """Looks at the cache under `folder`; reads no clip, so it is no proof that one is whole.

    Holds no state: safe from any thread. What cannot be looked at counts as not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._objects = Objects(folder)
        self._pins = Pins(folder / PINS)

    def mark(self) -> object:
        """Return what is another value whenever a clip or a pin came or went."""
        return _changes(self._folder / _OBJECTS), _changes(self._folder / PINS)

    def checksums(self) -> frozenset[str]:
        """Return the checksums of the clips there are."""
        try:
            return frozenset(self._objects.names())
        except OSError:
            return frozenset()

    def pins(self) -> tuple[Pin, ...]:
        """Return what is pinned."""
        try:
            return self._pins.all()
        except (OSError, PinDamagedError):
            return ()


def _changes(folder: Path) -> tuple[tuple[str, int], ...]:
    """Return the entries of a folder, each with when it was changed."""
    try:
        with os.scandir(folder) as entries:
            return tuple(sorted((entry.name, entry.stat().st_mtime_ns) for entry in entries))
    except OSError:
        return ()
