"""All that a key does, done with the mouse alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

import pytest

from player.audio.output import PlaybackState
from player.errors import MissingPartError
from player.tui.screens.help import HelpScreen
from player.tui.widgets.ways import Ways

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit, Visitor

Go: TypeAlias = Callable[["Visitor"], Awaitable[None]]
pytestmark = pytest.mark.slow

TALL = (100, 80)


async def click(visitor: Visitor, text: str) -> None:
    """Click on the first place where a text in Latin letters stands."""
    rows = [strip.text for strip in visitor.app.screen._compositor.render_strips()]
    y = next((number for number, row in enumerate(rows) if text in row), -1)
    assert y >= 0, visitor.sees
    x = rows[y].index(text)
    widget, region = visitor.app.screen.get_widget_at(x, y)
    await visitor.pilot.click(widget, offset=(x - region.x, y - region.y))
    await visitor.settle()


async def click_beside(visitor: Visitor) -> None:
    await visitor.pilot.click(offset=(0, 0))
    await visitor.settle()


async def library(visitor: Visitor) -> None:
    await visitor.until_sees("Market Day")


async def filters(visitor: Visitor) -> None:
    await library(visitor)
    await click(visitor, "F filters")


async def listening(visitor: Visitor) -> None:
    await visitor.open()


async def bookmarks(visitor: Visitor) -> None:
    await visitor.open()
    await click(visitor, "b bookmark")
    await click(visitor, "enter save")
    await click(visitor, "? help")
    await click(visitor, "All bookmarks")
    await visitor.until_sees("In this story")


async def settings(visitor: Visitor) -> None:
    await library(visitor)
    await click(visitor, "? help")
    await click(visitor, "Settings, and the keys")
    await visitor.until_sees("Reduced motion")


async def keys_page(visitor: Visitor) -> None:
    await settings(visitor)
    await click(visitor, "the usual ones")
    await visitor.until_sees("Settings: keys")


@pytest.mark.parametrize("go", [library, filters, listening, bookmarks, settings, keys_page])
async def test_whatever_a_key_does_a_click_in_help_does(visit: Visit, go: Go) -> None:
    async with visit(TALL) as visitor:
        await go(visitor)
        keys = visitor.app.screen.active_bindings.values()
        wanted = {key.binding.tooltip for key in keys if key.enabled and key.binding.id}
        await click(visitor, "? help")
        ways = visitor.app.screen.query_one(Ways)
        strips = [ways.render_line(y) for y in range(ways.size.height)]
        metas = [segment.style.meta for strip in strips for segment in strip if segment.style]
        assert {meta["@click"][1][0] for meta in metas if "@click" in meta} == wanted


async def test_a_click_in_help_does_it_on_the_screen_below(visit: Visit) -> None:
    async with visit(TALL) as visitor:
        await visitor.open()
        await click(visitor, "? help")
        await click(visitor, "Like; again")
        assert "liked" in visitor.sees
        await click(visitor, "? help")
        await click(visitor, "All stories; the sound is held")
        await visitor.until_sees("Market Day")
        await click(visitor, "? help")
        await click(visitor, "Every command, by name")
        await visitor.until_sees("All bookmarks, and back to one")
        await click(visitor, "Back to the story being heard")
        await visitor.until_sees("> playing")
        assert visitor.state is PlaybackState.PLAYING


async def test_help_closes_by_a_click_beside_it(visit: Visit) -> None:
    async with visit(TALL) as visitor:
        await library(visitor)
        await click(visitor, "? help")
        assert isinstance(visitor.app.screen, HelpScreen)
        await click_beside(visitor)
        assert not isinstance(visitor.app.screen, HelpScreen)
        await click(visitor, "? help")
        await click(visitor, "esc closes")
        assert not isinstance(visitor.app.screen, HelpScreen)


async def test_the_bottom_row_acts_on_what_has_the_keys(visit: Visit) -> None:
    async with visit(TALL) as visitor:
        await filters(visitor)
        await click(visitor, "tab next")
        await click(visitor, "space choose")
        await visitor.until_sees("3 of 5 stories")
        await click(visitor, "esc close")
        await click(visitor, "c clear filters")
        await click(visitor, "/ search")
        await visitor.press(*"lamp")
        await visitor.until_sees("1 of 5 stories")
        await click(visitor, "enter listen")
        await visitor.until_sees("space play/pause")


async def test_dialogs_are_answered_by_clicks(visit: Visit) -> None:
    async with visit(TALL) as visitor:
        await bookmarks(visitor)
        await click(visitor, "x remove")
        await click(visitor, "n no")
        assert "In this story" in visitor.sees
        await click(visitor, "x remove")
        await click(visitor, "y yes")
        await visitor.until_sees("There are no bookmarks yet")
        await click(visitor, "esc back")
        await click(visitor, "? help")
        await click(visitor, "Fall silent")
        await click(visitor, "45 minutes")
        assert "sleep in 45 min" in visitor.sees


async def test_what_settings_ask_is_answered_by_clicks(visit: Visit) -> None:
    async with visit(TALL) as visitor:
        await settings(visitor)
        await click(visitor, "any")
        await visitor.until_sees("the best liked first")
        await click(visitor, "[ ]")
        assert "[1]" in visitor.sees
        await click_beside(visitor)
        assert "the best liked first" not in visitor.sees
        await click(visitor, "the usual ones")
        await click(visitor, "enter new key")
        await visitor.until_sees("Press the new key")
        await click_beside(visitor)
        await click(visitor, "esc close")
        await click(visitor, "esc close")
        await library(visitor)


async def test_trouble_is_answered_by_clicks(visit: Visit) -> None:
    error = MissingPartError("The store is held by another program. Close it and try again.")
    async with visit(TALL, failures=[error]) as visitor:
        await visitor.until_sees("another program")
        await click(visitor, "enter try again")
        await library(visitor)
