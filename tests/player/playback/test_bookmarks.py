"""Bookmarks: kept to the line, found again in any sitting, and gone to without losing anything."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from db.store import Store
from player.audio.output import PlaybackState
from player.errors import KahaniError, UsageError
from player.events import (
    BookmarksChanged,
    NodeEntered,
    Notice,
    SleepChanged,
    StoryFinished,
    StoryOpened,
)
from player.story.graph import Story
from tests.player.conftest import rows

if TYPE_CHECKING:
    from tests.player.conftest import NewSofa, Sofa

MANY = 12


def kinds(store: Store) -> list[str]:
    with closing(sqlite3.connect(store.path)) as connection:
        rows = connection.execute(
            "SELECT event_type FROM analytics_events WHERE event_type LIKE 'bookmark%' ORDER BY id"
        )
        return [kind for (kind,) in rows]


async def test_a_bookmark_stands_at_the_line_being_heard(sofa: Sofa, store: Store) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.next_line()
    made = await sofa.controller.bookmarks.add("  the good part ")
    assert (made.note, made.words, made.language) == ("the good part", "यह चलता है।", "hi")
    assert (await sofa.until(BookmarksChanged)).count == 1
    assert await sofa.controller.bookmarks.all() == (made,)
    assert kinds(store) == ["bookmark_add"]


async def test_several_bookmarks_in_a_story_are_one_row_for_others(
    sofa: Sofa, store: Store
) -> None:
    await sofa.begin_to_hear()
    for note in ("one", "two"):
        await sofa.controller.bookmarks.add(note)
    with closing(sqlite3.connect(store.path)) as connection:
        rows = connection.execute("SELECT notes, json_array_length(marks) FROM bookmarks")
        assert rows.fetchall() == [("two", 2)]
    assert [mark.note for mark in await sofa.controller.bookmarks.all("well")] == ["two", "one"]
    assert await sofa.controller.bookmarks.all("fox") == ()


async def test_a_note_is_changed_and_a_bookmark_taken_away(sofa: Sofa, store: Store) -> None:
    await sofa.begin_to_hear()
    bookmarks = sofa.controller.bookmarks
    made = await bookmarks.add("befor")
    await bookmarks.change(made.id, "before")
    assert await bookmarks.all() == (replace(made, note="before"),)
    await bookmarks.remove(made.id)
    assert await bookmarks.all() == ()
    assert kinds(store) == ["bookmark_add", "bookmark_remove"]
    with pytest.raises(UsageError):
        await bookmarks.remove(made.id)


async def test_bookmarks_made_at_once_are_all_told_to_others(sofa: Sofa, store: Store) -> None:
    await sofa.begin_to_hear()
    await asyncio.gather(*(sofa.controller.bookmarks.add(str(number)) for number in range(MANY)))
    assert len(await sofa.controller.bookmarks.all("well")) == MANY
    assert rows(store.path, "SELECT json_array_length(marks) FROM bookmarks") == [(MANY,)]


async def test_a_bookmark_taken_away_does_not_come_back_with_a_note(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    bookmarks = sofa.controller.bookmarks
    for made in [await bookmarks.add() for _ in range(MANY)]:
        both = bookmarks.remove(made.id), bookmarks.change(made.id, "a note")
        removed, changed = await asyncio.gather(*both, return_exceptions=True)
        assert removed is None
        assert changed is None or isinstance(changed, UsageError)
    assert await bookmarks.all() == ()


async def test_without_a_story_there_is_nothing_to_mark(sofa: Sofa) -> None:
    with pytest.raises(UsageError, match="open one first"):
        await sofa.controller.bookmarks.add()


async def test_a_bookmark_that_cannot_be_written_is_said_so(sofa: Sofa, store: Store) -> None:
    await sofa.begin_to_hear()
    store.close()
    with pytest.raises(KahaniError, match="Not saved"):
        await sofa.controller.bookmarks.add("lost")


async def test_another_sitting_goes_to_the_bookmark_and_back(sofa: Sofa, new_sofa: NewSofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.next_line()
    await sofa.controller.bookmarks.add("here")
    await sofa.controller.forward()
    await sofa.controller.choose("B")
    await sofa.controller.leave()
    later = await new_sofa()
    await later.controller.open("well")
    assert (await later.until(StoryOpened)).bookmarks == 1
    assert (await later.until(NodeEntered)).passage.key == "rope"
    (bookmark,) = await later.controller.bookmarks.all()
    await later.controller.go_to(bookmark)
    entered = await later.until(NodeEntered)
    assert (entered.passage.key, later.line) == ("start", 1)
    await later.controller.undo_switch()
    assert (await later.until(NodeEntered)).passage.key == "rope"


async def test_what_was_done_last_is_taken_back_first(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    bookmark = await sofa.controller.bookmarks.add()
    await sofa.controller.forward()
    await sofa.controller.go_to(bookmark)
    await sofa.controller.toggle()
    await sofa.controller.change_mix(1)
    await sofa.controller.undo_switch()
    assert sofa.controller.session is not None
    assert sofa.controller.session.variant.mix == 0.0
    assert sofa.controller.session.node.key == "start"


async def test_going_to_a_bookmark_keeps_the_endings_found_since(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    bookmark = await sofa.controller.bookmarks.add()
    await sofa.controller.forward()
    await sofa.controller.choose("A")
    await sofa.hear_out()
    await sofa.until(StoryFinished)
    await sofa.controller.go_to(bookmark)
    assert (await sofa.until(StoryOpened)).endings_found == 1


async def test_a_bookmark_of_a_story_that_is_gone_is_said_so(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    bookmark = await sofa.controller.bookmarks.add()
    with pytest.raises(UsageError):
        await sofa.controller.go_to(replace(bookmark, slug="gone"))
    assert sofa.controller.deck.state is PlaybackState.PLAYING


async def test_falling_asleep_leaves_a_bookmark_where_the_timer_was_set(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.sleep_in(1)
    assert await sofa.until(SleepChanged) == SleepChanged(1)
    await sofa.controller.forward()
    sofa.clock.advance(61)
    await sofa.until(Notice)
    (bookmark,) = await sofa.controller.bookmarks.all()
    assert (bookmark.note, bookmark.words) == ("Sleep timer, 1 min", "यह start है।")
    assert sofa.controller.deck.state is not PlaybackState.PLAYING


async def test_a_sleep_timer_of_no_sense_is_refused(sofa: Sofa) -> None:
    with pytest.raises(UsageError, match="1 to 1440"):
        await sofa.controller.sleep_in(0)


async def test_after_an_evening_the_recap_tells_what_was_chosen(
    sofa: Sofa, new_sofa: NewSofa
) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.forward()
    await sofa.controller.choose("B")
    await sofa.controller.leave()
    for hours, recap in ((1.0, ()), (23.0, ("B का fork",))):
        later = await new_sofa(hours_later=hours)
        await later.controller.open("well")
        assert (await later.until(StoryOpened)).recap == recap
        await later.controller.close()


async def test_an_edited_story_says_where_the_listener_lands(
    sofa: Sofa, new_sofa: NewSofa, well: Story
) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.forward()
    await sofa.controller.choose("B")
    await sofa.controller.leave()
    nodes = {key: node for key, node in well.nodes.items() if node.key != "rope"}
    edited = await new_sofa(replace(well, nodes=nodes, content_hash="h2"))
    await edited.controller.open("well")
    assert "nearest one before it" in (await edited.until(Notice)).text
    assert (await edited.until(NodeEntered)).passage.key == "fork"
