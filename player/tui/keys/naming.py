"""How a key is declared, and what people call it."""

from __future__ import annotations

import unicodedata
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


UNBOUND: Final = "unbound"
"""Stands for a key in the place of none: no keyboard sends it."""

_NAMES: Final = {
    "at": "@",
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
    "space": "space",
    "underscore": "_",
    UNBOUND: "(no key)",
}
_SPELLINGS: Final = {
    "esc": "escape",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "del": "delete",
    "return": "enter",
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+left_square_bracket": "escape",
    "hyphen_minus": "minus",
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "plus_sign": "plus",
    "low_line": "underscore",
    "commercial_at": "at",
    "space_bar": "space",
}
"""What people may write; terminals send ctrl+i for tab, ctrl+m for enter, ctrl+[ for escape."""

_OTHERS: Final = frozenset(
    [
        "backspace",
        "delete",
        "down",
        "end",
        "enter",
        "escape",
        "home",
        "insert",
        "left",
        "pagedown",
        "pageup",
        "right",
        "space",
        "tab",
        "up",
        "backslash",
        "at",
        "minus",
        "plus",
        "slash",
        "underscore",
    ]
) | {f"f{number}" for number in range(1, 25)}
_MODIFIERS: Final = ("ctrl", "shift", "alt", "super", "meta", "hyper")


def display(key: str) -> str:
    """Return the name of a key as people write it: "pgup", "shift+left", "/"."""
    *modifiers, last = key.split("+")
    if last not in _NAMES and not last.isascii():
        return key
    return "+".join((*modifiers, _NAMES.get(last) or _character(last) or last))


def normal(name: str) -> str | None:
    """Return the one name of a key that people may write in several ways; None: there is none.

    "PgUp", "pageup" and "pgup" are pageup, "?" is question_mark, "shift+a" is A.
    """
    stem, plus, last = name.strip().rpartition("+")
    if plus and not last:  # the key + itself
        stem, last = stem.removesuffix("+"), "+"
    found = [part.strip().lower() for part in stem.split("+") if part.strip()]
    modifiers = [modifier for modifier in _MODIFIERS if modifier in found]
    if len(modifiers) != len(found):
        return None
    base = _base(last.strip() or last)
    if base is None:
        return None
    if len(base) == 1 and modifiers == ["shift"]:
        return base.upper()
    if len(base) == 1 and modifiers:
        base = base.lower()
    whole = "+".join((*modifiers, base))
    return _SPELLINGS.get(whole, whole)


def _base(last: str) -> str | None:
    if last == " ":
        return "space"
    if len(last) == 1:
        if last.isalnum():
            return last
        name = unicodedata.name(last, "").lower().replace("-", "_").replace(" ", "_")
        return _SPELLINGS.get(name, name) or None
    last = last.lower()
    last = _SPELLINGS.get(last, last)
    return last if last in _OTHERS or _character(last) else None


def _character(name: str) -> str | None:
    """Return the ASCII sign that a key is named after, such as "?" for question_mark."""
    from textual.keys import key_to_character  # noqa: PLC0415 - not for the first picture

    sign = key_to_character(name) if len(name) > 1 else None
    return sign if sign and len(sign) == 1 and sign.isascii() and sign.isprintable() else None
