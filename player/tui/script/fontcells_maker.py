"""Make fontcells.txt from the Noto fonts: for authors, with Pillow (its wheel has raqm).

    python -m player.tui.script.fontcells_maker /usr/share/fonts/truetype/noto

A table and not a rule, because a fallback font draws most syllables of these scripts wider than the
cells of the Latin font beside it (Tamil 1.84 cells a syllable, at most 4.6), and the player itself
must not need a font. Only what differs from `encoding.counted_cells` is kept.
"""

from __future__ import annotations

import importlib
import math
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median_high

from player.tui.script.encoding import bare, counted_cells

# One cell of DejaVu Sans Mono and Noto Sans Mono, in em; what may hang over without being cut off.
CELL_EM, OVERHANG = 0.602, 0.35
SCRIPTS = {0x0900: "Devanagari", 0x0980: "Bengali", 0x0B80: "Tamil"}
OTHERS = {
    0x0A00: "Gurmukhi",
    0x0A80: "Gujarati",
    0x0B00: "Oriya",
    0x0C00: "Telugu",
    0x0C80: "Kannada",
    0x0D00: "Malayalam",
    0x0D80: "Sinhala",
}
_TAMIL_KSHA = "\u0b95\u0bcd\u0bb7"
_SIZE = 2000
_A_LINE = 24  # syllables
# Where they stand in a block of any of these scripts.
_CONSONANTS = range(0x15, 0x3A)
_SIGNS = {*range(0x3E, 0x4E), *range(0x55, 0x58)}

Measure = Callable[[str], float]


def measure_with(folder: Path, script: str) -> Measure:
    """Return a function that gives the cells of a text in Noto Sans of that script."""
    image_font = importlib.import_module("PIL.ImageFont")
    font = image_font.truetype(
        str(folder / f"NotoSans{script}-Regular.ttf"),
        _SIZE,
        layout_engine=image_font.Layout.RAQM,
    )
    return lambda text: font.getlength(text) / _SIZE / CELL_EM


def characters(block: int) -> list[str]:
    """Return the assigned characters of a block."""
    return [c for c in map(chr, range(block, block + 0x80)) if unicodedata.category(c) != "Cn"]


def syllables(block: int) -> Iterator[str]:
    """Give every character, consonant x vowel sign, and pair of consonants x vowel sign."""
    everything = characters(block)
    letters = [c for c in everything if unicodedata.category(c) == "Lo"]
    consonants = [c for c in letters if ord(c) - block in _CONSONANTS]
    nukta, virama = chr(block + 0x3C), chr(block + 0x4D)
    if nukta in everything:
        consonants += [c + nukta for c in consonants]
    signs = [c for c in everything if ord(c) - block in _SIGNS]
    tamil = SCRIPTS.get(block) == "Tamil"
    plain = [c for c in consonants if len(c) == 1]
    joined = [_TAMIL_KSHA] if tamil else [a + virama + b for a in plain for b in plain]
    for first in everything:
        yield first
    for first in [*consonants, *joined]:
        yield first
        yield from (first + sign for sign in signs)
    if tamil:
        yield from ("\u0bb6\u0bcd\u0bb0\u0bc0", "\u0bb8\u0bcd\u0bb0\u0bc0")


def cells_of(measure: Measure, aksara: str) -> int:
    """Return the columns in which the font's drawing fits."""
    return max(1, math.ceil(measure(aksara) - OVERHANG))


def exceptions(measure: Measure, block: int, default: int) -> dict[str, int]:
    """Keep what the table must say, given that it is also asked for the bare syllable."""
    kept: dict[str, int] = {}
    for aksara in sorted(set(syllables(block)), key=lambda a: (len(a), a)):
        counted = max(1, counted_cells(aksara))
        fallback = default if counted == 1 else 1
        told = max(counted, kept.get(bare(aksara), fallback))
        wanted = max(counted, cells_of(measure, aksara))
        if told != wanted:
            kept[aksara] = wanted
    return kept


def make(folder: Path) -> str:
    """Measure all and return the table: "default BLOCK CELLS" and "CELLS SYLLABLE..." lines."""
    lines: list[str] = []
    cells: dict[int, list[str]] = {}
    for block, script in (SCRIPTS | OTHERS).items():
        measure = measure_with(folder, script)
        letters = [c for c in characters(block) if unicodedata.category(c) == "Lo"]
        default = median_high(cells_of(measure, c) for c in letters)
        lines.append(f"default {block:04x} {default}")
        if block in SCRIPTS:
            for aksara, wanted in exceptions(measure, block, default).items():
                cells.setdefault(wanted, []).append(aksara)
    for wanted in sorted(cells):
        lines += (
            f"{wanted} {' '.join(cells[wanted][at : at + _A_LINE])}"
            for at in range(0, len(cells[wanted]), _A_LINE)
        )
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    """Write the table beside this file."""
    target = Path(__file__).with_name("fontcells.txt")
    target.write_text(make(Path(arguments[0])), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
