"""What stands for a picture on the screen: one private-use character for each of its cells.

Textual lays them out, cuts them and covers them as it does with text; the driver turns those that
are left into the picture. So whatever lies over a picture covers it, and where no cell of it is
written there is nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_FIRST: Final = 0x100000
_ROW: Final = 0x200
MOST_COLUMNS: Final = 245
"""The widest picture: so many columns can be told to kitty."""
MOST_ROWS: Final = 64

_run = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + MOST_ROWS * _ROW - 1)}]+")


@dataclass(frozen=True, slots=True)
class Run:
    """Cells of one row of a picture, beside each other; `start` to `end` in what is written."""

    row: int
    first: int
    last: int
    start: int
    end: int


def row_of_cells(row: int, columns: int) -> str:
    """Return the characters for one row of a picture."""
    first = _FIRST + row * _ROW
    return "".join(map(chr, range(first, first + columns)))


def runs(data: str) -> Iterator[Run]:
    """Find the cells of pictures in what is about to be written."""
    for match in _run.finditer(data):
        start = match.start()
        for at in range(match.start() + 1, match.end() + 1):
            if at == match.end() or ord(data[at]) != ord(data[at - 1]) + 1:
                row, first = divmod(ord(data[start]) - _FIRST, _ROW)
                yield Run(row, first, first + at - start - 1, start, at)
                start = at
