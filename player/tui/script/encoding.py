"""Give every aksara a width that all can agree on, and turn it back into real text.

No two terminals count the cells of a conjunct alike, and no static table can be right for all. So
Textual and Rich never see one: here an aksara becomes one private-use character and as many fillers
as it needs further cells. Each of them is one cell wide everywhere, so wrapping, cropping, padding
and borders are exact. `painting` turns them back on the way to the terminal.

Imports neither Textual nor Rich. Safe to use from any thread.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

from player.tui.script.aksaras import runs, syllable

FILLER = "\ue000"
FIRST_HEAD, LAST_HEAD = 0xF0000, 0xFFFFD
HEADS = f"{chr(FIRST_HEAD)}-{chr(LAST_HEAD)}"
PRIVATE_USE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"

_MARK_CLASSES = frozenset({"Mn", "Me", "Cf"})
_DOTTED_CIRCLE = "\u25cc"
_LONGEST_CACHED = 2_000  # a line of a story is far shorter; a pasted novel must not be kept

_changed = re.compile(f"[{PRIVATE_USE}\u0900-\u0dff\u1cd0-\u1cff\ua8e0-\ua8ff]")
_private = re.compile(f"[{PRIVATE_USE}]+")
_glyph = re.compile(f"[{HEADS}]{FILLER}*|{FILLER}+")


@dataclass(frozen=True, slots=True)
class Glyph:
    """An aksara and the columns that it has."""

    aksara: str
    cells: int

    @property
    def text(self) -> str:
        """What to write; a mark without its letter would else land on the cell before it."""
        lost = unicodedata.category(self.aksara[0]).startswith("M")
        return _DOTTED_CIRCLE + self.aksara if lost else self.aksara


@cache
def _reserves() -> tuple[Mapping[str, int], Mapping[int, int]]:
    """The table that `fontcells_maker` made: cells by aksara, and by script for all others.

    Not JSON, whose import takes longer than all of this.
    """
    cells: dict[str, int] = {}
    default: dict[int, int] = {}
    for line in Path(__file__).with_name("fontcells.txt").read_text("utf-8").splitlines():
        first, *listed = line.split()
        if first == "default":
            block, number = listed
            default[int(block, 16)] = int(number)
        else:
            cells.update(dict.fromkeys(listed, int(first)))
    return cells, default


def counted_cells(aksara: str) -> int:
    """Count the cells that a terminal without shaping gives: all but marks without width."""
    return sum(unicodedata.category(c) not in _MARK_CLASSES for c in aksara)


def bare(aksara: str) -> str:
    """Take off the marks at the end that stand above or below, which seldom widen a syllable."""
    end = len(aksara)
    while end > 1 and unicodedata.category(aksara[end - 1]) in _MARK_CLASSES:
        end -= 1
    return aksara[:end]


def reserve(aksara: str) -> int:
    """Return the columns to keep for an aksara: as counted, or more where fonts draw it wider."""
    table, default = _reserves()
    counted = max(1, counted_cells(aksara))
    known = table.get(aksara) or table.get(bare(aksara))
    if known is None:
        known = default.get(ord(aksara[0]) & ~0x7F, 1) if counted == 1 else 1
    return max(counted, known)


class _Heads(dict[str, str]):
    """Aksara to its private-use form, given out in the order of meeting."""

    def __init__(self) -> None:
        super().__init__()
        self.glyphs: list[Glyph] = []
        self._lock = Lock()

    def __missing__(self, aksara: str) -> str:
        with self._lock:
            if aksara in self:
                return self[aksara]
            head = FIRST_HEAD + len(self.glyphs)
            if head > LAST_HEAD:
                return aksara  # 65,534 different syllables are not a story; painted as raw text
            glyph = Glyph(aksara, reserve(aksara))
            self.glyphs.append(glyph)
            self[aksara] = form = chr(head) + FILLER * (glyph.cells - 1)
            return form


_heads = _Heads()


def glyph_of(head: str) -> Glyph | None:
    """Return what a private-use character stands for, or None if it was never given out."""
    index = ord(head) - FIRST_HEAD
    return _heads.glyphs[index] if 0 <= index < len(_heads.glyphs) else None


def _encode(text: str) -> str:
    text = _private.sub("", text)
    return syllable().sub(lambda match: _heads[match[0]], text)


_encode_cached = lru_cache(maxsize=4096)(_encode)


def encode(text: str) -> str:
    """Turn real text into what the screen measures; private-use characters in it are dropped."""
    if text.isascii() or _changed.search(text) is None:
        return text
    return _encode_cached(text) if len(text) <= _LONGEST_CACHED else _encode(text)


def decode(encoded: str) -> str:
    """Turn encoded text, whole or a cut of it, back into real text.

    An aksara of which the first cell was cut off is gone; one of which later cells were cut off
    is there. Use it for the clipboard and for selections.
    """
    if encoded.isascii():
        return encoded
    return _glyph.sub(_decode_one, encoded)


def _decode_one(match: re.Match[str]) -> str:
    glyph = glyph_of(match[0][0])
    return glyph.aksara if glyph else ""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Encoded text together with where each piece of the real text went.

    `starts` and `encoded_starts` tell where each aksara and each other character begins in the one
    and in the other; both are empty where the two texts are the same.
    """

    text: str
    encoded: str
    starts: tuple[int, ...]
    encoded_starts: tuple[int, ...]

    def offset(self, index: int) -> int:
        """Map an index of `text` (code points) to one of `encoded`.

        An index inside an aksara gives the start of that aksara; one past the end, the end.
        """
        if not self.starts:
            return min(index, len(self.encoded))
        at = bisect_right(self.starts, index) - 1
        return self.encoded_starts[at] if index < len(self.text) else len(self.encoded)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map the range of a word or sentence, end exclusive, widened to whole aksaras."""
        if end <= start:
            return (self.offset(start), self.offset(start))
        if not self.starts:
            return (self.offset(start), self.offset(end))
        at = bisect_left(self.starts, end)
        stop = self.encoded_starts[at] if at < len(self.starts) else len(self.encoded)
        return (self.offset(start), stop)

    def index(self, offset: int) -> int:
        """Map an index of `encoded`, say where the mouse was pressed, back to one of `text`."""
        if not self.starts:
            return min(offset, len(self.text))
        if offset >= len(self.encoded):
            return len(self.text)
        return self.starts[bisect_right(self.encoded_starts, offset) - 1]


@lru_cache(maxsize=512)
def encode_with_offsets(text: str) -> Encoded:
    """Encode `text` and keep the way back and forth between offsets, for highlighting words."""
    encoded = encode(text)
    if encoded == text:
        return Encoded(text, encoded, (), ())
    kept = [at for at, character in enumerate(text) if not _private.match(character)]
    lengths: list[tuple[int, int]] = []
    for is_aksara, run in runs("".join(map(text.__getitem__, kept))):
        lengths += [(len(run), len(_heads[run]))] if is_aksara else [(1, 1)] * len(run)
    starts, targets = [0], [0]
    at = 0
    for length, cells in lengths[:-1]:
        at += length
        starts.append(kept[at])
        targets.append(targets[-1] + cells)
    return Encoded(text, encoded, tuple(starts), tuple(targets))
