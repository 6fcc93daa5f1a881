from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.tui.script.aksaras import aksaras

INDIC_TEXT = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0900, max_codepoint=0x0DFF),
        st.sampled_from("\u200c\u200d\u094d\u09cd\u0bcd \u1cd0\ua8e0a।"),
    )
)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("हिन्दी", "हि न्दी"),
        ("स्त्री", "स्त्री"),
        ("क्षत्रियः", "क्ष त्रि यः"),
        ("कर्म", "क र्म"),
        ("क़लम", "क़ ल म"),
        ("ज़रा", "ज़ रा"),
        ("गाँव", "गाँ व"),
        ("मी॑ळे", "मी॑ ळे"),
        ("বাংলা", "বাং লা"),
        ("উৎসব", "উ ৎ স ব"),
        ("অ্যাপ", "অ্যা প"),
        ("কর্ম", "ক র্ম"),
        ("র‍্যাব", "র‍্যা ব"),
        ("১২৩", "১ ২ ৩"),
        ("வணக்கம்", "வ ண க் க ம்"),
        ("தமிழ்", "த மி ழ்"),
        ("லக்ஷ்மி", "ல க்ஷ் மி"),
        ("ஸ்ரீ", "ஸ்ரீ"),
        ("ஶ்ரீ", "ஶ்ரீ"),
        ("ஸ்ரம்", "ஸ் ர ம்"),
        ("அஃது", "அ ஃ து"),
        ("ಕನ್ನಡ", "ಕ ನ್ನ ಡ"),
        ("शुरू।", "शु रू ।"),
    ],
)
def test_a_word_is_split_where_a_reader_would_split_it(word: str, syllables: str) -> None:
    assert aksaras(word) == syllables.split()


def test_a_non_joiner_ends_the_conjunct_and_a_joiner_keeps_it() -> None:
    assert aksaras("क्\u200cष") == ["क्\u200c", "ष"]
    assert aksaras("क्\u200dष") == ["क्\u200dष"]


def test_a_letter_with_an_accent_stays_whole() -> None:
    assert aksaras("perche\u0301") == ["p", "e", "r", "c", "h", "e\u0301"]


def test_a_flood_of_marks_does_not_become_one_syllable() -> None:
    pieces = aksaras("क" + "ा" * 10_000)
    assert max(map(len, pieces)) < 16


@given(st.one_of(st.text(), INDIC_TEXT))
def test_the_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(aksaras(text)) == text
