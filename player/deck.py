"""The deck: puts one passage at a time on the output, and never lets a missing clip stop it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from player.audio.clock import Clock
from player.audio.output import (
    FASTEST,
    SLOWEST,
    AudioOutput,
    ClipEndedEarly,
    ClipFailed,
    ClipFinished,
    ClipRecovered,
    ClipRequest,
    ClipStalled,
    ClipStarted,
    OutputEvent,
    PlaybackState,
)
from player.errors import KahaniError
from player.events import Event, Notice, PlaybackChanged, Severity, VolumeChanged
from player.fetching import ClipSource, Fetcher
from player.stopwatch import Stopwatch
from player.story.passages import Passage

NO_AUDIO: Final = "no audio"
NO_SOUND: Final = "no sound"
SILENT: Final = "silent"
GOES_ON: Final = "The story goes on as text; hear the line again to try the sound."


class Deck:
    """Owns the output: what is on it, how fast, how loud, and what it is doing.

    To be used from the event loop. `tell` gets PlaybackChanged and Notice; `on_end` is called when
    a passage was heard to its end, in sound or in silence.
    """

    def __init__(
        self,
        clips: ClipSource,
        output: AudioOutput,
        clock: Clock,
        *,
        tell: Callable[[Event], None],
        on_end: Callable[[], None],
    ) -> None:
        self._fetcher = Fetcher(clips)
        self._output = output
        self._tell = tell
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._token = 0
        self._passage: Passage | None = None
        self._listened = Stopwatch(clock)
        self._complained = False
        self._unheld = ""
        self._sounding = asyncio.Event()
        self.state = PlaybackState.IDLE
        self.reason = ""
        self.speed = 1.0
        self.volume = self._loud = 100

    def start(self) -> None:
        """Take the output into use. Raises MissingPartError when it cannot be."""
        self._output.start(self._hand_over)

    def position_ms(self) -> int:
        """Return where the listener is in the passage; cheap enough to ask at 20 Hz."""
        if self.state is PlaybackState.FINISHED and self._passage is not None:
            return self._passage.duration_ms
        return self._output.position_ms() if self._passage is not None else 0

    async def sounding(self) -> None:
        """Wait until the passage that was put on last is heard, or taken off."""
        await self._sounding.wait()

    async def fetch(self, passage: Passage) -> Path | None:
        """Return the passage's clip as a file; None where it has none or it cannot be had."""
        try:
            return await self._fetcher.fetch(passage)
        except KahaniError as error:
            self._complain(f"{error} The story goes on as text.")
            return None

    async def make_ready(self, passages: Sequence[Passage]) -> None:
        """Fetch the clips that may be heard next, the likeliest first, and warm up that one."""
        likeliest = await self._fetcher.fetch_ahead(passages)
        if likeliest is not None:
            self._output.prepare(likeliest)

    def cue(self, path: Path | None) -> None:
        """Let go of what is on, and have the clip at `path` ready; `play` must follow."""
        self._token += 1
        if path is not None:
            self._output.cue(path)

    def play(
        self, passage: Passage, path: Path | None, *, start_ms: int = 0, held: bool = False
    ) -> None:
        """Put the passage on, with its clip or for as long as it takes to read; `held`: paused."""
        self._passage = passage
        sounds = SILENT if self._output.name == SILENT else ""
        self._put_on(path, start_ms, sounds if path else NO_AUDIO, held=held)

    def pause(self, why: str = "") -> bool:
        """Hold the sound; return whether there was any to hold. `why` is told where it is given."""
        if self.state not in (PlaybackState.PLAYING, PlaybackState.LOADING):
            return False
        self._output.pause()
        self._unheld = self.reason
        self._set(PlaybackState.PAUSED, why or self.reason)
        return True

    def resume(self) -> bool:
        """Go on; return whether it had been held."""
        if self.state is not PlaybackState.PAUSED:
            return False
        self._output.resume()
        self._set(PlaybackState.PLAYING, self._unheld)
        return True

    async def seek(self, position_ms: int, *, again: bool = False) -> int:
        """Go to a place, clamped, and return it; `again` tries a sound that was given up."""
        if self._passage is None:
            return 0
        target = min(max(0, position_ms), max(0, self._passage.duration_ms - 1))
        reason = self._unheld if self.state is PlaybackState.PAUSED else self.reason
        if self.state is PlaybackState.FINISHED or (again and reason in (NO_AUDIO, NO_SOUND)):
            self.play(self._passage, await self.fetch(self._passage), start_ms=target)
        else:
            self._output.seek(target)
        return target

    def set_speed(self, speed: float) -> None:
        """Hear faster or slower from now on, 0.5 to 2.0."""
        self.speed = min(max(round(speed, 2), SLOWEST), FASTEST)
        self._output.set_speed(self.speed)

    def set_volume(self, volume: int) -> None:
        """Hear louder or softer from now on, 0 to 100."""
        self.volume = min(max(volume, 0), 100)
        self._output.set_volume(self.volume)
        self._tell(VolumeChanged(self.volume, is_muted=self.volume == 0))

    def dim(self, share: float) -> None:
        """Sound at this share, 0 to 1, of the volume that is set, until told otherwise."""
        self._output.set_volume(round(self.volume * share))

    def toggle_mute(self) -> None:
        """Fall mute, or be as loud again as before."""
        if self.volume:
            self._loud = self.volume
            self.set_volume(0)
        else:
            self.set_volume(self._loud)

    def stop(self) -> None:
        """Fall silent and take the passage off."""
        self._token += 1
        self._output.stop()
        self._set(PlaybackState.IDLE, "")
        self._passage = None
        self._complained = False

    def take_listened_ms(self) -> float:
        """Return the milliseconds spent listening since this was last asked."""
        return self._listened.take_ms()

    def _put_on(self, path: Path | None, start_ms: int, reason: str, *, held: bool = False) -> None:
        assert self._passage is not None
        self._token += 1
        self._output.play(
            ClipRequest(
                token=self._token,
                path=path,
                duration_ms=self._passage.duration_ms,
                start_ms=start_ms,
                paused=held,
                tail_ms=self._passage.tail_ms,
            )
        )
        self._unheld = reason
        self._set(PlaybackState.PAUSED if held else PlaybackState.LOADING, reason)

    def _hand_over(self, event: OutputEvent) -> None:
        """Bring an event from the output's thread to the event loop, which may be gone by then."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._on_output, event)

    def _on_output(self, event: OutputEvent) -> None:
        if event.token != self._token or self._passage is None:
            return
        match event:
            case ClipStarted() | ClipRecovered():
                if self.state is PlaybackState.LOADING:
                    self._set(PlaybackState.PLAYING, self.reason)
            case ClipFinished():
                self._set(PlaybackState.FINISHED, self.reason)
                self._on_end()
            case ClipEndedEarly(position_ms=position_ms):
                self._fall_silent(position_ms, NO_AUDIO, f"The clip stops too early. {GOES_ON}")
            case ClipStalled(position_ms=position_ms):
                self._fall_silent(position_ms, NO_SOUND, f"No sound comes out. {GOES_ON}")
            case ClipFailed(reason=reason):
                self._fall_silent(self._output.position_ms(), NO_AUDIO, reason)

    def _fall_silent(self, position_ms: int, reason: str, why: str) -> None:
        """Go on without sound from where it broke off, and say so once a story."""
        self._complain(why)
        self._put_on(None, position_ms, reason, held=self.state is PlaybackState.PAUSED)

    def _complain(self, text: str) -> None:
        if not self._complained:
            self._complained = True
            self._tell(Notice(text, Severity.WARNING))

    def _set(self, state: PlaybackState, reason: str) -> None:
        if state is PlaybackState.PLAYING:
            self._listened.run()
        else:
            self._listened.hold()
        if state is PlaybackState.LOADING:
            self._sounding.clear()
        else:
            self._sounding.set()
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason = state, reason
            self._tell(PlaybackChanged(state, reason))
