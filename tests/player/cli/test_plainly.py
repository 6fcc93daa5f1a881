"""Signals that come in plain mode before anything is heard."""

from __future__ import annotations

import asyncio
import io
import signal
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from player.cli.plainly import Plainly
from player.cli.wiring import House, StoreShelf
from player.config import Config
from player.controller import PlaybackController
from player.errors import EXIT_INTERRUPTED, MissingPartError
from player.events import Event
from player.paths import Paths
from player.story.graph import Story
from player.tui.services import Wanted

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Home(House):
    """A silent house; `on_open` is called while it opens."""

    on_open: Callable[[], None] = staticmethod(lambda: None)

    async def open(self, tell: Callable[[Event], None]) -> PlaybackController:
        self.on_open()
        return await super().open(tell)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    folders = (tmp_path / name for name in ("config", "data", "cache", "logs"))
    return Home(Paths(*folders), Config(), output="silent", pace=0)


async def plays(home: Home, slug: str) -> int:
    """Return the exit code of plain mode."""
    plainly = Plainly(home, as_json=False, choices="A")
    async with asyncio.timeout(60):
        return await plainly._tell(Wanted(slug=slug))


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[int, Callable[[], Any]]:
    """What is done on a signal."""
    handlers: dict[int, Callable[[], Any]] = {}

    def add(_: object, number: int, act: Callable[..., Any], *given: object) -> None:
        handlers[number] = partial(act, *given)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "add_signal_handler", add)
    return handlers


@pytest.mark.parametrize("number", SIGNALS)
async def test_a_signal_while_everything_is_opened_ends_it_before_the_story(
    home: Home,
    handlers: dict[int, Callable[[], Any]],
    capsys: pytest.CaptureFixture[str],
    number: int,
) -> None:

    def stop() -> None:
        handlers[number]()

    home.on_open = stop
    assert await plays(home, "clever-crow") == EXIT_INTERRUPTED
    assert home.store is None
    assert capsys.readouterr().out == ""


async def test_a_signal_ends_it_while_a_story_is_being_brought(
    home: Home, handlers: dict[int, Callable[[], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, gives_up = asyncio.get_running_loop(), threading.Event()
    threads: list[threading.Thread] = []

    def open_story(_: StoreShelf, slug: str) -> Story:
        threads.append(threading.current_thread())
        loop.call_soon_threadsafe(handlers[signal.SIGINT])
        gives_up.wait(30)
        raise MissingPartError(f"{slug} cannot be had")

    monkeypatch.setattr(StoreShelf, "open_story", open_story)
    assert await plays(home, "far") == EXIT_INTERRUPTED
    assert home.store is None
    gives_up.set()
    for thread in threads:
        await asyncio.to_thread(thread.join, 60)
