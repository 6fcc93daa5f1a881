"""Bookmarks: set with a note, listed, gone back to, changed, removed."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from db.records import MarkRecord
from player.tui.screens.bookmarks import BookmarksScreen
from player.tui.screens.library import LibraryScreen
from player.tui.screens.listening import ListeningScreen
from player.tui.widgets.bookmark_list import BookmarkList
from player.tui.widgets.keys_row import KeysRow

if TYPE_CHECKING:
    from player.playback.bookmarks import Bookmark
    from tests.player.tui.conftest import Visit, Visitor

FIRST, SECOND = "तेज़ हवा वाली", "दादाजी का दीया बुझ"


@pytest.fixture
async def listener(visit: Visit) -> AsyncIterator[Visitor]:
    """Somebody who hears the second line."""
    async with visit() as visitor:
        await visitor.open()
        await visitor.hear(4)
        yield visitor


async def mark(listener: Visitor, note: str = "") -> None:
    await listener.press("b", *note, "enter")
    await listener.until_sees("Bookmark set.")


def facts(listener: Visitor) -> str:
    return listener.sees.splitlines()[-2]


async def test_the_line_is_shown_and_the_sound_held_while_a_note_is_typed(
    listener: Visitor,
) -> None:
    await listener.press("b")
    assert "Bookmark at this line" in listener.sees
    assert SECOND in listener.sees
    assert str(listener.state) == "paused"
    await listener.press(*"moon", "enter")
    await listener.until_sees("1 bookmark")
    assert str(listener.state) == "playing"


async def test_a_bookmark_is_set_and_removed_by_the_mouse_alone(listener: Visitor) -> None:
    await listener.click(KeysRow, *place_of(listener, "b bookmark"))
    await listener.click(KeysRow, *place_of(listener, "enter save"))
    await listener.until_sees("1 bookmark")
    await listener.press("B")
    await listener.until_sees("In this story")
    await listener.click(KeysRow, *place_of(listener, "x remove"))
    await listener.click(KeysRow, *place_of(listener, "y yes"))
    await listener.until_sees("There are no bookmarks yet.")


def place_of(listener: Visitor, words: str) -> tuple[int, int]:
    """Return where in the row of keys of the top screen `words` stand."""
    row = next(row for row in listener.sees.splitlines() if words in row)
    return row.index(words) - listener.app.screen.query_one(KeysRow).region.x, 0


async def test_no_bookmark_is_set_when_the_listener_thinks_better_of_it(listener: Visitor) -> None:
    await listener.press("b", *"moon", "escape")
    assert "1 bookmark" not in facts(listener)
    assert str(listener.state) == "playing"


async def test_a_listener_who_had_paused_stays_paused(listener: Visitor) -> None:
    await listener.press("space")
    await mark(listener)
    assert str(listener.state) == "paused"


async def test_the_list_tells_story_line_time_and_note(listener: Visitor) -> None:
    await mark(listener, "moon")
    await listener.press("B")
    await listener.until_sees("In this story")
    for words in ("दादाजी का दीया", SECOND, "just now", "Hindi", "moon"):
        assert words in listener.sees


async def test_enter_goes_there_and_the_way_back_is_told(listener: Visitor) -> None:
    await mark(listener)
    await listener.hear_out(then="> 1")
    await listener.press("B")
    await listener.until_sees("In this story")
    await listener.press("enter")
    await listener.until(lambda: isinstance(listener.app.screen, ListeningScreen))
    await listener.until_sees("Back at the bookmark.")
    await listener.hear(0.1)
    assert any("▌ " in row and SECOND in row for row in listener.sees.splitlines())
    assert "0:02" in listener.sees.splitlines()[-3]


async def test_a_click_highlights_and_another_one_goes_there(listener: Visitor) -> None:
    await mark(listener)
    await listener.press("full_stop")
    await mark(listener)
    await listener.press("B")
    await listener.until_sees("In this story")
    row = next(n for n, text in enumerate(listener.sees.splitlines()) if SECOND in text)
    await listener.click(BookmarkList, 10, row - 1)
    await listener.click(BookmarkList, 10, row - 1)
    await listener.until(lambda: isinstance(listener.app.screen, ListeningScreen))
    await listener.hear(0.1)
    assert "0:02" in listener.sees.splitlines()[-3]


async def test_a_note_is_changed(listener: Visitor) -> None:
    await mark(listener, "moon")
    await listener.press("B")
    await listener.until_sees("moon")
    await listener.press("e", *"light", "enter")
    await listener.until_sees("moonlight")


async def test_a_bookmark_is_removed_only_after_a_yes(listener: Visitor) -> None:
    await mark(listener, "moon")
    await listener.press("B")
    await listener.until_sees("moon")
    await listener.press("x")
    assert "Remove this bookmark?" in listener.sees
    await listener.press("n")
    assert "moon" in listener.sees
    await listener.press("delete", "y")
    await listener.until_sees("There are no bookmarks yet.")


async def test_an_empty_list_tells_how_to_make_one(listener: Visitor) -> None:
    await listener.press("B")
    await listener.until_sees("There are no bookmarks yet.")
    assert "b sets one" in listener.sees
    await listener.press("enter", "e", "x")
    assert isinstance(listener.app.screen, BookmarksScreen)
    await listener.press("escape")
    assert str(listener.state) == "playing"


async def test_those_of_the_open_story_come_first(listener: Visitor) -> None:
    await mark(listener)
    records = listener.stage.memory.records
    mine = next(record for record in records if isinstance(record, MarkRecord))
    records.append(replace(mine, id=uuid.UUID(int=9**20), slug="fox", title="La volpe"))
    await listener.press("B")
    await listener.until_sees("In other stories")
    assert listener.sees.index("In this story") < listener.sees.index("In other stories")
    assert listener.sees.index("In other stories") < listener.sees.index("La volpe")
    await listener.press("end", "enter")
    await listener.until_sees("there is no story 'fox'")


async def test_without_an_open_story_the_newest_stand_first(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        await mark(visitor, "moon")
        await visitor.press("q")
        await visitor.until(lambda: visitor.stage.closed == 1)
    async with visit(stage=visitor.stage) as again:
        await again.until(lambda: again.app.controller is not None)
        gone_to: list[Bookmark] = []
        again.app.push_screen(BookmarksScreen(again.app, go=gone_to.append))
        await again.until_sees("Newest first")
        await again.press("enter")
        await again.until(lambda: isinstance(again.app.screen, LibraryScreen))
        assert [bookmark.note for bookmark in gone_to] == ["moon"]


async def test_what_cannot_be_kept_is_said(listener: Visitor) -> None:
    listener.stage.memory.is_full = True
    await listener.press("b", "enter")
    await listener.until_sees("the disk is full")


async def test_the_library_lists_bookmarks_too_and_goes_to_one(listener: Visitor) -> None:
    await mark(listener, "moon")
    await listener.press("escape")
    assert isinstance(listener.app.screen, LibraryScreen)
    await listener.press("B")
    await listener.until_sees("moon")
    await listener.press("enter")
    await listener.until_sees(SECOND)
    assert isinstance(listener.app.screen, ListeningScreen)
    await listener.hear(0.1)
    assert str(listener.state) == "playing"
