"""Keys of the library, of its search and of its filters."""

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
        "Find stories by their words, in any script or in Latin letters",
        shown=True,
    ),
    key(
        "library.filters",
        "F",
        "filters",
        "filters",
        "Only stories of a language, an age, a genre; liked, in progress, downloaded",
        shown=True,
    ),
    key(
        "library.download",
        "d",
        "download",
        "download",
        "Download it; again: stop that, or let it go",
        shown=True,
    ),
    key("library.filters-too", "tab", "filters", "filters", "The filters, from the search too"),
    key("library.clear", "escape", "clear_search", "all stories", "Leave the search", shown=True),
    key(
        "library.clear-filters",
        "c",
        "clear_filters",
        "clear filters",
        "Take all filters away",
        shown=True,
    ),
    key("library.bookmarks", "B", "app.bookmarks", "bookmarks", "All bookmarks, and back to one"),
    key("library.again", "r", "again", "try again", "Read the library once more", shown=True),
    *EVERYWHERE,
)

SEARCH: Final = (
    key("search.open", "enter", "submit", "listen", "Open the highlighted story", shown=True),
    key("search.filters", "tab", "screen.filters", "filters", "Choose filters", shown=True),
    key(
        "search.clear",
        "escape",
        "screen.clear_search",
        "all stories",
        "Leave the search",
        shown=True,
    ),
)

FILTERS: Final = (
    key("filters.choose", "space,enter", "choose", "choose", "Choose, or no longer", shown=True),
    key("filters.up", "up,k", "move(-1)", "up", "The value above"),
    key("filters.down", "down,j", "move(1)", "down", "The value below"),
    key("filters.page-up", "pageup", "page(-1)", "page up", "A page up"),
    key("filters.page-down", "pagedown", "page(1)", "page down", "A page down"),
    key("filters.first", "home", "edge(-1)", "first", "The first value"),
    key("filters.last", "end", "edge(1)", "last", "The last value"),
    key("filters.next", "tab", "move_filter(1)", "next", "The next filter", shown=True),
    key("filters.right", "right", "move_filter(1)", "next", "The next filter, too"),
    key("filters.previous", "shift+tab,left", "move_filter(-1)", "before", "The filter before"),
    key(
        "filters.close",
        "escape,F",
        "screen.close_filters",
        "close",
        "Back to the stories",
        shown=True,
    ),
)
