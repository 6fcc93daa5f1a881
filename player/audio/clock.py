"""Time as a thing that is handed in: the event loop's, or one turned by hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import queue
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
    """One entry of an agenda; ordered by time, then by the order of asking."""

    when: float
    number: int
    function: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Leave the entry on the agenda, never to be called."""
        self.cancelled = True


class Agenda:
    """Calls that are to be made later, in order of time, then of asking. Not for two threads."""

    def __init__(self) -> None:
        self._timers: list[_Timer] = []
        self._numbers = itertools.count()

    def add(self, when: float, function: Callable[[], None]) -> TimerHandle:
        """Remember to call `function` at `when`."""
        timer = _Timer(when, next(self._numbers), function)
        heapq.heappush(self._timers, timer)
        return timer

    def next_at(self) -> float | None:
        """Return when the next call falls due, None when there is none."""
        while self._timers and self._timers[0].cancelled:
            heapq.heappop(self._timers)
        return self._timers[0].when if self._timers else None

    def take_due(self, now: float) -> _Timer | None:
        """Return the first call that is due by `now`, taken off the agenda."""
        when = self.next_at()
        return heapq.heappop(self._timers) if when is not None and when <= now else None


class HandClock:
    """Time that moves only when `advance` is called: for tests and for runs without waiting."""

    def __init__(self) -> None:
        self._now = 0.0
        self._agenda = Agenda()

    def now(self) -> float:
        """Return the seconds that were advanced so far."""
        return self._now

    def call_at(self, when: float, function: Callable[[], None]) -> TimerHandle:
        """Remember to call `function` when `advance` reaches `when`."""
        return self._agenda.add(max(when, self._now), function)

    def advance(self, seconds: float) -> None:
        """Let time pass, making every call that falls due, in order, each at its own time.

        Calls asked for meanwhile are made too when they fall into the same stretch.
        """
        end = self._now + seconds
        while (timer := self._agenda.take_due(end)) is not None:
            self._now = timer.when
            timer.function()
        self._now = end


class Alarm:
    """One call to come on `clock`: setting it again takes the earlier call back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._handle: TimerHandle | None = None

    @property
    def is_set(self) -> bool:
        """Whether a call is still to come."""
        return self._handle is not None

    def set(self, when: float, function: Callable[[], None]) -> None:
        """Have `function` called at `when`, in place of what was set before."""

        def ring() -> None:
            self._handle = None
            function()

        self.cancel()
        self._handle = self._clock.call_at(when, ring)

    def cancel(self) -> None:
        """Take the call back."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class ThreadClock:
    """Real time on a thread of one's own: runs a queue of calls, and calls that fall due.

    `put` may be called from any thread, even from a callback of a C library; everything else
    belongs to the thread that is in `run`.
    """

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._agenda = Agenda()

    def now(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()

    def put(self, function: Callable[[], None] | None) -> None:
        """Have `function` called soon on the thread, after all that was put before; None ends."""
        self._queue.put(function)

    def call_at(self, when: float, function: Callable[[], None]) -> TimerHandle:
        """Have `function` called on the thread at `when`."""
        return self._agenda.add(when, function)

    def run(self, guard: Callable[[Callable[[], None]], None]) -> None:
        """Make the calls, each through `guard`, until None is put."""
        while True:
            timer = self._agenda.take_due(self.now())
            if timer is not None:
                guard(timer.function)
                continue
            when = self._agenda.next_at()
            wait = None if when is None else max(0.0, when - self.now())
            try:
                function = self._queue.get(timeout=wait)
            except queue.Empty:
                continue
            if function is None:
                return
            guard(function)
