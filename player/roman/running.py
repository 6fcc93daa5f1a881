"""Text run by run: each script by its own rules, everything else as it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from player.roman import bengali, hindi, tamil

INDIC: Final = re.compile(r"[\u0900-\u09ff\u0b80-\u0bff]")
WORDS: Final = re.compile(
    r"(?:[\u0900-\u0963\u0970-\u097f][\u200c\u200d]*)+|(?:[\u0980-\u09e5\u09f0-\u09ff][\u200c\u200d]*)+"
    r"|(?:[\u0b80-\u0be5\u0bf0-\u0bff][\u200c\u200d]*)+|[\u0966-\u096f\u09e6-\u09ef\u0be6-\u0bef]"
)
_DANDA: Final = re.compile(r"[ \u00a0]*[\u0964\u0965]")
_ZERO_WIDTH: Final = str.maketrans("", "", "\u200c\u200d")
_UNCHANGED: Final = frozenset({"sa", "pi"})


def composed(word: str) -> str:
    """The word in the one spelling the tables know: NFC and nothing of no width."""
    return unicodedata.normalize("NFC", word.translate(_ZERO_WIDTH))


def reader(word: str) -> Callable[[str], str]:
    """Who reads this word: the rules of the script it is written in."""
    first = word[0]
    if first < "\u0980":
        return hindi.latin
    return bengali.latin if first < "\u0a00" else tamil.latin


@lru_cache(maxsize=8192)
def _read(word: str) -> str:
    return unicodedata.normalize("NFC", reader(word)(composed(word)))


def romanised(text: str, language: str = "") -> str:
    """Write Indic words in Latin letters with ISO 15919; everything else stays as it is.

    Devanagari is read as Hindi, Bengali letters as Bengali or Assamese, Tamil as Tamil: by their
    characters, so a line may mix them with English. `language` is a hint: "sa" (Sanskrit) keeps
    every inherent vowel of Devanagari. A danda becomes a full stop, digits become Latin ones.
    Never raises; the result is NFC where it was Indic and holds no letter of the three scripts.
    """
    if text.isascii() or not INDIC.search(text):
        return text
    whole = language.partition("-")[0] in _UNCHANGED

    def latin(found: re.Match[str]) -> str:
        word = found[0]
        if whole and word < "\u0980":
            return unicodedata.normalize("NFC", hindi.whole(composed(word)))
        return _read(word)

    return WORDS.sub(latin, _DANDA.sub(".", text))
