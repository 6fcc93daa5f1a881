"""Where the listener is in a clip, between the few reports that libVLC gives."""

from __future__ import annotations

import math
import threading
from typing import Final

RUN_ON_S: Final = 0.9
"""How long the position runs on after the last report; libVLC reports every 0.26-0.38 s."""
SHARE: Final = 0.3
"""The share of a report's error that is corrected at once: more shakes, less lags."""
JUMP_MS: Final = 250
"""An error beyond this is no jitter: the position jumps."""
BACK_MS: Final = 500
"""A report this far back was made before a seek, or is the stray zero at an end: not believed."""
SETTLE_S: Final = 0.4
"""After a seek, reports from before it may still arrive for so long."""
DELAY_MS: Final = 48
"""What libVLC reports runs ahead of what is heard by this, for MP3 at any speed: 47.6 +- 0.7."""


class Position:
    """The position in one clip: anchored, run on by the clock, corrected by reports.

    Every method takes `now`, monotonic seconds, where it needs the time. It never goes backwards
    but by `aim`, and stays within the clip. Safe from any thread; nothing slow is done inside.
    """

    def __init__(
        self, position_ms: int, duration_ms: int, speed: float, *, is_reported: bool = True
    ) -> None:
        """Without reports to come (`is_reported`), the clock alone is believed."""
        self._lock = threading.Lock()
        self._duration_ms = duration_ms
        self._speed = speed
        self._anchor_ms = float(position_ms)
        self._anchor_at = 0.0
        self._reported_at = 0.0
        self._settled_at = 0.0
        self._shown_ms = float(position_ms)
        self._runs = False
        self._aiming = False
        self._delay_ms = DELAY_MS if is_reported else 0
        self._run_on_s = RUN_ON_S if is_reported else math.inf

    def at(self, now: float) -> float:
        """Return milliseconds of the clip at `now`."""
        with self._lock:
            return self._show(now)

    def run(self, now: float) -> None:
        """Time moves from here on; nothing changes when it does already."""
        with self._lock:
            if self._runs or self._aiming:
                return
            self._anchor_at = self._reported_at = now
            self._runs = True

    def hold(self, now: float) -> None:
        """Time stands still from here on."""
        with self._lock:
            self._show(now)
            self._anchor(now)
            self._runs = False

    def set_speed(self, speed: float, now: float) -> None:
        """Let time move at another speed from here on."""
        with self._lock:
            self._anchor(now)
            self._speed = speed

    def aim(self, position_ms: int) -> None:
        """Show `position_ms`, forwards or backwards, and stay there until `land`."""
        with self._lock:
            self._anchor_ms = self._shown_ms = float(position_ms)
            self._runs = False
            self._aiming = True

    def land(self, now: float) -> None:
        """The seek that was aimed at was made; reports from before it are not believed."""
        with self._lock:
            self._aiming = False
            self._settled_at = now + SETTLE_S

    def finish(self) -> None:
        """Stand at the end."""
        with self._lock:
            self._anchor_ms = self._shown_ms = float(self._duration_ms)
            self._runs = self._aiming = False

    def report(self, position_ms: float, now: float) -> None:
        """Correct the position by what libVLC said at `now`."""
        with self._lock:
            if not self._runs:
                return
            guess = self._run_on(now)
            error = position_ms - guess
            if error < -BACK_MS or (now < self._settled_at and abs(error) > BACK_MS):
                return
            self._anchor_ms = guess + (error if abs(error) > JUMP_MS else error * SHARE)
            self._anchor_at = self._reported_at = now

    def _show(self, now: float) -> float:
        if self._runs:
            heard = self._run_on(now) - self._delay_ms
            self._shown_ms = max(self._shown_ms, heard)
            if self._duration_ms > 0:
                self._shown_ms = min(self._shown_ms, float(self._duration_ms))
        return self._shown_ms

    def _run_on(self, now: float) -> float:
        if not self._runs:
            return self._anchor_ms
        until = min(now, self._reported_at + self._run_on_s)
        return self._anchor_ms + max(0.0, until - self._anchor_at) * 1000 * self._speed

    def _anchor(self, now: float) -> None:
        self._anchor_ms = self._run_on(now)
        if self._runs:
            self._anchor_at = self._reported_at = now
