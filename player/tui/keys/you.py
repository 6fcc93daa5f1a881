"""Keys of the screen You."""

from __future__ import annotations

from typing import Final

from player.tui.keys.everywhere import EVERYWHERE
from player.tui.keys.naming import key

YOU: Final = (
    key("you.previous", "left", "language(-1)", "language", "The language before", shown=True),
    key("you.next", "right,tab", "language(1)", "language", "The next language"),
    key("you.up", "up,k", "scroll(-1)", "up", "Up"),
    key("you.down", "down,j", "scroll(1)", "down", "Down"),
    key("you.page-up", "pageup", "page(-1)", "page up", "A page up"),
    key("you.page-down", "pagedown,space", "page(1)", "page down", "A page down"),
    key("you.first", "home", "edge(-1)", "top", "To the top"),
    key("you.last", "end", "edge(1)", "end", "To the end"),
    key("you.pin", "p", "pin", "keep it", "Keep this level in all stories", shown=True),
    key("you.unpin", "c", "unpin", "let kahani choose", "Let kahani choose again", shown=True),
    key("you.undo", "U", "undo", "take it back", "Take back the last change", shown=True),
    key(
        "you.placement",
        "l",
        "placement",
        "find my level",
        "A few questions in this language, to begin where it suits you",
        shown=True,
    ),
    key("you.again", "r", "again", "try again", "Read it once more", shown=True),
    key("you.close", "escape,f5", "close", "back", "Back to where you were", shown=True),
    *(binding for binding in EVERYWHERE if binding.id != "app.you"),
)
