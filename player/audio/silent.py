"""An output without sound: every clip takes the time it would take, on a clock that is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from player.audio.clock import Clock, TimerHandle
from player.audio.output import (
    FASTEST,
    SLOWEST,
    ClipFinished,
    ClipRequest,
    ClipStarted,
    OutputEvent,
    Source,
)

SILENT: Final = "silent"
"""Nobody wants to hear anything: the story is read."""
STAND_IN: Final = "stand-in"
"""Nothing can be heard, though somebody wanted to."""


class SilentOutput:
    """Obeys the output protocol and makes no sound; its `name` is SILENT or STAND_IN.

    `pace` stretches time: 1 is real time, 0.1 ten times as quick, 0 ends each clip at once. To be
    used from the thread of its clock; only `position_ms` may be called from another. Events arrive
    by the clock, never inside the call that caused them. A clip that has ended is over: to hear it
    again, play it again.
    """

    def __init__(self, clock: Clock, *, pace: float = 1.0, name: str = SILENT) -> None:
        self.name = name
        self._clock = clock
        self._pace = pace
        self._speed = 1.0
        self._listener: Callable[[OutputEvent], None] | None = None
        self._request: ClipRequest | None = None
        self._timer: TimerHandle | None = None
        self._started = False
        self._running = False
        self._anchor_ms = 0.0
        self._anchor_at = 0.0

    def start(self, listener: Callable[[OutputEvent], None]) -> None:
        """Send events to `listener` from now on; nothing can be missing."""
        self._listener = listener

    def play(self, request: ClipRequest) -> None:
        """Let the time of this clip begin, in place of any other."""
        self._cancel()
        self._request = request
        self._started = False
        self._set_position(request.start_ms)
        self._running = not request.paused
        self._schedule()

    def prepare(self, path: Path) -> None:
        """Do nothing: silence is always ready."""

    def cue(self, source: Source) -> None:  # noqa: ARG002 - silence is always ready
        """Let go of the present clip."""
        self.stop()

    def pause(self) -> None:
        """Hold the time."""
        if self._request is not None and self._running:
            self._set_position(self._position())
            self._running = False
            self._cancel()

    def resume(self) -> None:
        """Let the time go on."""
        if self._request is not None and not self._running:
            self._set_position(self._anchor_ms)
            self._running = True
            self._schedule()

    def seek(self, position_ms: int) -> None:
        """Go to `position_ms`, clamped to the clip."""
        if self._request is not None:
            self._set_position(position_ms)
            self._schedule()

    def set_speed(self, speed: float) -> None:
        """Let time pass faster or slower, clamped to 0.5-2.0."""
        if self._request is not None:
            self._set_position(self._position())
        self._speed = min(max(speed, SLOWEST), FASTEST)
        self._schedule()

    def set_volume(self, volume: int) -> None:
        """Do nothing: silence has one loudness."""

    def stop(self) -> None:
        """Forget the clip."""
        self._cancel()
        self._set_position(0)
        self._request = None
        self._running = False

    def position_ms(self) -> int:
        """Return where the clip would be."""
        return round(self._position())

    def close(self) -> None:
        """Forget the clip and the listener."""
        self.stop()
        self._listener = None

    def _length(self) -> int:
        return self._request.duration_ms if self._request is not None else 0

    def _position(self) -> float:
        if not self._running or self._pace <= 0:
            return self._anchor_ms
        passed_ms = (self._clock.now() - self._anchor_at) * 1000 / self._pace * self._speed
        return min(self._anchor_ms + passed_ms, self._length())

    def _set_position(self, position_ms: float) -> None:
        self._anchor_ms = min(max(float(position_ms), 0.0), float(self._length()))
        self._anchor_at = self._clock.now()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self) -> None:
        """Ask the clock for the next event of the clip: its start, else its end."""
        self._cancel()
        if self._request is None or not self._running:
            return
        when = self._clock.now()
        if self._started:
            when += (self._length() - self._anchor_ms) / 1000 * self._pace / self._speed
        self._timer = self._clock.call_at(when, self._on_end if self._started else self._on_start)

    def _on_start(self) -> None:
        if self._request is not None:
            token = self._request.token
            self._started = True
            self._set_position(self._anchor_ms)
            self._schedule()
            self._tell(ClipStarted(token))

    def _on_end(self) -> None:
        if self._request is not None:
            token = self._request.token
            self._timer = None
            self._set_position(self._length())
            self._running = False
            self._request = None
            self._tell(ClipFinished(token))

    def _tell(self, event: OutputEvent) -> None:
        if self._listener is not None:
            self._listener(event)
