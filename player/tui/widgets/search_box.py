"""The line in which the listener types what to find; made when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import Input

from player.tui import keys


class SearchBox(Input):
    """Searches while one types; enter opens what is highlighted."""

    DEFAULT_CSS = """
    SearchBox {
        height: 1;
        border: none;
        padding: 0 2;
        margin: 1 0 0 0;
        background: $panel;
        &:focus { border: none; background: $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = list(keys.SEARCH)

    def __init__(self, search: Callable[[str], None]) -> None:
        """Make it; `search` is called with the words, key by key."""
        self._search = search
        super().__init__(
            placeholder="Find: title or description, in any script or in Latin letters",
            select_on_focus=False,  # whoever comes back from the filters types on
        )

    def watch_value(self, value: str) -> None:
        """Search at once: what is typed and what it finds come with the same picture."""
        if self.is_mounted:
            self._search(value)

    def on_mount(self) -> None:
        """Keep the cursor still where nothing is to move."""
        self.cursor_blink = self.app.animation_level != "none"
