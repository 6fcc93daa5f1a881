"""The border for text: what may reach a terminal, and one form for what may."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

DISPLACED: Final = 0x100000
"""Where characters that YAML cannot carry are put while a file is read, see `displaced`."""

_MAX_MARKS: Final = 8
"""Combining marks in a row; the longest real run in Hindi, Tamil and Bengali is 5."""

_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and line feed, DEL, C1
    "\u2028\u2029"  # line and paragraph separators
    "\u202a-\u202e\u2066-\u2069"  # bidirectional embeddings, overrides, isolates
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use: the screen encodes aksaras there
    "\U000e0000-\U000e007f"  # invisible tags
    "\ud800-\udfff\ufeff\ufffe\uffff]"  # what no text is
)
_UNREADABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]",
)
_MARKS_OR_SIGNS: Final = re.compile(rf"[^\w\s]{{{_MAX_MARKS + 1},}}")
_JOINERS: Final = "\u200c\u200d"


def normalised(text: str) -> str:
    """Return `text` as stories keep it: NFC, stripped, tabs as spaces; ZWJ and ZWNJ stay."""
    return unicodedata.normalize("NFC", text).replace("\t", " ").strip()


def fault_in(text: str) -> str | None:
    """Say what in `text` must not reach a terminal, or None if all of it may."""
    if (found := _FORBIDDEN.search(text)) is not None:
        return _named(ord(found.group()))
    if not text.isascii() and _flood(text) is not None:
        return f"more than {_MAX_MARKS} combining marks on one letter"
    return None


def cleaned(text: str) -> str:
    """Return `text` without anything that must not reach a terminal, normalised.

    For text that nobody checked: rows put in by hand, rows pulled, replies of a server.
    """
    if fault_in(text) is not None:
        text = _FORBIDDEN.sub("", text.replace("\r\n", "\n"))
        while (flood := _flood(text)) is not None:
            start, end = flood
            text = text[: start + _MAX_MARKS] + text[end:]
    return normalised(text)


def quoted(text: str, limit: int = 60, marks: str = '"') -> str:
    """Return `text` for a message: one line, at most `limit` characters, nothing hidden in it."""
    short = text if len(text) <= limit or not marks else f"{text[: limit - 1]}…"
    shown = "".join(
        char
        if char.isprintable() or char in _JOINERS
        else f"\\u{ord(char) - (DISPLACED if ord(char) >= DISPLACED else 0):04x}"
        for char in short
    )
    return f"{marks}{shown}{marks}"


def displaced(text: str) -> str:
    """Move what a YAML reader would stop at out of its way, so that every fault can be named."""
    return _UNREADABLE.sub(lambda found: chr(DISPLACED + ord(found.group())), text)


def _named(code: int) -> str:
    if code >= DISPLACED:
        code -= DISPLACED
    name = unicodedata.name(chr(code), "")
    if not name:
        name = "private use" if unicodedata.category(chr(code)) == "Co" else "control character"
    return f"U+{code:04X} ({name.lower()})"


def _flood(text: str) -> tuple[int, int] | None:
    for found in _MARKS_OR_SIGNS.finditer(text):
        start = found.start()
        for index in range(found.start(), found.end() + 1):
            if index < found.end() and _is_mark(text[index]):
                continue
            if index - start > _MAX_MARKS:
                return start, index
            start = index + 1
    return None


def _is_mark(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char).startswith("M")
