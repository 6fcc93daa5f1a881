"""What the controller tells those who listen: facts, in the past tense, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, TypeAlias
from uuid import UUID

from player.audio.output import PlaybackState
from player.session import Direction
from player.story.passages import Option, Passage

CONNECTING: Final = "connecting"
BUFFERING: Final = "buffering"
"""Why the sound is loading where its clip is still coming; the second is followed by "40 %"."""


class Severity(StrEnum):
    """How loud a notice is."""

    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


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
class PlaybackChanged:
    """The sound changed its state; `reason` says why where that is not plain."""

    state: PlaybackState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PositionJumped:
    """The listener went to another place in the clip (seek, replay, line step)."""

    position_ms: int


@dataclass(frozen=True, slots=True)
class ChoiceTaken:
    """A choice is confirmed and written down; its node follows as NodeEntered.

    `share` is how many in a hundred listeners chose this, where enough of them are known.
    """

    node_id: UUID
    key: str
    text: str
    correct: bool | None = None
    share: int | None = None


@dataclass(frozen=True, slots=True)
class ChoiceAwaited:
    """The clip of a node that asks something was heard: it is the listener's turn."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ChoicesReady:
    """How much of the clip behind each choice is on this machine, in percent by the choice's key.

    Told only where a clip had to be fetched; 100 is ready.
    """

    percent: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class StoryFinished:
    """An ending was heard to its end."""

    node_key: str
    endings_found: int
    endings_total: int


@dataclass(frozen=True, slots=True)
class ReactionChanged:
    """The listener liked the story, or took it back: like, love, favorite or None."""

    reaction: str | None


@dataclass(frozen=True, slots=True)
class SpeedChanged:
    """The speed is now `speed`, 1.0 being as recorded."""

    speed: float


@dataclass(frozen=True, slots=True)
class VolumeChanged:
    """The volume is now `volume`, 0 to 100; 0 with `is_muted`."""

    volume: int
    is_muted: bool


@dataclass(frozen=True, slots=True)
class VariantChanged:
    """Another language or mix is heard; the same node follows as NodeEntered."""

    language: str
    mix: float
    title: str


@dataclass(frozen=True, slots=True)
class SwitchPlanned:
    """This language and mix will be heard from the next line on; VariantChanged follows then."""

    language: str
    mix: float


@dataclass(frozen=True, slots=True)
class SwitchDropped:
    """The change that was planned for the next line will not come."""


@dataclass(frozen=True, slots=True)
class PassageHeard:
    """A passage that asks nothing was heard, and the listener wants to go on by a key."""


@dataclass(frozen=True, slots=True)
class HabitsChanged:
    """Whether passages follow each other by themselves, and whether each line is waited after."""

    auto_play: bool
    pause_after_line: bool


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


@dataclass(frozen=True, slots=True)
class BookmarksChanged:
    """How many bookmarks the open story has now."""

    count: int


@dataclass(frozen=True, slots=True)
class SleepChanged:
    """In how many minutes the sleep timer ends; None: there is none, or it has ended."""

    minutes_left: int | None


@dataclass(frozen=True, slots=True)
class SyncChanged:
    """How it stands with PostgreSQL: `pending` entries to send, and the state in words."""

    pending: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadChanged:
    """How far the download of a story is: so much of what is to be here of it is here.

    `sentence` says why it failed.
    """

    slug: str
    state: Literal["waiting", "coming", "done", "stopped", "failed"]
    clips_here: int
    clips: int
    bytes_here: int
    bytes: int
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class LeaveRequested:
    """The listener wants to leave, and said so elsewhere than here."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the listener."""

    text: str
    severity: Severity = Severity.INFORMATION


Event: TypeAlias = (
    StoryOpened
    | NodeEntered
    | PlaybackChanged
    | PositionJumped
    | ChoiceTaken
    | ChoiceAwaited
    | ChoicesReady
    | StoryFinished
    | ReactionChanged
    | SpeedChanged
    | VolumeChanged
    | VariantChanged
    | SwitchPlanned
    | SwitchDropped
    | PassageHeard
    | HabitsChanged
    | PlaceOffered
    | BookmarksChanged
    | SleepChanged
    | SyncChanged
    | DownloadChanged
    | LeaveRequested
    | Notice
)
