"""Turn encoded text back into real text on its way to the terminal, each aksara at its own column.

Whatever width the terminal gives to an aksara, the cursor is put back where the encoding says, so
nothing else on the line can move.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

from rich.cells import cell_len

from player.tui.script.aksaras import runs
from player.tui.script.encoding import FILLER, HEADS, Glyph, counted_cells, glyph_of

SAVE, RESTORE = "\x1b7", "\x1b8"
_WIDEST = 7  # what OSC 66 can say in w=


class Widths(StrEnum):
    """How runs of aksaras are painted."""

    ANCHOR = "anchor"
    """Each aksara at its own column: right in every terminal."""
    OSC66 = "osc66"
    """Each word with its width told (kitty's text sizing protocol): better shaped."""
    OFF = "off"
    """Real text, padded but not anchored: what other programs do."""


_run = re.compile(f"[{HEADS}{FILLER}](?:[{HEADS}{FILLER} ]*[{HEADS}{FILLER}])?")
_part = re.compile(f"[{HEADS}]{FILLER}*|{FILLER}+| +")
# An aksara cut in two by a change of style, as the end of a mouse selection does.
_restyled = re.compile(f"([{HEADS}]{FILLER}*)((?:\x1b\\[[0-9;:]*m)+)({FILLER}+)")

# Text that is not encoded, such as what is being typed, but that terminals count differently:
# combining marks, right-to-left and South-East Asian scripts, joiners, flags, emoji.
_UNSURE = (
    "\u0300-\u036f\u0590-\u0963\u0966-\u109f\u1780-\u17ff\u1ab0-\u1aff\u1b00-\u1cff\u1dc0-\u1dff"
    "\u200b-\u200f\u20d0-\u20ff\ua880-\uabff\ufe00-\ufe0f\ufe20-\ufe2f\U0001f000-\U0001faff"
)
_COMBINING = "\u0300-\u036f\u20d0-\u20ff\ufe0e\ufe0f"
_unsure = re.compile(f"[{_UNSURE}]")
_touched = re.compile(f"[{_UNSURE}{HEADS}{FILLER}]")
_raw = re.compile(
    # Escape sequences are stepped over, so that no character of theirs is taken for a base.
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|.)"
    f"|(?:[\\x21-\\x7e\u2190-\u2bff](?=[{_COMBINING}])|[^\\x00-\\x7f\u2190-\u2bff{HEADS}{FILLER}])+",
    re.DOTALL,
)


def paint(data: str, widths: Widths = Widths.ANCHOR) -> str:
    """Return what to write to the terminal for `data`, text and escape sequences mixed."""
    if data.isascii() or _touched.search(data) is None:
        return data
    if widths is not Widths.OFF and _unsure.search(data):
        data = _raw.sub(_paint_raw, data)
    if f"m{FILLER}" in data:
        data = _restyled.sub(_paint_restyled, data)
    return _run.sub(_PAINTERS[widths], data)


def _parts(run: str) -> list[tuple[Glyph | None, int]]:
    """Split a run into aksaras, and blanks where there is none or not the whole of one."""
    parts: list[tuple[Glyph | None, int]] = []
    for part in _part.findall(run):
        glyph = glyph_of(part[0])
        whole = glyph is not None and glyph.cells == len(part)
        parts.append((glyph if whole else None, len(part)))
    return parts


def _at(column: int) -> str:
    return f"{RESTORE}\x1b[{column}C" if column else RESTORE


@lru_cache(maxsize=4096)
def _anchored(run: str) -> str:
    out = [SAVE, " " * len(run)]
    column = 0
    for glyph, cells in _parts(run):
        if glyph:
            out += (_at(column), glyph.text)
        column += cells
    out.append(_at(column))
    return "".join(out)


@lru_cache(maxsize=4096)
def _sized(run: str) -> str:
    out = [SAVE, " " * len(run)]
    start = column = 0
    word = ""

    def end_word() -> None:
        if word:
            out.append(f"{_at(start)}\x1b]66;w={column - start};{word}\x1b\\")

    for glyph, cells in _parts(run):
        if glyph is None or column + cells - start > _WIDEST:
            end_word()
            start, word = column, ""
        column += cells
        if glyph is None:
            start = column
        else:
            word += glyph.text
    end_word()
    out.append(_at(column))
    return "".join(out)


def _unanchored(run: str) -> str:
    return "".join(
        glyph.text + " " * (cells - counted_cells(glyph.text)) if glyph else " " * cells
        for glyph, cells in _parts(run)
    )


def _paint_raw(match: re.Match[str]) -> str:
    text = match[0]
    return text if text[0] == "\x1b" or not _unsure.search(text) else _anchored_raw(text)


@lru_cache(maxsize=1024)
def _anchored_raw(text: str) -> str:
    """Anchor text that was measured by Rich: what is typed, emoji, other scripts."""
    parts = [(part, cell_len(part)) for _, part in runs(text)]
    out = [SAVE, " " * sum(cells for _, cells in parts)]
    column = 0
    for part, cells in parts:
        out += (_at(column), part)
        column += cells
    out.append(_at(column))
    return "".join(out) if column else text


def _paint_restyled(match: re.Match[str]) -> str:
    head, style, fillers = match.groups()
    glyph, cells = glyph_of(head[0]), len(head) + len(fillers)
    if glyph is None or glyph.cells != cells:
        return match[0]
    blanks = f"{' ' * len(head)}{style}{' ' * len(fillers)}"
    return f"{SAVE}{blanks}{RESTORE}{glyph.text}{_at(cells)}{style}"


_PAINTERS: dict[Widths, Callable[[re.Match[str]], str]] = {
    Widths.ANCHOR: lambda match: _anchored(match[0]),
    Widths.OSC66: lambda match: _sized(match[0]),
    Widths.OFF: lambda match: _unanchored(match[0]),
}
