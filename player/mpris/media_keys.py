"""Media keys: shows a desktop what is heard, and does what its keys say, while a story is on."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final

from player.audio.clock import Alarm, Clock
from player.audio.output import PlaybackState
from player.controller import PlaybackController
from player.events import Event, NodeEntered, PassageHeard, PlaybackChanged, PositionJumped
from player.mpris.probing import bus_address
from player.mpris.showing import MICROSECONDS, look
from player.mpris.wishes import Wishes

if TYPE_CHECKING:  # the extra may not be installed
    from player.mpris.bus import Seat
    from player.mpris.interfaces import PlayerInterface

logger = logging.getLogger(__name__)

CLOSE_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 0.05
"""So often at most the position is looked at, even where the sound stands still."""


class MediaKeys:
    """Puts a controller on the session bus, from the first sound until `close`.

    To be made and used on the event loop; it is loaded in a thread once something sounds, so that
    neither the first picture nor the first sound waits for it. Without D-Bus, or without its
    library, nothing happens; why is in the log and in `kahani doctor`. `tell` gets LeaveRequested,
    and a Notice where a wish could not be done.
    """

    def __init__(
        self, controller: PlaybackController, clock: Clock, tell: Callable[[Event], None]
    ) -> None:
        self._controller = controller
        self._clock = clock
        self._wishes = Wishes(controller, tell)
        self._alarm = Alarm(clock)
        self._life: asyncio.Task[None] | None = None
        self._interface: PlayerInterface | None = None
        self._soon: asyncio.Handle | None = None
        self._is_waiting = False
        self._track = ""
        self._jumped_to_ms: int | None = None
        self._unlisten = controller.listen(self._hear)

    async def close(self) -> None:
        """Let go of the name, and leave nothing running; harmless when done twice."""
        unlisten, self._unlisten = self._unlisten, _nothing
        unlisten()
        self._alarm.cancel()
        if self._soon is not None:
            self._soon.cancel()
        if self._life is not None:
            self._life.cancel()
            await asyncio.wait({self._life}, timeout=CLOSE_SECONDS)
        await self._wishes.close()

    def _hear(self, event: Event) -> None:
        match event:
            case PlaybackChanged(state=PlaybackState.PLAYING) if self._life is None:
                self._life = asyncio.ensure_future(self._live())
            case PassageHeard():
                self._is_waiting = True
            case PlaybackChanged():
                self._is_waiting = self._is_waiting and event.state is PlaybackState.FINISHED
            case PositionJumped():
                self._jumped_to_ms = event.position_ms
            case NodeEntered():
                self._is_waiting = False
                is_same = str(event.passage.node_id) == self._track
                self._track = str(event.passage.node_id)
                self._jumped_to_ms = event.start_ms if is_same or event.start_ms else None
            case _:
                pass
        self._show_soon()

    async def _live(self) -> None:
        """Get on the bus, and stay until the bus goes or this is cancelled."""
        address = bus_address(os.environ)
        if address is None:
            return
        try:
            await asyncio.to_thread(import_module, "player.mpris.interfaces")
            from player.mpris.bus import REFUSALS, Seat  # noqa: PLC0415 - may not be installed
        except ImportError as error:
            logger.info("no media keys: %s", error)
            return
        try:
            seat = await Seat.take(address)
        except REFUSALS as error:
            logger.warning("no media keys: %r", error)
            return
        try:
            await self._show_on(seat)
            await seat.stay()
        except REFUSALS as error:
            logger.warning("no media keys any more: %r", error)
        finally:
            self._interface = None
            await seat.give_back()

    async def _show_on(self, seat: Seat) -> None:
        from player.mpris.interfaces import (  # noqa: PLC0415 - may not be installed
            PlayerInterface,
            ProgramInterface,
        )

        interface = PlayerInterface(self._wishes, self._controller.position_ms)
        interface.show(look(self._controller, is_waiting=self._is_waiting))
        name = await seat.show(ProgramInterface(self._wishes), interface)
        logger.info("media keys as %s", name)
        self._interface = interface
        self._show()

    def _show_soon(self) -> None:
        """Show what there is once all that happens now has happened."""
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_soon(self._show)

    def _show(self) -> None:
        self._soon = None
        if self._interface is None:
            return
        showing = look(self._controller, is_waiting=self._is_waiting)
        self._interface.show(showing)
        jumped_to_ms, self._jumped_to_ms = self._jumped_to_ms, None
        if jumped_to_ms is not None and showing.track is not None:
            self._interface.seeked(jumped_to_ms * MICROSECONDS)
        self._alarm.cancel()
        if showing.last_line_in_ms is not None:
            seconds = max(LOOK_SECONDS, showing.last_line_in_ms / 1000 / showing.rate)
            self._alarm.set(self._clock.now() + seconds, self._show_soon)


def _nothing() -> None:
    """Be called in place of what was called already."""
