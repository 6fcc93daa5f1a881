"""One wish at a time: the turns that a listener's wishes take, and who hears what came of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from functools import partial
from typing import ParamSpec, TypeVar

from player.errors import KahaniError, MissingPartError
from player.events import Event, Notice, Severity
from player.recording.recorder import NotSavedError

P = ParamSpec("P")
T = TypeVar("T")


class Turns:
    """Lets one thing be done after the other, on the event loop it was made on."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listeners: list[Callable[[Event], None]] = []

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Send every event to `listener` too; the call returned ends it."""
        self._listeners.append(listener)
        return partial(self._listeners.remove, listener)

    def tell(self, event: Event) -> None:
        """Send an event to all who listen."""
        for listener in tuple(self._listeners):
            listener(event)

    async def take(self, act: Callable[[], Awaitable[None]]) -> None:
        """Do something when everything before it is done."""
        async with self.lock:
            await act()

    async def written(self, future: Future[None]) -> bool:
        """Wait until it is durable; where it cannot be written, say so and return False."""
        try:
            await asyncio.wrap_future(future)
        except NotSavedError as error:
            self.tell(Notice(f"Not saved: {error}", Severity.ERROR))
            return False
        return True

    async def read(self, ask: Callable[P, T], *args: P.args, **how: P.kwargs) -> T:
        """Read the store in a thread. Raises KahaniError where it cannot be read."""
        return await self.known(asyncio.to_thread(ask, *args, **how))

    async def known(self, asked: Awaitable[T]) -> T:
        """Wait for what is read from the store. Raises KahaniError where it cannot be read."""
        try:
            return await asked
        except NotSavedError as error:
            raise MissingPartError(str(error)) from error

    def spawn(self, work: Callable[[], Awaitable[object]]) -> None:
        """Start work that nobody waits for; what goes wrong in it is told.

        It is called in its turn: a coroutine made before would be left unheard of where the turn
        never comes.
        """
        task = asyncio.ensure_future(self._complaining(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Let nothing run on."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _complaining(self, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except KahaniError as error:
            self.tell(Notice(str(error), Severity.ERROR))
