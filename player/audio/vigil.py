"""What time alone brings to a clip: its end, a little before libVLC says so, and a stall."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from player.audio.clock import Alarm, Clock
from player.audio.playing import Playing

MARGIN_S: Final = 0.010
"""Reports are within 1 ms of what is heard at speed 1, so this makes sure of the last sample."""
STRETCHED_MARGIN_S: Final = 0.035
"""At other speeds libVLC's stretching keeps 20 ms back."""
MOST_SPARED_MS: Final = 60
"""So much of a silent tail is left out: what a sound server takes to begin the next clip."""
AGAIN_S: Final = 0.05
"""A clip whose time stands still near its end is looked at this often."""


class Vigil:
    """Watches one playing at a time, on the thread of `clock`.

    libVLC notices an end only when it looks, every 100 ms, which would be a silence between two
    clips: so the end is told by the clock, where the length of the clip is sure.
    """

    def __init__(
        self,
        clock: Clock,
        on_stall: Callable[[Playing], None],
        on_end: Callable[[Playing], None],
    ) -> None:
        self._clock = clock
        self._on_stall = on_stall
        self._on_end = on_end
        self._speed = 1.0
        self._stall = Alarm(clock)
        self._end = Alarm(clock)

    def set_speed(self, speed: float) -> None:
        """Expect time to move at this speed; `keep` must follow."""
        self._speed = speed

    def keep(self, playing: Playing) -> None:
        """Look again at what is to come, after anything that moved, held or began the clip."""
        self.drop()
        if not playing.is_watched:
            return
        if playing.ends_by_clock and playing.seek_ms is None:
            self._expect_end(playing, 0.0)
        if playing.is_sound and not playing.stalled:
            when = playing.alive_at + playing.patience_s
            self._stall.set(when, partial(self._check_life, playing))

    def drop(self) -> None:
        """Watch nothing."""
        self._stall.cancel()
        self._end.cancel()

    def _expect_end(self, playing: Playing, soonest_s: float) -> None:
        now = self._clock.now()
        rest_s = self._rest_ms(playing, now) / 1000 / self._speed
        if playing.is_sound:
            rest_s += MARGIN_S if self._speed == 1 else STRETCHED_MARGIN_S
        self._end.set(now + max(rest_s, soonest_s), partial(self._check_end, playing))

    def _check_end(self, playing: Playing) -> None:
        if self._rest_ms(playing, self._clock.now()) > 0:
            self._expect_end(playing, AGAIN_S)
        else:
            self._on_end(playing)

    @staticmethod
    def _rest_ms(playing: Playing, now: float) -> float:
        """Return how much is still to be heard, less what may be spared of a silent tail."""
        return playing.rest_ms(now) - min(playing.request.tail_ms, MOST_SPARED_MS)

    def _check_life(self, playing: Playing) -> None:
        if self._clock.now() - playing.alive_at < playing.patience_s:
            self.keep(playing)
        else:
            self._on_stall(playing)
