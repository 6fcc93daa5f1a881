"""How the rows of the transcript look: which style each part of them gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from player.tui.glyphs import glyphs
from player.tui.manuscript import Kind, Row

VOICES: Final = 6
MARK_WIDTH: Final = 2
_STYLES: Final = {
    Kind.TRANSLATION: "translation",
    Kind.CHOSEN: "chosen",
    Kind.RECAP: "recap",
    Kind.NOTE: "recap",
}
STYLES: Final = frozenset(
    {"past", "text", "line", "word", "mark", *_STYLES.values()}
    | {f"voice-{number}" for number in range(1, VOICES + 1)}
)
"""Names that a style is asked for by."""

StyleOf: TypeAlias = Callable[[str], Style]


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard now: number of the passage, its line, and the word in the encoded line."""

    passage: int
    line: int
    word: tuple[int, int]


def segments(row: Row, heard: Heard, width: int, style_of: StyleOf) -> list[Segment]:
    """Return a row in its styles; the line being heard fills `width` cells."""
    if row.kind is Kind.SPEAKER:
        style = style_of(f"voice-{(row.voice - 1) % VOICES + 1}")
        return [Segment(f"{glyphs().speaker} {row.text}", style)]
    if row.kind is not Kind.TEXT:
        return [Segment("  " + row.text, style_of(_STYLES.get(row.kind, "text")))]
    if row.passage != heard.passage:
        return [Segment("  " + row.text, style_of("past"))]
    if row.line != heard.line:
        return [Segment("  " + row.text, style_of("text"))]
    return _line(row, heard.word, width, style_of)


def _line(row: Row, word: tuple[int, int], width: int, style_of: StyleOf) -> list[Segment]:
    line = style_of("line")
    first, last = (min(max(0, edge - row.start), len(row.text)) for edge in word)
    parts = [
        Segment(f"{glyphs().here} ", style_of("mark")),
        Segment(row.text[:first], line),
        Segment(row.text[first:last], style_of("word")),
        Segment(row.text[last:], line),
    ]
    return list(Strip(parts).adjust_cell_length(width, line))


def selected(strip: Strip, span: tuple[int, int] | None, style: Style) -> Strip:
    """Return `strip` with the cells of `span` selected; an end of -1 is the end of the row."""
    if span is None:
        return strip
    start, end = span
    end = strip.cell_length if end == -1 else end
    inside = strip.crop(start, end).apply_style(style)
    return Strip.join([strip.crop(0, start), inside, strip.crop(end, strip.cell_length)])
