"""Hindi as it is spoken: which of the unwritten vowels sound, and which are silent.

The rule is Ohala's (Aspects of Hindi Phonology, 1983), applied from the right as in Narasimhan,
Sproat and Kiraz (Schwa-Deletion in Hindi Text-to-Speech Synthesis, 2004): the vowel falls at the
end of a word, and inside it between VC and CV. As there, a word is taken stem first, so that
an ending does not undo what its stem has settled: jānvar, jānvaroṁ; but samajh, samajhnā.
"""

from __future__ import annotations

from typing import Final

from player.roman.compounds import parts
from player.roman.hindi_words import CUT, LAST, SILENT, SPELT
from player.roman.joining import joined
from player.roman.letters import DEVANAGARI, SCHWA, Sound, words

_FOREIGN: Final = words("q ḵh ġ z f ž")
_STOPS: Final = words("k kh g gh c ch j jh ṭ ṭh ḍ ḍh t th d dh p ph b bh")
_TAKES_H: Final = words("k g c j ṭ ḍ t d p b")
_SONORANTS: Final = words("n ṇ m r l ṛ ṛh v y")
# After which consonants a closing one keeps its vowel: rising pairs only, mitra but not dharm.
_KEPT_AFTER: Final = {
    "y": _STOPS | words("ś ṣ s h r l n ṇ m v y") - {"y"},
    "v": _STOPS | words("ś ṣ s h"),
    "r": _STOPS - {"b"} | words("ś ṣ s h m v"),
    "l": words("k p ś m h"),
    "n": _STOPS | words("ś ṣ h"),
    "ṇ": words("ṣ h"),
    "m": words("t d dh g ṣ n ṇ h ṅ"),
    "ñ": frozenset("j"),
}
_LONG: Final = words("ā ī ū e ai o au ê ô")
_SECOND_HALF: Final = 2  # where the second half of a doubled root begins
_OWN_ENDINGS: Final = frozenset(
    ("n", vowel) for vowel in ("ā", "ī", "e")
) | frozenset(("t", vowel) for vowel in ("ā", "ī", "e"))  # fmt: skip


def latin(word: str) -> str:
    """One Hindi word in composed form."""
    if word.startswith("पहुंच"):
        word = word.replace("ं", "ँ", 1)  # a nasal vowel, though mostly printed with the dot
    return SPELT.get(word) or "".join(map(_part, parts(word, CUT, LAST)))


def whole(word: str) -> str:
    """The word with every inherent vowel, as Sanskrit has it."""
    return joined(DEVANAGARI.sounds(word), homorganic=True)


def _part(word: str) -> str:
    sounds = DEVANAGARI.sounds(word)
    _drop(sounds, silent=word in SILENT)
    return joined(sounds, homorganic=True)


def _drop(sounds: list[Sound], *, silent: bool) -> None:
    last = len(sounds) - 1
    if last < 1:
        return
    if sounds[last].vowel == SCHWA:
        if silent or not (sounds[last].mark or _keeps_its_end(sounds)):
            sounds[last].vowel = ""
        _drop_inside(sounds, last)
        return
    if _stem_first(sounds):
        ending, sounds[last].vowel = sounds[last].vowel, ""
        _drop_inside(sounds, last)
        sounds[last].vowel = ending
    _drop_inside(sounds, last)


def _keeps_its_end(sounds: list[Sound]) -> bool:
    before, last = sounds[-2], sounds[-1]
    if before.vowel:
        return last.consonant == "y" and before.vowel in ("i", "ī")
    if not any(sound.vowel for sound in sounds[:-1]):
        return True
    if before.consonant in _FOREIGN or any(s.consonant in _FOREIGN for s in sounds):
        return last.consonant == "y"
    return before.consonant in _KEPT_AFTER.get(last.consonant, ())


def _stem_first(sounds: list[Sound]) -> bool:
    """Whether the closing vowel is an ending of its own, so that the stem is settled first."""
    last, before = sounds[-1], sounds[-2]
    if not last.consonant or before.consonant == "h":
        return False
    if last.mark == "" and (last.consonant, last.vowel) in _OWN_ENDINGS:
        return False
    return not (last.consonant == "t" and last.vowel == "ī")


def _drop_inside(sounds: list[Sound], last: int) -> None:
    rhyming = _rhymes(sounds) or _two_words(sounds)
    for place in range(last - 1, 0, -1):
        here = sounds[place]
        if here.vowel != SCHWA or here.mark or (rhyming and place == _SECOND_HALF):
            continue
        if _between(sounds[place - 1], here, sounds[place + 1]) and not _held(sounds, place):
            here.vowel = ""


def _rhymes(sounds: list[Sound]) -> bool:
    """A doubled root such as jag-mag or khaṭ-khaṭ: its second half opens like a word."""
    return (
        len(sounds) > _SECOND_HALF + 2
        and all(sound.vowel == SCHWA and sound.consonant for sound in sounds[: _SECOND_HALF + 1])
        and sounds[1].consonant == sounds[3].consonant
    )


def _two_words(sounds: list[Sound]) -> bool:
    """A long syllable closed by the first of four consonants: tāj-mahal, rām-nagar."""
    vowels = [sound.vowel for sound in sounds]
    return vowels[0] in _LONG and vowels[1:] == [SCHWA, SCHWA, SCHWA, ""]


def _between(before: Sound, here: Sound, after: Sound) -> bool:
    """VC _ CV, where a short vowel with a dot is a vowel and a consonant (jaṅglī, zindagī)."""
    if not (before.vowel and here.consonant and after.consonant and after.vowel):
        return False
    if before.mark == "ḥ":
        return False
    if before.mark == "ṁ" and before.vowel not in _LONG and here.consonant not in "śṣsh":
        return after.consonant in _SONORANTS and here.consonant != "p"
    return True


def _held(sounds: list[Sound], place: int) -> bool:
    before, here, after = sounds[place - 1 : place + 2]
    rest = "".join(sound.consonant + sound.vowel for sound in sounds[place + 2 :])
    return (
        # p + h would read as the one letter ph
        (after.consonant == "h" and here.consonant in _TAKES_H)
        # rupayā, kr̥payā; niyamoṁ; yuvakoṁ
        or (after.consonant == "y" and after.vowel in ("ā", "e", "ī"))
        or (here.consonant == "y" and before.vowel in ("i", "ī"))
        or (here.consonant == "v" and before.vowel in ("u", "ū"))
        # anubhavī, rājyasabhā, antarikṣ, antarāl, saṅgaṇak
        or here.consonant + after.consonant in ("bhv", "sbh")
        or (
            before.mark == "ṁ"
            and here.consonant + after.consonant == "tr"
            and (after.vowel == "i" or not before.consonant)
        )
        or (after.consonant + after.vowel == "ṇə")
        # learned endings: bhāratīya, vitaraṇ, rāṣṭrapati, garbhavatī, śrīmatī
        or (after.vowel == "ī" and rest.startswith("y"))
        or (after.consonant + after.vowel == "rə" and rest == "ṇ")
        or (
            (after.vowel == "i" and after.consonant != "k" and rest in ("", "yo", "yā"))
            and (after.consonant == "t" or not rest)
        )
        or (
            (after.consonant + after.vowel == "tī" and not rest)
            and (
                here.consonant == "v"
                or (here.consonant == "m" and before.consonant + before.vowel in ("rī", "dhi"))
            )
        )
    )
