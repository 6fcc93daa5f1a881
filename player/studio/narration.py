"""A whole text spoken: sentence by sentence, with the silences of a storyteller between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from player.story.sentences import sentence_spans, shown_text, word_spans
from player.studio.speech import Engine, Samples, Speech, Voice

PAUSE_SECONDS: Final = 0.40
PAUSE_AFTER_CALL_SECONDS: Final = 0.35
"""Behind a question or an exclamation, where the talk goes on faster."""

PAUSE_OF_PARAGRAPH_SECONDS: Final = 0.65
SHORTEST_LETTERS: Final = 14
"""About a second: a shorter sentence is spoken in one breath with its neighbour."""

_BEFORE_SECONDS, _AFTER_SECONDS = 0.06, 0.12
_RISE_SECONDS, _FALL_SECONDS = 0.02, 0.08
"""Ramps within these margins: some voices breathe noise on after the last word."""

_FRAME_SECONDS: Final = 0.01
_QUIET: Final = 10 ** (-36 / 20)
"""The part of the loudest frame below which there is no voice, but breath and noise."""


@dataclass(frozen=True, slots=True)
class _Breath:
    text: str
    pause: float


def narrate(text: str, language: str, voice: Voice, engine: Engine) -> Speech:
    """Speak `text`; the words of the result are those of `word_spans(text)`, in seconds."""
    pieces: list[Samples] = []
    words: list[tuple[float, float]] = []
    begun, pause, rate = 0.0, 0.0, 0
    for breath in _breaths(shown_text(text)):
        speech = _trimmed(engine.speak(breath.text, language, voice))
        rate = speech.rate
        silence = np.zeros(round(pause * rate), np.float32)
        begun += len(silence) / rate
        pieces += [silence, speech.samples]
        words += [(begun + start, begun + end) for start, end in speech.words]
        begun += speech.seconds
        pause = breath.pause
    if len(words) != len(word_spans(text)):
        raise ValueError(f"{engine.name} timed {len(words)} of {len(word_spans(text))} words")
    return Speech(np.concatenate(pieces), rate, tuple(words))


def _breaths(text: str) -> Iterator[_Breath]:
    """Join sentences that are too short to be spoken alone to the next one, or to the last."""
    spans = list(sentence_spans(text))
    joined: list[tuple[int, int]] = []
    start: int | None = None
    for begin, end in spans:
        start = begin if start is None else start
        if _letters(text[start:end]) >= SHORTEST_LETTERS:
            joined.append((start, end))
            start = None
    if start is not None:
        first = joined.pop()[0] if joined else start
        joined.append((first, spans[-1][1]))
    for index, (begin, end) in enumerate(joined):
        gap = text[end : joined[index + 1][0]] if index + 1 < len(joined) else ""
        yield _Breath(text[begin:end], _pause(text[begin:end], gap))


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)


def _pause(sentence: str, gap: str) -> float:
    if "\n" in gap:
        return PAUSE_OF_PARAGRAPH_SECONDS
    called = sentence.rstrip("\"'”’»")[-1:] in ("?", "!")
    return PAUSE_AFTER_CALL_SECONDS if called else PAUSE_SECONDS


def voiced_range(samples: Samples, rate: int) -> tuple[int, int]:
    """Return the first sample of the voice and the one behind its last; (0, 0) in silence."""
    size = round(_FRAME_SECONDS * rate)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    loudness = np.sqrt(np.mean(np.square(frames), axis=1))
    loudest = float(loudness.max(initial=0.0))
    heard = np.flatnonzero(loudness > loudest * _QUIET) if loudest else np.empty(0, np.int64)
    return (int(heard[0]) * size, (int(heard[-1]) + 1) * size) if len(heard) else (0, 0)


def _trimmed(speech: Speech) -> Speech:
    rate = speech.rate
    first, last = voiced_range(speech.samples, rate)
    low = max(0, first - round(_BEFORE_SECONDS * rate))
    high = min(len(speech.samples), last + round(_AFTER_SECONDS * rate))
    samples = speech.samples[low:high].copy()
    rise, fall = (round(s * rate) for s in (_RISE_SECONDS, _FALL_SECONDS))
    if len(samples) > rise + fall:
        samples[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
        samples[-fall:] *= np.linspace(1, 0, fall, dtype=np.float32)
    shift, seconds = low / rate, len(samples) / rate
    words = tuple(
        (min(max(start - shift, 0.0), seconds), min(max(end - shift, 0.0), seconds))
        for start, end in speech.words
    )
    return Speech(samples, rate, words)
