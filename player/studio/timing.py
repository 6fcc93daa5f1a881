"""When each sentence and word of a shown text is heard: the times beside a clip."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from player.story.graph import Span, Timings
from player.story.sentences import sentence_spans, shown_text, word_spans
from player.studio.lexicon import core

FORMAT: Final = 1

Times = Sequence[tuple[float, float]]
"""(start, end) of every word, in milliseconds."""


def timings_of(shown: str, spoken: str, times: Times, duration_ms: int) -> Timings:
    """Return the times of the words and sentences of `shown`, given those of the words of `spoken`.

    Where a spoken form replaces words, theirs are shared out by length. Times are clamped to the
    clip and never go back.
    """
    shown, spoken = shown_text(shown), shown_text(spoken)
    spans = word_spans(shown)
    mapped = _mapped(_words(shown), _words(spoken), times)
    words = tuple(
        Span(start, end, *ms)
        for (start, end), ms in zip(spans, _in_order(mapped, duration_ms), strict=True)
    )
    sentences = tuple(_sentence(start, end, words) for start, end in sentence_spans(shown))
    return Timings(sentences, words)


def sidecar(timings: Timings, duration_ms: int) -> str:
    """Return the JSON that lies beside a clip of `duration_ms`; see `read_sidecar`."""

    def rows(spans: Sequence[Span]) -> list[list[int]]:
        return [[s.start, s.end, s.start_ms, s.end_ms] for s in spans]

    head = {"format": FORMAT, "duration_ms": duration_ms}
    body = {"sentences": rows(timings.sentences), "words": rows(timings.words)}
    return json.dumps(head | body, separators=(",", ":")) + "\n"


def read_sidecar(text: str) -> tuple[Timings, int]:
    """Return the times and the duration in milliseconds that `sidecar` wrote down.

    Raises:
        ValueError: the text is not a sidecar of this format.
    """
    data = json.loads(text)
    if data.get("format") != FORMAT:
        raise ValueError(f"the times have format {data.get('format')!r}, not {FORMAT}")
    sentences, words = (tuple(Span(*row) for row in data[key]) for key in ("sentences", "words"))
    return Timings(sentences, words), int(data["duration_ms"])


def _words(text: str) -> list[str]:
    """Return the words as they are compared: without signs and capitals."""
    return [core(text[start:end]).casefold() or text[start:end] for start, end in word_spans(text)]


def _mapped(shown: list[str], spoken: list[str], times: Times) -> Iterator[tuple[float, float]]:
    if len(spoken) != len(times):
        raise ValueError(f"{len(times)} times were given for {len(spoken)} spoken words")
    last = 0.0
    matcher = SequenceMatcher(None, shown, spoken, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            yield from times[j1:j2]
        else:
            begin, end = (times[j1][0], times[j2 - 1][1]) if j1 < j2 else (last, last)
            yield from _shared_out(shown[i1:i2], begin, end)
        last = times[j2 - 1][1] if j1 < j2 else last


def _shared_out(words: list[str], begin: float, end: float) -> Iterator[tuple[float, float]]:
    total = sum(map(len, words))
    done = 0
    for word in words:
        start = begin + (end - begin) * done / total
        done += len(word)
        yield start, begin + (end - begin) * done / total


def _in_order(times: Iterator[tuple[float, float]], duration_ms: int) -> Iterator[tuple[int, int]]:
    last = 0
    for start, end in times:
        start_ms = min(max(round(start), last), duration_ms)
        last = min(max(round(end), start_ms), duration_ms)
        yield start_ms, last


def _sentence(start: int, end: int, words: tuple[Span, ...]) -> Span:
    inside = [word for word in words if start <= word.start < end]
    return Span(start, end, inside[0].start_ms, inside[-1].end_ms)
