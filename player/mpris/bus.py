"""The session bus: where it is, getting on it, and a name there; loads D-Bus."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import Final

from dbus_fast import NameFlag, RequestNameReply
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusFastError

NAME: Final = "org.mpris.MediaPlayer2.kahani"
PATH: Final = "/org/mpris/MediaPlayer2"
AUTH_SECONDS: Final = 5.0
OFF_SECONDS: Final = 0.5

REFUSALS: Final = (DBusFastError, OSError, EOFError)
"""What getting on the bus, or talking on it, may raise."""


async def get_on(address: str) -> MessageBus:
    """Return the bus at `address`, connected. Raises one of REFUSALS."""
    return await MessageBus(address, auth_timeout=AUTH_SECONDS).connect()


async def stay_on(bus: MessageBus) -> None:
    """Return when the bus was left. Raises one of REFUSALS when it went away."""
    await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]


async def get_off(bus: MessageBus) -> None:
    """Leave the bus, however it stands with it, and leave nothing of it on the event loop."""
    bus.disconnect()
    with suppress(*REFUSALS):
        async with asyncio.timeout(OFF_SECONDS):
            await stay_on(bus)


async def take_name(bus: MessageBus) -> str:
    """Take the name of the program, or where another one has it, one of our own; return it."""
    taken = (RequestNameReply.PRIMARY_OWNER, RequestNameReply.ALREADY_OWNER)
    if await bus.request_name(NAME, NameFlag.DO_NOT_QUEUE) in taken:
        return NAME
    own = f"{NAME}.instance{os.getpid()}"
    await bus.request_name(own, NameFlag.DO_NOT_QUEUE)
    return own
