"""Watches a clip that is still coming: says how much is there, and notices when it runs dry."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from player.audio.clock import Alarm, Clock
from player.audio.playing import SHORT_MS, Playing

LOOK_S: Final = 0.1
"""A growing clip is looked at this often; one that begins sooner never says that it is loading."""
DRY_MS: Final = 300
"""With less than this left to hear the clip has run dry: libVLC begins to stutter from here on."""
CUSHION_MS: Final = 2000
"""After it ran dry, a clip goes on when so much more is there: one silence, not twenty."""


class Growth:
    """Looks at one playing at a time, on the thread of `clock`, until all of its clip is there.

    `on_loading` gets the share that is there in percent, None before the first byte, each time it
    is another while the listener waits; `on_dry` the bytes that must be there to go on;
    `on_over` is called once nothing more will come, where that is waited for.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        on_loading: Callable[[Playing, int | None], None],
        on_dry: Callable[[Playing, int], None],
        on_over: Callable[[Playing], None],
    ) -> None:
        self._clock = clock
        self._on_loading = on_loading
        self._on_dry = on_dry
        self._on_over = on_over
        self._speed = 1.0
        self._alarm = Alarm(clock)
        self._told: int | None = -1
        self._silent_at = 0.0

    def set_speed(self, speed: float) -> None:
        """Expect the clip to be heard at this speed."""
        self._speed = speed

    def keep(self, playing: Playing) -> None:
        """Look at this from now on, where there is something to wait for."""
        self._told = -1
        if playing.request.growing is not None:
            self._again(playing)

    def drop(self) -> None:
        """Look at nothing."""
        self._alarm.cancel()

    def _again(self, playing: Playing) -> None:
        now = self._clock.now()
        when = now + LOOK_S
        if playing.dry and now < self._silent_at < when:
            when = self._silent_at  # no later, or more would be shown as heard than there is
        self._alarm.set(when, partial(self._look, playing))

    def _look(self, playing: Playing) -> None:
        growing = playing.request.growing
        if growing is None or playing.over:
            return
        now = self._clock.now()
        left_ms = playing.left_ms(now) / self._speed
        is_dry = playing.dry and now >= self._silent_at
        is_silent = playing.broken or not playing.told or is_dry
        if growing.is_over and (playing.broken or (is_silent and self._is_lost(playing, left_ms))):
            self._on_over(playing)
            return
        if left_ms < SHORT_MS or playing.broken:
            playing.alive_at = now  # the network is late, not the device
        if playing.told and not playing.dry and left_ms <= DRY_MS:
            playing.dry = True
            self._silent_at = now
            if playing.sounding:
                self._silent_at += max(0.0, left_ms) / 1000
                self._on_dry(playing, self._enough(playing))
        if is_silent and not playing.held:
            playing.position.hold(now)
            self._tell(playing)
        else:
            self._told = -1
        if playing.growing is not None or playing.dry or is_silent:
            self._again(playing)

    @staticmethod
    def _is_lost(playing: Playing, left_ms: float) -> bool:
        """Whether nothing is to be heard of a clip that did not come, or came wrong."""
        growing = playing.request.growing
        is_wrong = playing.growing is None
        return (
            growing is not None and growing.error is not None and (is_wrong or left_ms < SHORT_MS)
        )

    def _tell(self, playing: Playing) -> None:
        growing = playing.request.growing
        if growing is None:
            return
        size, received = growing.clip.size, growing.received
        percent = min(99, received * 100 // size) if size and received else None
        if percent != self._told:
            self._told = percent
            self._on_loading(playing, percent)

    def _enough(self, playing: Playing) -> int:
        """Return how many bytes of the clip must be there for it to go on."""
        growing = playing.request.growing
        if growing is None or not growing.clip.size:
            return 0
        size, length_ms = growing.clip.size, max(1, playing.request.duration_ms)
        cushion = round(size * CUSHION_MS * self._speed / length_ms)
        return min(size, growing.received + cushion)
