"""The few signs that are no letters; every one a single cell wide in every terminal."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """One set of signs."""

    bar_done: str
    bar_left: str
    here: str
    voices: str
    pick: str
    rule: str
    column: str
    rung: str
    rung_here: str
    rung_next: str
    rung_held: str
    is_ascii: bool = False


_UNICODE: Final = Glyphs(
    bar_done="━",
    bar_left="─",
    here="▌",
    voices="●■▲◆○□△◇",
    pick=">",
    rule="─",
    column="│",
    rung="○",
    rung_here="●",
    rung_next="◆",
    rung_held="■",
)
_ASCII: Final = Glyphs(
    bar_done="#",
    bar_left="-",
    here="|",
    voices="*#^%o=~&",
    pick=">",
    rule="-",
    column="|",
    rung="o",
    rung_here="O",
    rung_next="@",
    rung_held="#",
    is_ascii=True,
)


@cache
def glyphs() -> Glyphs:
    """Return the set that this terminal can show: ASCII where it does not take UTF-8."""
    encoding = getattr(sys.__stderr__, "encoding", None) or "utf-8"
    return _UNICODE if encoding.lower().replace("-", "").startswith("utf") else _ASCII


def bar(share: float, width: int) -> tuple[str, str]:
    """Return the done and the left part of a bar of `width` cells, together that wide."""
    signs = glyphs()
    done = round(min(max(share, 0.0), 1.0) * width)
    if share > 0 and done == 0 and width:
        done = 1
    return signs.bar_done * done, signs.bar_left * (width - done)
