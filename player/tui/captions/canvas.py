"""Where a caption is drawn on: cells of Braille dots, or cells that stand for an image.

Imports Pillow, which takes a while: import this only when a caption is wanted.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Protocol

from PIL import Image, ImageChops
from rich.segment import Segment
from rich.style import Style

from player.tui.captions import braille
from player.tui.captions.cells import MOST_COLUMNS, row_of_cells
from player.tui.captions.drawing import Colours, Span, draw, paint
from player.tui.captions.typesetting import Box, Typeset, typeset

SMALLEST_DOTS: Final = 13
"""Dots an em: below it the letters run together."""
LARGEST_IN_CELLS: Final = 4
"""Images have a size to be read on a desk, not the largest that there is room for."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the letters and the word being heard look, by the theme."""

    letters: Style
    word: Style
    colours: Colours


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a line, as it is on the canvas."""

    line: Typeset
    page: int
    word: Span
    look: Look
    cells: tuple[int, int]


class Canvas(ABC):
    """Holds one page of one line. `cell` is the width and height of a cell in dots or pixels."""

    def __init__(self, cell: tuple[int, int]) -> None:
        self.cell = cell
        self._shown: Shown | None = None

    def show(self, line: tuple[str, str], word: Span, cells: tuple[int, int], look: Look) -> range:
        """Draw `line`, a text and its language, in so many cells; return which rows have changed.

        `word` is marked: offsets of the text. Raises MissingPartError where it cannot be drawn.
        """
        text, language = line
        before = self._shown
        typed = typeset(text, language, self.box(cells))
        now = self._shown = Shown(typed, typed.page_of(word[0]), word, look, cells)
        if now == before:
            return range(0)
        self.draw(now.line, now.page, word, look)
        same = before and (before.line, before.page, before.look) == (now.line, now.page, look)
        return self.changed(now, before.word) if before and same else range(cells[1])

    def changed(self, now: Shown, before: Span) -> range:  # noqa: ARG002
        """Return which rows to write again when another word is marked than `before`."""
        return range(now.cells[1])

    @abstractmethod
    def measure(self, driver: Any) -> None:
        """Find out anew how large a cell is."""

    @abstractmethod
    def row(self, y: int) -> list[Segment]:
        """Return one row of cells."""

    @abstractmethod
    def box(self, cells: tuple[int, int]) -> Box:
        """Return the room there is in so many cells."""

    @abstractmethod
    def draw(self, line: Typeset, page: int, word: Span, look: Look) -> None:
        """Draw a page."""


class BrailleCanvas(Canvas):
    """Letters made of Braille dots."""

    def __init__(self) -> None:
        super().__init__((braille.DOTS_ACROSS, braille.DOTS_DOWN))
        self._rows: list[list[Segment]] = []

    def measure(self, driver: Any) -> None:
        """Change nothing: a cell always has the same dots."""

    def box(self, cells: tuple[int, int]) -> Box:
        """Return the room there is in so many cells, in dots."""
        width, height = cells[0] * self.cell[0], cells[1] * self.cell[1]
        return Box(width, height, SMALLEST_DOTS, height * 3 // 4, is_dots=True)

    def draw(self, line: Typeset, page: int, word: Span, look: Look) -> None:
        """Draw a page as characters; cells that have a dot of the word are in its colour."""
        masks = draw(line, page, word)
        every = braille.cells(ImageChops.lighter(masks.plain, masks.marked))
        marked = braille.cells(masks.marked)
        self._rows = [
            [
                Segment("".join(c for c, _ in run), look.word if is_word else look.letters)
                for is_word, run in groupby(zip(*both, strict=True), key=lambda at: at[1] != " ")
            ]
            for both in zip(every, marked, strict=True)
        ]

    def changed(self, now: Shown, before: Span) -> range:
        """Return the rows from the first to the last line that has one of the two words."""
        line, words = now.line, (before, now.word)
        touched = [
            number
            for number, pieces in enumerate(line.pages[now.page] if line.pages else ())
            if any(p.start < end and start < p.end for p in pieces for start, end in words)
        ]
        if not touched:
            return range(0)
        top, high = line.top(now.page), self.cell[1]
        bottom = top + line.pitch * (touched[-1] + 1)
        return range((top + line.pitch * touched[0]) // high, min(-(-bottom // high), now.cells[1]))

    def row(self, y: int) -> list[Segment]:
        """Return one row of cells."""
        return self._rows[y] if y < len(self._rows) else []


class Hanger(Protocol):
    """Paints images in the place of their cells, on the way to the terminal."""

    def hang(self, image: Image.Image, cells: tuple[int, int], cell: tuple[int, int]) -> None:
        """Show `image` from now on, wherever its cells are written."""


class ImageCanvas(Canvas):
    """An image; the driver's painter puts it in the place of its cells.

    With another word it is another image, and all of its cells are written again: terminals keep
    only so many images, and forget the oldest.

    `cell` is what the terminal told, `counted` what the system counts: that is not as exact, but
    it changes with the letters.
    """

    def __init__(
        self, painter: Hanger, cell: tuple[int, int], counted: tuple[int, int] | None
    ) -> None:
        super().__init__(cell)
        self._counted = counted
        self._painter = painter
        self._cells = (0, 0)
        self._style = Style()

    def measure(self, driver: Any) -> None:
        """Find out anew how large a cell is: the letters of the terminal may have grown."""
        counted = driver.cell_pixels()
        if counted is not None and counted != self._counted:
            self.cell = self._counted = counted

    def box(self, cells: tuple[int, int]) -> Box:
        """Return the room there is in so many cells, in pixels."""
        wide, high = self.cell
        columns, rows = min(cells[0], MOST_COLUMNS), cells[1]
        largest = min(high * LARGEST_IN_CELLS, rows * high * 3 // 5)
        return Box(columns * wide, rows * high, high, largest)

    def draw(self, line: Typeset, page: int, word: Span, look: Look) -> None:
        """Draw a page and hang it."""
        wide, high = self.cell
        self._cells = (line.box.width // wide, line.box.height // high)
        self._style = look.letters
        self._painter.hang(paint(line, page, word, look.colours), self._cells, self.cell)

    def row(self, y: int) -> list[Segment]:
        """Return one row of cells."""
        columns, rows = self._cells
        return [Segment(row_of_cells(y, columns), self._style)] if y < rows else []
