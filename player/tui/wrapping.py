"""Break encoded text into rows at word borders, keeping the offsets."""

from __future__ import annotations

import re

from rich.cells import cell_len

from player.tui.script.encoding import FILLER, HEADS

_word = re.compile(r"(?:\d+ (?=%))?\S+")  # a number stays with its sign
_piece = re.compile(f"[{HEADS}]{FILLER}*|.[\u0300-\u036f]*", re.DOTALL)


def wrap(encoded: str, width: int) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of each row of at most `width` cells.

    White space at breaks is left out. A word wider than a row is cut between aksaras. There is
    always one row at least.
    """
    width = max(1, width)
    rows: list[tuple[int, int]] = []
    start = end = -1
    for match in _word.finditer(encoded):
        if start >= 0 and cell_len(encoded[start : match.end()]) <= width:
            end = match.end()
            continue
        if start >= 0:
            rows.append((start, end))
        start, end = match.span()
        if cell_len(match[0]) > width:
            *whole, (first, last) = _cut(match[0], width)
            rows += [(start + a, start + b) for a, b in whole]
            start, end = start + first, start + last
    if start >= 0:
        rows.append((start, end))
    return tuple(rows) or ((0, 0),)


def _cut(word: str, width: int) -> list[tuple[int, int]]:
    cuts: list[tuple[int, int]] = []
    start = cells = 0
    for piece in _piece.finditer(word):
        wide = cell_len(piece[0])
        if cells and cells + wide > width:
            cuts.append((start, piece.start()))
            start, cells = piece.start(), 0
        while wide > width and piece.end() - start > width:
            # One aksara wider than the row, by a flood of signs: it is shown as blanks.
            cuts.append((start, start + width))
            start, wide = start + width, wide - width
        cells += wide
    cuts.append((start, len(word)))
    return cuts


def fit(encoded: str, width: int) -> str:
    """Return `encoded` cut to `width` cells, with three dots where something was left out."""
    if cell_len(encoded) <= width:
        return encoded
    out, cells = [], 0
    for piece in _piece.findall(encoded):
        wide = cell_len(piece)
        if cells + wide > width - 3:
            break
        out.append(piece)
        cells += wide
    return "".join(out).rstrip() + "..."[: max(0, width)]
