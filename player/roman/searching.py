"""Keys for searching titles: what is typed without accents finds the title in its own script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from player.roman import bengali, hindi, tamil
from player.roman.letters import SCHWA
from player.roman.running import INDIC, WORDS, composed, romanised

# Letters that people write for one another, so that typing one more never loses a title found.
_ALIKE: Final = str.maketrans("eowzqf", "iuvjkp")
_MARKS: Final = dict.fromkeys(range(0x300, 0x370))
_LETTERS: Final = {
    ord(letter): plain
    for letter, plain in {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}.items()
}
_PLAIN: Final = {**_MARKS, **_LETTERS}
_BREATH: Final = re.compile(r"(?<=[bcdgjklmnprstv])h+")
_DOUBLED: Final = re.compile(r"(\D)\1+")
_GLIDE: Final = re.compile(r"(?<=u)v+|(?<=i)y+")
_APOSTROPHES: Final = re.compile(r"['’ʼ]")
# Marks of the three scripts are no letters to \w: a word is whatever stands between the blanks.
_APART: Final = re.compile(
    r"[^\w\u0900-\u0963\u0970-\u09ff\u0b80-\u0bff\u0300-\u036f\u200c\u200d]+"
)
_NATIVE: Final = {
    **dict.fromkeys(map(ord, "\u093c\u09bc\u200c\u200d")),
    0x901: "ं",
}
RUN: Final = 3
VIRAMA: Final = 9
_NASAL_LETTER: Final = re.compile(r"ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])")


def search_key(text: str) -> str:
    """The folded key of a title, or of what was typed.

    A title is found when every word of the key of what was typed is contained in its own key.
    The key of a title holds each Indic word in its own script and in the ways it may be typed.
    """
    return " ".join(dict.fromkeys(form for word in _words(text) for form in _forms(word)))


def typed_key(text: str) -> str:
    """The key of what was typed so far, for the same rule as `search_key`.

    The same for Latin letters. A word in an Indic script is looked for in that script alone, so
    that half a word finds its title too: its romanisation may change with the next letter.
    """
    return " ".join(_native(word) if INDIC.search(word) else _folded(word) for word in _words(text))


class Sought(NamedTuple):
    """Words of a search: some are found `inside` of others, some at the `beginning` alone."""

    inside: tuple[str, ...]
    beginning: tuple[str, ...]


def sought(text: str) -> Sought:
    """Return what is looked for where this was typed; single letters only where they are all.

    The same in the library and in PostgreSQL, which finds three letters in a row anywhere among a
    million stories, and fewer only where a word begins with them.
    """
    typed = dict.fromkeys(typed_key(text).split())
    wanted = [word for word in typed if len(word) > 1] or [*typed]
    inside = [word for word in wanted if _has_run(word)]
    return Sought(tuple(inside), tuple(word for word in wanted if word not in inside))


def _has_run(word: str) -> bool:
    run = 0
    for letter in word:
        # A virama is no letter to PostgreSQL, any other sign of the three scripts is.
        is_sign = unicodedata.category(letter)[0] == "M" and unicodedata.combining(letter) != VIRAMA
        run = run + 1 if letter.isalnum() or is_sign else 0
        if run == RUN:
            return True
    return False


def _words(text: str) -> list[str]:
    return _APART.sub(" ", _APOSTROPHES.sub("", text.casefold())).split()


@lru_cache(maxsize=32768)
def _forms(word: str) -> tuple[str, ...]:
    if not INDIC.search(word):
        return (_folded(word),)
    if not WORDS.fullmatch(word):  # two scripts in one word, or digits
        return (_native(word), _folded(romanised(word)))
    spelt = dict.fromkeys(_spellings(composed(word)))
    return (_native(word), *dict.fromkeys(_folded(form) for form in spelt))


def _native(word: str) -> str:
    return _NASAL_LETTER.sub("ं", composed(word).translate(_NATIVE))


def _folded(word: str) -> str:
    """Latin letters as they may be typed: no accents, no lengths, no breaths, nothing doubled."""
    if not word.isascii():
        decomposed = unicodedata.normalize("NFD", word).replace("r\u0325", "ri")
        word = decomposed.translate(_PLAIN)
    word = word.replace("zh", "l").replace("x", "ks").translate(_ALIKE)
    return _GLIDE.sub("", _DOUBLED.sub(r"\1", _BREATH.sub("", word)))


def _spellings(word: str) -> Iterator[str]:
    """Ways to type a word, in Latin letters that may still have their accents."""
    if word < "\u0980":
        forms = _hindi(word)
    elif word < "\u0a00":
        forms = _bengali(word)
    else:
        forms = _tamil(word)
    for form in forms:
        if "ḥ" in form:
            yield form.replace("ḥ", "")
        nasal = form.replace("ñ", "n")
        if not nasal.isascii():
            nasal = unicodedata.normalize("NFD", nasal)
        yield nasal.replace("\u0303", "n")
        if "\u0303" in nasal[:-1]:
            yield nasal.replace("\u0303", "")


def _hindi(word: str) -> Iterator[str]:
    spoken = hindi.latin(word)
    for form in (spoken, hindi.whole(word)):
        yield form.replace("ṁ", "n")
        if form.endswith("aṁ"):
            yield f"{form[:-1]}m"
        if "jñ" in form:
            yield form.replace("jñ", "gy")
        if "ṛ" in form:
            yield form.replace("ṛ", "d")


def _bengali(word: str) -> Iterator[str]:
    spoken = bengali.latin(word, inherent=SCHWA)
    for form in (spoken.replace(SCHWA, "a"), spoken.replace(SCHWA, "o"), bengali.whole(word)):
        plain = form.replace("ṁ", "n")
        yield plain
        if "kṣ" in form or "jñ" in form:
            yield plain.replace("kṣm", "k").replace("kṣ", "k").replace("jñ", "gy")
        if form.startswith("y"):
            yield f"j{plain[1:]}"


_VOICED: Final = re.compile(r"(?<=[aāiīuūeēoōṅñṇnmyrlḻḷ])([kṭtp])(?=[aāiīuūeēoō])")
_SOFT_C: Final = re.compile(r"(?<![cñṭṟ])c(?!c)")
_VOICES: Final = {"k": "g", "ṭ": "d", "t": "d", "p": "b"}


def _tamil(word: str) -> Iterator[str]:
    strict = tamil.latin(word)
    yield strict
    heard = (
        _SOFT_C.sub("s", strict)
        .replace("ñc", "nj")
        .replace("ṟṟ", "tr")
        .replace("ṉṟ", "ndr")
        .replace("ḵp", "f")
    )
    yield _VOICED.sub(lambda found: _VOICES[found[1]], heard)
    yield _VOICED.sub(lambda found: found[1] if found[1] == "t" else _VOICES[found[1]], heard)
