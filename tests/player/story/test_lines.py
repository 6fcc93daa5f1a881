"""Lines and words, timed by the clip or, without times, by their length."""

from __future__ import annotations

from player.story.clips import fits
from player.story.graph import Span, Timings
from player.story.lines import line_at, lines_of, reading_ms, word_at

TEXT = "One two. Three four five."


def test_times_of_the_clip_are_kept_and_words_count_from_their_line() -> None:
    timings = Timings(
        sentences=(Span(0, 8, 90, 900), Span(9, 25, 1300, 2500)),
        words=(Span(0, 3, 90, 400), Span(4, 8, 400, 900), Span(9, 14, 1300, 1700)),
    )
    first, second = lines_of(TEXT, timings, 2600)
    assert (first.text, first.start_ms, first.end_ms) == ("One two.", 90, 900)
    assert second.words == (Span(0, 5, 1300, 1700),)


def test_times_of_another_text_are_not_believed() -> None:
    stale = Timings(sentences=(Span(0, 3, 0, 100),))
    lines = lines_of(TEXT, stale, 2500)
    assert [line.text for line in lines] == ["One two.", "Three four five."]
    assert lines[0].end_ms == lines[1].start_ms
    assert lines[-1].end_ms == 2500


def test_the_line_and_the_word_at_a_time_are_found() -> None:
    lines = lines_of(TEXT, Timings(), 2500)
    assert line_at(lines, -5) == 0
    assert line_at(lines, lines[1].start_ms - 1) == 0
    assert line_at(lines, lines[1].start_ms) == 1
    assert line_at(lines, 99_999) == 1
    assert line_at((), 0) == -1
    word = word_at(lines[1], lines[1].end_ms)
    assert word is not None
    assert lines[1].text[word.start : word.end] == "five."
    assert word_at(lines[1], 0) is None


def test_reading_takes_its_time_and_never_less_than_two_seconds() -> None:
    assert reading_ms("word " * 130) == 60_000
    assert reading_ms("Oh.") == 2000


def test_times_that_lead_out_of_the_clip_are_no_times_of_it() -> None:
    far = Timings(words=(Span(0, 1, 0, 10**30), Span(1, 2, 0, 500)))
    assert not fits(far, "ab", 1_000)
    assert fits(Timings(words=(Span(0, 1, 0, 400), Span(1, 2, 0, 500))), "ab", 1_000)
