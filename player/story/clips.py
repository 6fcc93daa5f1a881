"""What was found of a story's clips outside: the facts that loading puts to their nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import msgspec

from player.story.graph import Span, Timings
from player.story.problems import Problem

TEXT_KEY: Final = re.compile(r"([a-z]{2,3}(?:-[a-z0-9]{1,8})*)(?:@(0\.\d\d|1\.00))?")
"""A language, or language@mix with the share of English in two decimals, e.g. hi-mixed@0.30."""

MAX_DURATION_MS: Final = 9_999_990
MAX_SIZE: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipFact:
    """One audio file found beside a story.

    `node` is a node key; `path` is relative to the story's folder; `checksum` is the SHA-256 in
    lower-case hex; `mix` is 0 to 1. `url` is where it was published, "" where it was not.
    """

    node: str
    language: str
    mix: float
    speaker: str
    path: str
    checksum: str
    size: int
    duration_ms: int
    timings: Timings = field(default_factory=Timings)
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipFacts:
    """All that was found in a story's folder; `problems` are those of files that cannot be read."""

    clips: tuple[ClipFact, ...] = ()
    cover: str | None = None
    problems: tuple[Problem, ...] = ()


NO_CLIPS: Final = ClipFacts()


class _Times(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    duration_ms: int
    sentences: list[tuple[int, int, int, int]] = []
    words: list[tuple[int, int, int, int]] = []


def read_times(source: bytes) -> tuple[int, Timings]:
    """Read the times that lie beside a clip; returns its duration in ms and its timings.

    Raises ValueError with a sentence for people when the file is no such thing.
    """
    times = msgspec.json.decode(source, type=_Times)
    if times.format != 1:
        raise ValueError(f"format {times.format}; this program reads format 1")
    if not 0 < times.duration_ms <= MAX_DURATION_MS:
        raise ValueError(f"duration_ms {times.duration_ms} is no length of a clip")
    sentences = tuple(Span(*row) for row in times.sentences)
    words = tuple(Span(*row) for row in times.words)
    for name, spans in (("sentences", sentences), ("words", words)):
        if not in_order(spans):
            raise ValueError(f"{name} are not in order")
    return times.duration_ms, Timings(sentences, words)


def fits(timings: Timings, text: str, duration_ms: int) -> bool:
    """Whether the times lie within the text shown and within the clip."""
    return all(
        span.end <= len(text) and span.end_ms <= duration_ms
        for spans in (timings.sentences, timings.words)
        for span in spans
    )


def text_key(language: str, mix: float) -> str:
    """Return the key of the text for a language and mix: hi for 0, hi-mixed@0.30 otherwise."""
    return f"{language}@{mix:.2f}" if mix else language


def split_key(key: str) -> tuple[str, float]:
    """Return language and mix of a text key; mix is 0 where none is named."""
    language, _, mix = key.partition("@")
    return language, float(mix) if mix else 0.0


def in_order(spans: tuple[Span, ...]) -> bool:
    """Whether spans follow each other, in the text and in the sound."""
    at = at_ms = 0
    for span in spans:
        if not (at <= span.start < span.end and at_ms <= span.start_ms <= span.end_ms):
            return False
        at, at_ms = span.end, span.start_ms
    return True
