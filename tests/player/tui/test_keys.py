from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest
from textual.binding import Binding

from player.tui import keys
from tests.player.tui.palette import take

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit

SCREENS = {
    "library": keys.LIBRARY,
    "you": keys.YOU,
    "listening": keys.LISTENING,
    "search": keys.SEARCH,
    "filters": keys.FILTERS,
    "help": keys.HELP,
    "trouble": keys.TROUBLE,
    "bookmarks": keys.BOOKMARKS,
    "note": keys.NOTE,
    "question": keys.QUESTION,
    "sleep": keys.SLEEP,
    "find": keys.FIND,
    "placement": keys.PLACEMENT,
    "why": keys.WHY,
}
ENTER = {"take", "again", "done"}  # what lies at the bottom: choices, or after them the end


@pytest.mark.parametrize("bindings", SCREENS.values(), ids=SCREENS.keys())
def test_a_key_never_does_two_things_on_one_screen(bindings: Sequence[Binding]) -> None:
    actions = defaultdict(set)
    for binding in (*bindings, *keys.APP):
        for key in binding.key.split(","):
            actions[key].add(binding.action)
    twice = {key: found for key, found in actions.items() if len(found) > 1 and found != ENTER}
    assert twice == {}


@pytest.mark.parametrize("bindings", SCREENS.values(), ids=SCREENS.keys())
def test_every_key_can_be_bound_anew_and_explains_itself(bindings: Sequence[Binding]) -> None:
    assert all(binding.id and binding.tooltip for binding in bindings)
    ids = [binding.id for binding in (*bindings, *keys.APP)]
    assert len(ids) == len(set(ids))


async def test_help_lists_every_key_of_the_screen_below(visit: Visit) -> None:
    async with visit(size=(100, 80)) as visitor:
        await visitor.open()
        await visitor.press("question_mark")
        seen = visitor.sees
        for binding in (*keys.LISTENING, *keys.APP):
            assert binding.tooltip in seen
        for names in ("space p", "1-9", "pgup u backspace", "shift+left", "ctrl+q"):
            assert names in seen
        await visitor.press("question_mark")
        assert "Keys of this screen" not in visitor.sees


async def test_help_and_the_screen_know_a_key_that_was_bound_anew(visit: Visit) -> None:
    async with visit(size=(100, 80)) as visitor:
        visitor.app.set_keymap({"listening.like": "h"})
        await visitor.open()
        await visitor.press("h")
        assert "liked" in visitor.sees
        await visitor.press("question_mark")
        row = next(row for row in visitor.sees.splitlines() if "love, favorite" in row)
        assert "h   " in row


async def test_the_bottom_row_names_the_keys_that_help_now(visit: Visit) -> None:
    async with visit(size=(100, 30)) as visitor:
        await visitor.open()
        assert "enter choose" not in visitor.sees
        await visitor.hear_out(then="> 1 ")
        assert "enter choose" in visitor.sees.splitlines()[-1]
        await visitor.press("escape")
        assert "f3 back to the story" in visitor.sees.splitlines()[-1]


async def test_without_room_the_way_out_is_named_as_it_is_bound(visit: Visit) -> None:
    async with visit(size=(39, 11)) as visitor:
        assert "q leaves" in visitor.sees
        visitor.app.set_keymap({"app.leave": "f12"})
        await visitor.pilot.resize_terminal(38, 11)
        await visitor.until_sees("f12 leaves")


async def test_every_wish_is_in_the_command_palette(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        screen = visitor.app.screen
        named = {command.title for command in visitor.app.get_system_commands(screen)}
        assert {"Play/pause", "Again", "Like", "Slower", "Library", "Theme", "Leave"} <= named
        await visitor.press("ctrl+p")
        await take(visitor, "faster")
        await visitor.until_sees("1.1x")


async def test_whatever_a_key_does_while_one_listens_the_palette_does_too(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        offered = {c.help for c in visitor.app.get_system_commands(visitor.app.screen)}
        depends = {"take", "again", "done", "find_on(1)", "find_on(-1)", "app.listening"}
        tooltips = defaultdict(set)
        for binding in keys.LISTENING:
            tooltips[binding.action].add(binding.tooltip)
        missing = {action for action, told in tooltips.items() if not told & offered} - depends
        assert all(action.startswith(("choose", "move")) for action in missing)


@pytest.mark.slow
async def test_every_theme_can_show_every_screen(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        await visitor.press("question_mark")
        for theme in visitor.app.available_themes:
            visitor.app.theme = theme
            await visitor.settle()
            assert "Keys of this screen" in visitor.sees


async def test_what_a_key_does_is_wrapped_in_a_column_of_its_own(visit: Visit) -> None:
    async with visit(size=(40, 12)) as visitor:
        await visitor.press("question_mark")
        await visitor.until_sees("/         Find stories by their")
        await visitor.press("down", "down")
        await visitor.until_sees(" " * 10 + "words, in any script or")
