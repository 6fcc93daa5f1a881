"""Running: whether the output sounds, is held or has come to an end, and who listened how long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from player.audio.clock import Clock
from player.audio.output import AudioOutput, PlaybackState
from player.audio.silent import SILENT
from player.events import Event, PlaybackChanged
from player.playback.loudness import Loudness
from player.playback.stopwatch import Stopwatch

NO_AUDIO: Final = "no audio"
NO_SOUND: Final = "no sound"


class Running(Loudness):
    """What an output is doing, told as PlaybackChanged.

    The end of a clip is due from when the output tells it until somebody takes it to go on from
    there; so long it can be held as any other place, and `on_end` is called anew after that.
    """

    def __init__(
        self,
        output: AudioOutput,
        clock: Clock,
        *,
        tell: Callable[[Event], None],
        on_end: Callable[[], None],
    ) -> None:
        super().__init__(output, tell)
        self._on_end = on_end
        self._is_end_due = False
        self._listened, self._sounds = Stopwatch(clock), ""
        self._sounding = asyncio.Event()
        self.state, self.reason = PlaybackState.IDLE, ""

    async def sounding(self) -> None:
        """Wait until the passage that was put on last is heard, or taken off."""
        await self._sounding.wait()

    @property
    def is_on(self) -> bool:
        """Whether it sounds, or would go on by itself."""
        is_ending = self.state is PlaybackState.FINISHED and self._is_end_due
        return is_ending or self.state in (PlaybackState.PLAYING, PlaybackState.LOADING)

    def pause(self, why: str = "") -> bool:
        """Hold the sound; return whether there was any to hold. `why` is told where it is given."""
        if not self.is_on:
            return False
        self._output.pause()
        self._set(PlaybackState.PAUSED, why or self._sounds)
        return True

    def resume(self) -> bool:
        """Go on, from the end of a clip that was held there too; return whether it was held."""
        if self.state is not PlaybackState.PAUSED:
            return False
        if self._is_end_due:
            self._end()
        else:
            self._output.resume()
            self._set(PlaybackState.PLAYING, self._sounds)
        return True

    def take_end(self) -> bool:
        """Return whether to go on from the end of a clip, once for each end."""
        is_due = self.state is PlaybackState.FINISHED and self._is_end_due
        self._is_end_due = self._is_end_due and not is_due
        return is_due

    @property
    def is_lost(self) -> bool:
        """Whether the passage goes on as text, as its sound could not be had."""
        return self._sounds in (NO_AUDIO, NO_SOUND)

    def take_listened_ms(self) -> float:
        """Return the milliseconds spent listening since this was last asked.

        While a sound is lost nobody listens; in silence by wish everybody does.
        """
        return self._listened.take_ms()

    def _come_to_end(self) -> None:
        """Go on from the end, at once or when it is held no more."""
        self._is_end_due = True
        if self.state is not PlaybackState.PAUSED:
            self._end()

    def _end(self) -> None:
        self._set(PlaybackState.FINISHED, self._sounds)
        self._on_end()

    def _set(self, state: PlaybackState, reason: str) -> None:
        is_heard = self._output.name == SILENT or not self.is_lost
        self._listened.run(is_on=is_heard and state is PlaybackState.PLAYING)
        if state is PlaybackState.LOADING:
            self._sounding.clear()
        else:
            self._sounding.set()
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason = state, reason
            self._tell(PlaybackChanged(state, reason))
