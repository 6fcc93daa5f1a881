"""Pins: stories that stay on this machine, one small file each, which eviction reads."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from player.audio.cache.objects import is_checksum, write_beside
from player.errors import KahaniError

ALL_LANGUAGES: Final = "all"


class PinDamagedError(KahaniError):
    """A pin cannot be read, so nobody knows what must stay."""


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """A story that stays, in one language or in all: its clips' checksums with their sizes."""

    slug: str
    language: str | None = None
    clips: dict[str, int] = {}

    @property
    def bytes(self) -> int:
        """How large its clips are together."""
        return sum(self.clips.values())


class Pins:
    """The pins under `folder`; they are the truth, so losing the index loses none.

    Holds no state: safe from any thread and process.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> tuple[Pin, ...]:
        """Return the pins by slug and language. Raises PinDamagedError, OSError."""
        try:
            with os.scandir(self._folder) as entries:  # a glob would pass over what it may not read
                names = sorted(entry.name for entry in entries if entry.name.endswith(".json"))
        except (FileNotFoundError, NotADirectoryError):
            return ()
        pins = (self._read(self._folder / name) for name in names)
        return tuple(pin for pin in pins if pin is not None)

    def checksums(self) -> Mapping[str, int]:
        """Return all that must stay, with sizes. Raises PinDamagedError, OSError."""
        kept: dict[str, int] = {}
        for pin in self.all():
            kept |= pin.clips
        return kept

    def put(self, pin: Pin) -> None:
        """Keep a pin, in place of the one of the same story and language. Raises OSError."""
        path = self._path(pin.slug, pin.language)
        beside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        write_beside(path, beside, msgspec.json.encode(pin), forces_name=True)

    def remove(self, slug: str, language: str | None) -> int:
        """Remove the pin of a story in one language, or all its pins; return how many there were.

        Raises OSError.
        """
        if language is not None:
            paths = [self._path(slug, language)]
        else:
            paths = list(self._folder.glob(f"{quote(slug, safe='')}@*.json"))
        count = 0
        for path in paths:
            try:
                path.unlink()
                count += 1
            except FileNotFoundError:
                continue
        return count

    def clear(self) -> None:
        """Remove all pins, the damaged too. Raises OSError."""
        for path in self._folder.glob("*.json"):
            path.unlink(missing_ok=True)

    def _path(self, slug: str, language: str | None) -> Path:
        named = quote(language, safe="") if language else ALL_LANGUAGES
        return self._folder / f"{quote(slug, safe='')}@{named}.json"

    def _read(self, path: Path) -> Pin | None:
        try:
            pin = msgspec.json.decode(path.read_bytes(), type=Pin)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            raise PinDamagedError(
                f"The pin {path} is damaged: delete it and pin its story again."
            ) from error
        if not all(map(is_checksum, pin.clips)):
            raise PinDamagedError(f"The pin {path} names no clips: delete it and pin again.")
        return pin
