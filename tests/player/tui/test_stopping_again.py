"""A second ctrl+z, while what the first one brought about is still being written down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from types import SimpleNamespace
from typing import Any, cast

import pytest

from player.audio.output import PlaybackState
from player.tui import suspending


class Slow:
    """A controller whose going on is not written down before `may_write` is set."""

    def __init__(self) -> None:
        self.deck = SimpleNamespace(state=PlaybackState.PLAYING)
        self.may_write = asyncio.Event()
        self.goes_on = asyncio.Event()

    async def toggle(self, *, is_on: bool) -> None:
        self.deck.state = PlaybackState.PLAYING if is_on else PlaybackState.PAUSED
        if is_on:
            self.goes_on.set()
            await self.may_write.wait()


class Stage:
    """An app without a terminal."""

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[None]] = []

    def suspend(self) -> AbstractContextManager[None]:
        return nullcontext()

    def run_worker(
        self, work: Callable[[], Coroutine[Any, Any, None]], *, group: str, exclusive: bool
    ) -> None:
        assert not exclusive, group
        self.tasks.append(asyncio.ensure_future(work()))


async def test_a_stop_while_going_on_is_written_down_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stops: list[int] = []
    monkeypatch.setattr(suspending, "is_in_front", lambda: True)
    monkeypatch.setattr(suspending.Suspension, "heed_signals", lambda _: None)
    monkeypatch.setattr("os.kill", lambda whom, _: stops.append(whom))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    app, slow = Stage(), Slow()
    suspension = suspending.Suspension(cast("Any", app), lambda: cast("Any", slow), lambda: False)
    async with asyncio.timeout(60):
        suspension.stop()
        await slow.goes_on.wait()
        suspension.stop()
        slow.may_write.set()
        await asyncio.gather(*app.tasks)
    assert stops == [0, 0]
