from __future__ import annotations

import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from player.tui.script import plain, show
from player.tui.script.aksaras import aksaras
from player.tui.script.encoding import (
    PRIVATE_USE,
    decode,
    encode,
    encode_with_offsets,
    reserve,
)

INDIC_TEXT = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0900, max_codepoint=0x0DFF),
        st.sampled_from("\u200c\u200d\u094d\u09cd\u0bcd \ue000\U000f0000\u1cd0e\u0301।"),
    )
)
ANY_TEXT = st.one_of(st.text(), INDIC_TEXT, st.text(st.characters()))
SENTENCES = [
    "एक समय की बात है, एक छोटे से गाँव में एक स्त्री रहती थी।",
    "காகம் ஒன்று தண்ணீர் தேடி அலைந்தது; ஸ்ரீ லக்ஷ்மி சிரித்தாள்.",
    "একটি কাক জল খুঁজছিল; র‍্যাব, উৎসব আর অ্যাপ।",
]


def without_private_use(text: str) -> str:
    return re.sub(f"[{PRIVATE_USE}]", "", text)


@given(ANY_TEXT)
def test_decoding_gives_back_all_but_private_use_characters(text: str) -> None:
    assert decode(encode(text)) == without_private_use(text)


@given(INDIC_TEXT)
def test_every_indic_character_is_encoded_and_one_cell_wide(text: str) -> None:
    encoded = encode(text)
    left = [c for c in encoded if "\u0900" <= c <= "\u0dff" and c not in "।॥"]
    assert left == []
    private = re.findall(f"[{PRIVATE_USE}]", encoded)
    assert cell_len("".join(private)) == len(private)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_what_rich_measures_is_the_number_of_characters(sentence: str) -> None:
    assert cell_len(encode(sentence)) == len(encode(sentence))


def test_latin_text_is_left_as_it_is() -> None:
    for text in ("plain", "perché — 日本 → ✓ 👩‍👧"):
        assert encode(text) is text


def test_a_lone_surrogate_or_control_character_does_not_disturb() -> None:
    assert decode(encode("क\ud800\x1b[m\x00ख")) == "क\ud800\x1b[m\x00ख"


def test_an_aksara_has_room_for_its_letters_and_for_its_drawing() -> None:
    assert reserve("क") == 1
    assert reserve("का") == 2
    assert reserve("क्ष") == 2
    assert reserve("ज़े") == reserve("जे")
    assert reserve("ண") == 3
    assert reserve("கொ") == 4
    assert reserve("আ") == 2
    assert reserve("\u0301") == 1


def test_an_aksara_whose_head_was_cropped_is_gone_and_one_cropped_later_is_whole() -> None:
    encoded = encode("कातु")
    assert decode(encoded[1:]) == "तु"
    assert decode(encoded[:1]) == "का"


@given(ANY_TEXT)
def test_offsets_lead_to_the_same_aksara_and_back(text: str) -> None:
    mapped = encode_with_offsets(text)
    assert mapped.encoded == encode(text)
    offsets = [mapped.offset(index) for index in range(len(text) + 1)]
    assert offsets == sorted(offsets)
    assert mapped.offset(len(text)) == len(mapped.encoded)
    assert all(mapped.offset(mapped.index(at)) <= at for at in range(len(mapped.encoded)))


@given(INDIC_TEXT)
def test_every_aksara_is_found_by_its_offsets(text: str) -> None:
    mapped = encode_with_offsets(text)
    private = [bool(re.match(f"[{PRIVATE_USE}]", character)) for character in text]
    at = [index for index, dropped in enumerate(private) if not dropped]
    first = 0
    for aksara in aksaras(without_private_use(text)):
        start, end = mapped.span(at[first], at[first + len(aksara) - 1] + 1)
        assert decode(mapped.encoded[start:end]) == aksara
        first += len(aksara)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_word_is_found_again_by_its_offsets(sentence: str) -> None:
    sentence = unicodedata.normalize("NFC", sentence)
    mapped = encode_with_offsets(sentence)
    for word in re.finditer(r"\S+", sentence):
        start, end = mapped.span(*word.span())
        assert decode(mapped.encoded[start:end]) == word[0]


def test_a_range_that_ends_inside_an_aksara_takes_in_the_whole_of_it() -> None:
    mapped = encode_with_offsets("एक स्त्री है")
    start, end = mapped.span(3, 5)
    assert decode(mapped.encoded[start:end]) == "स्त्री"


def test_private_use_characters_in_a_story_do_not_move_the_highlight() -> None:
    mapped = encode_with_offsets("क\ue000\U000f0001 बात")
    start, end = mapped.span(4, 7)
    assert decode(mapped.encoded[start:end]) == "बात"


def test_show_and_plain_are_each_other_s_way_back() -> None:
    assert plain(show(SENTENCES[0])) == SENTENCES[0]


def test_encoding_needs_neither_textual_nor_rich() -> None:
    code = (
        "import sys, player.tui.script.encoding\n"
        "sys.exit(bool({'textual', 'rich'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
