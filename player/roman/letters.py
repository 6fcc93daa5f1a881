"""The letters of Devanagari, Bengali and Tamil, and how a word is read into sounds."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Final

SCHWA: Final = "ə"  # the vowel no one writes, until a rule has kept it (as "a") or dropped it ("")

NUKTA: Final = "\u093c\u09bc"
VIRAMA: Final = "\u094d\u09cd\u0bcd"
TILDE: Final = "\u0303"


@dataclass(slots=True)
class Sound:
    """A consonant with its vowel: either may be empty; `mark` is a nasal or a breath after it."""

    consonant: str
    vowel: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """What each character of one script says."""

    consonants: dict[str, str]
    dotted: dict[str, str] = field(default_factory=dict)
    vowels: dict[str, str] = field(default_factory=dict)
    signs: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    kinds: dict[str, tuple[str, str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for kind in ("consonants", "vowels", "signs", "marks", "others"):
            for char, letter in getattr(self, kind).items():
                self.kinds[char] = (kind, letter)

    def sounds(self, word: str) -> list[Sound]:
        """Read a word in composed form; a character out of place is read as well as it can be."""
        found: list[Sound] = []
        for char in word:
            kind, letter = self.kinds.get(char, ("", ""))
            if kind == "consonants":
                found.append(Sound(letter, SCHWA))
            elif kind == "signs":
                _give_vowel(found, letter)
            elif kind == "vowels":
                found.append(Sound("", letter))
            elif kind == "marks":
                _give_mark(found, letter)
            elif kind == "others":
                found.append(Sound(letter, ""))
            elif found and char in VIRAMA:
                if found[-1].vowel == SCHWA:
                    found[-1].vowel = ""
            elif found and char in NUKTA:
                found[-1].consonant = self.dotted.get(found[-1].consonant, found[-1].consonant)
        return found


def _give_vowel(found: list[Sound], sign: str) -> None:
    if found and found[-1].vowel == SCHWA and not found[-1].mark:
        found[-1].vowel = sign
        if sign == "r̥" and found[-1].consonant == "r" and len(found) > 1 and not found[-2].vowel:
            found.pop()  # śr̥ is often written śrr̥
            found[-1].vowel = sign
    else:
        found.append(Sound("", sign))


def _give_mark(found: list[Sound], mark: str) -> None:
    if not found or not found[-1].vowel:
        found.append(Sound("", "", mark))
    elif not found[-1].mark:
        found[-1].mark = mark


def words(text: str) -> frozenset[str]:
    """The words of a table written as lines, in composed form."""
    return frozenset(unicodedata.normalize("NFC", text).split())


def _numbered(first: int, names: str) -> dict[str, str]:
    """Characters from code point `first` on, by blank-separated names; a dot stands for none."""
    return {chr(first + n): name for n, name in enumerate(names.split()) if name != "."}


_LETTERS: Final = (
    "k kh g gh ṅ c ch j jh ñ ṭ ṭh ḍ ḍh ṇ t th d dh n ṉ p ph b bh m y r ṟ l ḷ ḻ v ś ṣ s h"
)
_DIGITS: Final = "0 1 2 3 4 5 6 7 8 9"

DEVANAGARI: Final = Script(
    consonants={
        **_numbered(0x915, _LETTERS),
        **_numbered(0x958, "q ḵh ġ z ṛ ṛh f ẏ"),
        **_numbered(0x978, "ḍ ž ẏ gg jj . ḍḍ bb"),
    },
    dotted={
        "k": "q", "kh": "ḵh", "g": "ġ", "j": "z", "ḍ": "ṛ", "ḍh": "ṛh", "ph": "f",
        "y": "ẏ", "jh": "ž", "n": "ṉ", "r": "ṟ", "ḷ": "ḻ", "v": "w",
    },
    vowels={
        **_numbered(0x904, "a a ā i ī u ū r̥ l̥ ê ĕ e ai ô ŏ o au"),
        **_numbered(0x960, "r̥̄ l̥̄"),
        **_numbered(0x972, "ê a ā au u ū"),
        "ॐ": "om̐",
    },
    signs={
        **_numbered(0x93E, "ā i ī u ū r̥ r̥̄ ê ĕ e ai ô ŏ o au"),
        **_numbered(0x93A, "e o"),
        **_numbered(0x94E, "e au"),
        **_numbered(0x955, "ê u ū"),
        **_numbered(0x962, "l̥ l̥̄"),
    },
    marks={"ऀ": "~", "ँ": "~", "ं": "ṁ", "ः": "ḥ"},
    others={**_numbered(0x966, _DIGITS), "ऽ": "’", "ॽ": "?", "॰": "."},
)  # fmt: skip

BENGALI: Final = Script(
    consonants={
        **_numbered(
            0x995,
            "k kh g gh ṅ c ch j jh ñ ṭ ṭh ḍ ḍh ṇ t th d dh n . p ph b bh m y r . l . . . ś ṣ s h",
        ),
        **_numbered(0x9DC, "ṛ ṛh . ẏ"),
        "\u09f0": "r",
        "\u09f1": "v",
    },
    dotted={"ḍ": "ṛ", "ḍh": "ṛh", "y": "ẏ", "b": "r", "j": "z", "ph": "f", "s": "ch"},
    vowels={
        **_numbered(0x985, "a ā i ī u ū r̥ l̥ . . e ai . . o au"),
        **_numbered(0x9E0, "r̥̄ l̥̄"),
        "ॲ": "ê",  # what two signs say in Bengali: a + yā
    },
    signs={
        **_numbered(0x9BE, "ā i ī u ū r̥ r̥̄ . . e ai . . o au"),
        **_numbered(0x9E2, "l̥ l̥̄"),
        "\u09d7": "au",
    },
    marks={"ঁ": "~", "ং": "ṁ", "ঃ": "ḥ"},
    others={
        **_numbered(0x9E6, _DIGITS),
        "ঽ": "’",
        "\u09ce": "t",
        "\u0980": "anji",
        "\u09f2": "ru",
        "\u09f3": "tk",
        "\u09f4": "1/16",
        "\u09f5": "1/8",
        "\u09f6": "3/16",
        "\u09f7": "1/4",
        "\u09f8": "3/4",
        "\u09f9": "16",
        "\u09fb": "ganda",
        "\u09fc": "v",
        "\u09fd": ".",
    },
)

TAMIL: Final = Script(
    consonants=_numbered(
        0xB95, "k . . . ṅ c . j . ñ ṭ . . . ṇ t . . . n ṉ p . . . m y r ṟ l ḷ ḻ v ś ṣ s h"
    ),
    vowels=_numbered(0xB85, "a ā i ī u ū . . . e ē ai . o ō au"),
    signs={**_numbered(0xBBE, "ā i ī u ū . . . e ē ai . o ō au"), "\u0bd7": "au"},
    marks={"\u0b82": "ṁ"},
    others={
        **_numbered(0xBE6, f"{_DIGITS} 10 100 1000 day month year debit credit dto rs no."),
        "\u0b83": "ḵ",
        "\u0bd0": "ōm",
    },
)
