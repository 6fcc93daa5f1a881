"""Plots: a belief with its uncertainty over time, and bars; in dots, or in ASCII signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from player.tui.glyphs import glyphs
from player.tui.portrait import Span

AXIS: Final = 5
"""Cells left of a plot: the number of a row, and the axis."""

LEAST_VISITS: Final = 12
"""So many visits take the whole width; fewer take their part of it."""

MOST: Final = 10.0
DOTS: Final = (2, 4)
"""A cell of Braille has so many dots, across and down."""

_BITS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_NUMBERED_EACH: Final = 11
"""From so many rows on every second line in 10 has its number."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `height` is 0 to 1, None where there is nothing to tell; `top` stands over it."""

    label: str
    height: float | None
    top: str = ""


class BandPlot(Widget):
    """What is expected as a line, and around it the band in which it lies 8 times in 10.

    From 0 lines in 10 at the bottom to 10 at the top, visits from left to right.
    """

    DEFAULT_CSS = """
    BandPlot {
        height: 9;
        min-width: 20;
        & .plot--axis { color: $foreground 60%; }
        & .plot--band { color: $secondary; }
        & .plot--line { color: $primary; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"plot--axis", "plot--band", "plot--line"}

    def __init__(self) -> None:
        super().__init__()
        self._spans: Sequence[Span] = ()
        self._visits = 0
        self._ends = ("", "")
        self._drawn: tuple[Size, Sequence[Strip]] | None = None

    def draw(self, spans: Sequence[Span], visits: int, began: str, ended: str) -> None:
        """Show these spans, which stand evenly for so many visits; say when it began and ended."""
        self._spans, self._visits, self._ends = spans, visits, (began, ended)
        self._drawn = None
        self.refresh()

    def notify_style_update(self) -> None:
        """Draw in the colours of now."""
        super().notify_style_update()
        self._drawn = None

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        if self._drawn is None or self._drawn[0] != self.size:
            self._drawn = (self.size, self._rows(self.size.width, self.size.height))
        rows = self._drawn[1]
        return rows[y] if y < len(rows) else Strip.blank(self.size.width, self.rich_style)

    def _rows(self, width: int, height: int) -> list[Strip]:
        high, wide = max(1, height - 2), max(1, width - AXIS)
        share = min(1.0, self._visits / LEAST_VISITS)
        used = max(2, round(wide * share)) if self._spans else 0
        ascii_only = glyphs().is_ascii
        draw = _in_signs if ascii_only else _in_dots
        axis = self.get_component_rich_style("plot--axis")
        styles = {
            True: self.get_component_rich_style("plot--line"),
            False: self.get_component_rich_style("plot--band"),
        }
        rows = []
        for number, cells in zip(_numbers(high), draw(self._spans, used, high), strict=True):
            side = "|" if ascii_only else "┤" if number else "│"
            parts = [Segment(f"{number:>3} {side}", axis)]
            parts += [Segment(sign, styles[is_line]) for sign, is_line in cells]
            rows.append(Strip(parts).adjust_cell_length(width, self.rich_style))
        corner, line = ("+", "-") if ascii_only else ("└", "─")
        rows.append(Strip([Segment(f"    {corner}{line * wide}", axis)]))
        rows.append(self._dates(width, used, axis))
        return rows

    def _dates(self, width: int, used: int, axis: Style) -> Strip:
        began, ended = self._ends
        at = max(AXIS + len(began) + 2, min(AXIS + used, width) - len(ended))
        text = f"{' ' * AXIS}{began}"
        if ended and at + len(ended) <= width:
            text = f"{text:<{at}}{ended}"
        return Strip([Segment(text, axis)]).adjust_cell_length(width, self.rich_style)


class Bars(Widget):
    """Bars side by side, with a number over each and a label below."""

    DEFAULT_CSS = """
    Bars {
        height: 6;
        min-width: 16;
        & .bars--label { color: $foreground 60%; }
        & .bars--top { color: $foreground; }
        & .bars--bar { color: $primary; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"bars--label", "bars--top", "bars--bar"}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual calls it
        super().__init__(id=id)
        self._bars: Sequence[Bar] = ()

    def draw(self, bars: Sequence[Bar]) -> None:
        """Show these bars."""
        self._bars = bars
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        width, high = self.size.width, self.size.height - 2
        room = width // max(1, len(self._bars))
        if y == self.size.height - 1:
            parts = [Segment(self._labels(room), self.get_component_rich_style("bars--label"))]
        else:
            parts = [self._cell(bar, high - y, high, room) for bar in self._bars]
        return Strip(parts).adjust_cell_length(width, self.rich_style)

    def _cell(self, bar: Bar, level: int, high: int, room: int) -> Segment:
        """Return what of a bar lies `level` rows over its foot; its number stands on top of it."""
        eighths = round((bar.height or 0.0) * high * 8)
        if bar.height:
            eighths = max(1, eighths)
        reached = -(-eighths // 8)
        if level == reached and bar.height is not None:
            return Segment(f"{bar.top:<{room}}"[:room], self.get_component_rich_style("bars--top"))
        left = min(max(eighths - 8 * level, 0), 8)
        sign = ("#" if left else " ") if glyphs().is_ascii else _EIGHTHS[left]
        wide = max(1, min(room - 2, 5))
        return Segment(f"{sign * wide:<{room}}", self.get_component_rich_style("bars--bar"))

    def _labels(self, room: int) -> str:
        """Return the labels; each second, third or further one where there is no room for all."""
        longest = max((len(bar.label) for bar in self._bars), default=0)
        each = max(1, -(-(longest + 1) // max(1, room)))
        shown = self._bars[::each]
        return "".join(f"{bar.label:<{room * each}}" for bar in shown)[: self.size.width]


def _numbers(high: int) -> list[str]:
    """Return what stands beside each row: 10 at the top, 0 at the bottom, some between."""
    marks = range(0, 11, 2) if high >= _NUMBERED_EACH else (0, 5, 10)
    rows = {round((1 - mark / MOST) * (high - 1)): str(mark) for mark in marks}
    return [rows.get(row, "") for row in range(high)]


def _at(spans: Sequence[Span], share: float) -> Span:
    """Return the span at a share of the way from the first to the last."""
    place = share * (len(spans) - 1)
    number = min(int(place), len(spans) - 2)
    one, two, part = spans[number], spans[number + 1], place - number
    return Span(
        one.least + part * (two.least - one.least),
        one.middle + part * (two.middle - one.middle),
        one.most + part * (two.most - one.most),
    )


def _columns(spans: Sequence[Span], count: int, high: int) -> list[tuple[int, int, int]]:
    """Return by column the rows, from the top, of the most, of what is expected, of the least."""
    if len(spans) < 2 or count < 2:  # noqa: PLR2004 - a line has two ends
        return []
    found = []
    for column in range(count):
        span = _at(spans, column / (count - 1))
        top, middle, bottom = (
            round((1 - lines / MOST) * (high - 1)) for lines in (span.most, span.middle, span.least)
        )
        found.append((top, middle, bottom))
    return found


def _in_dots(spans: Sequence[Span], wide: int, high: int) -> list[list[tuple[str, bool]]]:
    """Return rows of Braille signs, and whether each is of the line."""
    across, down = DOTS
    lines = [[0] * wide for _ in range(high)]
    bands = [[0] * wide for _ in range(high)]
    before: int | None = None
    for x, (top, middle, bottom) in enumerate(_columns(spans, wide * across, high * down)):
        first = middle if before is None else before
        for y in range(min(first, middle), max(first, middle) + 1):
            lines[y // down][x // across] |= _BITS[y % down][x % across]
        before = middle
        for y in range(top, bottom + 1):
            if y in (top, bottom) or (y % 2 == 0 and (x + y // 2) % 2 == 0):
                bands[y // down][x // across] |= _BITS[y % down][x % across]
    return [
        [(_dots(on or band), bool(on)) for on, band in zip(line, edge, strict=True)]
        for line, edge in zip(lines, bands, strict=True)
    ]


def _dots(bits: int) -> str:
    return chr(0x2800 + bits) if bits else " "


def _in_signs(spans: Sequence[Span], wide: int, high: int) -> list[list[tuple[str, bool]]]:
    """Return rows of ASCII signs, and whether each is of the line."""
    rows = [[(" ", False)] * wide for _ in range(high)]
    for x, (top, middle, bottom) in enumerate(_columns(spans, wide, high)):
        for y in range(top, bottom + 1):
            rows[y][x] = (":", False)
        rows[middle][x] = ("*", True)
    return rows
