"""Measure what is being typed, which cannot be encoded, as terminals without shaping do.

The one place that touches private names of Rich: it counts spacing vowel signs (category Mc) as no
cell and lets a joiner swallow whatever follows it. xterm, VTE, Konsole, Alacritty and tmux count
one cell, and join only emoji.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from rich import cells
from rich.segment import Segment

PATCHED = ("load_cell_table", "_cell_len", "split_graphemes")
"""Names of `rich.cells` that are replaced."""

_BLOCKS = (range(0x0900, 0x1D00), range(0xA880, 0xAC00))
_not_emoji = re.compile("\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])")
_stock: dict[str, Any] = {}


def _without_joiners(text: str) -> str:
    """Put a non-joiner, which has no cell either, for every joiner not before an emoji."""
    return _not_emoji.sub("\u200c", text) if "\u200d" in text else text


@cache
def _table(unicode_version: str = "auto") -> cells.CellTable:
    """Rich's table of widths, spacing marks taken out of it (what is not listed is one cell)."""
    stock: cells.CellTable = _stock["load_cell_table"](unicode_version)
    spacing = {
        code for block in _BLOCKS for code in block if unicodedata.category(chr(code)) == "Mc"
    }
    widths: list[tuple[int, int, int]] = []
    for first, last, width in stock.widths:
        start = first
        for code in sorted(spacing.intersection(range(first, last + 1))) if width == 0 else ():
            if start < code:
                widths.append((start, code - 1, width))
            start = code + 1
        if start <= last:
            widths.append((start, last, width))
    return stock._replace(widths=widths)


def _cell_len(text: str, unicode_version: str) -> int:
    length: int = _stock["_cell_len"](_without_joiners(text), unicode_version)
    return length


def _split_graphemes(text: str, unicode_version: str = "auto") -> tuple[list[cells.CellSpan], int]:
    spans: tuple[list[cells.CellSpan], int]
    spans = _stock["split_graphemes"](_without_joiners(text), unicode_version)
    return spans


def install() -> None:
    """Put our measures in the place of Rich's, for the whole process; again is harmless."""
    if _stock:
        return
    _stock.update({name: getattr(cells, name) for name in PATCHED})
    for name, ours in zip(PATCHED, (_table, _cell_len, _split_graphemes), strict=True):
        setattr(cells, name, ours)
    _forget()


def uninstall() -> None:
    """Give Rich its own measures back."""
    for name, stock in _stock.items():
        setattr(cells, name, stock)
    _stock.clear()
    _forget()


def _forget() -> None:
    _table.cache_clear()
    cells.get_character_cell_size.cache_clear()
    cells.cached_cell_len.cache_clear()
    Segment._split_cells.cache_clear()  # noqa: SLF001 - it keeps cuts made with the old widths
