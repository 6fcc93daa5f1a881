"""The words that espeak-ng reads wrongly, with the phonemes they should have."""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from player.story.sentences import shown_text

FOREIGN: Final = "en-us"
"""Whose entries hold for words in Latin letters, whatever the language around them."""

_ESPEAK_NAMES: Final = {"hi-mixed": "hi", "en": FOREIGN}
_FILE: Final = Path(__file__).with_name("lexicon.json")


@functools.cache
def _entries() -> Mapping[str, Mapping[str, str]]:
    words = json.loads(_FILE.read_text(encoding="utf-8"))
    return {
        language: {unicodedata.normalize("NFC", word): said for word, said in entries.items()}
        for language, entries in words.items()
    }


def espeak_language(language: str) -> str:
    """Return espeak's name of a language, which is also that of its part of the lexicon."""
    return _ESPEAK_NAMES.get(language, language)


def lookup(word: str, language: str) -> str | None:
    """Return the phonemes of `word` in espeak's `language`, if it has an entry of its own."""
    return _entries().get(language, {}).get(word.lower())


def entries_in(text: str, language: str) -> dict[str, str]:
    """Return the entries that `text` makes use of: when one changes, its clip is out of date."""
    found = (
        (word, lookup(word, language) or lookup(word, FOREIGN)) for word in sorted(_cores(text))
    )
    return {word: said for word, said in found if said}


def core(word: str) -> str:
    """Return `word` without the signs around it; marks of Indian scripts are not signs."""
    start, end = 0, len(word)
    while start < end and is_sign(word[start]):
        start += 1
    while end > start and is_sign(word[end - 1]):
        end -= 1
    return word[start:end]


def is_sign(char: str) -> bool:
    """Whether `char` is punctuation or a symbol, danda and dashes among them."""
    return unicodedata.category(char)[0] in "PSZ"


def _cores(text: str) -> set[str]:
    whole = {core(word) for word in shown_text(text).split()}
    return whole | {core(piece) for word in whole for piece in word.split("-")}
