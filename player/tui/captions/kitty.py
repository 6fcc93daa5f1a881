"""Pictures of the kitty graphics protocol, placed by characters (Unicode placeholders).

The picture is sent once; each of its cells is a character with two marks that tell the row and the
column, and the terminal itself cuts and covers it. https://sw.kovidgoyal.net/kitty/graphics-protocol
Imports Pillow.
"""

from __future__ import annotations

import base64
import io
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from PIL import Image

from player.tui.captions.cells import runs
from player.tui.captions.drawing import CLEAR

_PLACEHOLDER: Final = "\U0010eeee"
_CHUNK: Final = 4096
_KEPT: Final = 4
"""So many pictures stay with the terminal: parts of an older one may still be seen."""

# Marks above a letter that Unicode 6.0 had and that never melt into it; the first tells 0.
_MARKS: Final = (
    "305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599"
    " 59c-5a1 5a8-5a9 5ab-5ac 5af 5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec"
    " 730 732-733 735-736 73a 73d 73f-741 743 745 747 749-74a 7eb-7f1 7f3 816-819 81b-823 825-827"
    " 829-82d 951 953-954 f82-f83 f86-f87 135d-135f 17dd 193a 1a17 1a75-1a7c 1b6b 1b6d-1b73"
    " 1cd0-1cd2 1cda-1cdb 1ce0 1dc0-1dc1 1dc3-1dc9 1dcb-1dcc 1dd1-1de6 1dfe 20d0-20d1 20d4-20d7"
    " 20db-20dc 20e1 20e7 20e9 20f0 2cef-2cf1 2de0-2dff"
)


@cache
def marks() -> tuple[str, ...]:
    """Return the marks that tell a row or a column, from 0 on."""
    found: list[str] = []
    for part in _MARKS.split():
        first, _, last = part.partition("-")
        found += map(chr, range(int(first, 16), int(last or first, 16) + 1))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Hung:
    image: Image.Image
    cells: tuple[int, int]
    number: int


class KittyPainter:
    """Turns cells of the picture that hangs into placeholders. For one thread."""

    def __init__(self) -> None:
        self._hung: _Hung | None = None
        self._sent: deque[int] = deque()
        # Pictures are known by number to all programs in the window: begin where few others do.
        self._next = (os.getpid() & 0x7FFF) << 8

    def hang(self, image: Image.Image, cells: tuple[int, int], cell: tuple[int, int]) -> None:  # noqa: ARG002
        """Show `image`, which is `cells` wide and high, wherever its cells are written."""
        self._next = self._next & ~0xFF | (self._next + 1) & 0xFF or 1
        self._hung = _Hung(image, cells, self._next)

    def paint(self, data: str) -> str:
        """Return what to write for `data`: the picture, if it is new, and its placeholders."""
        hung = self._hung
        found = list(runs(data))
        if not found or hung is None:
            return data
        out: list[str] = []
        if hung.number not in self._sent:
            out += _sending(hung)
            self._sent.append(hung.number)
            while len(self._sent) > _KEPT:
                out.append(_forgetting(self._sent.popleft()))
        number = hung.number
        colour = f"\x1b[38;2;{number >> 16 & 255};{number >> 8 & 255};{number & 255}m"
        at = 0
        for run in found:
            out += (data[at : run.start], colour)
            out += _placeholders(run.row, run.first, run.last, hung.cells)
            out.append("\x1b[39m")
            at = run.end
        out.append(data[at:])
        return "".join(out)

    def reset(self) -> str:
        """Return what takes every picture out of the terminal; they are sent again when needed."""
        gone = "".join(map(_forgetting, self._sent))
        self._sent.clear()
        return gone


def _placeholders(row: int, first: int, last: int, cells: tuple[int, int]) -> Iterator[str]:
    for column in range(first, last + 1):
        inside = column < cells[0] and row < cells[1]
        yield f"{_PLACEHOLDER}{marks()[row]}{marks()[column]}" if inside else " "


def _sending(hung: _Hung) -> Iterator[str]:
    file = io.BytesIO()
    clear = hung.image.info.get(CLEAR, ())
    hung.image.save(file, "PNG", transparency=bytes(255 * (n not in clear) for n in range(256)))
    data = base64.standard_b64encode(file.getvalue()).decode("ascii")
    columns, rows = hung.cells
    how = f"a=T,U=1,q=2,f=100,i={hung.number},c={columns},r={rows},"
    for at in range(0, len(data), _CHUNK):
        more = int(at + _CHUNK < len(data))
        yield f"\x1b_G{how}m={more};{data[at : at + _CHUNK]}\x1b\\"
        how = "q=2,"


def _forgetting(number: int) -> str:
    return f"\x1b_Ga=d,d=I,q=2,i={number}\x1b\\"
