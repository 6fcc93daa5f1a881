"""What makes sound, seen from above: one protocol, the events it sends up, the states it knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from player.story.graph import Clip

SLOWEST: Final = 0.5
FASTEST: Final = 2.0
"""The speeds at which libVLC keeps the pitch."""


class PlaybackState(StrEnum):
    """What the sound is doing, in the words shown on the screen."""

    IDLE = "idle"
    LOADING = "loading"
    PLAYING = "playing"
    PAUSED = "paused"
    FINISHED = "finished"


class GrowingClip(Protocol):
    """A clip that is still coming, without gaps from its first byte; safe from any thread.

    What is read before `is_over` without an `error` has not been checked yet.
    """

    @property
    def clip(self) -> Clip:
        """Which clip it is; `size` 0 where nobody knows how long it will be."""

    @property
    def received(self) -> int:
        """How many bytes are there; fewer than before when what came was something else."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come: all is there and checked, or there is an `error`."""

    @property
    def error(self) -> Exception | None:
        """Why it did not come, as a sentence for people."""

    def wait_for(self, count: int, timeout_s: float | None = None) -> int:
        """Wait until `count` bytes are there or it is over, and return how many are."""

    def read(self, offset: int, count: int) -> bytes:
        """Return up to `count` of the bytes that are there, from `offset`; does not wait."""

    def leave(self) -> None:
        """Want it no longer; it may stop when nobody does."""


Source: TypeAlias = Path | GrowingClip
"""What a clip is heard from: its file, or what has come of it so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRequest:
    """One clip to be heard. `token` names this playing of it; every event carries it back.

    `path` None means that there is no sound, unless there is a `growing` clip in its place: the
    time passes in silence. `duration_ms` is the
    length of the clip at speed 1 (for silence: how long the text takes to read). `tail_ms` is how
    much of its end is silence: a part of that may be left out, so that the next clip joins closer.
    """

    token: int
    path: Path | None
    duration_ms: int
    start_ms: int = 0
    paused: bool = False
    tail_ms: int = 0
    growing: GrowingClip | None = None

    @property
    def source(self) -> Source | None:
        """What the clip is heard from, None for silence."""
        return self.path or self.growing


@dataclass(frozen=True, slots=True)
class OutputEvent:
    """Something that happened to the clip played under `token`."""

    token: int


@dataclass(frozen=True, slots=True)
class ClipStarted(OutputEvent):
    """The first sound of the clip is on its way to the listener."""


@dataclass(frozen=True, slots=True)
class ClipLoading(OutputEvent):
    """The sound waits for a growing clip, of which `percent` is there; None: nothing yet.

    Follows itself as more comes; ClipStarted or ClipRecovered end it.
    """

    percent: int | None


@dataclass(frozen=True, slots=True)
class ClipFinished(OutputEvent):
    """The clip was heard to its end."""


@dataclass(frozen=True, slots=True)
class ClipEndedEarly(OutputEvent):
    """The clip stopped over a second before its length: truncated or damaged, not finished."""

    position_ms: int


@dataclass(frozen=True, slots=True)
class ClipStalled(OutputEvent):
    """Time stands still although it should not: no data, or no sound device."""

    position_ms: int


@dataclass(frozen=True, slots=True)
class ClipRecovered(OutputEvent):
    """Time moves again after a stall, or after a wait for more of the clip."""


@dataclass(frozen=True, slots=True)
class ClipFailed(OutputEvent):
    """The clip cannot be played; `reason` is a sentence for people.

    `is_unheard`: nothing of it came out.
    """

    reason: str
    is_unheard: bool = False


class AudioOutput(Protocol):
    """Plays one clip at a time. No method blocks; all may be called from the event loop.

    Events reach the listener given to `start`, from any thread; none of an older clip arrives
    after `play` or `stop` was called for a newer one. Positions are milliseconds of the clip, speed
    is 0.5 to 2.0 with the pitch kept, volume is 0 to 100.
    """

    name: str

    def start(self, listener: Callable[[OutputEvent], None]) -> None:
        """Make ready to play. Raises MissingPartError when a needed part is not installed."""

    def play(self, request: ClipRequest) -> None:
        """Play this clip now, in place of any other."""

    def prepare(self, path: Path) -> None:
        """Make the clip at `path` cheap to start: it is likely to be played next."""

    def cue(self, source: Source) -> None:
        """Let go of the present clip, and have this one ready to be played next."""

    def pause(self) -> None:
        """Hold the sound where it is."""

    def resume(self) -> None:
        """Go on from where it was held."""

    def seek(self, position_ms: int) -> None:
        """Go to `position_ms` of the clip, clamped to its length."""

    def set_speed(self, speed: float) -> None:
        """Play faster or slower from now on, this clip and later ones."""

    def set_volume(self, volume: int) -> None:
        """Set the loudness from now on; 0 is mute."""

    def stop(self) -> None:
        """Fall silent and forget the clip."""

    def position_ms(self) -> int:
        """Return where the listener is in the clip, interpolated; cheap, from any thread."""

    def close(self) -> None:
        """Stop and give everything back; harmless when done twice."""
