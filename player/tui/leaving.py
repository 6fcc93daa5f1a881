"""The ways out: signals, and giving everything back in bounded time."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from player.controller import PlaybackController
    from player.tui.services import Services

logger = logging.getLogger(__name__)

LEAVE_SECONDS: Final = 5.0
"""How long saving, and closing after it, may each take before the program goes on without."""

SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")
KILLED_BY: Final = 128
"""Added to a signal's number, it is the exit code that shells know."""


def heed_signals(leave: Callable[[int], None]) -> None:
    """Call `leave` with an exit code on the signals that end a program.

    Textual would die of them with nothing saved and a broken terminal. For the running event loop
    of the main thread; elsewhere nothing happens.
    """
    loop = asyncio.get_running_loop()
    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(NotImplementedError, ValueError, RuntimeError):
                loop.add_signal_handler(number, leave, KILLED_BY + number)


async def give_back(controller: PlaybackController | None, services: Services) -> None:
    """Write down the place and close everything, within 5 seconds each."""
    try:
        if controller is not None:
            await _within(controller.close, "saving")
    finally:  # what waits to be written is written, whatever failed
        await _within(services.close, "closing")


async def _within(close: Callable[[], Awaitable[None]], what: str) -> None:
    try:
        async with asyncio.timeout(LEAVE_SECONDS):
            await close()
    except TimeoutError:
        logger.warning("%s took over %s s", what, LEAVE_SECONDS)
