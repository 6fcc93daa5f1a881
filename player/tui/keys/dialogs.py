"""Keys of what lies over a screen for a moment."""

from __future__ import annotations

from typing import Final

from player.tui.keys.naming import key

HELP: Final = (
    key("help.close", "escape,question_mark,q,enter", "close", "close", "Back", shown=True),
    key("help.up", "up,k", "scroll(-1)", "up", "Up"),
    key("help.down", "down,j", "scroll(1)", "down", "Down"),
    key("help.page-up", "pageup", "scroll(-10)", "page up", "A page up"),
    key("help.page-down", "pagedown,space", "scroll(10)", "page down", "A page down"),
)

WHY: Final = (
    key(
        "why.pin",
        "p",
        "answer('pin')",
        "keep it",
        "Keep this level in all stories",
        shown=True,
    ),
    key("why.unpin", "c", "answer('unpin')", "let kahani choose", "Let kahani choose", shown=True),
    key(
        "why.undo",
        "U",
        "answer('undo')",
        "take it back",
        "Take back the last change",
        shown=True,
    ),
    key("why.settings", "o", "answer('settings')", "settings", "The settings", shown=True),
    key("why.up", "up,k", "scroll(-1)", "up", "Up"),
    key("why.down", "down,j", "scroll(1)", "down", "Down"),
    key("why.close", "escape,i,q,enter", "close", "back", "Leave it as it is", shown=True),
)

TROUBLE: Final = (
    key("trouble.again", "enter", "again", "try again", "Try once more", shown=True),
    key("trouble.leave", "q,escape", "leave", "leave", "Leave", shown=True),
)
