"""Keys of the settings, of their page of keys, and of what they ask."""

from __future__ import annotations

from typing import Final

from player.tui.keys.everywhere import EVERYWHERE
from player.tui.keys.naming import key

_ELSEWHERE: Final = ("app.settings", "app.listening", "app.you")
_HERE: Final = tuple(b for b in EVERYWHERE if b.id not in _ELSEWHERE)
_MOVES: Final = (
    key("settings.up", "up,k", "move(-1)", "up", "The row above"),
    key("settings.down", "down,j", "move(1)", "down", "The row below"),
    key("settings.page-up", "pageup", "page(-1)", "page up", "A page of rows up"),
    key("settings.page-down", "pagedown", "page(1)", "page down", "A page of rows down"),
    key("settings.first", "home", "edge(-1)", "first", "The first row"),
    key("settings.last", "end", "edge(1)", "last", "The last row"),
)
_CLOSE: Final = key("settings.close", "escape,o", "close", "close", "Back", shown=True)

SETTINGS: Final = (
    key("settings.less", "left", "step(-1)", "less", "Less, or the value before", shown=True),
    key("settings.more", "right", "step(1)", "more", "More, or the value after", shown=True),
    key("settings.change", "enter", "change", "change", "Change, type or choose", shown=True),
    key("settings.switch", "space", "switch", "on/off", "On or off, or the value after"),
    key("settings.reset", "backspace", "reset", "usual value", "The usual value again"),
    *_MOVES,
    _CLOSE,
    *_HERE,
)

KEYS_PAGE: Final = (
    key("settings.bind", "enter", "bind", "new key", "Press a new key for this", shown=True),
    key("settings.bind-more", "plus,a", "bind_more", "one more", "One more key", shown=True),
    key("settings.unbind", "backspace,delete", "reset", "usual keys", "The usual keys", shown=True),
    *_MOVES,
    _CLOSE,
    *_HERE,
)

TICKS: Final = (
    key("ticks.tick", "space,enter", "tick", "tick", "Tick, or take the tick away", shown=True),
    *_MOVES,
    key("ticks.close", "escape,o", "close", "done", "Done", shown=True),
)

TYPED: Final = (
    key("typed.close", "escape", "screen.close", "leave it", "Leave it as it was", shown=True),
)
