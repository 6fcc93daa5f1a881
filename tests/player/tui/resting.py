"""When an app is at rest: all that can be done is done, and shown."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App
    from textual.worker import Worker

PATIENCE_S = 60
WAITED_FOR = {"wishes", "story", "library"}
"""Groups of work that ends by itself; other work may wait for an answer, or for a moment."""


async def rest(app: App[Any]) -> None:
    """Wait until nothing goes on but by a clock, a thread that nobody waits for, or a key.

    Textual's own pauses wait for the messages that were on their way when they began, and not for
    those that these bring about, nor for what is mounted, laid out or called because of them.
    """
    end = time.monotonic() + PATIENCE_S
    await asyncio.sleep(0)
    while (wishes := _wishes(app)) or _may_go_on(app):
        assert time.monotonic() < end, "the app never rests"
        if wishes:
            await app.workers.wait_for_complete(wishes)
        else:
            await asyncio.sleep(0)


def _wishes(app: App[Any]) -> list[Worker[Any]]:
    return [worker for worker in app.workers if worker.group in WAITED_FOR]


def _may_go_on(app: App[Any]) -> bool:
    """Whether anything on the event loop waits for nothing but its turn, once all is drawn."""
    loop: Any = asyncio.get_running_loop()
    if not loop._ready:
        for screen in app.screen_stack:
            if screen._update_timer._active.is_set():
                screen._on_timer_update()  # it lays out and draws, and waits for its clock to do so
    return bool(loop._ready)
