"""Bengali (and Assamese) with the inherent vowel where it is spoken, the letters as ISO 15919.

The vowel falls at the end after a single consonant (kāk) and stays after two, after h and ṛh,
after a dot or a breath, after r̥, ai and au, in -iẏa, and in the forms of the verb (Chatterji,
The Origin and Development of the Bengali Language, 1926). Inside a word it falls between VC and
CV, but not before an ending that opens with a vowel, nor in the learned words, which are known
by letters that only they have, or by their prefix.
"""

from __future__ import annotations

import re
from typing import Final

from player.roman.bengali_words import CUT, DROPPED, KEPT, LAST, LEARNED, OPEN_FORMS, VERB_FORMS
from player.roman.compounds import parts
from player.roman.joining import joined
from player.roman.letters import BENGALI, SCHWA, Sound, words

_YAPHALA_A: Final = ("অ্যা", "এ্যা")
_LEARNED_VOWELS: Final = words("ī ū r̥")
_LEARNED_CONSONANTS: Final = words("ṇ ṣ")
_SHORT: Final = 2
_LONG: Final = 3
_NO_GLIDE: Final = words("m r b")
_TAKES_H: Final = words("k g c j ṭ ḍ t d p b")
# Pairs that close borrowed words alone: lisṭ, pārṭ, borḍ, phreṇḍ in their Bengali spelling.
_BORROWED: Final = words("sṭ nṭ nḍ rṭ rḍ lḍ lṭ pṭ ks ns sk rc rs")
_BORROWED_ENDS: Final = ("ার্ক", "ার্ম", "ার্ভ", "ফর্ম")
_BARE: Final = r"[\u0995-\u09b9\u09f0\u09f1]\u09bc?"  # a consonant with nothing written on it
_CLITIC: Final = re.compile(f"(.+{_BARE})([ইও])")
_ABSTRACT: Final = re.compile(f"(.+{_BARE})(তা(?:র|রও|য়|কে|ও|ই)?)")
_ENDING: Final = re.compile(
    f"(.+?{_BARE})("
    "টা(?:কে|র|য়|ও|ই|তে)?|টি(?:কে|র|ও|তে)?|টুকু|খানা|খানি|গুলো(?:র|কে|ও|তে)?|গুলি|"
    "দের(?:কে|ও)?|রাও?|কে[ওই]?|মতো)"
)


def latin(word: str, inherent: str = "a") -> str:
    """One Bengali word in composed form; `inherent` is how an unwritten vowel is written."""
    if found := _CLITIC.fullmatch(word):
        said = _stem(found[1], inherent)
        return said + ("o" if found[2] == "ও" else "ï" if said.endswith(inherent) else "i")
    return _stem(word, inherent)


def whole(word: str) -> str:
    """The word with every inherent vowel."""
    return joined(_sounds(word), homorganic=False)


def _stem(word: str, inherent: str) -> str:
    cut = parts(word, CUT, LAST)
    if len(cut) > 1:
        return "".join(_part(part, inherent) for part in cut[:-1]) + _stem(cut[-1], inherent)
    if word in VERB_FORMS or word.startswith(LEARNED):
        return _part(word, inherent)
    if found := _ABSTRACT.fullmatch(word):
        said = _part(found[1], inherent, verb=False)
        return said + ("" if said.endswith(inherent) else inherent) + _part(found[2], inherent)
    if found := _ENDING.fullmatch(word):
        return _stem(found[1], inherent) + _part(found[2], inherent)
    return _part(word, inherent)


def _part(word: str, inherent: str, *, verb: bool = True) -> str:
    sounds = _sounds(word)
    last = len(sounds) - 1
    verb = verb and word in VERB_FORMS
    if last > 0:
        kept = (verb and word in OPEN_FORMS) or word in KEPT
        if sounds[last].vowel == SCHWA and not (kept or _keeps_its_end(sounds, word)):
            sounds[last].vowel = ""
        if verb or not _learned(sounds, word):
            _drop_inside(sounds, verb=verb)
    return joined(sounds, homorganic=False, inherent=inherent)


