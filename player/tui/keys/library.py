"""Keys of the library and of its search."""

from __future__ import annotations

from typing import Final

from player.tui.keys.everywhere import EVERYWHERE
from player.tui.keys.naming import key

LIBRARY: Final = (
    key("library.open", "enter", "open", "listen", "Open the story", shown=True),
    key("library.up", "up,k", "move(-1)", "up", "The story above"),
    key("library.down", "down,j", "move(1)", "down", "The story below"),
    key("library.page-up", "pageup", "page(-1)", "page up", "A page of stories up"),
    key("library.page-down", "pagedown", "page(1)", "page down", "A page of stories down"),
    key("library.first", "home", "edge(-1)", "first", "The first story"),
    key("library.last", "end", "edge(1)", "last", "The last story"),
    key(
        "library.search",
        "slash",
        "search",
        "search",
        "Find stories by their words, in any script",
        shown=True,
    ),
    key("library.clear", "escape", "clear_search", "all stories", "Leave the search", shown=True),
    *EVERYWHERE,
)

SEARCH: Final = (
    key("search.open", "enter", "submit", "listen", "Open the highlighted story", shown=True),
    key(
        "search.clear",
        "escape",
        "screen.clear_search",
        "all stories",
        "Leave the search",
        shown=True,
    ),
)
