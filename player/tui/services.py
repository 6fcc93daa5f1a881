"""What the screens are given by whoever starts them; loads no Textual."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from player.preferences import Level

if TYPE_CHECKING:  # the first picture does not wait for them
    from player.controller import PlaybackController
    from player.events import Event
    from player.learner.suiting import Suiting
    from player.tui.portrait import You


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A story or episode as the library shows it, in plain text of any script.

    `title` and `description` are in the listener's language; `subtitle` is the title in another
    one (English, or the source language) where that differs, else empty. `languages` are codes as
    stories name them ("hi", "hi-mixed", "ta"), the listener's first. `percentage` is 0 to 100,
    `reaction` is like, love, favorite or None; `last_played_at` knows its time zone.
    `difficulty_score` is 0 to 1; `endings_total` is 0 where it was not counted; `is_downloaded`
    says whether it can be heard without a network.
    """

    slug: str
    title: str
    subtitle: str = ""
    description: str = ""
    languages: tuple[str, ...] = ()
    duration_sec: int = 0
    percentage: float = 0.0
    is_completed: bool = False
    play_count: int = 0
    reaction: str | None = None
    bookmarks: int = 0
    endings_found: int = 0
    endings_total: int = 0
    last_played_at: datetime | None = None
    format: str | None = None
    genre: str | None = None
    age_range: str | None = None
    region: str | None = None
    difficulty: str | None = None
    difficulty_score: float | None = None
    is_downloaded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What is found out of a story when it is looked at: too slow for all of them at once.

    `variants` are (language, share of English); `clips_missing` of `clips` are not on this
    machine, but those in `languages_here` are whole. `kept_bytes` were downloaded to stay.
    """

    endings: int = 0
    variants: tuple[tuple[str, float], ...] = ()
    clips: int = 0
    clips_missing: int = 0
    languages_here: tuple[str, ...] = ()
    kept_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What may be downloaded of a story: what is told in a language, with its mixes, or (None) all.

    Of its clips so many are `missing` here.
    """

    language: str | None
    clips: int
    bytes: int
    clips_missing: int
    bytes_missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What there is to know before a download; the last of its `portions` is all of it.

    There are none where the story came whole. With `is_kept` it was downloaded to stay, of which
    `kept_bytes` are here; it may take `room_bytes` of the `cap_bytes` there are, or of
    what is left on the disk, where `is_disk_short`.
    """

    slug: str
    portions: tuple[Portion, ...] = ()
    is_kept: bool = False
    kept_bytes: int = 0
    room_bytes: int = 0
    cap_bytes: int = 0
    is_disk_short: bool = False
    is_under_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """What is looked for in the shared catalogue; None leaves a filter out.

    `query` is as typed, the others are as stories name them.
    """

    query: str = ""
    language: str | None = None
    age_range: str | None = None
    region: str | None = None
    format: str | None = None
    genre: str | None = None
    difficulty: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A story to be opened at once, as the command line asked for it; None: as it was left."""

    slug: str
    language: str | None = None
    mix: float | None = None
    node_key: str | None = None
    restart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the listener set. `theme` None: the program's own; `speed` is 0.5 to 2.0.

    `keys` are those bound anew, by the id of what they do. `sources` tells in words who named a
    field ("config.toml", "KAHANI_SPEED"); it lacks those that nobody named. What is `held` cannot
    be changed from here.
    """

    language: str | None = None
    mix: float | None = None
    level: Level = "intermediate"
    formats: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    speed: float = 1.0
    volume: int = 100
    auto_play: bool = True
    pause_after_line: bool = False
    output: str = "vlc"
    theme: str | None = None
    reduced_motion: bool = False
    widths: str = "auto"
    caption: str = "auto"
    cache_size_mb: int = 2_000
    data_saver: bool = False
    adapt: bool = True
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    held: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suited:
    """How the stories of a catalogue suit the listener; without `suiting` nothing is known of it.

    `for_you` is what is recommended, as indices into the catalogue, what suits best first.
    """

    suiting: Suiting | None = None
    for_you: Sequence[int] = ()


UNSUITED: Final = Suited()


class Services(Protocol):
    """What the app needs of the rest of the program.

    The app shows its first picture, then awaits `open`, then `catalogue`, on its event loop; so
    nothing here may block it: slow work belongs in threads. `wanted` and `settings` are read
    before the first picture, `notices` after `open`.
    """

    @property
    def settings(self) -> Settings:
        """What the listener set, as it stands now."""

    @property
    def wanted(self) -> Wanted | None:
        """The story to open at once, None for the library."""

    @property
    def notices(self) -> Sequence[str]:
        """Sentences to show once everything is open."""

    def now(self) -> datetime:
        """Return the time, with its time zone."""

    async def open(self, tell: Callable[[Event], None]) -> PlaybackController:
        """Make everything ready and return the controller, started.

        `tell` takes events that do not come from the controller (`SyncChanged`, `DownloadChanged`,
        `Notice`), from any thread, until `close`; the app itself calls `controller.listen`. Raises
        KahaniError: the sentence is shown in a dialog, and the listener may try again or leave.
        """

    async def catalogue(self) -> Sequence[Shelved]:
        """Return what the library shows, in its order; called again whenever it is looked at.

        The same rows again are the same objects: whoever shows them draws only what changed.
        Raises KahaniError; it is shown in the place of the list.
        """

    async def suited(self) -> Suited:
        """Return how the stories that `catalogue` returned last suit the listener.

        The same again where nothing changed. Raises KahaniError.
        """

    async def words(self, slugs: Sequence[str]) -> Mapping[str, str]:
        """Return what else stories can be found by: titles and descriptions in any language."""

    async def look_further(self, further: Further) -> bool:
        """Look for more stories in the catalogue that everybody shares; whether any came.

        They stand in `catalogue` then. Quick where there is none, or it cannot be reached.
        """

    async def outline(self, slug: str) -> Outline:
        """Return what is told of one story when it is looked at."""

    async def you(self) -> You:
        """Return what is known of the listener. Raises KahaniError."""

    async def offer(self, slug: str, language: str | None) -> Offer:
        """Return what it takes to download a story heard in this language. Raises KahaniError."""

    async def download(self, slug: str, language: str | None) -> None:
        """Begin to download a story, in one language or (None) all; `tell` hears of it.

        It goes on in the background, and stays until it is let go. Raises KahaniError: more than
        there is room for, or no way to its clips.
        """

    async def stop_download(self, slug: str) -> None:
        """Stop a download; what has come stays, and it goes on from there when wanted again."""

    async def let_go(self, slug: str) -> None:
        """Let a downloaded story go when its room is needed. Raises KahaniError."""

    async def placements(self) -> Sequence[str]:
        """Return the slugs of the placements that there are. Raises KahaniError."""

    async def placement_before(self, slug: str, known: Collection[str]) -> str | None:
        """Return the placement to be offered before a story is heard; None: there is none.

        `known` are the base languages of which something is believed. None where the placement of
        the story's language was offered or played before, or where nothing sounds. Raises
        KahaniError.
        """

    async def save(self, name: str, value: object) -> None:
        """Keep a setting: a field of `Settings`; None: the usual value again.

        Raises KahaniError with a sentence where it could not be written down, or is held; where
        `settings` tells the new value all the same, it holds until the listener leaves.
        """

    async def close(self) -> None:
        """Give everything back; the app has closed the controller. Harmless without `open`."""