def _sounds(word: str) -> list[Sound]:
    for sign in _YAPHALA_A:
        word = word.replace(sign, "ॲ")
    sounds = BENGALI.sounds(word)
    for place in range(1, len(sounds)):
        before, here = sounds[place - 1], sounds[place]
        joins = here.consonant == "b" and before.consonant and not before.vowel
        if joins and before.consonant not in _NO_GLIDE and not _ud(sounds, place):
            here.consonant = "v"
    return sounds


def _ud(sounds: list[Sound], place: int) -> bool:
    """Whether the b stands after the prefix ud-, where it is a b to this day: udbeg."""
    return "".join(s.consonant + s.vowel for s in sounds[:place]) == "ud"


def _keeps_its_end(sounds: list[Sound], word: str) -> bool:
    if word in DROPPED or word.endswith(("ল্লাহ", "শাহ")):
        return False
    before, last = sounds[-2], sounds[-1]
    if not (before.vowel or before.mark):
        borrowed = before.consonant + last.consonant in _BORROWED or word.endswith(_BORROWED_ENDS)
        return not borrowed
    if last.mark or before.mark in ("ṁ", "ḥ"):
        return True
    if before.vowel in ("r̥", "ai", "au"):
        return last.consonant not in ("ṛ", "k")
    longer = len(sounds) > _SHORT
    if last.consonant == "ẏ":
        return before.vowel in ("i", "ī") or (before.vowel == "e" and longer)
    return (
        last.consonant in ("h", "ṛh")
        or word.endswith(("ছিল", "েছ", "চ্ছ"))
        or (longer and word.endswith("িত"))
        or (longer and word.endswith("গত"))
        or (len(sounds) > _LONG and word.endswith(("তম", "তর")) and sounds[-3].vowel != "")
    )


def _learned(sounds: list[Sound], word: str) -> bool:
    return word.startswith(LEARNED) or any(
        s.vowel in _LEARNED_VOWELS or s.consonant in _LEARNED_CONSONANTS for s in sounds
    )


def _drop_inside(sounds: list[Sound], *, verb: bool) -> None:
    whole_end = sounds[-1].vowel == SCHWA and not verb  # priẏatama
    for place in range(len(sounds) - (_LONG if whole_end else _SHORT), 0, -1):
        before, here, after = sounds[place - 1 : place + 2]
        if here.vowel != SCHWA or here.mark or not (before.vowel and here.consonant):
            continue
        if before.mark in ("ṁ", "ḥ") or not (after.consonant and after.vowel):
            continue
        if verb or not _held(sounds, place):
            here.vowel = ""


def _held(sounds: list[Sound], place: int) -> bool:
    first, (before, here, after) = sounds[0], sounds[place - 1 : place + 2]
    rest = "".join(sound.consonant + sound.vowel for sound in sounds[place + 2 :])
    follows = after.consonant + after.vowel
    prefix = first.vowel == "a" or (first.vowel == "u" and here.consonant == "p")
    return (
        # the prefixes a-, apa-, aba-, upa-
        (place == 1 and not first.consonant and prefix)
        # the endings -e and -er leave the stem as it was: pātharer
        or (after.vowel == "e" and rest in ("", "r", "o", "i", "ro", "ri", "rā", "dər"))
        # the learned -ik, -ita, -ti, -nā: nāgarik, pracalita, anumati, kāmanā, but āẏnā
        or (after.vowel == "i" and (rest in ("k", "t", "ker", "ter") or rest.endswith("ə")))
        or (follows in ("ti", "nā") and rest in ("", "r", "ẏ", "ke") and here.consonant != "ẏ")
        # kāryakalāp: the vowel after two consonants began another part
        or (place > 1 and before.vowel == SCHWA and not sounds[place - 2].vowel)
        or (here.consonant + after.consonant == "sbh")  # bidhānsabhā
        or (here.consonant == "ẏ" and before.vowel == "i")  # niẏamita
        # k + h would read as the one letter kh
        or (after.consonant == "h" and here.consonant in _TAKES_H)
    )
