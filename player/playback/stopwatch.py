"""A stopwatch: how long something went on, counted while it runs."""

from __future__ import annotations

from player.audio.clock import Clock


class Stopwatch:
    """Counts the time for which it runs on a clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: float | None = None
        self._counted_s = 0.0

    def run(self, *, is_on: bool = True) -> None:
        """Count from now on, or count no more until it runs again."""
        self._count()
        self._since = self._clock.now() if is_on else None

    def take_ms(self) -> float:
        """Return the milliseconds counted since this was last asked."""
        self._count()
        counted_s, self._counted_s = self._counted_s, 0.0
        return counted_s * 1000

    def forget(self, *, is_due: bool = True) -> None:
        """Have what was counted since it was last asked not count, where that `is_due`."""
        if is_due:
            self.take_ms()

    def _count(self) -> None:
        if self._since is not None:
            now = self._clock.now()
            self._counted_s += now - self._since
            self._since = now
