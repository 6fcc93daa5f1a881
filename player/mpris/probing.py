"""Whether media keys work here, and what to do where they do not."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

INSTALL: Final = "pip install 'kahani[mpris]'"
ADDRESS: Final = "DBUS_SESSION_BUS_ADDRESS"
PROBE_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found; `text` is a sentence for people, with the next step where one is needed."""

    works: bool
    text: str


def bus_address(environ: Mapping[str, str]) -> str | None:
    """Return where the session bus is, None where there is none.

    Whoever logs in from afar has no address in the environment, but often the socket of systemd.
    """
    if address := environ.get(ADDRESS):
        return address
    folder = environ.get("XDG_RUNTIME_DIR")
    socket = Path(folder, "bus") if folder else None
    return f"unix:path={socket}" if socket and socket.is_socket() else None


def probe() -> Probe:
    """Get on the session bus once, and off again. Blocks; not for a running event loop."""
    if find_spec("dbus_fast") is None:
        return Probe(works=False, text=f"not installed: {INSTALL}")
    address = bus_address(os.environ)
    if address is None:
        return Probe(works=False, text=f"there is no session bus here: {ADDRESS} is not set")
    try:
        return asyncio.run(_try(address))
    except ImportError as error:
        return Probe(works=False, text=f"dbus-fast cannot be loaded ({error}): {INSTALL}")


async def _try(address: str) -> Probe:
    from player.mpris.bus import NAME, REFUSALS, Seat  # noqa: PLC0415 - may not be installed

    try:
        async with asyncio.timeout(PROBE_SECONDS):
            seat = await Seat.take(address)
    except TimeoutError:
        return Probe(works=False, text=f"the session bus at {address} does not answer")
    except REFUSALS as error:
        return Probe(works=False, text=f"the session bus at {address} cannot be used: {error}")
    await seat.give_back()
    return Probe(works=True, text=f"the desktop finds a story being heard as {NAME}")
