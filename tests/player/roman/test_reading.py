"""Romanised lines read as they are spoken: word lists of each language, and what holds for all."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.roman import romanised

HERE = Path(__file__).parent
INDIC = re.compile(r"[\u0900-\u09ff\u0b80-\u0bff]")


def listed(language: str) -> list[tuple[str, str]]:
    lines = (HERE / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split() for line in lines if line and not line.startswith("#")]
    return [(word, unicodedata.normalize("NFC", latin)) for word, latin in pairs]


@pytest.mark.parametrize("language", ["hindi", "tamil", "bengali"])
def test_words_that_a_table_of_letters_gets_wrong_are_read_as_spoken(language: str) -> None:
    pairs = listed(language)
    assert len(pairs) > 60
    assert [romanised(word) for word, _ in pairs] == [latin for _, latin in pairs]


@pytest.mark.parametrize("language", ["hindi", "tamil", "bengali"])
def test_decomposed_spelling_reads_the_same(language: str) -> None:
    for word, latin in listed(language):
        assert romanised(unicodedata.normalize("NFD", word)) == latin


def test_a_nukta_may_be_one_character_or_two() -> None:
    assert romanised("\u095bमीन") == romanised("ज\u093cमीन") == "zamīn"
    assert romanised("ব\u09dc") == romanised("বড\u09bc") == "baṛa"


def test_joiners_have_no_sound_but_stay_where_they_join_other_things() -> None:
    assert romanised("क्\u200dया") == "kyā"
    assert romanised("\U0001f469\u200d\U0001f33e और") == "\U0001f469\u200d\U0001f33e aur"


def test_english_words_stay_in_a_mixed_line() -> None:
    line = "Today मैं तुम्हें एक clever कौए की story सुनाती हूँ।"
    assert romanised(line, "hi-mixed") == "Today maiṁ tumheṁ ek clever kaue kī story sunātī hū̃."


def test_a_danda_becomes_a_full_stop_and_digits_become_latin() -> None:
    assert romanised("घर में २५ लोग हैं । चलो॥") == "ghar meṁ 25 log haiṁ. calo."
    assert romanised("৭টি কাক, ௧௨ காகம்") == "7ṭi kāk, 12 kākam"


def test_a_line_of_each_language_reads_as_it_is_told() -> None:
    assert romanised("मैंने कुम्हार के आँगन में एक बड़ा घड़ा देखा था, पर मैं उसमें झाँक नहीं पाई।") == (
        "mainne kumhār ke ā̃gan meṁ ek baṛā ghaṛā dekhā thā, par maiṁ usmeṁ jhā̃k nahīṁ pāī."
    )
    assert romanised("கோடைக்காலத்தில் ஒரு நாள் வெயில் கொளுத்தியது.") == (
        "kōṭaikkālattil oru nāḷ veyil koḷuttiyatu."
    )
    assert romanised("পাথরটা গলা বের করে চোখ পিটপিট করল, সে আসলে এক বুড়ো কচ্ছপ।") == (
        "pātharṭā galā ber kare cokh piṭpiṭ karla, se āsale ek buṛo kacchap."
    )


def test_sanskrit_keeps_every_vowel_when_it_is_named() -> None:
    assert romanised("कमल", "sa") == "kamala"


SCRIPTS = st.text(
    st.one_of(
        st.characters(min_codepoint=0x900, max_codepoint=0x9FF),
        st.characters(min_codepoint=0xB80, max_codepoint=0xBFF),
        st.sampled_from(" .,-a\u200c\u200d\u0303"),
    ),
    max_size=24,
)


@given(st.text() | SCRIPTS)
def test_no_letter_of_the_three_scripts_is_left_and_reading_twice_changes_nothing(
    text: str,
) -> None:
    once = romanised(text)
    assert not INDIC.search(once)
    assert romanised(once) == once


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_plain_text_is_left_alone(text: str) -> None:
    assert romanised(text) == text
