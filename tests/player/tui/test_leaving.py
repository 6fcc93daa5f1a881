"""Leaving a story, for the library or for good: the sound, and the place that is kept."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import AsyncMock

import pytest

from db.errors import StoreLockedError
from db.records import BehaviorRecord, PlaceRecord
from player.audio.output import PlaybackState
from player.errors import KahaniError
from player.events import PlaybackChanged
from player.tui import leaving
from player.tui.leaving import give_back
from player.tui.messages import StoryPicked, Told
from player.tui.screens.library import LibraryScreen
from player.tui.screens.listening import ListeningScreen
from player.tui.screens.listening.screen import LOOKS_A_SECOND
from player.tui.workers import begin
from tests.player.tui.lamp_rows import QUESTION, RUN, facts, marked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from player.controller import PlaybackController
    from tests.player.tui.conftest import Visit, Visitor
    from tests.player.tui.stage import Stage


@pytest.fixture
async def listener(visit: Visit) -> AsyncIterator[Visitor]:
    """Somebody who has just opened the story of the lamp."""
    async with visit() as visitor:
        await visitor.open()
        yield visitor


async def test_going_to_the_library_holds_the_sound_and_f3_goes_on(listener: Visitor) -> None:
    await listener.press("escape")
    assert isinstance(listener.app.screen, LibraryScreen)
    assert str(listener.state) == "paused"
    await listener.press("f3")
    assert isinstance(listener.app.screen, ListeningScreen)
    assert str(listener.state) == "playing"


async def test_a_story_paused_by_the_listener_stays_paused(listener: Visitor) -> None:
    await listener.press("space", "f2", "f3")
    assert str(listener.state) == "paused"


@pytest.mark.parametrize("key", ["q", pytest.param("ctrl+q", marks=pytest.mark.slow)])
async def test_leaving_keeps_the_place(listener: Visitor, key: str) -> None:
    await listener.hear(7)
    await listener.press(key)
    await listener.until(lambda: listener.stage.closed == 1)
    last = listener.stage.memory.records[-2:]
    place = next(record for record in last if isinstance(record, PlaceRecord))
    left = next(record for record in last if isinstance(record, BehaviorRecord))
    assert place.state["position_ms"] == 7000
    assert left.event_type == "abandon"


async def test_a_listener_who_comes_back_is_told_what_was_chosen(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        await visitor.hear_out(then=RUN)
        await visitor.press("2")
        await visitor.until_sees("हवा मीना से")
        await visitor.press("q")
        await visitor.until(lambda: visitor.stage.closed == 1)
    visitor.stage.language = "hi"
    visitor.stage.today += timedelta(days=2)
    async with visit(stage=visitor.stage) as again:
        await again.open()
        assert "Previously: you chose" in again.sees
        assert "हवा मीना से" in marked(again)


async def test_what_cannot_be_saved_is_said_and_the_story_stays(listener: Visitor) -> None:
    await listener.hear_out(then=RUN)
    listener.stage.memory.is_full = True
    await listener.press("1")
    await listener.until_sees("Not saved")
    assert "NOT SAVED" in facts(listener)
    assert QUESTION in marked(listener)


async def test_an_app_that_is_left_looks_for_no_part_that_is_gone(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slowly(_: object) -> None:
        await asyncio.sleep(2 / LOOKS_A_SECOND)

    async with visit() as visitor:
        await visitor.open()
        parts = visitor.app.screen.children
        await visitor.press("escape")
        assert isinstance(visitor.app.screen, LibraryScreen)
        for part in {type(part) for part in parts}:
            monkeypatch.setattr(part, "on_unmount", slowly, raising=False)


async def test_what_is_told_of_the_sound_after_the_screens_have_gone_is_left_out(
    visit: Visit,
) -> None:
    async with visit() as visitor:
        await visitor.open()
    visitor.app.show_event(Told(PlaybackChanged(PlaybackState.LOADING, "silent")))


async def test_everything_is_given_back_where_the_story_cannot_be_left(
    new_stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = new_stage()
    controller = await stage.open(lambda _: None)

    async def fail() -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(controller, "close", fail)
        broken.setattr(stage, "close", closed := AsyncMock())
        with pytest.raises(RuntimeError):
            await give_back(controller, stage)
    closed.assert_awaited_once()
    await stage.close()


async def test_a_store_that_cannot_be_read_ends_neither_the_library_nor_a_story(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visit() as visitor:
        await visitor.until(lambda: visitor.app.controller is not None)

        def fail(*_: object) -> None:
            raise StoreLockedError("The store is locked: wait.")

        async def tell(*_: object) -> None:
            raise KahaniError("The store is locked: wait.")

        with monkeypatch.context() as locked:
            locked.setattr(visitor.stage, "placement_before", tell)
            locked.setattr(visitor.stage.memory, "place", fail)
            visitor.app.post_message(StoryPicked("lamp"))
            await visitor.until_sees("The store is locked")
        assert isinstance(visitor.app.screen, LibraryScreen)
        await visitor.open()


async def test_what_cannot_be_saved_in_time_holds_up_no_closing(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visit() as visitor:
        await visitor.open()
        controller, stage = visitor.stage.controller, visitor.stage
        assert controller is not None
        async with controller._turns.lock:
            monkeypatch.setattr(leaving, "LEAVE_SECONDS", 0.01)
            await leaving.give_back(controller, stage)
            assert stage.closed == 1
            async with asyncio.timeout(60):
                await controller.close()
        monkeypatch.undo()


async def test_a_story_that_cannot_be_opened_does_not_close_the_one_picked_after_it(
    visit: Visit,
) -> None:
    is_known = asyncio.Event()

    async def fail(_: object) -> None:
        await is_known.wait()
        raise KahaniError("It cannot be had.")

    async with visit() as visitor:
        app = visitor.app

        def pick(act: Callable[[PlaybackController], Awaitable[None]]) -> asyncio.Event:
            is_over = asyncio.Event()

            async def open_it() -> None:
                await app._open_at(act)
                is_over.set()

            app.call_later(begin, app, open_it, group="story")
            return is_over

        await visitor.open()
        first = pick(fail)
        await pick(lambda c: c.open("lamp")).wait()
        is_known.set()
        await first.wait()
        await visitor.until_sees("It cannot be had")
        assert isinstance(app.screen, ListeningScreen)
        await pick(fail).wait()
        assert isinstance(app.screen, LibraryScreen)
