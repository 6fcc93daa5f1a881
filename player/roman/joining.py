"""What Devanagari and Bengali share once the vowels are decided: nasals, and vowels that meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from player.roman.letters import SCHWA, TILDE, Sound

NASALS: Final = {
    letter: nasal
    for nasal, letters in {
        "ṅ": "k kh g gh q ḵh ġ ṅ",
        "ñ": "c ch j jh ñ",
        "ṇ": "ṭ ṭh ḍ ḍh ṇ",
        "n": "t th d dh n z",
        "m": "p ph b bh m f",
    }.items()
    for letter in letters.split()
}
_APART: Final = {"i": "ï", "u": "ü"}


def joined(sounds: Sequence[Sound], *, homorganic: bool, inherent: str = "a") -> str:
    """Write the sounds in Latin letters.

    A tilde stands over a nasal vowel (over the second of two, as in ai). With `homorganic` the
    dot (anusvara) before a stop is written as the nasal of that stop. A short i or u after an
    inherent a takes two dots where it would read as the one vowel ai or au.
    """
    written: list[str] = []
    before = ""
    for place, sound in enumerate(sounds):
        vowel = inherent if sound.vowel == SCHWA else sound.vowel
        if not sound.consonant and before == inherent and vowel in _APART:
            vowel = _APART[vowel]
        mark = sound.mark
        if mark == "~":
            mark = TILDE if vowel else "m̐"
        elif mark == "ṁ" and homorganic and place + 1 < len(sounds):
            mark = NASALS.get(sounds[place + 1].consonant, mark)
        written.append(sound.consonant + vowel + mark)
        before = vowel if not sound.mark else ""
    return "".join(written)
