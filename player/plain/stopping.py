"""Ctrl+Z at a prompt: the sound is held before the job stops, and goes on when it does."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import Final

from player.audio.output import PlaybackState
from player.controller import PlaybackController

HOLD_SECONDS: Final = 1.0
"""So long stopping waits for the pause to be written down."""


class Stopping:
    """Answers SIGTSTP. For the event loop of the main thread.

    A sound that is only frozen is taken for one that broke off: time goes on meanwhile.
    """

    def __init__(self, controller: PlaybackController) -> None:
        self._controller = controller
        self._task: asyncio.Task[None] | None = None

    def heed(self) -> None:
        """Answer from now on; again is harmless."""
        with suppress(AttributeError, NotImplementedError, ValueError, RuntimeError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTSTP, self._begin)

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._stop())

    async def _stop(self) -> None:
        deck = self._controller.deck
        before = deck.state
        holding = asyncio.ensure_future(self._controller.toggle(is_on=False))
        await asyncio.wait({holding}, timeout=HOLD_SECONDS)
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        self.heed()
        await holding
        if before is not PlaybackState.PAUSED and deck.state is PlaybackState.PAUSED:
            await self._controller.toggle(is_on=True)
