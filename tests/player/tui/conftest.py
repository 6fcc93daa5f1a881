"""Fixtures of the screens: a stage, and a visitor who presses keys and reads."""

from __future__ import annotations

import html
import importlib.util
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widget import Widget

from player.audio.output import PlaybackState
from player.tui.app import KahaniApp, make_app
from player.tui.messages import StoryPicked
from player.tui.screens.listening import ListeningScreen

if TYPE_CHECKING:
    from tests.player.tui.stage import Stage

PATIENCE = 400
CELL = 12.2  # the width that Rich gives to a cell in a picture
_text = re.compile(r'<text class="[^"]*" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')


def read(app: KahaniApp) -> str:
    """Return what is on the screen, in real text, row by row."""
    rows: dict[float, str] = {}
    for x, y, text in _text.findall(app.export_screenshot()):
        row = rows.get(float(y), "").ljust(round(float(x) / CELL))
        rows[float(y)] = row + html.unescape(text).replace("\xa0", " ").rstrip("\n")
    return "\n".join(row for _, row in sorted(rows.items()))


class Visitor:
    """Somebody at the keyboard."""

    def __init__(self, pilot: Pilot[Any], stage: Stage) -> None:
        self.pilot = pilot
        self.stage = stage
        assert isinstance(pilot.app, KahaniApp)
        self.app: KahaniApp = pilot.app

    @property
    def sees(self) -> str:
        return read(self.app)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def paste(self, text: str) -> None:
        self.app.post_message(Paste(text))
        await self.settle()

    async def settle(self) -> None:
        """Wait until all that was wished for is done."""
        for _ in range(3):
            await self.pilot.pause()
            wishes = [w for w in self.app.workers if w.group in {"wishes", "story", "library"}]
            if wishes:  # none would mean all of them
                await self.app.workers.wait_for_complete(wishes)
        await self.pilot.pause()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something that another thread brings about."""
        for _ in range(PATIENCE):
            if is_so():
                await self.settle()
                return
            await self.pilot.pause(0.005)
        raise AssertionError(self.sees)

    async def until_sees(self, text: str) -> None:
        await self.until(lambda: text in self.sees)

    async def open(self, slug: str = "lamp") -> None:
        await self.until(lambda: self.app.controller is not None)
        self.app.post_message(StoryPicked(slug))
        await self.until(lambda: self.state is not PlaybackState.IDLE)
        await self.hear(0)

    @property
    def state(self) -> PlaybackState:
        assert self.app.controller
        return self.app.controller.deck.state

    async def hear(self, seconds: float) -> None:
        """Let the sound go on, within one passage."""
        self.stage.clock.advance(seconds)
        await self.settle()
        assert isinstance(self.app.screen, ListeningScreen)
        self.app.screen.look()
        await self.settle()

    async def hear_out(self, then: str) -> None:
        """Hear the passage to its end, until `then` is seen."""
        self.stage.clock.advance(60)
        await self.until_sees(then)
        await self.hear(0)

    async def click(self, widget: type[Widget], x: int, y: int) -> None:
        await self.pilot.click(widget, offset=(x, y))
        await self.settle()


Visit: TypeAlias = Callable[..., AbstractAsyncContextManager[Visitor]]


@pytest.fixture(scope="session")
def theatre() -> Any:
    """The module that builds stages."""
    path = Path(__file__).with_name("stage.py")
    spec = importlib.util.spec_from_file_location("kahani_stage", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def new_stage(theatre: Any) -> Callable[..., Stage]:
    """Make a stage with the small library on it, or with what is given."""

    def make(**how: Any) -> Stage:
        calm = theatre.Settings(reduced_motion=True)
        stage: Stage = theatre.Stage(**{"stories": theatre.shelf(), "settings": calm, **how})
        return stage

    return make


@pytest.fixture
def visitor_of() -> Callable[[Pilot[Any], Stage], Visitor]:
    """Sit down in front of an app that somebody else has started."""
    return Visitor


@pytest.fixture
def visit(new_stage: Callable[..., Stage]) -> Visit:
    """Start the app on a stage and sit down in front of it."""

    @asynccontextmanager
    async def sit(
        size: tuple[int, int] = (80, 24), stage: Stage | None = None, **how: Any
    ) -> AsyncIterator[Visitor]:
        stage = stage or new_stage(**how)
        app = make_app(stage)
        async with app.run_test(size=size, notifications=True) as pilot:
            visitor = Visitor(pilot, stage)
            await visitor.settle()
            yield visitor

    return sit
