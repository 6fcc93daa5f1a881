"""What is known of the story being heard, told in the words of the status row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from player.audio.output import PlaybackState
from player.events import (
    BUFFERING,
    CONNECTING,
    BookmarksChanged,
    ChoiceAwaited,
    DownloadChanged,
    Event,
    HabitsChanged,
    MixDecided,
    NodeEntered,
    Notice,
    PassageHeard,
    PlaybackChanged,
    ReactionChanged,
    SleepChanged,
    SpeedChanged,
    StoryFinished,
    StoryOpened,
    SwitchDropped,
    SwitchPlanned,
    SyncChanged,
    VariantChanged,
    VolumeChanged,
)
from player.story.walking import Variant, base_language
from player.tui import wording

NOT_SAVED = "Not saved"
"""How the controller's notice begins when a move could not be written down."""

LINE_HEARD: Final = "line heard"
"""Why the sound is held at the end of a line, for a listener who wants it so."""

_STATES: Final = {
    PlaybackState.IDLE: "opening",
    PlaybackState.LOADING: "loading",
    PlaybackState.PLAYING: "> playing",
    PlaybackState.PAUSED: "|| paused",
    PlaybackState.FINISHED: "> playing",
}
YOUR_TURN: Final = "? your turn"
THE_END: Final = "* the end"
FULL: Final = 100
"""A volume not worth a word."""


def state_in_words(kind: PlaybackState, reason: str = "", goes_on: str = "space") -> str:
    """Return what the sound is doing, with the reason, and the key that goes on after a line."""
    if kind is PlaybackState.PAUSED and LINE_HEARD in reason:
        return _held(LINE_HEARD, goes_on)
    if kind is PlaybackState.LOADING and reason.startswith((CONNECTING, BUFFERING)):
        return reason
    word = _STATES[kind]
    return f"{word}, {reason}" if reason and reason != word else word


