"""What is known of the story being heard, told in the words of the status row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from player.audio.output import PlaybackState
from player.events import (
    ChoiceAwaited,
    Event,
    NodeEntered,
    Notice,
    PlaybackChanged,
    ReactionChanged,
    SpeedChanged,
    StoryFinished,
    StoryOpened,
    SyncChanged,
    VariantChanged,
    VolumeChanged,
)
from player.tui import wording

NOT_SAVED = "Not saved"
"""How the controller's notice begins when a move could not be written down."""


_STATES: Final = {
    PlaybackState.IDLE: "opening",
    PlaybackState.LOADING: "loading",
    PlaybackState.PLAYING: "> playing",
    PlaybackState.PAUSED: "|| paused",
    PlaybackState.FINISHED: "> playing",
}
YOUR_TURN: Final = "? your turn"
THE_END: Final = "* the end"


def state_in_words(kind: PlaybackState, reason: str = "") -> str:
    """Return what the sound is doing, with the reason where there is one."""
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
    is_saved: bool = True
    is_awaiting: bool = False
    is_ended: bool = False

    def follow(self, event: Event) -> None:  # noqa: C901, PLR0912 - one short arm an event
        """Take in what happened."""
        match event:
            case StoryOpened():
                self.slug, self.title, self.speaker = event.slug, event.title, ""
                self.language, self.mix = event.language, event.mix
                self.reaction, self.is_saved = event.reaction, True
            case NodeEntered():
                self.speaker = event.passage.speaker
                self.is_awaiting = self.is_ended = False
            case PlaybackChanged(state, reason):
                self.playback, self.reason = state, reason
                if state is not PlaybackState.FINISHED:
                    self.is_awaiting = self.is_ended = False
            case ChoiceAwaited():
                self.is_awaiting = True
            case StoryFinished():
                self.is_ended = True
            case ReactionChanged(reaction):
                self.reaction = reaction
            case SpeedChanged(speed):
                self.speed = speed
            case VolumeChanged(volume, is_muted):
                self.volume = 0 if is_muted else volume
            case VariantChanged(language, mix, title):
                self.language, self.mix, self.title = language, mix, title
            case SyncChanged():
                self.sync = event.text
            case Notice(text):
                self.is_saved = self.is_saved and not text.startswith(NOT_SAVED)
            case _:
                pass

    @property
    def state(self) -> str:
        """What the sound is doing."""
        if self.is_ended:
            return THE_END
        if self.is_awaiting:
            return YOUR_TURN
        return state_in_words(self.playback, self.reason)

    @property
    def facts(self) -> tuple[str, ...]:
        """How the story is heard, the most telling first."""
        code = f"{self.language}@{self.mix:.2f}" if self.mix else self.language
        return (
            "" if self.is_saved else "NOT SAVED",
            f"{self.speed:.1f}x",
            f"volume {self.volume}" if self.volume else "muted",
            code,
            wording.reaction(self.reaction),
            "place saved" if self.is_saved else "",
            self.sync,
        )
