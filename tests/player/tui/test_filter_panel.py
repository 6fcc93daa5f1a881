"""Filters beside the stories: by keys, by the mouse, and together with the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from player.tui.widgets.filter_panel import FilterPanel
from player.tui.widgets.filter_row import FilterRow
from player.tui.widgets.keys_row import KeysRow

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit


async def test_filters_narrow_the_stories_beside_them(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("F")
        for words in ("Yours", "Language", "[ ] in progress", "[ ] Bengali"):
            assert words in visitor.sees
        await visitor.press("space")
        assert "[x] in progress" in visitor.sees
        assert "2 of 5 stories" in visitor.sees
        assert "The Clever Crow" not in visitor.sees
        await visitor.press("escape")
        assert "[x]" not in visitor.sees
        assert "in progress x" in visitor.sees


async def test_filters_and_search_combine_and_are_cleared_one_by_one(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("F", "space", "escape", "slash", *"crow")
        assert 'Nothing found for "crow" among: in progress.' in visitor.sees
        assert "esc leaves the search." in visitor.sees
        assert "c clears the filters." in visitor.sees
        await visitor.press("escape")
        assert "2 of 5 stories" in visitor.sees
        await visitor.press("c")
        assert "clears all" not in visitor.sees
        assert "  5 stories" in visitor.sees


async def test_tab_leads_from_the_search_to_the_filters_and_escape_back(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("slash", *"market", "tab", "tab", "space")
        assert "[x] Bengali" in visitor.sees
        await visitor.press("escape", "s", "backspace")
        assert "1 of 5 stories" in visitor.sees
        assert "Bengali x" in visitor.sees


async def test_arrows_walk_through_all_filters(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("F", "end", "space")
        assert "not downloaded x" in visitor.sees
        await visitor.press("home", "right", "down", "left", "pagedown", "pageup", "space")
        assert "new x" in visitor.sees


async def test_everything_about_filters_can_be_done_with_the_mouse(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.click(KeysRow, visitor.sees.splitlines()[-1].index("F filters"), 0)
        await visitor.click(FilterPanel, 6, 1)
        assert "2 of 5 stories" in visitor.sees
        row = next(row for row in visitor.sees.splitlines() if "in progress x" in row)
        await visitor.click(FilterRow, row.index("in progress x"), 0)
        assert "[ ] in progress" in visitor.sees
        assert "  5 stories" in visitor.sees


async def test_stories_are_filtered_by_how_much_should_be_followed(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.until_sees("Market Day")
        await visitor.press("F", "end", "left", "left")
        assert "What you follow" in visitor.sees
        await visitor.press("space")
        assert "Only  just right x" in visitor.sees
        assert "1 of 5 stories" in visitor.sees
