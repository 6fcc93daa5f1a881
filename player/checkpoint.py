"""The checkpoint: once a second, a chance to keep the place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from player.audio.clock import Clock, TimerHandle

CHECKPOINT_SECONDS: Final = 1.0


class Checkpoint:
    """Calls `keep` once a second from `start` to `stop`."""

    def __init__(self, clock: Clock, keep: Callable[[], None]) -> None:
        self._clock = clock
        self._keep = keep
        self._timer: TimerHandle | None = None

    def start(self) -> None:
        """Begin to call."""
        when = self._clock.now() + CHECKPOINT_SECONDS
        self._timer = self._clock.call_at(when, self._on_time)

    def stop(self) -> None:
        """Call no more; harmless when done twice."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_time(self) -> None:
        self.start()
        self._keep()
