"""Texts become the phonemes of the right language, one group a word."""

from __future__ import annotations

import pytest

from player.story.sentences import word_spans
from player.studio.lexicon import core, entries_in
from player.studio.phonemes import spoken_words

pytestmark = pytest.mark.usefixtures("studio_parts")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("hi", "“अरे!” कौआ बोला — “पानी-वानी कहाँ है?”"),
        ("hi-mixed", "Children, आज मैं tell करूँगी एक story। Dadi said, listen!"),
        ("ta", "ஒரு காகம் தண்ணீர் தேடி பறந்தது."),
        ("bn", "একদিন একটি কাক জল খুঁজছিল।"),
        ("it", "«Chi sei?» chiese la volpe... e l’acqua tacque"),
        ("en", "Once upon a time, in the hot sun, there was a crow."),
    ],
)
def test_every_word_has_its_phonemes_and_the_last_one_a_full_stop(language: str, text: str) -> None:
    words = spoken_words(text, language)
    assert len(words) == len(word_spans(text))
    assert all(word.phonemes or word.pause == "—" for word in words)
    assert words[-1].pause in ".!?"


def test_the_lexicon_goes_before_espeak() -> None:
    assert spoken_words("यह", "hi")[0].phonemes == "jˈeː"
    assert spoken_words("Dadi", "hi-mixed")[0].phonemes == "dˈaːdi"
    assert set(entries_in("Dadi, यह देखो", "hi")) == {"Dadi", "यह"}


def test_signs_around_a_word_are_no_part_of_it_but_vowel_signs_are() -> None:
    assert core("“पानी?”") == "पानी"
    assert core("…।") == ""
