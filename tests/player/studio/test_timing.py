"""Word and sentence times follow the shown text, whatever was said."""

from __future__ import annotations

import itertools

import pytest

from player.story.sentences import sentence_spans, word_spans
from player.studio.timing import read_sidecar, sidecar, timings_of

STEADY = [(100.0 * n, 100.0 * n + 80) for n in range(1, 20)]


def test_what_is_said_as_written_keeps_its_word_times() -> None:
    text = "एक कौआ था। वह प्यासा था।"
    timings = timings_of(text, text, STEADY[:6], 900)
    assert [(w.start_ms, w.end_ms) for w in timings.words] == [
        (100, 180), (200, 280), (300, 380), (400, 480), (500, 580), (600, 680),
    ]  # fmt: skip
    assert [(s.start_ms, s.end_ms) for s in timings.sentences] == [(100, 380), (400, 680)]
    assert [(s.start, s.end) for s in timings.sentences] == list(sentence_spans(text))


def test_a_spoken_form_shares_its_time_among_the_words_it_stands_for() -> None:
    timings = timings_of(
        "Nel 1969 volò via.", "Nel millenovecento sessantanove volò via.", STEADY[:5], 900
    )
    assert [(w.start_ms, w.end_ms) for w in timings.words] == [
        (100, 180), (200, 380), (400, 480), (500, 580),
    ]  # fmt: skip


def test_another_number_of_spoken_sentences_still_times_every_shown_one() -> None:
    shown, spoken = "Uno. Due tre.", "Uno due tre."
    timings = timings_of(shown, spoken, STEADY[:3], 500)
    assert [(s.start_ms, s.end_ms) for s in timings.sentences] == [(100, 180), (200, 380)]


def test_a_word_that_is_not_said_has_a_moment_of_no_length() -> None:
    timings = timings_of("Ciao — luna", "Ciao luna", STEADY[:2], 500)
    assert [(w.start_ms, w.end_ms) for w in timings.words] == [(100, 180), (180, 180), (200, 280)]


def test_times_never_leave_the_clip_and_never_go_back() -> None:
    times = [(-40.0, 90.0), (60.0, 50.0), (400.0, 900.0)]
    timings = timings_of("a b c", "a b c", times, 500)
    flat = [ms for word in timings.words for ms in (word.start_ms, word.end_ms)]
    assert all(0 <= a <= b <= 500 for a, b in itertools.pairwise(flat))


def test_times_for_other_words_are_refused() -> None:
    with pytest.raises(ValueError, match="3 times were given for 2"):
        timings_of("a b", "a b", STEADY[:3], 500)


def test_a_sidecar_reads_back_as_it_was_written() -> None:
    text = "Perché? Così!"
    timings = timings_of(text, text, STEADY[:2], 400)
    assert read_sidecar(sidecar(timings, 400)) == (timings, 400)
    assert [(w.start, w.end) for w in timings.words] == list(word_spans(text))


def test_a_sidecar_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format 9"):
        read_sidecar('{"format":9}')
