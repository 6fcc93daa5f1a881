"""Draw a page of a typeset line: the letters, shaped by HarfBuzz, and the word being heard.

Imports Pillow, which takes a while: import this only when a caption is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw

from player.tui.captions.fonts import runs
from player.tui.captions.typesetting import Piece, Typeset, font, width_of

Span = tuple[int, int]
Rgb = tuple[int, int, int]

LEVELS: Final = 8
"""Shades from the background to the colour of the letters, both counted."""


CLEAR: Final = "clear"
"""In a picture's `info`: the colours that are not painted, for the terminal has its own there."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as two masks of the size of its box: the plain letters, and the marked word."""

    plain: Image.Image
    marked: Image.Image


@dataclass(frozen=True, slots=True)
class Colours:
    """What a picture is painted with."""

    background: Rgb
    letters: Rgb
    word: Rgb


@lru_cache(maxsize=8)
def draw(line: Typeset, page: int, word: Span) -> Drawn:
    """Draw page number `page`; the word that holds the offsets `word` is marked, and underlined."""
    size = (line.box.width, line.box.height)
    masks = Drawn(Image.new("L", size), Image.new("L", size))
    plain, marked = ImageDraw.Draw(masks.plain), ImageDraw.Draw(masks.marked)
    for draw in (plain, marked):
        draw.fontmode = "1" if line.box.is_dots else "L"
    top = line.top(page) if page < len(line.pages) else 0
    for pieces in line.pages[page] if page < len(line.pages) else ():
        baseline = top + line.ascent
        for piece in pieces:
            is_marked = piece.start < word[1] and word[0] < piece.end
            _write(marked if is_marked else plain, line, piece, baseline)
            if is_marked:
                under = baseline + line.descent + line.gap
                right = piece.x + piece.width - 1
                marked.rectangle((piece.x, under, right, under + line.stroke - 1), fill=255)
        top += line.pitch
    return masks


def _write(draw: ImageDraw.ImageDraw, line: Typeset, piece: Piece, baseline: int) -> None:
    x = float(piece.x)
    for name, run in runs(piece.text):
        draw.text(
            (round(x), baseline),
            run,
            fill=255,
            font=font(name, line.size),
            anchor="ls",
            direction="ltr",
            language=line.language,
        )
        x += width_of(run, line.size, line.language)


@lru_cache(maxsize=4)
def paint(line: Typeset, page: int, word: Span, colours: Colours) -> Image.Image:
    """Paint a page: a picture with a palette of twice `LEVELS` colours."""
    masks = draw(line, page, word)
    top = LEVELS - 1
    picture = masks.plain.point([round(value * top / 255) for value in range(256)])
    shades = masks.marked.point([LEVELS + round(value * top / 255) for value in range(256)])
    picture.paste(shades, mask=masks.marked.point([0, *[255] * 255]))
    picture = picture.convert("L")
    picture.putpalette(bytes(_palette(colours)))
    picture.info[CLEAR] = (0, LEVELS)
    return picture


def _palette(colours: Colours) -> list[int]:
    return [
        round(low + (high - low) * level / (LEVELS - 1))
        for ink in (colours.letters, colours.word)
        for level in range(LEVELS)
        for low, high in zip(colours.background, ink, strict=True)
    ]
