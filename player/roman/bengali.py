"""Bengali (and Assamese) with the inherent vowel where it is spoken, the letters as ISO 15919.

The vowel falls at the end after a single consonant (kāk) and stays after two, after h and ṛh,
after a dot or a breath, after r̥, ai and au, in -iẏa, and in the forms of the verb (Chatterji,
The Origin and Development of the Bengali Language, 1926; Dakshi, Banglar akshar o uccharan, 2009).
Inside a word it falls between VC and CV, but not before an ending that opens with a vowel, nor in
the learned words, known by letters that only they have, or by their prefix.
"""

from __future__ import annotations

from typing import Final

from player.roman.bengali_words import CUT, DROPPED, KEPT, VERB_FORMS
from player.roman.joining import joined
from player.roman.letters import BENGALI, SCHWA, Sound, words

_YAPHALA_A: Final = ("অ্যা", "এ্যা")
_LEARNED: Final = words("ī ū r̥")
_LEARNED_CONSONANTS: Final = words("ṇ ṣ")
_SHORT: Final = 2
_LONG: Final = 3
_NO_GLIDE: Final = words("m r b")
_ENDINGS: Final = tuple(
    sorted(
        words("টা টি টাকে টিকে টার টির টায় টাও টাই টুকু খানা খানি গুলো গুলি গুলোর গুলোকে দের দেরকে রা কে ও ই"),
        key=len,
        reverse=True,
    )
)


def latin(word: str, inherent: str = "a") -> str:
    """One Bengali word in composed form; `inherent` is how an unwritten vowel is written."""
    return "".join(_part(part, inherent) for part in _parts(word))


def whole(word: str) -> str:
    """The word with every inherent vowel."""
    return joined(_sounds(word), homorganic=False)


def _parts(word: str) -> tuple[str, ...]:
    if parts := CUT.get(word):
        return parts
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and (stem in KEPT or stem in DROPPED or stem in VERB_FORMS or stem in CUT):
            return (*CUT.get(stem, (stem,)), ending)
    return (word,)


def _part(word: str, inherent: str) -> str:
    sounds = _sounds(word)
    last = len(sounds) - 1
    if last > 0:
        verb = word in VERB_FORMS
        ends_open = sounds[last].vowel == SCHWA
        if ends_open and not (verb or word in KEPT or _keeps_its_end(sounds, word)):
            sounds[last].vowel = ""
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
    if word in DROPPED:
        return False
    before, last = sounds[-2], sounds[-1]
    if last.mark or not before.vowel or before.mark in ("ṁ", "ḥ"):
        return True
    if before.vowel in ("r̥", "ai", "au"):
        return last.consonant not in ("ṛ", "k")
    longer = len(sounds) > _SHORT
    if last.consonant == "ẏ":
        return before.vowel in ("i", "ī") or (before.vowel == "e" and longer)
    return (
        last.consonant in ("h", "ṛh")
        or word.endswith("ছিল")
        or (longer and word.endswith("িত"))
        or (len(sounds) > _LONG and word.endswith(("তম", "তর")))
    )


def _drop_inside(sounds: list[Sound], *, verb: bool) -> None:
    learned = any(s.vowel in _LEARNED or s.consonant in _LEARNED_CONSONANTS for s in sounds)
    if learned and not verb:
        return
    for place in range(len(sounds) - 2, 0, -1):
        before, here, after = sounds[place - 1 : place + 2]
        if here.vowel != SCHWA or here.mark or not (before.vowel and here.consonant):
            continue
        if before.mark in ("ṁ", "ḥ") or not (after.consonant and after.vowel):
            continue
        if verb or not _held(sounds, place):
            here.vowel = ""


def _held(sounds: list[Sound], place: int) -> bool:
    first, after = sounds[0], sounds[place + 1]
    if place == 1 and not first.consonant and first.vowel in ("a", "u"):
        return True  # the prefixes a-, apa-, aba-, upa-
    ending = "".join(sound.consonant + sound.vowel for sound in sounds[place + 2 :])
    if after.vowel == "e" and ending in ("", "r"):
        return True  # the endings -e and -er leave the stem as it was: pātharer
    if after.consonant == "t" and after.vowel == "ā" and place > 1:
        return True  # -tā, which makes a quality of a learned word
    return after.consonant == "h" and sounds[place].consonant in (
        "k",
        "g",
        "c",
        "j",
        "t",
        "d",
        "p",
        "b",
    )
