"""Letters made of Braille dots: two dots by four in each cell, in every terminal."""

from __future__ import annotations

from typing import Final

from PIL import Image

DOTS_ACROSS: Final = 2
DOTS_DOWN: Final = 4
_BLANK: Final = 0x2800
# The number of the dot at (column, row) of a cell, as a bit of the character.
_BITS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def cells(dots: Image.Image) -> list[str]:
    """Return the rows of characters for a mask whose sides are whole cells; blank cells as " "."""
    across, down = dots.width // DOTS_ACROSS, dots.height // DOTS_DOWN
    data = dots.convert("L").tobytes()
    rows: list[str] = []
    for row in range(down):
        codes = [0] * across
        for y, bits in enumerate(_BITS):
            start = (row * DOTS_DOWN + y) * dots.width
            line = data[start : start + dots.width]
            if not any(line):
                continue
            for x, bit in enumerate(bits):
                for column, value in enumerate(line[x::DOTS_ACROSS]):
                    if value:
                        codes[column] |= bit
        rows.append("".join(chr(_BLANK + code) if code else " " for code in codes))
    return rows
