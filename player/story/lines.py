"""The lines of a node as they are heard: one sentence each, with its time and its words."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from player.story.graph import Span, Timings
from player.story.sentences import sentence_spans, word_spans

WORDS_A_MINUTE: Final = 130
"""Unhurried reading aloud; used where there is no clip."""

MIN_READING_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence; `words` has offsets into `text` and times of the clip, in milliseconds."""

    text: str
    start_ms: int
    end_ms: int
    words: tuple[Span, ...] = ()


def reading_ms(text: str) -> int:
    """Return how long `text` takes to read at 130 words a minute, at least 2,000 ms."""
    return max(MIN_READING_MS, len(text.split()) * 60_000 // WORDS_A_MINUTE)


def lines_of(text: str, timings: Timings, duration_ms: int) -> tuple[Line, ...]:
    """Cut `text` into lines timed over a clip of `duration_ms`.

    Times come from `timings` where they fit the text, else they are shared out by length, so that
    a clip without times can still be read along and stepped through.
    """
    spans = sentence_spans(text)
    sentences = timings.sentences
    if len(sentences) == len(spans) and all(
        (s.start, s.end) == span for s, span in zip(sentences, spans, strict=True)
    ):
        return tuple(_timed_line(text, sentence, timings.words) for sentence in sentences)
    return _shared_out(text, spans, duration_ms)


def line_at(lines: tuple[Line, ...], position_ms: int) -> int:
    """Return the index of the line heard at `position_ms`; 0 before the first, -1 without lines."""
    return (
        max(0, bisect_right(lines, position_ms, key=lambda line: line.start_ms) - 1)
        if lines
        else -1
    )


def word_at(line: Line, position_ms: int) -> Span | None:
    """Return the word of `line` begun last at `position_ms`; None before the first."""
    index = bisect_right(line.words, position_ms, key=lambda word: word.start_ms) - 1
    return line.words[index] if index >= 0 else None


def _timed_line(text: str, sentence: Span, words: tuple[Span, ...]) -> Line:
    inside = tuple(
        Span(w.start - sentence.start, w.end - sentence.start, w.start_ms, w.end_ms)
        for w in words
        if sentence.start <= w.start and w.end <= sentence.end
    )
    return Line(text[sentence.start : sentence.end], sentence.start_ms, sentence.end_ms, inside)


def _shared_out(
    text: str, spans: tuple[tuple[int, int], ...], duration_ms: int
) -> tuple[Line, ...]:
    total = sum(end - start for start, end in spans) or 1
    lines = []
    passed = 0
    for start, end in spans:
        begin_ms = duration_ms * passed // total
        sentence = text[start:end]
        passed += end - start
        end_ms = duration_ms * passed // total
        lines.append(Line(sentence, begin_ms, end_ms, _even_words(sentence, begin_ms, end_ms)))
    return tuple(lines)


def _even_words(sentence: str, begin_ms: int, end_ms: int) -> tuple[Span, ...]:
    length = len(sentence) or 1
    return tuple(
        Span(
            start,
            end,
            begin_ms + (end_ms - begin_ms) * start // length,
            begin_ms + (end_ms - begin_ms) * end // length,
        )
        for start, end in word_spans(sentence)
    )
