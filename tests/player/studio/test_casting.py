"""Everybody in a story gets a voice of their own."""

from __future__ import annotations

import pytest

from player.errors import UsageError
from player.studio.casting import voice_for
from player.studio.script import Reading


def reading(language: str, character: str, profile: str = "") -> Reading:
    return Reading(
        node="intro", language=language, mix=0.0, speaker="meera",
        character=character, profile=profile, shown="a", spoken="a",
    )  # fmt: skip


@pytest.mark.parametrize("language", ["hi", "hi-mixed", "ta", "bn", "it", "en"])
def test_narrator_grandmother_crow_and_fox_sound_different(language: str) -> None:
    people = ("narrator", "grandmother", "crow", "fox")
    voices = {voice_for(reading(language, person), "any", "kokoro") for person in people}
    assert len(voices) == 4


def test_a_voice_profile_casts_a_character_with_a_name_of_its_own() -> None:
    kind = voice_for(reading("hi", "amma", "warm_elderly"), "any", "kokoro")
    assert kind == voice_for(reading("hi", "grandmother"), "any", "kokoro")


def test_somebody_unknown_speaks_with_the_narrators_voice() -> None:
    someone = voice_for(reading("it", "sasso"), "any", "kokoro")
    assert someone == voice_for(reading("it", "narrator"), "any", "kokoro")


def test_espeak_speaks_any_language() -> None:
    assert voice_for(reading("mr", "narrator"), "any", "espeak").name


def test_a_language_nobody_is_cast_for_is_named() -> None:
    with pytest.raises(UsageError, match="'mr' with kokoro"):
        voice_for(reading("mr", "narrator"), "any", "kokoro")
