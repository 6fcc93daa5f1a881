"""The border for text."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from player.story.cleaning import cleaned, fault_in, normalised, quoted
from tests.player.story.files import is_plain_line


def test_escapes_and_overrides_are_taken_out_and_words_stay() -> None:
    assert cleaned("a\x1b[31mb\x9bc\u202ed\u2066e\x07f\x00") == "a[31mbcdef"


def test_joiners_survive() -> None:
    assert cleaned(" क्\u200dष र\u200cय ") == "क्\u200dष र\u200cय"
    assert fault_in("क्\u200dष") is None


def test_real_words_with_many_signs_are_no_flood() -> None:
    for word in ("र्त्स्न्या", "ন্ত্র্যৌঁ", "க்ஷௌ", "श्र्ऱ्ँ"):
        assert fault_in(word) is None


def test_a_flood_of_marks_is_cut_to_what_a_letter_can_carry() -> None:
    assert len(cleaned("o" + "\u0330" * 500 + "k")) <= 10
    assert cleaned("!" * 50) == "!" * 50


@given(st.text())
def test_what_was_cleaned_is_clean_and_stays_as_it_is(text: str) -> None:
    once = cleaned(text)
    assert fault_in(once) is None
    assert cleaned(once) == once
    assert normalised(once) == once


@given(st.text())
@example("\u200c")
def test_a_quotation_is_always_one_printable_line(text: str) -> None:
    assert is_plain_line(quoted(text))
    assert len(quoted(text, 10)) <= 10 * 8 + 2
