"""A screen that is one page, which scrolls by keys."""

from __future__ import annotations

from textual import getters
from textual.containers import VerticalScroll

from player.tui.screens.roomy import RoomyScreen


class PageScreen(RoomyScreen):
    """Put one VerticalScroll on it."""

    page = getters.query_one(VerticalScroll)

    def action_scroll(self, rows: int) -> None:
        """Scroll the page."""
        self.page.scroll_relative(y=rows, animate=False)

    def action_page(self, step: int) -> None:
        """Scroll by a page."""
        self.action_scroll(step * max(1, self.page.size.height - 2))

    def action_edge(self, step: int) -> None:
        """Scroll to the top, or to the end."""
        self.action_scroll(step * self.page.virtual_size.height)
