"""How the cache stands, and the names under its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from player.audio.cache.pins import Pin

MEGABYTE: Final = 1_000_000
DEFAULT_CAP_MB: Final = 2_000
INDEX: Final = "index.sqlite"
PINS: Final = "pins"
PARTS: Final = "parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What there is, unchecked. `pins` come with how many of their clips are there."""

    folder: Path
    cap_bytes: int
    clips: int
    bytes: int
    pinned_clips: int
    pinned_bytes: int
    pins: tuple[tuple[Pin, int], ...]
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """What hashing everything found: whole clips, their bytes, and the damaged by checksum."""

    clips: int
    bytes: int
    damaged: tuple[str, ...]


def in_megabytes(size: int) -> str:
    """Return a size for people: "0.4 MB", "1,240 MB"."""
    megabytes = size / MEGABYTE
    return f"{megabytes:,.0f} MB" if megabytes >= 10 else f"{megabytes:.1f} MB"  # noqa: PLR2004 - two digits are enough to compare
