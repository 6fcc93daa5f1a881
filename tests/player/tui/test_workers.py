"""Work beside the screens that is ended before it began leaves nothing behind."""

from __future__ import annotations

import asyncio
import gc
import warnings

from textual.app import App

from player.playback.turns import Turns
from player.tui.workers import begin


async def test_the_same_key_twice_in_a_moment_leaves_nothing_unheard_of() -> None:
    done = asyncio.Queue[str]()

    async def work() -> None:
        done.put_nowait("done")

    app = App[None]()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        async with app.run_test():
            begin(app, work, group="wishes", exclusive=True)
            begin(app, work, group="wishes", exclusive=True)
            await done.get()
        gc.collect()
    assert done.empty()
    assert [str(each.message) for each in warned if "never awaited" in str(each.message)] == []


async def test_a_turn_that_never_comes_leaves_nothing_unheard_of() -> None:
    done: list[str] = []

    async def work() -> None:
        done.append("done")

    turns = Turns()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        turns.spawn(work)
        await turns.end()
        await asyncio.sleep(0)
        gc.collect()
    assert done == []
    assert [str(each.message) for each in warned] == []
