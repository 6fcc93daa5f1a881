"""The lines of the small story, and waiting for what comes of hearing them."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.player.conftest import Sofa
    from tests.player.plain.conftest import Listener

FIRST, SECOND = "यह start है।", "यह चलता है।"


async def recorded(sofa: Sofa, kind: str, times: int) -> None:
    """Wait until so many events of a kind are in the store."""
    query = "SELECT count(*) FROM behavioral_events WHERE event_type = ?"
    async with asyncio.timeout(60):
        with closing(sqlite3.connect(sofa.store.path)) as connection:
            while connection.execute(query, (kind,)).fetchone() != (times,):
                await asyncio.to_thread(lambda: None)


async def at_the_fork(listener: Listener) -> None:
    """Hear the story up to where it is asked."""
    await listener.hears_while("Choose 1 to 2")
