"""Time as a thing that is handed in: the event loop's, or one turned by hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


class TimerHandle(Protocol):
    """A call that is still to come."""

    def cancel(self) -> None:
        """Take the call back; harmless when it was made already."""


class Clock(Protocol):
    """Tells the time in seconds from any start, and calls back at a time."""

    def now(self) -> float:
        """Return the time in seconds; it never goes backwards. From any thread."""

    def call_at(self, when: float, function: Callable[[], None]) -> TimerHandle:
        """Call `function` at `when`, or soon if that has passed; never inside this call."""


class LoopClock:
    """Real time; calls back on the event loop that is running where `call_at` is called."""

    def now(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()

    def call_at(self, when: float, function: Callable[[], None]) -> TimerHandle:
        """Call `function` on the running loop. Raises RuntimeError when there is none."""
        return asyncio.get_running_loop().call_later(max(0.0, when - self.now()), function)


@dataclass(slots=True, order=True)
class _Timer:
    """One entry of the hand clock; ordered by time, then by the order of asking."""

    when: float
    number: int
    function: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Leave the entry in the heap, unheard."""
        self.cancelled = True


class HandClock:
    """Time that moves only when `advance` is called: for tests and for runs without waiting."""

    def __init__(self) -> None:
        self._now = 0.0
        self._timers: list[_Timer] = []
        self._numbers = itertools.count()

    def now(self) -> float:
        """Return the seconds that were advanced so far."""
        return self._now

    def call_at(self, when: float, function: Callable[[], None]) -> TimerHandle:
        """Remember to call `function` when `advance` reaches `when`."""
        timer = _Timer(max(when, self._now), next(self._numbers), function)
        heapq.heappush(self._timers, timer)
        return timer

    def advance(self, seconds: float) -> None:
        """Let time pass, making every call that falls due, in order, each at its own time.

        Calls asked for meanwhile are made too when they fall into the same stretch.
        """
        end = self._now + seconds
        while self._timers and self._timers[0].when <= end:
            timer = heapq.heappop(self._timers)
            if not timer.cancelled:
                self._now = timer.when
                timer.function()
        self._now = end
