"""Story and episode files, and what is found wrong in them."""

from __future__ import annotations

from player.story.clips import ClipFact, ClipFacts
from player.story.graph import Span, Timings
from player.story.loading import examine_story
from player.story.problems import Problem

GOOD = """\
format: 1
slug: clever-crow
age_range: 4-8
region: pan-indian
moral: Persistence pays
source_language: en
editions:
  hi: {title: चालाक कौआ, genre: folk tale, difficulty_score: 0.45, locale: hi-IN}
  hi-mixed: {title: Clever कौआ, format: podcast, difficulty: discourse-heavy}
characters:
  dadi: {name: Dadi, voice_profile: warm_elderly, bulbul_speaker: meera}
start: intro
nodes:
  intro:
    type: narration
    character: dadi
    text: {en: Children, hi: बच्चो, hi-mixed@0.30: बच्चो one, hi-mixed@0.60: Children दो}
    say: {hi: बच्चो।}
    set: [awake]
    next: pot
  pot:
    type: choice
    text: {en: And now?, hi: अब?, hi-mixed: अब now?}
    choices:
      B: {text: {en: Drink, hi: पियो}, next: end, correct: false, needs: [awake]}
      A: {text: {en: Stones, hi: कंकड़}, next: end, correct: true, default: true, set: full}
  end: {type: end, was: finish, text: {en: Bye, hi: विदा, hi-mixed: Bye विदा}}
"""


EPISODE = """\
format: 1
slug: il-mercato
language: it
locale: it-IT
title: Il mercato
kind: podcast
age_range: 12-99
region: italia
series: {id: passeggiate, episode: 1}
speaker: {name: Nico, voice_profile: warm_narrator, bulbul_speaker: nico}
text: |
  Il mercato apre presto.
  Andiamo!
say: Il mercato apre presto. Andiamo.
translation: {en: The market opens early.}
"""


def is_plain_line(words: str) -> bool:
    """Return whether it is one line with nothing hidden in it but what joins letters in Hindi."""
    return all(char.isprintable() or char in "\u200c\u200d" for char in words)


def problems_of(text: str | bytes, clips: ClipFacts | None = None) -> tuple[Problem, ...]:
    source = text if isinstance(text, bytes) else text.encode()
    return examine_story(source, "story.yaml", clips or ClipFacts()).problems


def errors_of(text: str | bytes) -> list[tuple[int, str, str]]:
    return [(p.line, p.where, p.code) for p in problems_of(text) if p.is_error]


def a_clip(**other: object) -> ClipFact:
    facts: dict[str, object] = {
        "node": "end",
        "language": "hi",
        "mix": 0.0,
        "speaker": "meera",
        "path": "audio/hi/0.00/meera/end.mp3",
        "checksum": "ab" * 32,
        "size": 100,
        "duration_ms": 900,
        "timings": Timings((Span(0, 4, 90, 700),), (Span(0, 4, 90, 700),)),
    }
    return ClipFact(**{**facts, **other})  # type: ignore[arg-type]
