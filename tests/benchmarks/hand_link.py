"""A link and an event loop that are simulated: what would take minutes is done in a moment."""

from __future__ import annotations

import asyncio
import math
import selectors
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any, Final

from player.audio.clock import TimerHandle
from player.audio.output import GrowingClip
from player.story.graph import Clip

AWAY_EVERY_S: Final = 45.0
AWAY_S: Final = (1.0, 4.0)


class HandLoop(asyncio.SelectorEventLoop):
    """An event loop whose time moves on to the next call at once; work in threads is done here."""

    def __init__(self) -> None:
        self.hand = 0.0
        super().__init__(_Selector(self))
        self.set_default_executor(_Inline())

    def time(self) -> float:
        return self.hand


class LoopTime:
    """The time of such a loop, as the program asks for it."""

    def __init__(self, loop: HandLoop) -> None:
        self._loop = loop

    def now(self) -> float:
        return self._loop.hand

    def call_at(self, when: float, function: Callable[[], None]) -> TimerHandle:
        return self._loop.call_at(when, function)


class _Selector(selectors.SelectSelector):
    def __init__(self, loop: HandLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        assert timeout is not None, "nothing will ever happen"
        self._loop.hand += max(0.0, timeout)
        return super().select(0)


class _Inline(ThreadPoolExecutor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class Coming:
    """A clip that comes over the simulated link; a GrowingClip."""

    error: Exception | None = None

    def __init__(self, clip: Clip, link: Link, came: float) -> None:
        self.clip = clip
        self.link = link
        self.came = came
        self.from_s = link.now() + link.round_trip_s
        self.wanted_by = 0

    @property
    def received(self) -> int:
        self.link.move()
        return int(self.came)

    @property
    def is_over(self) -> bool:
        return self.received >= self.clip.size

    def wait_for(self, count: int, timeout_s: float | None = None) -> int:
        raise NotImplementedError

    def read(self, offset: int, count: int) -> bytes:
        raise NotImplementedError

    def leave(self) -> None:
        self.link.move()
        self.wanted_by -= 1
        if self.wanted_by <= 0 and self in self.link.coming:
            self.link.coming.remove(self)
            self.link.parts[self.clip.checksum] = self.came


class Link:
    """So many bytes a second, shared by what comes at one time; keeps what came, as the cache does.

    With `dice` it is away now and then, as links without a wire are: for 1 to 4 s, every 45 s or
    so. A ClipSource.
    """

    def __init__(
        self, loop: HandLoop, bytes_per_s: float, round_trip_s: float, dice: Random | None
    ) -> None:
        self.now = LoopTime(loop).now
        self.round_trip_s = round_trip_s
        self._dice = dice
        self._is_away = False
        self._turns_at = dice.expovariate(1 / AWAY_EVERY_S) if dice else math.inf
        self.parts: dict[str, float] = {}
        self.coming: list[Coming] = []
        self._rate = bytes_per_s
        self._moved_at = 0.0

    def here(self, clip: Clip) -> Path | None:
        self.move()
        return Path(clip.path) if self.parts.get(clip.checksum, 0) >= clip.size else None

    def open(self, clip: Clip, *, is_urgent: bool = True) -> Path | GrowingClip:
        if (path := self.here(clip)) is not None:
            return path
        found = next((c for c in self.coming if c.clip.checksum == clip.checksum), None)
        if found is None:
            found = Coming(clip, self, self.parts.get(clip.checksum, 0.0))
            self.coming.append(found)
        found.wanted_by += 1
        return found

    def move(self) -> None:
        """Let come what came until now."""
        now = self.now()
        while self._moved_at < now:
            flowing = [c for c in self.coming if c.from_s <= self._moved_at]
            starts = (c.from_s for c in self.coming if c.from_s > self._moved_at)
            until = min([now, self._turns_at, *starts])
            if flowing and not self._is_away:
                share = self._rate / len(flowing)
                least = min(c.clip.size - c.came for c in flowing)
                until = min(until, self._moved_at + max(least, 0.5) / share)
                for each in flowing:
                    each.came += share * (until - self._moved_at)
            self._moved_at = until
            if self._dice and until >= self._turns_at:
                self._is_away = not self._is_away
                more = self._dice.uniform(*AWAY_S) if self._is_away else (
                    self._dice.expovariate(1 / AWAY_EVERY_S)
                )  # fmt: skip
                self._turns_at = until + more
            for each in [c for c in flowing if c.came >= c.clip.size - 0.5]:
                each.came = each.clip.size
                self.coming.remove(each)
                self.parts[each.clip.checksum] = each.came

    def fetched(self) -> dict[str, float]:
        """Return how much of each clip came."""
        return self.parts | {c.clip.checksum: c.came for c in self.coming}
