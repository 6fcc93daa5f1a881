"""Recommending: of a whole library what is to a listener's taste, and suits what they follow."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from player.learner.selection import loss
from player.learner.suiting import Suitable, Suiting, language_of
from player.learner.taste import FAIR, LIKED, MISS, Candidate, Kind, Leaning, Taste, recommend

FOR_YOU: Final = 20
"""As many stories are recommended at most."""

CLOSE: Final = 3
"""So many times as many are looked at closely."""

ASKED: Final = LIKED["like"]
"""A genre or format that the settings ask for counts as a like of it."""


def for_you(suiting: Suiting, stories: Sequence[Suitable]) -> list[int]:
    """Return what is to the listener's taste, as indices, what suits best first.

    What was finished comes last. Empty as long as no taste is known. Of a large library all are
    weighed roughly, to a hundredth of the difficulty score, and the best of them closely.
    """
    liking = _with(suiting.listener.taste, suiting.listener.asked)
    if not liking.leanings:
        return []
    best = heapq.nsmallest(CLOSE * FOR_YOU, _weighed(suiting, stories, liking))
    return _closely(suiting, stories, liking, [n for _, _, n in best])[:FOR_YOU]


def _weighed(
    suiting: Suiting, stories: Sequence[Suitable], liking: Taste
) -> Iterator[tuple[bool, float, int]]:
    """Return what orders the stories that are to the taste, less is better, with their indices."""
    score, missed = _scorer(liking), _misser(suiting)
    for n, story in enumerate(stories):
        worth = score(story)
        if worth is not None:
            yield story.is_completed, missed(story) - worth, n


def _scorer(liking: Taste) -> Callable[[Suitable], float | None]:
    """Return what tells how much a story is to the taste; None where nothing speaks for it."""
    known: dict[tuple[str | None, str | None], float | None] = {}

    def score(story: Suitable) -> float | None:
        traits = (story.genre, story.format)
        if traits not in known:
            genre = liking.leaning(Kind.GENRE, story.genre).mean
            form = liking.leaning(Kind.FORMAT, story.format).mean
            is_liked = genre >= FAIR and max(genre, form) > FAIR
            known[traits] = liking.score(_traits(story)) if is_liked else None
        return known[traits]

    return score


def _misser(suiting: Suiting) -> Callable[[Suitable], float]:
    """Return what tells roughly how far a story is from what should be served."""
    known: dict[tuple[tuple[str, ...], int, str | None, str], float] = {}

    def missed(story: Suitable) -> float:
        score = story.difficulty_score
        key = (
            story.languages,
            -1 if score is None else round(100 * score),
            story.difficulty,
            suiting.own_key(story),
        )
        if key not in known:
            belief = suiting.belief(language_of(story))
            known[key] = MISS * min(loss(belief, rung) for rung in suiting.rungs(story))
        return known[key]

    return missed


def _closely(
    suiting: Suiting, stories: Sequence[Suitable], liking: Taste, some: Sequence[int]
) -> list[int]:
    """Order stories as they are recommended, each language by what is believed of it."""
    numbers = {stories[n].slug: n for n in some}
    by_language: defaultdict[str, list[Candidate]] = defaultdict(list)
    for n in some:
        story, language = stories[n], language_of(stories[n])
        rungs = suiting.rungs(story)
        by_language[language].append(Candidate(story.slug, _traits(story), rungs))
    found = [
        (stories[numbers[each.slug]].is_completed, -each.score, each.slug)
        for language, candidates in by_language.items()
        for each in recommend(suiting.belief(language), liking, candidates)
    ]
    return [numbers[slug] for _, _, slug in sorted(found)]


def _traits(story: Suitable) -> Mapping[Kind, str | None]:
    return {Kind.GENRE: story.genre, Kind.FORMAT: story.format}


def _with(taste: Taste, asked: Mapping[Kind, AbstractSet[str]]) -> Taste:
    """Return a taste in which what the settings ask for counts as liked once."""
    leanings = {kind: dict(known) for kind, known in taste.leanings.items()}
    for kind, names in asked.items():
        for name in names:
            known = leanings.setdefault(kind, {})
            before = known.get(name, Leaning())
            known[name] = Leaning(before.liked + ASKED, before.disliked)
    return Taste(leanings)
