"""Records of the library: what stands on it, and what the listener did to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class CatalogueEntry(NamedTuple):
    """One row of the library: a story or a linear episode.

    A named tuple, which is made in C: fifty thousand are read at once. `title` and `description`
    are in the language asked for, else in the story's first; `english` is its English title, ""
    where it has none; `languages` begins with that of the title. The duration is that of the
    longest edition, in seconds.
    """

    slug: str
    title: str
    english: str
    description: str
    languages: tuple[str, ...]
    age_range: str | None
    region: str | None
    format: str | None
    genre: str | None
    difficulty: str | None
    difficulty_score: float | None
    duration_sec: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenedRecord:
    """What the listener did to one story or episode; `reaction` is one of REACTIONS.

    `endings_total` is counted where the listener has been, else it is 0.
    """

    percentage: float = 0.0
    is_completed: bool = False
    play_count: int = 0
    last_played_at: datetime | None = None
    reaction: str | None = None
    bookmarks: int = 0
    endings_found: int = 0
    endings_total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineRecord:
    """What takes too long to count for every story; `variants` are languages with their mix."""

    endings: int = 0
    variants: tuple[tuple[str, float], ...] = ()
    clips: int = 0
