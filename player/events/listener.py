"""What the listener said, kept or set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReactionChanged:
    """The listener liked the story, or took it back: like, love, favorite or None."""

    reaction: str | None


@dataclass(frozen=True, slots=True)
class StoryRated:
    """The listener said how difficult the story was: easy, right or hard; `sentence` answers."""

    felt: str
    sentence: str


@dataclass(frozen=True, slots=True)
class HabitsChanged:
    """Whether passages follow each other by themselves, and whether each line is waited after."""

    auto_play: bool
    pause_after_line: bool


@dataclass(frozen=True, slots=True)
class BookmarksChanged:
    """How many bookmarks the open story has now."""

    count: int


@dataclass(frozen=True, slots=True)
class SleepChanged:
    """In how many minutes the sleep timer ends; None: there is none, or it has ended."""

    minutes_left: int | None


@dataclass(frozen=True, slots=True)
class LeaveRequested:
    """The listener wants to leave, and said so elsewhere than here."""
