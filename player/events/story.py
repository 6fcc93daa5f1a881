"""What happened in a story: where it stands, what is asked, what was taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from player.session import Direction
from player.story.passages import Option, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryOpened:
    """A story is about to be heard. `passages` is the way here, oldest first, for the transcript.

    `is_resumed` tells a listener who came back; `recap` holds the words of the last choices for
    whoever was away for long, else nothing.
    """

    slug: str
    title: str
    language: str
    mix: float
    is_resumed: bool
    recap: tuple[str, ...]
    passages: tuple[Passage, ...]
    reaction: str | None
    endings_found: int
    endings_total: int
    bookmarks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEntered:
    """A node begins. It is passage number `depth` (from 1) of the transcript: later ones are gone.

    `start_ms` is where in the clip it begins; `options` is empty where nothing is asked.
    """

    passage: Passage
    options: tuple[Option, ...]
    direction: Direction
    depth: int
    start_ms: int
    percentage: float


@dataclass(frozen=True, slots=True)
class ChoiceTaken:
    """A choice is confirmed and written down; its node follows as NodeEntered.

    `share` is how many in a hundred listeners chose this, where enough of them are known. With
    `is_counted` false nothing was learned of the passage and the answer: what was asked about was
    not heard, the answer came too early, or the same question was answered `days_ago` whole days
    before, which is None where it was not answered lately.
    """

    node_id: UUID
    key: str
    text: str
    correct: bool | None = None
    share: int | None = None
    is_counted: bool = True
    days_ago: int | None = None


@dataclass(frozen=True, slots=True)
class ChoiceAwaited:
    """The clip of a node that asks something was heard: it is the listener's turn."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ChoicesReady:
    """How much of the clip behind each choice is on this machine, in percent by the choice's key.

    Told only where a clip had to be fetched; 100 is ready, None goes on as text, as the clip could
    not be had. What of it is here is told anew whenever it is tried once more.
    """

    percent: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class PassageHeard:
    """A passage that asks nothing was heard, and the listener wants to go on by a key."""


@dataclass(frozen=True, slots=True)
class StoryFinished:
    """An ending was heard to its end."""

    node_key: str
    endings_found: int
    endings_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOffered:
    """The listener was at another place of the open story too, and may go there.

    On this machine (`is_here`), before they went on elsewhere, or on another one, called `device`
    where that is known. `words` is the line it stands at, `at` knows its time zone.
    """

    words: str
    at: datetime
    percentage: float
    device: str | None
    is_here: bool
