"""The session bus: getting on it, a name there, and getting off; loads D-Bus."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import Final

from dbus_fast import NameFlag, RequestNameReply
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusFastError
from dbus_fast.service import ServiceInterface

NAME: Final = "org.mpris.MediaPlayer2.kahani"
PATH: Final = "/org/mpris/MediaPlayer2"
AUTH_SECONDS: Final = 5.0
OFF_SECONDS: Final = 0.5

REFUSALS: Final = (DBusFastError, OSError, EOFError)
"""What getting on the bus, or talking on it, may raise."""


class Seat:
    """A place on the bus, from `take` until `give_back`. For one event loop."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus
        self._name: str | None = None
        self._gone = asyncio.ensure_future(bus.wait_for_disconnect())  # type: ignore[no-untyped-call]

    @classmethod
    async def take(cls, address: str) -> Seat:
        """Get on the bus at `address`. Raises one of REFUSALS."""
        return cls(await MessageBus(address, auth_timeout=AUTH_SECONDS).connect())

    async def show(self, *interfaces: ServiceInterface) -> str:
        """Show these under the program's name, or where it is taken, one of our own; return it."""
        for interface in interfaces:
            self._bus.export(PATH, interface)
        taken = (RequestNameReply.PRIMARY_OWNER, RequestNameReply.ALREADY_OWNER)
        self._name = NAME
        if await self._bus.request_name(NAME, NameFlag.DO_NOT_QUEUE) not in taken:
            self._name = f"{NAME}.instance{os.getpid()}"
            await self._bus.request_name(self._name, NameFlag.DO_NOT_QUEUE)
        return self._name

    async def stay(self) -> None:
        """Return only when the bus has gone. Raises one of REFUSALS that says why."""
        await asyncio.wait({self._gone})
        self._gone.result()

    async def give_back(self) -> None:
        """Let go of the name and get off, however it stands with the bus; within a second."""
        with suppress(*REFUSALS, TimeoutError):
            async with asyncio.timeout(OFF_SECONDS):
                if self._name is not None and self._bus.connected:
                    await self._bus.release_name(self._name)
        self._bus.disconnect()
        await asyncio.wait({self._gone}, timeout=OFF_SECONDS)
        self._gone.cancel()
        with suppress(*REFUSALS, asyncio.CancelledError):
            await self._gone
