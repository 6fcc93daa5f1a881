"""How the rows of the transcript look: which style each part of them gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from player.tui.glyphs import glyphs
from player.tui.rows import OF_A_LINE, Kind, Reading, Row

VOICES: Final = 6
MARK_WIDTH: Final = 2
_STYLES: Final = {
    Kind.ROMAN: "roman",
    Kind.TRANSLATION: "translation",
    Kind.CHOSEN: "chosen",
    Kind.RECAP: "recap",
    Kind.NOTE: "note",
}
STYLES: Final = frozenset(
    {"past", "text", "line", "word", "mark", "rule", "found", *_STYLES.values()}
    | {f"voice-{number}" for number in range(1, VOICES + 1)}
)
"""Names that a style is asked for by."""

_ITALIC: Final = Style(italic=True)
StyleOf: TypeAlias = Callable[[str], Style]


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard now: number of the passage, its line, and the word in the encoded line.

    `found` is the (passage, line) that was looked for.
    """

    passage: int
    line: int
    word: tuple[int, int]
    found: tuple[int, int] | None = None


def voice_mark(voice: int) -> str:
    """Return the sign of speaker number `voice`, from 1."""
    marks = glyphs().voices
    return marks[(voice - 1) % len(marks)]


def voice_style(voice: int) -> str:
    """Return the name of the style of speaker number `voice`, from 1."""
    return f"voice-{(voice - 1) % VOICES + 1}"


def full_width(reading: Reading) -> int:
    """Return the cells of a row with its mark, and with its second column where it has one."""
    return MARK_WIDTH + reading.width + (len(_rule()) + reading.beside if reading.beside else 0)


def written(row: Row, reading: Reading) -> str:
    """Return a row as it stands on the screen, for what is selected there."""
    if row.beside is None:
        return row.text
    return row.text + " " * (reading.width - cell_len(row.text)) + _rule() + row.beside


def segments(row: Row, heard: Heard, reading: Reading, style_of: StyleOf) -> list[Segment]:
    """Return a row in its styles; the line being heard is lit over the full width."""
    if row.kind is Kind.SPEAKER:
        return [Segment(f"{voice_mark(row.voice)} {row.text}", style_of(voice_style(row.voice)))]
    if row.kind not in OF_A_LINE:
        return [Segment("  " + row.text, style_of(_STYLES.get(row.kind, "text")))]
    is_lit = (row.passage, row.line) == (heard.passage, heard.line)
    ground = Style(bgcolor=style_of("line").bgcolor) if is_lit else Style.null()
    if row.passage == heard.passage:
        base = style_of("line" if is_lit and row.kind is Kind.TEXT else _name(row)) + ground
        other = style_of("translation") + ground
    else:
        base = style_of("past") if row.kind is not Kind.TRANSLATION else style_of("past") + _ITALIC
        other = style_of("past") + _ITALIC
    mark = Segment(f"{glyphs().here} ", style_of("mark")) if is_lit else Segment("  ", base)
    if (row.passage, row.line) == heard.found:
        mark = Segment(f"{glyphs().pick} ", style_of("found"))
    word = heard.word if is_lit and row.kind is Kind.TEXT else (0, 0)
    parts = [mark, *_worded(row, word, base, style_of("word"))]
    if row.beside is not None:
        filled = Strip(parts).adjust_cell_length(MARK_WIDTH + reading.width, base)
        parts = [*filled, Segment(_rule(), style_of("rule") + ground), Segment(row.beside, other)]
    if not is_lit:
        return parts
    return list(Strip(parts).adjust_cell_length(full_width(reading) + 1, base))


def _name(row: Row) -> str:
    return _STYLES.get(row.kind, "text")


def _rule() -> str:
    return f" {glyphs().column} "


def _worded(row: Row, word: tuple[int, int], base: Style, marked: Style) -> list[Segment]:
    first, last = (min(max(0, edge - row.start), len(row.text)) for edge in word)
    if first == last:
        return [Segment(row.text, base)]
    return [
        Segment(row.text[:first], base),
        Segment(row.text[first:last], marked),
        Segment(row.text[last:], base),
    ]


def selected(strip: Strip, span: tuple[int, int] | None, style: Style) -> Strip:
    """Return `strip` with the cells of `span` selected; an end of -1 is the end of the row."""
    if span is None:
        return strip
    start, end = span
    end = strip.cell_length if end == -1 else end
    inside = strip.crop(start, end).apply_style(style)
    return Strip.join([strip.crop(0, start), inside, strip.crop(end, strip.cell_length)])
