"""The sleep timer: fades the sound out after a time, and says where the listener was awake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from player.audio.clock import Alarm, Clock
from player.errors import UsageError
from player.events import Notice, Severity, SleepChanged
from player.playback.bookmarks import Bookmark
from player.playback.turns import Turns

FADE_SECONDS: Final = 12
SECONDS_A_MINUTE: Final = 60
MOST_MINUTES: Final = 24 * 60
ASLEEP: Final = "The sound is held, and a bookmark stands where the sleep timer was set."


class SleepTimer:
    """Counts minutes down on a clock; belongs to the event loop.

    `told` hears the minutes left, None when there is no timer any more; `dim` the share of the
    volume to sound at, once a second while the sound fades; `on_end` is called when time is up.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        told: Callable[[int | None], None],
        dim: Callable[[float], None],
        on_end: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._told = told
        self._dim = dim
        self._on_end = on_end
        self._alarm = Alarm(clock)
        self._ends_at = 0.0

    @property
    def minutes_left(self) -> int | None:
        """Whole minutes, begun ones counted; None without a timer."""
        if not self._alarm.is_set:
            return None
        return max(1, -int(-self._seconds_left // SECONDS_A_MINUTE))

    def start(self, minutes: int) -> None:
        """End after `minutes`, in place of any other time."""
        self._dim(1.0)
        self._ends_at = self._clock.now() + SECONDS_A_MINUTE * minutes
        self._wait()
        self._told(minutes)

    def stop(self) -> None:
        """Do nothing more; harmless without a timer."""
        if self._alarm.is_set:
            self._alarm.cancel()
            self._dim(1.0)
            self._told(None)

    @property
    def _seconds_left(self) -> float:
        return self._ends_at - self._clock.now()

    def _wait(self) -> None:
        """Ring at the next full minute, each second of the fading, and at the end."""
        left = self._seconds_left
        if left > FADE_SECONDS:
            to_minute = left % SECONDS_A_MINUTE or SECONDS_A_MINUTE
            self._alarm.set(self._clock.now() + min(to_minute, left - FADE_SECONDS), self._ring)
        else:
            self._alarm.set(self._clock.now() + min(1.0, max(0.0, left)), self._ring)

    def _ring(self) -> None:
        left = self._seconds_left
        if left <= 0:
            self._told(None)
            self._on_end()
            return
        if left <= FADE_SECONDS:
            self._dim(left / FADE_SECONDS)
        self._wait()
        if left > FADE_SECONDS:
            self._told(self.minutes_left)


class Sleep:
    """Lets the listener fall asleep: holds the sound, and keeps a bookmark of when they were awake.

    `hold` pauses where it is still wanted when its turn comes; `keep` keeps the bookmark; both are
    awaited when time is up.
    """

    def __init__(
        self,
        clock: Clock,
        turns: Turns,
        *,
        dim: Callable[[float], None],
        hold: Callable[[Callable[[], bool]], Awaitable[None]],
        keep: Callable[[Bookmark], Awaitable[None]],
    ) -> None:
        self._turns = turns
        self._dim = dim
        self._hold = hold
        self._keep = keep
        self._awake_at: Bookmark | None = None
        self._times_set = 0
        self._timer = SleepTimer(
            clock,
            told=lambda minutes: turns.tell(SleepChanged(minutes)),
            dim=dim,
            on_end=lambda: turns.spawn(partial(self._fall_asleep, self._awake_at, self._times_set)),
        )

    def start(self, minutes: int, awake_at: Bookmark | None) -> None:
        """Fall silent in `minutes`; `awake_at` is the bookmark to be kept then.

        Raises UsageError for less than a minute or more than a day.
        """
        if not 0 < minutes <= MOST_MINUTES:
            raise UsageError(f"the sleep timer takes 1 to {MOST_MINUTES} minutes, not {minutes}.")
        self._awake_at = awake_at
        self._times_set += 1
        self._timer.start(minutes)

    def stop(self) -> None:
        """Stay awake; harmless without a timer."""
        self._times_set += 1
        self._timer.stop()

    async def _fall_asleep(self, awake_at: Bookmark | None, times_set: int) -> None:
        await self._hold(lambda: self._times_set == times_set)
        self._dim(1.0)
        if self._times_set == times_set and awake_at is not None:
            await self._keep(awake_at)
            self._turns.tell(Notice(ASLEEP, Severity.INFORMATION))
