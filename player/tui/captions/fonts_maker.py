"""Make assets/fonts from Debian's fonts-noto-core: for authors, with fontTools.

    python -m player.tui.captions.fonts_maker /usr/share/fonts/truetype/noto assets/fonts

The Indian fonts are taken whole: which glyphs shaping needs cannot be told from the characters.
Of the Latin one only what European languages write is kept, a tenth of the file. The hints stay,
for the letters made of dots are drawn with them.
"""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path
from typing import Any

from player.tui.captions.fonts import FILES, LATIN

# Basic Latin to Latin Extended-B, the marks of combining accents, punctuation, currency, arrows.
LATIN_CHARACTERS = (
    (0x0020, 0x007E),
    (0x00A0, 0x024F),
    (0x02B0, 0x02FF),
    (0x0300, 0x036F),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x2070, 0x209F),
    (0x20A0, 0x20BF),
    (0x2190, 0x2199),
    (0x2212, 0x2212),
    (0x25CC, 0x25CC),
)


def make(source: Path, target: Path) -> None:
    """Copy the Indian fonts from the folder `source` and cut the Latin one, into `target`."""
    target.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if name == LATIN:
            _cut(source / name, target / name)
        else:
            shutil.copyfile(source / name, target / name)


def _cut(source: Path, target: Path) -> None:
    subset: Any = importlib.import_module("fontTools.subset")
    options = subset.Options(layout_features=["*"], hinting=True, notdef_outline=True)
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(
        unicodes=[code for first, last in LATIN_CHARACTERS for code in range(first, last + 1)]
    )
    cutter.subset(font)
    subset.save_font(font, str(target), options)


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
