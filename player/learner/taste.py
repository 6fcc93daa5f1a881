"""Taste: which genres, topics and formats a listener likes, and which story suits them next."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from player.learner.belief import Belief
from player.learner.selection import NO_WISH, Decision, Rung, Wish, first_rung, loss

HALF_LIFE_DAYS: Final = 30.0
EARLY: Final = 0.4
"""A story left before this share of it tells more than one left later."""

LIKED: Final = {"like": 2.0, "love": 3.0, "favorite": 3.0}
COMPLETED: Final = 0.5
LEFT_EARLY, LEFT_LATE = 1.0, 0.5
PSEUDO: Final = 3.0
GENRE, FORMAT, MISS = 0.7, 0.3, 2.0
FAIR: Final = 0.5
"""How much is liked of which nothing is known."""


class Kind(StrEnum):
    """What a story may be liked for."""

    GENRE = "genre"
    TOPIC = "topic"
    FORMAT = "format"


Traits = Mapping[Kind, str | None]
"""A story's genre, topic and format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A like, or its taking back (`reaction` None); of one content the latest counts."""

    id: str
    content: str
    at: datetime
    reaction: str | None
    traits: Traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A story that was completed (`left_at` None) or left at a share of it, 0 to 1."""

    id: str
    at: datetime
    traits: Traits
    left_at: float | None = None


@dataclass(frozen=True, slots=True)
class Leaning:
    """What speaks for and against one genre, topic or format, weighted by how long ago it was."""

    liked: float = 0.0
    disliked: float = 0.0

    @property
    def mean(self) -> float:
        """The share of liking to be expected, 0 to 1; a half where nothing is known."""
        return (self.liked + PSEUDO) / (self.liked + self.disliked + 2 * PSEUDO)

    @property
    def doubt(self) -> float:
        """How little is known: what has not been tried is worth a try."""
        return math.sqrt(self.mean * (1 - self.mean) / (self.liked + self.disliked + 2 * PSEUDO))


UNKNOWN: Final = Leaning()


@dataclass(frozen=True, slots=True)
class Taste:
    """What a listener leans to, by kind and name."""

    leanings: Mapping[Kind, Mapping[str, Leaning]] = field(default_factory=dict)

    def leaning(self, kind: Kind, name: str | None) -> Leaning:
        """Return what is known of one genre, topic or format."""
        return self.leanings.get(kind, {}).get(name or "", UNKNOWN)

    def score(self, traits: Traits) -> float:
        """Return how much a story is to the listener's taste; its difficulty comes on top."""
        genre = self.leaning(Kind.GENRE, traits.get(Kind.GENRE))
        form = self.leaning(Kind.FORMAT, traits.get(Kind.FORMAT))
        return GENRE * genre.mean + FORMAT * form.mean + genre.doubt

    def preference_weights(self) -> dict[str, dict[str, float]]:
        """Return the column of that name: the means by genre and topic, four decimals."""
        return {kind.value: self._means(kind) for kind in (Kind.GENRE, Kind.TOPIC)}

    def content_type_preferences(self) -> dict[str, float]:
        """Return the column of that name: the means by format, four decimals."""
        return self._means(Kind.FORMAT)

    def _means(self, kind: Kind) -> dict[str, float]:
        known = self.leanings.get(kind, {})
        return {name: round(known[name].mean, 4) for name in sorted(known)}


def taste(reactions: Iterable[Reaction], hearings: Iterable[Hearing], *, now: datetime) -> Taste:
    """Return the taste that likes and hearings, in any order, show at `now`."""
    latest: dict[str, Reaction] = {}
    for reaction in sorted({r.id: r for r in reactions}.values(), key=lambda r: (r.at, r.id)):
        latest[reaction.content] = reaction
    said = [
        (r.at, r.id, r.traits, LIKED[r.reaction])
        for r in latest.values()
        if r.reaction in LIKED and r.reaction
    ]
    said += [(h.at, h.id, h.traits, _worth(h)) for h in {h.id: h for h in hearings}.values()]
    sums: dict[Kind, dict[str, Leaning]] = {}
    for at, _, traits, worth in sorted(said, key=lambda each: each[:2]):
        days = max((now - at).total_seconds(), 0.0) / 86400
        weight = worth * 2 ** (-days / HALF_LIFE_DAYS)
        for kind, name in traits.items():
            if name:
                known = sums.setdefault(kind, {})
                known[name] = _with(known.get(name, UNKNOWN), weight)
    return Taste(sums)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story that could be heard next, with its rungs from least to most English."""

    slug: str
    traits: Traits
    rungs: Sequence[Rung]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A story with what it would begin in; `score` orders recommendations, more is better."""

    slug: str
    decision: Decision
    score: float


def recommend(
    belief: Belief, liking: Taste, candidates: Iterable[Candidate], *, wish: Wish = NO_WISH
) -> list[Recommendation]:
    """Return the stories that have rungs, what suits best first; ties by slug."""
    found = []
    for story in candidates:
        if story.rungs:
            decision = first_rung(belief, story.rungs, wish=wish)
            score = liking.score(story.traits) - MISS * loss(belief, decision.rung)
            found.append(Recommendation(story.slug, decision, score))
    return sorted(found, key=lambda each: (-each.score, each.slug))


def _worth(hearing: Hearing) -> float:
    if hearing.left_at is None:
        return COMPLETED
    return -LEFT_EARLY if hearing.left_at < EARLY else -LEFT_LATE


def _with(known: Leaning, weight: float) -> Leaning:
    return Leaning(known.liked + max(weight, 0.0), known.disliked + max(-weight, 0.0))
