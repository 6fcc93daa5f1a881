"""Which way a drawn caption can be shown here: as kitty image, as sixel, or as Braille dots.

Imports no Pillow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

QUESTIONS: Final = "\x1b[>0q\x1b[16t\x1b[c"
"""Name and version; pixels of a cell; abilities. Every terminal answers the last one."""

_KITTY: Final = re.compile(r"\x1bP>\|kitty\((\d+)\.(\d+)")
_GHOSTTY: Final = "\x1bP>|ghostty"
_FIRST_WITH_PLACEHOLDERS: Final = (0, 28)
_ABILITIES: Final = re.compile(r"\x1b\[\?([\d;]*)c")
_CELL: Final = re.compile(r"\x1b\[6;(\d+);(\d+)t")
_SIXEL: Final = "4"
_MUTE: Final = ("linux", "dumb", "screen", "tmux")


class Way(StrEnum):
    """How a drawn caption is shown."""

    AUTO = "auto"
    """As well as the terminal can: it is asked once."""
    KITTY = "kitty"
    """As an image of the kitty graphics protocol, placed by characters (Unicode placeholders)."""
    SIXEL = "sixel"
    """As sixels, painted row by row into the cells."""
    BRAILLE = "braille"
    """As dots, in every terminal."""
    OFF = "off"
    """Not at all."""


def may_ask(environ: Mapping[str, str]) -> bool:
    """Tell whether to ask the terminal.

    Not inside tmux and screen, which answer for themselves and drop images, and not where the
    question itself would be printed.
    """
    if environ.get("TMUX") or environ.get("STY"):
        return False
    if environ.get("TERM_PROGRAM") == "Apple_Terminal":
        return False
    return not environ.get("TERM", "dumb").startswith(_MUTE)


def way_of(answers: str) -> Way:
    """Return the best way for a terminal that gave these answers."""
    kitty = _KITTY.search(answers)
    if kitty and (int(kitty[1]), int(kitty[2])) >= _FIRST_WITH_PLACEHOLDERS:
        return Way.KITTY
    if _GHOSTTY in answers:
        return Way.KITTY
    abilities = _ABILITIES.search(answers)
    return Way.SIXEL if abilities and _SIXEL in abilities[1].split(";")[1:] else Way.BRAILLE


def cell_of(answers: str) -> tuple[int, int] | None:
    """Return the width and height of a cell in pixels, where the terminal told."""
    told = _CELL.search(answers)
    return (int(told[2]), int(told[1])) if told and int(told[1]) and int(told[2]) else None
