"""Pictures as sixels, painted where Textual has written cells of them.

Text that is written over a sixel rubs it out in the cells of that text, in every terminal that has
them, so what is not written again is gone. Imports Pillow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from PIL import Image

from player.tui.captions.cells import Run, runs
from player.tui.captions.drawing import CLEAR
from player.tui.script.painting import RESTORE, SAVE

_BAND: Final = 6
_WIDEST: Final = 1000
"""Pixels: xterm cuts off what is wider, unless it was told otherwise."""
_PRINTABLE: Final = bytes((code & 0x3F) + 63 for code in range(256))
_repeated = re.compile(r"(.)\1{3,}")


@dataclass(frozen=True, slots=True, eq=False)
class Hung:
    """The picture that the cells stand for, and the pixels of a cell."""

    image: Image.Image
    cell: tuple[int, int]


@dataclass(slots=True)
class _Patch:
    """Runs of the same columns in rows below each other."""

    runs: list[Run]


def encode(image: Image.Image) -> str:
    """Return an image with a palette as a sixel sequence; where it is clear, nothing is painted."""
    palette = image.getpalette("RGB") or []
    seen = tuple(i for i in range(256) if i not in image.info.get(CLEAR, ()))
    image = Image.frombytes("L", image.size, image.tobytes())
    out = [f'\x1bP0;1;0q"1;1;{image.width};{image.height}']
    for index in _used(image, seen):
        shades = palette[3 * index : 3 * index + 3]
        red, green, blue = (round(shade * 100 / 255) for shade in shades)
        out.append(f"#{index};2;{red};{green};{blue}")
    for top in range(0, image.height, _BAND):
        band = image.crop((0, top, image.width, min(top + _BAND, image.height)))
        out += (_band(band.tobytes(), band.size, seen), "-")
    out[-1] = "\x1b\\"
    return "".join(out)


@lru_cache(maxsize=256)
def _band(data: bytes, size: tuple[int, int], seen: tuple[int, ...]) -> str:
    """Return what paints six rows of pixels, one colour after the other.

    Kept, for from word to word most of a picture stays as it is.
    """
    band = Image.frombytes("L", size, data)
    lines: list[str] = []
    # On its side, six pixels below each other are one byte of a black and white picture.
    upright = band.transpose(Image.Transpose.TRANSPOSE)
    for index in _used(upright, seen):
        mask = upright.point(_only(index), "1")
        line = mask.tobytes("raw", "1;R").translate(_PRINTABLE).decode("ascii").rstrip("?")
        lines.append(f"#{index}" + _repeated.sub(_repeat, line))
    return "$".join(lines)


def _used(image: Image.Image, seen: tuple[int, ...]) -> list[int]:
    """Return which of the colours that are `seen` an image of one byte a pixel has."""
    counts = image.histogram()
    return [number for number in seen if counts[number]]


@cache
def _only(index: int) -> list[int]:
    """Return a table that makes one colour white and all others black."""
    return [255 if value == index else 0 for value in range(256)]


def _repeat(match: re.Match[str]) -> str:
    return f"!{len(match[0])}{match[1]}"


@lru_cache(maxsize=8)
def _parts(
    hung: Hung, columns: tuple[int, int], rows: tuple[int, int]
) -> tuple[tuple[int, str], ...]:
    """Return what paints some cells, first and last: columns to skip, and the sixels."""
    wide, high = hung.cell
    top, bottom = rows[0] * high, min((rows[1] + 1) * high, hung.image.height)
    right = min((columns[1] + 1) * wide, hung.image.width)
    a_part = max(1, _WIDEST // wide) * wide
    if bottom <= top:
        return ()
    return tuple(
        (
            left // wide - columns[0],
            encode(hung.image.crop((left, top, min(left + a_part, right), bottom))),
        )
        for left in range(columns[0] * wide, right, a_part)
    )


class SixelPainter:
    """Turns cells of the picture that hangs into sixels. For one thread."""

    def __init__(self) -> None:
        self._hung: Hung | None = None

    def hang(self, image: Image.Image, cells: tuple[int, int], cell: tuple[int, int]) -> None:  # noqa: ARG002
        """Show `image` from now on, wherever its cells are written."""
        self._hung = Hung(image, cell)

    def paint(self, data: str) -> str:
        """Return what to write for `data`: blanks in the place of cells, and sixels over them."""
        found = list(runs(data))
        if not found:
            return data
        ends = {patch.runs[-1].start: patch for patch in _patches(found)}
        out: list[str] = []
        at = 0
        for run in found:
            width = run.last - run.first + 1
            out += (data[at : run.start], SAVE, " " * width)
            if (patch := ends.get(run.start)) and self._hung is not None:
                out.append(self._painted(patch, self._hung))
            out.append(f"{RESTORE}\x1b[{width}C")
            at = run.end
        out.append(data[at:])
        return "".join(out)

    def reset(self) -> str:
        """Return what takes everything away that is not in a cell: nothing."""
        return ""

    def _painted(self, patch: _Patch, hung: Hung) -> str:
        """Paint from the last row of a patch, where the rows above have been blanked."""
        first, last = patch.runs[0], patch.runs[-1]
        up = f"\x1b[{last.row - first.row}A" if last.row > first.row else ""
        parts = _parts(hung, (first.first, first.last), (first.row, last.row))
        return "".join(
            f"{RESTORE}{up}" + (f"\x1b[{skipped}C" if skipped else "") + sixels
            for skipped, sixels in parts
        )


def _patches(found: list[Run]) -> list[_Patch]:
    """Put runs together that are painted as one, so that there are few images to be kept."""
    growing: dict[tuple[int, int, int], _Patch] = {}
    patches: list[_Patch] = []
    for run in found:
        patch = growing.pop((run.row - 1, run.first, run.last), None)
        if patch is None:
            patch = _Patch([])
            patches.append(patch)
        patch.runs.append(run)
        growing[run.row, run.first, run.last] = patch
    return patches
