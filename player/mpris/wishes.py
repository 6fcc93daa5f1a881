"""What a desktop may wish for, in the words of the controller."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from math import isfinite
from typing import Final, TypeAlias

from player.controller import PlaybackController
from player.errors import KahaniError
from player.events import Event, LeaveRequested, Notice, Severity
from player.mpris.showing import MICROSECONDS, NODES

Wish: TypeAlias = Callable[[], Awaitable[None]]

REPLY_SECONDS: Final = 2.0
"""So long a caller waits for its wish to be done; it goes on after that."""


class Wishes:
    """Has the controller do what comes over the bus, in the order in which it came.

    To be used on the event loop. What cannot be done is told as a Notice, never to the caller.
    """

    def __init__(self, controller: PlaybackController, tell: Callable[[Event], None]) -> None:
        self._controller = controller
        self._tell = tell
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, wish: Wish) -> asyncio.Task[None]:
        """Have a wish done; nobody waits for it."""
        task = asyncio.ensure_future(self._grant(wish))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def have(self, wish: Wish) -> None:
        """Have a wish done, and wait for it, but not for long."""
        await asyncio.wait({self.begin(wish)}, timeout=REPLY_SECONDS)

    async def close(self) -> None:
        """Drop what was not done yet."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def play(self, *, is_on: bool | None = None) -> None:
        """Play (True), hold the sound (False), or the other of the two (None)."""
        await self.have(partial(self._controller.toggle, is_on=is_on))

    async def next_line(self) -> None:
        """Go to the next line."""
        await self.have(self._controller.next_line)

    async def previous_line(self) -> None:
        """Go to the previous line."""
        await self.have(self._controller.previous_line)

    async def seek(self, offset_us: int) -> None:
        """Go forward or back; past the end is on to what follows, as the clip ends there."""
        await self.have(partial(self._controller.seek_by, offset_us // MICROSECONDS))

    async def set_position(self, track: str, position_us: int) -> None:
        """Go to a place in `track`; nothing where another is heard by now, or outside of it."""
        session = self._controller.session
        if session is None or track != NODES + session.node.id.hex:
            return
        if 0 <= position_us <= session.passage(session.node).duration_ms * MICROSECONDS:
            await self.have(partial(self._controller.seek_to, position_us // MICROSECONDS))

    def set_rate(self, rate: float) -> None:
        """Hear faster or slower; 0 means to hold the sound."""
        if rate == 0:
            self.begin(partial(self._controller.toggle, is_on=False))
        elif isfinite(rate):
            self.begin(partial(self._controller.set_speed, rate))

    def set_volume(self, volume: float) -> None:
        """Hear louder or softer, 0 to 1."""
        if isfinite(volume):
            self._controller.deck.set_volume(round(min(max(volume, 0.0), 1.0) * 100))

    def leave(self) -> None:
        """Save the place and leave."""
        self._tell(LeaveRequested())

    async def _grant(self, wish: Wish) -> None:
        try:
            await wish()
        except KahaniError as error:
            self._tell(Notice(str(error), Severity.ERROR))
