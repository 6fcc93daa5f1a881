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
    ClipLoading,
    ClipRecovered,
    ClipRequest,
    ClipStalled,
    ClipStarted,
    OutputEvent,
    PlaybackState,
    Source,
)
from player.audio.prefetch import Candidate
from player.audio.silent import SILENT, STAND_IN
from player.errors import KahaniError
from player.events import (
    BUFFERING,
    CONNECTING,
    ChoicesReady,
    Event,
)
from player.playback.complaints import Complaints
from player.playback.fetching import Fetcher
from player.playback.prefetching import ClipSource, Prefetcher
from player.playback.running import NO_AUDIO, NO_SOUND, Running
from player.story.passages import Passage

TRY_AGAIN: Final = "Hear the line again to try the sound."


class Deck(Running):
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
        super().__init__(output, clock, tell=tell, on_end=on_end)
        self.ahead = Prefetcher(
            clips,
            clock,
            on_share=lambda shares: tell(ChoicesReady(shares)),
            on_first=output.prepare,
        )
        self._fetcher = Fetcher(clips, self.ahead)
        self._loop = asyncio.get_running_loop()
        self._token = 0
        self._passage: Passage | None = None
        self.complaints = Complaints(tell)
        self.speed = self.usual_speed = 1.0

    def start(self) -> None:
        """Take the output into use. Raises MissingPartError when it cannot be."""
        self._output.start(self._hand_over)

    def position_ms(self) -> int:
        """Return where the listener is in the passage; cheap enough to ask at 20 Hz."""
        is_over = self._is_end_due or self.state is PlaybackState.FINISHED
        if is_over and self._passage is not None:
            return self._passage.duration_ms
        return self._output.position_ms() if self._passage is not None else 0

    async def fetch(self, passage: Passage) -> Source | None:
        """Return what to hear the passage's clip from; None where it has none that can be had.

        Does not wait for a network.
        """
        try:
            return await self._fetcher.fetch(passage)
        except KahaniError as error:
            self.complaints.tell(str(error))
            return None

    async def make_ready(self, candidates: Sequence[Candidate]) -> None:
        """Fetch the clips that may be heard next, the likeliest first, and warm up that one."""
        await self._fetcher.fetch_ahead(candidates, left_s=self._left_s)

    def cue(self, source: Source | None) -> None:
        """Let go of what is on, and have this clip ready; `play` must follow."""
        self._token += 1
        if source is not None:
            self._output.cue(source)

    def play(
        self, passage: Passage, source: Source | None, *, start_ms: int = 0, held: bool = False
    ) -> None:
        """Put the passage on, with its clip or for as long as it takes to read; `held`: paused."""
        self._passage = passage
        sounds = {SILENT: SILENT, STAND_IN: NO_SOUND}.get(self._output.name, "")
        self._put_on(source, start_ms, sounds if source else NO_AUDIO, held=held)

    async def seek(self, position_ms: int, *, again: bool = False) -> int:
        """Go to a place, clamped, and return it; `again` tries a sound that was given up."""
        if self._passage is None:
            return 0
        target = min(max(0, position_ms), max(0, self._passage.duration_ms - 1))
        is_held = self._is_end_due and self.state is PlaybackState.PAUSED
        if is_held or self.state is PlaybackState.FINISHED or (again and self.is_lost):
            source = await self.fetch(self._passage)
            self.play(self._passage, source, start_ms=target, held=is_held)
        else:
            self._output.seek(target)
        return target

    def set_speed(self, speed: float, *, for_a_line: bool = False) -> None:
        """Hear faster or slower from now on, 0.5 to 2.0; `for_a_line`: not as it is usual."""
        self.speed = min(max(round(speed, 2), SLOWEST), FASTEST)
        self.usual_speed = self.usual_speed if for_a_line else self.speed
        self._output.set_speed(self.speed)

    def stop(self) -> None:
        """Fall silent and take the passage off."""
        self._token += 1
        self._is_end_due = False
        self._output.stop()
        self._fetcher.let_go()
        self._set(PlaybackState.IDLE, "")
        self._passage = None
        self.complaints.forget()

    def _put_on(
        self, source: Source | None, start_ms: int, sounds: str, *, held: bool = False
    ) -> None:
        assert self._passage is not None
        self._token += 1
        self._is_end_due = False
        self._output.play(
            ClipRequest(
                token=self._token,
                path=source if isinstance(source, Path) else None,
                growing=None if isinstance(source, Path) else source,
                duration_ms=self._passage.duration_ms,
                start_ms=start_ms,
                paused=held,
                tail_ms=self._passage.tail_ms,
            )
        )
        self._sounds = sounds
        self._set(PlaybackState.PAUSED if held else PlaybackState.LOADING, sounds)

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
                    self._set(PlaybackState.PLAYING, self._sounds)
            case ClipLoading(percent=percent):
                if self.state in (PlaybackState.PLAYING, PlaybackState.LOADING):
                    words = CONNECTING if percent is None else f"{BUFFERING} {percent} %"
                    self._set(PlaybackState.LOADING, words)
            case ClipFinished():
                self._come_to_end()
            case ClipEndedEarly(position_ms=position_ms):
                self._fall_silent(position_ms, NO_AUDIO, f"The clip stops too early. {TRY_AGAIN}")
            case ClipStalled(position_ms=position_ms):
                self._fall_silent(position_ms, NO_SOUND, f"No sound comes out. {TRY_AGAIN}")
            case ClipFailed(reason=reason, is_unheard=is_unheard):
                self._listened.forget(is_due=is_unheard)
                self._fall_silent(self._output.position_ms(), NO_AUDIO, reason)

    def _fall_silent(self, position_ms: int, reason: str, why: str) -> None:
        """Go on without sound from where it broke off, and say so once a story."""
        self.complaints.tell(why)
        self._put_on(None, position_ms, reason, held=self.state is PlaybackState.PAUSED)

    def _left_s(self) -> float:
        """Return how long the passage on the deck will still be heard."""
        length_ms = self._passage.duration_ms if self._passage else 0
        return max(0.0, (length_ms - self.position_ms()) / 1000 / self.speed)
