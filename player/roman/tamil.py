"""Tamil letter by letter, as ISO 15919 has it: the writing tells what to write."""

from __future__ import annotations

from player.roman.letters import SCHWA, TAMIL


def latin(word: str) -> str:
    """One Tamil word in composed form; voicing is not written in Tamil and not guessed here."""
    written = "".join(
        sound.consonant + ("a" if sound.vowel == SCHWA else sound.vowel) + sound.mark
        for sound in TAMIL.sounds(word)
    )
    # The one sign for śrī is encoded as s + r + ī as well as ś + r + ī.
    return written.replace("srī", "śrī")
