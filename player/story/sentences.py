"""Where the sentences and the words of a shown text begin and end."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_END: Final = re.compile(
    r"""(?P<mark>[.!?…।॥]+)      # "...", "?!" and "।" end once, after their last mark
        [\"'”’»›)\]]*            # closing quotes and brackets stay with their sentence
        (?P<space>\s+|$)""",
    re.VERBOSE,
)
_BLANK_LINE: Final = re.compile(r"[^\S\n]*\n[^\S\n]*\n\s*")
_WORD: Final = re.compile(r"\S+")
_LAST_WORD: Final = re.compile(r"(\S+)$")
_INITIAL: Final = re.compile(r"[A-ZÀ-Þ]|(?:[A-ZÀ-Þ]\.)+[A-ZÀ-Þ]|\d{1,3}")
_OPENING: Final = "\"'“‘«‹([—–-"

_ABBREVIATIONS: Final = frozenset(
    {"mr", "mrs", "ms", "dr", "st", "prof", "sr", "jr"}
    | {"sig", "sig.ra", "dott", "dott.ssa", "ing", "avv", "ecc", "cfr"}
    | {"डॉ", "श्री", "पं", "प्रो", "ডঃ", "ডা", "ডাঃ", "মো", "திரு"}
)
"""Words that keep their full stop inside a sentence; lower case."""


def shown_text(text: str) -> str:
    """Return `text` as the listener sees it: NFC-normalised, without outer white space."""
    return unicodedata.normalize("NFC", text).strip()


def word_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of every run without white space, in characters of `shown_text`."""
    return tuple(match.span() for match in _WORD.finditer(shown_text(text)))


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of every sentence, in characters of `shown_text(text)`.

    A sentence ends after . ! ? … । ॥ and the closing quotes behind them, where white space or the
    end follows, and at a blank line. It goes on where a lower-case letter follows ("Wait..." he
    said), after an abbreviation or an initial, and where nothing but signs would be left over.
    Spans are in order, do not overlap, and hold every character but the spaces between them.
    """
    text = shown_text(text)
    cuts = [match.span() for match in _BLANK_LINE.finditer(text)]
    cuts += [match.span("space") for match in _END.finditer(text) if _ends_here(text, match)]
    spans: list[tuple[int, int]] = []
    start = 0
    for cut_start, cut_end in sorted(cuts):
        if any(char.isalnum() for char in text[start:cut_start]):
            spans.append((start, cut_start))
            start = cut_end
        elif spans and start < cut_start:
            spans[-1] = (spans[-1][0], cut_start)
            start = cut_end
    if start < len(text):
        rest = text[start:]
        if spans and not any(char.isalnum() for char in rest):
            spans[-1] = (spans[-1][0], len(text))
        else:
            spans.append((start, len(text)))
    return tuple(spans)


def _ends_here(text: str, match: re.Match[str]) -> bool:
    mark = match["mark"]
    if mark[-1] in "।॥":
        return True
    if _is_lower(text, match.end()):
        return False
    if mark != ".":
        return True
    last = _LAST_WORD.search(text[: match.start()])
    if last is None or match.end("mark") != match.start("space"):
        return True
    word = last[1].lstrip(_OPENING)
    if _INITIAL.fullmatch(word):
        # "3. Mescola": a number is a label only where the sentence begins with it.
        return word.isdigit() and not _opens_a_line(text, last.start())
    return word.lower() not in _ABBREVIATIONS


def _is_lower(text: str, position: int) -> bool:
    """Whether the first letter or digit from `position` on is a lower-case letter."""
    return next((char.islower() for char in text[position:] if char.isalnum()), False)


def _opens_a_line(text: str, position: int) -> bool:
    before = text[:position].rstrip(" \t")
    return not before or before[-1] in "\n.!?…।॥"
