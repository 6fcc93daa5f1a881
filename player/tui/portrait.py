"""What the screen You is given: what is believed, what was heard, what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Span:
    """How many lines in 10 should be followed: the least, what is expected, and the most."""

    least: float
    middle: float
    most: float


@dataclass(frozen=True, slots=True)
class Week:
    """What was heard in the seven days from `begins` on; `english` is a share of it, 0 to 1.

    It is None where nothing was heard.
    """

    begins: date
    seconds: float = 0.0
    english: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What moved a belief last: in words, in which story, when, and whether it went up."""

    cause: str
    slug: str
    at: datetime
    is_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """What is believed of one language, given by its base code ("hi").

    `spans` show it over time, thinned, the first as it was before anything was heard; they stand
    for `visits` passages and ratings between `began_at` and `heard_at`. `is_pinned`: the listener
    keeps the difficulty. `placement` is the slug of the story that finds the level, empty: none.
    """

    language: str
    sentence: str = ""
    spans: tuple[Span, ...] = ()
    visits: int = 0
    began_at: datetime | None = None
    heard_at: datetime | None = None
    moved: Moved | None = None
    is_pinned: bool = False
    weeks: tuple[Week, ...] = ()
    placement: str = ""

    @property
    def has_line(self) -> bool:
        """Whether there is something to be drawn: a line has two ends."""
        return len(self.spans) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One thing that was decided about how a story is heard, and why, in a sentence.

    `slug` is empty where it holds in all stories.
    """

    at: datetime
    slug: str
    language: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class You:
    """A listener, as far as this machine knows.

    `languages` has the one heard last first. `seconds` were heard in all, `recent_seconds` in the
    last seven days; `weeks` are the last ones, the oldest first. `endings_total` counts those of
    the stories heard. `likes` counts by reaction; `decisions` are the last ones, the newest first.
    `placements` are stories that find a level, by base language.
    """

    languages: tuple[Believed, ...] = ()
    seconds: float = 0.0
    recent_seconds: float = 0.0
    weeks: tuple[Week, ...] = ()
    stories: int = 0
    finished: int = 0
    endings_found: int = 0
    endings_total: int = 0
    passages: int = 0
    bookmarks: int = 0
    likes: Mapping[str, int] = field(default_factory=dict)
    decisions: tuple[Decided, ...] = ()
    placements: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was heard yet."""
        return not (self.languages or self.passages or self.seconds or self.stories)
