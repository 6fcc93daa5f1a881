"""Set a line of a story into a box: how large, which words on which line, which lines on a page.

Imports Pillow, which takes a while: import this only when a caption is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import ImageFont, features

from player.errors import MissingPartError
from player.tui.captions.fonts import LATIN, folder, runs
from player.tui.script.aksaras import aksaras

_word = re.compile(r"\S+")

STEP: Final = 0.9
"""How much smaller the next size is that is tried."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where to draw, and between which sizes of the letters (em), all in pixels or dots."""

    width: int
    height: int
    smallest: int
    largest: int
    is_dots: bool = False
    """Draw for Braille: every pixel is black or white."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or a part of one that is too long for a line; offsets are those of the text."""

    text: str
    start: int
    end: int
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Typeset:
    """A line of a story as it will be drawn: pages of lines of pieces."""

    box: Box
    language: str
    size: int
    ascent: int
    descent: int
    pages: tuple[tuple[tuple[Piece, ...], ...], ...]

    @property
    def pitch(self) -> int:
        """From one line to the next: the letters, the underline and what is around it."""
        return self.ascent + self.descent + 2 * self.gap + self.stroke

    @property
    def stroke(self) -> int:
        """How thick the line under a word is."""
        return max(1, self.size // 14)

    @property
    def gap(self) -> int:
        """What is free above and below the line under a word."""
        return max(1, self.size // 16)

    def page_of(self, offset: int) -> int:
        """Return which page holds the character at `offset`; the last for one past the end."""
        for number, page in enumerate(self.pages):
            if any(offset < piece.end for line in page for piece in line):
                return number
        return max(0, len(self.pages) - 1)

    def top(self, page: int) -> int:
        """Return where the first line of a page begins, so that the page stands in the middle."""
        return max(0, (self.box.height - len(self.pages[page]) * self.pitch) // 2)


def check() -> None:
    """Raise MissingPartError where text cannot be shaped here: Pillow without its raqm."""
    if not features.check("raqm"):
        raise MissingPartError(
            "The line cannot be drawn: this Pillow was built without raqm, which shapes Indian"
            " scripts. Install Pillow from its wheel: pip install --force-reinstall Pillow."
        )


@lru_cache(maxsize=64)
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a font that is shipped, at `size` pixels an em. Raises MissingPartError."""
    path = folder() / name
    try:
        return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.RAQM)
    except OSError as error:
        raise MissingPartError(
            f"The line cannot be drawn: {path} cannot be read. Install kahani again."
        ) from error


@lru_cache(maxsize=4096)
def width_of(text: str, size: int, language: str) -> float:
    """Return how wide `text` is when drawn, in pixels."""
    return sum(
        font(name, size).getlength(run, direction="ltr", language=language)
        for name, run in runs(text)
    )


@lru_cache(maxsize=128)
def typeset(text: str, language: str, box: Box) -> Typeset:
    """Set `text` as large as lets it stand on one page, else on as few pages as there can be."""
    language = language.partition("-")[0]
    best: Typeset | None = None
    for size in _sizes(box):
        tried = _set(text, language, box, size)
        if best is None or len(tried.pages) < len(best.pages):
            best = tried
        if len(best.pages) <= 1:
            break
    assert best is not None
    return best


def _sizes(box: Box) -> Iterator[int]:
    size = max(box.largest, box.smallest)
    while size > box.smallest:
        yield size
        size = min(size - 1, int(size * STEP))
    yield box.smallest


def _set(text: str, language: str, box: Box, size: int) -> Typeset:
    lines = tuple(_wrap(_pieces(text, language, size, box.width), box.width, size, language))
    ascent, descent = _extent(text, size, language)
    empty = Typeset(box, language, size, ascent, descent, ())
    a_page = max(1, (box.height + empty.gap) // empty.pitch)
    # As many lines on each page as on the others: two and two, not three and one.
    count = -(-len(lines) // a_page)
    each = -(-len(lines) // count) if count else 1
    pages = tuple(lines[at : at + each] for at in range(0, len(lines), each))
    return Typeset(box, language, size, ascent, descent, pages)


def _pieces(text: str, language: str, size: int, width: int) -> Iterator[tuple[str, int]]:
    """Give the words and where they begin; one wider than a line is cut between aksaras."""
    for match in _word.finditer(text):
        if width_of(match[0], size, language) <= width:
            yield match[0], match.start()
            continue
        part, start = "", match.start()
        for aksara in aksaras(match[0]):
            if part and width_of(part + aksara, size, language) > width:
                yield part, start
                part, start = "", start + len(part)
            part += aksara
        yield part, start


def _wrap(
    pieces: Iterable[tuple[str, int]], width: int, size: int, language: str
) -> Iterator[tuple[Piece, ...]]:
    blank = width_of(" ", size, language)
    line: list[Piece] = []
    x = 0.0
    for text, start in pieces:
        wide = width_of(text, size, language)
        if line and x + wide > width:
            yield _centred(line, width)
            line, x = [], 0.0
        line.append(Piece(text, start, start + len(text), round(x), round(wide)))
        x += wide + blank
    if line:
        yield _centred(line, width)


def _centred(line: list[Piece], width: int) -> tuple[Piece, ...]:
    left = max(0, (width - line[-1].x - line[-1].width) // 2)
    return tuple(Piece(p.text, p.start, p.end, p.x + left, p.width) for p in line)


@lru_cache(maxsize=512)
def _extent(text: str, size: int, language: str) -> tuple[int, int]:
    """Return how far the letters of `text` reach above and below their line, in pixels."""
    top, bottom = 0, 0
    for name, run in runs(text):
        box = font(name, size).getbbox(run, direction="ltr", language=language, anchor="ls")
        top, bottom = max(top, -int(box[1])), max(bottom, int(box[3]))
    return (top or font(LATIN, size).getmetrics()[0]), bottom
