"""Which font draws which part of a line. Imports no Pillow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from player.resources import assets

LATIN: Final = "NotoSans-Regular.ttf"
_DEVANAGARI: Final = "NotoSansDevanagari-Regular.ttf"
_BENGALI: Final = "NotoSansBengali-Regular.ttf"
_TAMIL: Final = "NotoSansTamil-Regular.ttf"
FILES: Final = (LATIN, _DEVANAGARI, _BENGALI, _TAMIL)

# Joiners, and the dandas, which stand in the block of Devanagari and serve all: in each font.
_SHARED: Final = "\u0964\u0965\u200c\u200d"
_BLOCKS: Final = {
    _DEVANAGARI: "\u0900-\u0963\u0966-\u097f\u1cd0-\u1cff\ua8e0-\ua8ff",
    _BENGALI: "\u0980-\u09ff",
    _TAMIL: "\u0b80-\u0bff",
}
_indian = re.compile(
    "|".join(f"([{block}{_SHARED}]*[{block}][{block}{_SHARED}]*)" for block in _BLOCKS.values())
)


def folder() -> Path:
    """Return the folder of the fonts that are shipped."""
    return assets() / "fonts"


def runs(text: str) -> Iterator[tuple[str, str]]:
    """Cut `text` where the font changes: (name of the font's file, part of the text)."""
    at = 0
    names = tuple(_BLOCKS)
    for match in _indian.finditer(text):
        if match.start() > at:
            yield LATIN, text[at : match.start()]
        yield names[(match.lastindex or 1) - 1], match[0]
        at = match.end()
    if at < len(text):
        yield LATIN, text[at:]
