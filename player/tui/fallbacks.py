"""What a listener gets instead of what was asked for, in words."""

from __future__ import annotations

from player.story.passages import Passage
from player.story.walking import Variant, base_language
from player.tui import wording

SAME = 0.005
"""Shares of English are told apart by two decimals."""


def fallbacks(passage: Passage, wanted: Variant) -> tuple[str, ...]:
    """Return what differs from `wanted`: another text, another sound, or none."""
    return tuple(filter(None, (_of_text(passage, wanted), _of_sound(passage))))


def _of_text(passage: Passage, wanted: Variant) -> str:
    language = wording.language(base_language(passage.language))
    if passage.is_stand_in:
        return f"In {language}: there is no text in {wording.language(wanted.language)} here."
    if _is_other(passage.language, passage.mix, wanted.language, wanted.mix):
        return f"In {_variant(passage.language, passage.mix)} here: there is no other text."
    return ""


def _of_sound(passage: Passage) -> str:
    if (clip := passage.clip) is None:
        return "No audio here: the lines go on at reading speed."
    if _is_other(clip.language, clip.mix, passage.language, passage.mix):
        return f"What you hear is {_variant(clip.language, clip.mix)}: there is no other sound."
    return ""


def _is_other(language: str, mix: float, wanted: str, wanted_mix: float) -> bool:
    if abs(mix - wanted_mix) >= SAME:
        return True
    return base_language(language) != base_language(wanted)


def _variant(language: str, mix: float) -> str:
    name = wording.language(base_language(language))
    return f"{name} with {round(100 * mix)} % English" if mix else name
