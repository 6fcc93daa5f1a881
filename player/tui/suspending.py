"""Ctrl+Z: hold the sound, give the terminal back and stop; and all of it back with `fg`."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual.app import App, SuspendNotSupported

from player.tui.script.foreground import is_cooked, is_in_front
from player.tui.workers import begin

if TYPE_CHECKING:
    from player.controller import PlaybackController

HOLD_SECONDS: Final = 1.0
"""So long stopping waits for the pause to be written down."""

HEED_SECONDS: Final = 0.05
"""Shells end a stopped job by a signal and SIGCONT: so long the signal has to be heard."""


class Suspension:
    """Stops the program as a shell expects, and takes the terminal again when it goes on.

    For the event loop of the main thread. `find` returns the controller once there is one;
    `is_leaving` says that the program is on its way out and must not be stopped any more.
    """

    def __init__(
        self,
        app: App[Any],
        find: Callable[[], PlaybackController | None],
        is_leaving: Callable[[], bool],
    ) -> None:
        self._app = app
        self._find = find
        self._is_leaving = is_leaving
        self._is_stopping = False
        self._holding: asyncio.Task[None] | None = None

    def heed_signals(self) -> None:
        """Answer SIGTSTP and SIGCONT in place of Textual, which would start itself twice."""
        loop = asyncio.get_running_loop()
        with suppress(AttributeError, NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(signal.SIGTSTP, self.stop, os.getpid())
            loop.add_signal_handler(signal.SIGCONT, self._went_on)

    def stop(self, whom: int = 0) -> None:
        """Stop `whom`: this process, or 0 for the whole job, as the key does without us."""
        if not self._is_stopping and hasattr(signal, "SIGTSTP"):
            self._is_stopping = True
            begin(self._app, partial(self._stop, whom), group="suspending")

    async def _stop(self, whom: int) -> None:
        try:
            was_on = await self._hold()
            with suppress(SuspendNotSupported), self._app.suspend():
                await self._be_stopped(whom)
            self.heed_signals()
        finally:
            self._is_stopping = False  # whoever stops it again need not wait for what is written
        controller = self._find()
        if was_on and controller is not None and not self._is_leaving():
            await controller.toggle(is_on=True)

    async def _be_stopped(self, whom: int) -> None:
        """Return when the job is in front again, or is to end.

        Where no shell looks after the job, the kernel stops nothing, and this returns at once.
        """
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(whom, signal.SIGTSTP)
        while not is_in_front():
            await asyncio.sleep(HEED_SECONDS)
            if self._is_leaving():
                return
            os.kill(whom, signal.SIGTSTP)

    async def _hold(self) -> bool:
        """Pause, and have it written down; return whether there was anything to pause."""
        from player.audio.output import PlaybackState  # noqa: PLC0415 - not for the first picture

        controller = self._find()
        if controller is None:
            return False
        before = controller.deck.state
        self._holding = asyncio.ensure_future(controller.toggle(is_on=False))
        await asyncio.wait({self._holding}, timeout=HOLD_SECONDS)
        is_held = controller.deck.state is PlaybackState.PAUSED
        return is_held and before is not PlaybackState.PAUSED

    def _went_on(self) -> None:
        """Draw again after a stop that nobody could see coming (SIGSTOP)."""
        if self._is_stopping or not is_in_front():
            return
        if is_cooked():
            with suppress(SuspendNotSupported), self._app.suspend():
                pass
        self._app.refresh(layout=True)
