"""How a key is declared, and what people call it."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding


def key(
    name: str,
    keys: str,
    action: str,
    label: str,
    tooltip: str,
    *,
    shown: bool = False,
) -> Binding:
    """Return a binding; its id is what a listener's own keys name."""
    return Binding(keys, action, label, show=shown, tooltip=tooltip, id=name)


_NAMES: Final = {
    "backslash": "\\",
    "backspace": "backspace",
    "comma": ",",
    "escape": "esc",
    "full_stop": ".",
    "left_square_bracket": "[",
    "minus": "-",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "plus": "+",
    "question_mark": "?",
    "right_square_bracket": "]",
    "slash": "/",
}


def display(key: str) -> str:
    """Return the name of a key as people write it: "pgup", "shift+left", "/"."""
    *modifiers, last = key.split("+")
    return "+".join((*modifiers, _NAMES.get(last, last)))
