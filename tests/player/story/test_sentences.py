"""Sentences and words are found where a reader would find them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.story.sentences import sentence_spans, shown_text, word_spans


def sentences(text: str) -> list[str]:
    shown = shown_text(text)
    return [shown[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("एक कौआ था। वह प्यासा था।", ["एक कौआ था।", "वह प्यासा था।"]),
        ("কাকটি কী করল? সে উড়ল!", ["কাকটি কী করল?", "সে উড়ল!"]),
        ("காகம் பறந்தது. தண்ணீர் எங்கே?", ["காகம் பறந்தது.", "தண்ணீர் எங்கே?"]),
        ("No end at all", ["No end at all"]),
        ("Why?! Because.", ["Why?!", "Because."]),
        ("हम्म... अच्छा। चलो!", ["हम्म...", "अच्छा।", "चलो!"]),
        ("Aspetta... forse no. Sì!", ["Aspetta... forse no.", "Sì!"]),
        ("«Ciao!» disse la volpe. «Chi sei?»", ["«Ciao!» disse la volpe.", "«Chi sei?»"]),
        ("— Ciao! — disse la volpe.", ["— Ciao! — disse la volpe."]),
        ("“Where is it?” The crow looked.", ["“Where is it?”", "The crow looked."]),
        ('He said: "Go!" She went.', ['He said: "Go!"', "She went."]),
        (
            "Dr. Rossi and A. P. J. came. Then 3.5 km.",
            ["Dr. Rossi and A. P. J. came.", "Then 3.5 km."],
        ),
        ("Era il 1969. Nessuno dormiva.", ["Era il 1969.", "Nessuno dormiva."]),
        ("1. Prendi l'acqua.\n2. Bevi.", ["1. Prendi l'acqua.", "2. Bevi."]),
        ("One line\nand its rest. Two.", ["One line\nand its rest.", "Two."]),
        ("A title\n\nThe text.", ["A title", "The text."]),
        ("Yes. — … !", ["Yes. — … !"]),
        ("... And then?", ["... And then?"]),
        ("  spaced.  Twice.  ", ["spaced.", "Twice."]),
        ("", []),
    ],
)
def test_a_text_falls_into_the_sentences_a_reader_sees(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_offsets_count_characters_of_the_normalised_text() -> None:
    decomposed = "  Perche\u0301? Cosi\u0300.  "
    assert sentence_spans(decomposed) == ((0, 7), (8, 13))
    assert sentences(decomposed) == ["Perché?", "Così."]


def test_words_are_runs_without_white_space() -> None:
    assert word_spans("एक  कौआ\nथा।") == ((0, 2), (4, 7), (8, 11))


@given(st.text(alphabet="aB1 .!?…।\n\"'”»«—é\u0301क", max_size=40))
def test_spans_are_in_order_and_hold_every_word_once(text: str) -> None:
    shown = shown_text(text)
    spans = sentence_spans(text)
    assert all(start < end for start, end in spans)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))
    kept = "".join(shown[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(shown.split())
    assert sentence_spans(shown) == spans
