"""Split text of Indian scripts into aksaras, the orthographic syllables that a reader sees as one.

Unicode's grapheme clusters are not enough here: they break conjuncts apart (UAX 29 joins them only
from 15.1 on, and not in every script). Imports neither Textual nor Rich.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

_FIRST_BLOCK, _BLOCK, _TAMIL = 0x0900, 0x80, 0x0B80
# Devanagari, Bengali, Gurmukhi, Gujarati, Oriya, Tamil, Telugu, Kannada and Malayalam have the same
# layout, block by block, since ISCII; Sinhala, the tenth, has its own.
_BLOCKS = tuple(range(_FIRST_BLOCK, 0x0D80, _BLOCK))
_CONJOINING = tuple(block for block in _BLOCKS if block != _TAMIL)


def _each(offset: int, blocks: tuple[int, ...] = _BLOCKS) -> str:
    return "".join(chr(block + offset) for block in blocks)


def _ranges(first: int, last: int, blocks: tuple[int, ...] = _BLOCKS) -> str:
    return "".join(f"{chr(block + first)}-{chr(block + last)}" for block in blocks)


_JOINERS = "\u200c\u200d"
_VEDIC_SIGNS = "\u1cd0-\u1cd2\u1cd4-\u1ce8\u1ced\u1cf4\u1cf7-\u1cf9\ua8e0-\ua8f1\ua8ff"
_MARKS = (
    _ranges(0x00, 0x03)  # candrabindu, anusvara, visarga
    + "\u093a\u093b"
    + _ranges(0x3C, 0x3C)  # nukta
    + _ranges(0x3E, 0x4D)  # vowel signs, virama
    + _ranges(0x51, 0x57)  # accents, length marks
    + _ranges(0x62, 0x63)
    + "\u094e\u094f\u09fe\u0a70\u0a71\u0a75\u0afa-\u0aff\u0d81-\u0d83\u0dca-\u0ddf\u0df2\u0df3"
    + _VEDIC_SIGNS
)
# In these blocks a letter stands where the others have a mark.
_NOT_MARKS = "\u0980\u09bd\u0b83\u0c80\u0d50-\u0d56"
_MARK = f"(?![{_NOT_MARKS}])[{_MARKS}{_JOINERS}]"
_NUKTA = f"[{_each(0x3C, _CONJOINING)}]?"
_VIRAMA = f"[{_each(0x4D, _CONJOINING)}\u0dca]"
_CONSONANT = (
    f"[{_ranges(0x15, 0x39, _CONJOINING)}{_ranges(0x58, 0x5F, _CONJOINING)}"
    "\u0978-\u097f\u09f0\u09f1\u0d7a-\u0d7f\u0d9a-\u0dc6]"
)
_INDIC = "\u0900-\u0963\u0966-\u0dff\u1cd0-\u1cff\ua8e0-\ua8ff"
_LEADING_MARK = f"(?![{_NOT_MARKS}])[{_MARKS}]"

# More joined consonants or marks than any word has are cut off here: a flood of marks, meant or
# not, must not become one syllable of any length.
_MOST_JOINED, _MOST_MARKS = 7, 12

_SYLLABLE = (
    # Tamil joins in two places only: ksha, and the shri of both spellings.
    f"(?:\u0b95\u0bcd\u0bb7|[\u0bb6\u0bb8]\u0bcd\u0bb0(?=\u0bc0)"
    # A letter and what is joined to it. The joiner may stand on either side of the virama: after it
    # asks for a half form, before it (Bengali ra + ya) refuses the reph.
    f"|(?!{_LEADING_MARK})[{_INDIC}]{_NUKTA}"
    f"(?:\u200d?{_VIRAMA}\u200d?{_CONSONANT}{_NUKTA}){{0,{_MOST_JOINED}}})"
    f"(?:{_MARK}){{0,{_MOST_MARKS}}}"
    # Marks that lost their letter.
    f"|{_LEADING_MARK}(?:{_MARK}){{0,{_MOST_MARKS}}}"
)
_character = re.compile(r".[\u0300-\u036f\u200c\u200d\ufe00-\ufe0f]*", re.DOTALL)


@cache
def syllable() -> re.Pattern[str]:
    """Return the expression for one aksara of any of the Indian scripts.

    Made on the first text that needs it (5 ms). The dandas are left out: they are plain in every
    font.
    """
    return re.compile(_SYLLABLE)


def runs(text: str) -> Iterator[tuple[bool, str]]:
    """Give each aksara as (True, aksara) and whatever stands between two as (False, text)."""
    at = 0
    for match in syllable().finditer(text):
        if match.start() > at:
            yield False, text[at : match.start()]
        yield True, match[0]
        at = match.end()
    if at < len(text):
        yield False, text[at:]


def aksaras(text: str) -> list[str]:
    """Split `text` into aksaras; anything else is split into characters with their accents.

    Joining the result gives `text` again, whatever it holds.
    """
    pieces: list[str] = []
    for is_aksara, run in runs(text):
        pieces += [run] if is_aksara else _character.findall(run)
    return pieces
