"""What one listener prefers, wherever they listen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Level: TypeAlias = Literal["beginner", "intermediate", "advanced"]
LEVELS: Final[tuple[Level, ...]] = ("beginner", "intermediate", "advanced")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Level, speed (0.5 to 2.0), whether passages follow each other, favoured formats and genres.

    `formats` and `genres` are as stories name them ("podcast", "folk tale"), most liked first.
    """

    level: Level = "intermediate"
    speed: float = 1.0
    auto_play: bool = True
    formats: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Whether passages follow each other by themselves, and whether each line is waited after."""

    auto_play: bool = True
    pause_after_line: bool = False