@dataclass(slots=True)
class Situation:
    """Follows the events; knows no widget."""

    slug: str = ""
    title: str = ""
    language: str = ""
    mix: float = 0.0
    speaker: str = ""
    playback: PlaybackState = PlaybackState.IDLE
    reason: str = ""
    speed: float = 1.0
    volume: int = 100
    reaction: str | None = None
    sync: str = ""
    planned: Variant | None = None
    is_switched: bool = False
    held: str = ""
    """Who decides on the mix: "story" or "language" for the listener, else kahani."""
    is_adapting: bool = False
    """Whether kahani would change the mix by itself: only then is there something to hold."""
    place: int = 0
    auto_play: bool = True
    pause_after_line: bool = False
    bookmarks: int = 0
    sleep_minutes: int | None = None
    download: str = ""
    own_speed: float = 1.0
    is_saved: bool = True
    is_awaiting: bool = False
    is_heard: bool = False
    is_ended: bool = False
    is_slow: bool = False
    toggle_key: str = "space"
    """What the listener presses to go on; empty where no key does."""

    @property
    def variant(self) -> Variant:
        """What is heard."""
        return Variant(self.mix, self.language)

    def follow(self, event: Event) -> None:
        """Take in what happened."""
        self._follow_story(event)
        self._follow_variant(event)
        self._follow_listener(event)

    def hear_slowly(self) -> None:
        """Note that the listener wants this line slowly; each rung will tell its speed."""
        if not self.is_slow:
            self.own_speed = self.speed
        self.is_slow = True

    def leave_slow(self) -> float:
        """Note that a line is not heard slowly any more; return the listener's own speed."""
        own = self.own_speed if self.is_slow else self.speed
        self.is_slow = False
        return own

    def move_on(self) -> None:
        """Note that another line is heard: the slow one is over once it was heard at speed."""
        if self.speed == self.own_speed:
            self.is_slow = False

    def _follow_story(self, event: Event) -> None:
        match event:
            case StoryOpened():
                self.slug, self.title, self.speaker = event.slug, event.title, ""
                self.reaction, self.bookmarks = event.reaction, event.bookmarks
                self.is_saved, self.download = True, ""
            case NodeEntered():
                self.speaker = event.passage.speaker
                self.is_switched = self.is_switched and self.place in (0, event.depth)
                self.place = event.depth
                self.is_awaiting = self.is_heard = self.is_ended = self.is_slow = False
            case PlaybackChanged(state, reason):
                self.playback, self.reason = state, reason
                if state is not PlaybackState.FINISHED:
                    self.is_awaiting = self.is_heard = self.is_ended = False
            case ChoiceAwaited():
                self.is_awaiting = True
            case PassageHeard():
                self.is_heard = True
            case StoryFinished():
                self.is_ended = True
            case _:
                pass

    def _follow_variant(self, event: Event) -> None:
        match event:
            case StoryOpened(language=language, mix=mix):
                self.language, self.mix, self.planned = language, mix, None
                self.is_switched, self.held = False, ""
            case MixDecided(held=held):
                self.held = held
            case SwitchPlanned(language, mix):
                self.planned = Variant(mix, language)
            case SwitchDropped():
                self.planned = None
            case VariantChanged(language, mix, title):
                self.language, self.mix, self.title = language, mix, title
                self.planned, self.is_switched, self.place = None, True, 0
            case _:
                pass

    def _follow_listener(self, event: Event) -> None:
        match event:
            case ReactionChanged(reaction):
                self.reaction = reaction
            case SpeedChanged(speed):
                self.speed = speed
            case VolumeChanged(volume, is_muted):
                self.volume = 0 if is_muted else volume
            case HabitsChanged(auto_play, pause_after_line):
                self.auto_play, self.pause_after_line = auto_play, pause_after_line
            case BookmarksChanged(count):
                self.bookmarks = count
            case SleepChanged(minutes_left):
                self.sleep_minutes = minutes_left
            case SyncChanged():
                self.sync = event.text
            case DownloadChanged(slug=slug) if slug == self.slug:
                self.download = wording.downloading(event)
            case Notice(text):
                self.is_saved = self.is_saved and not text.startswith(NOT_SAVED)
            case _:
                pass

    @property
    def hold(self) -> str:
        """What the listener holds, "story" or "language"; empty where kahani decides, or nobody."""
        return self.held if self.is_adapting else ""

    @property
    def state(self) -> str:
        """What the sound is doing."""
        if self.is_ended:
            return THE_END
        if self.is_awaiting:
            return YOUR_TURN
        if self.is_heard:
            return _held("heard", self.toggle_key)
        return state_in_words(self.playback, self.reason, self.toggle_key)

    @property
    def facts(self) -> tuple[str, ...]:
        """How the story is heard, the most telling first."""
        return (
            "" if self.is_saved else "NOT SAVED",
            self._speed,
            self.download,
            self._language,
            wording.briefly_held(self.hold),
            "" if self.sleep_minutes is None else f"sleep in {self.sleep_minutes} min",
            "pause after lines" if self.pause_after_line else "",
            "" if self.auto_play else "auto-play off",
            self._volume,
            wording.reaction(self.reaction),
            wording.bookmarks(self.bookmarks),
            self.sync,
            "place saved" if self.is_saved else "",
        )

    @property
    def _speed(self) -> str:
        speed = wording.speed(self.speed)
        if not self.is_slow:
            return speed
        return f"{speed}, at speed again" if self.speed == self.own_speed else f"{speed}, slowly"

    @property
    def _volume(self) -> str:
        if not self.volume:
            return "muted"
        return f"volume {self.volume}" if self.volume < FULL else ""

    @property
    def _language(self) -> str:
        if (planned := self.planned) is not None:
            is_same = base_language(planned.language) == base_language(self.language)
            return f"{_briefly(planned, is_mix=is_same)} next"
        return f"now {_briefly(self.variant)}" if self.is_switched else ""


def _held(reason: str, key: str) -> str:
    return f"|| {reason}, {key} goes on" if key else f"|| {reason}"


def _briefly(variant: Variant, *, is_mix: bool = False) -> str:
    """Return a variant as "60 % English" where there is some, or `is_mix`; else as "Tamil"."""
    if variant.mix or is_mix:
        return f"{wording.share(variant.mix)} English"
    return wording.language(base_language(variant.language))
