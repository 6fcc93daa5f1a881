"""Recounting: what is believed of one language, and what moved that last, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from player.learner.belief import Belief
from player.learner.evidence import Evidence, Felt, Observation, Rating
from player.learner.explaining import DID, UNSURE_SD, Moved, moved, share
from player.learner.folding import State
from player.learner.taste import FAIR, Kind, Taste

MIDDLING: Final = 0.0
"""The difficulty in logits of a middling story without any English, at its own speed."""

FELT: Final = {Felt.EASY: "too easy", Felt.RIGHT: "right", Felt.HARD: "too hard"}

ORDINARY: Final = "narrative"
"""The format that nearly every story has: liking it says nothing."""

_FORMATS: Final = {"podcast": "podcasts", "educational": "lessons"}

AT_MOST: Final = 3
"""As many genres or formats are named as liked."""


@dataclass(frozen=True, slots=True)
class Change:
    """One visit or rating that moved a belief."""

    before: Belief
    observation: Observation
    after: Belief

    @property
    def shift(self) -> float:
        """By how much, in logits."""
        return self.after.mu - self.before.mu

    @property
    def cause(self) -> str:
        """What did it, in words; only what tells something of this listener is named."""
        if isinstance(self.observation, Rating):
            return f"You called the story {FELT[self.observation.felt]}"
        did = moved(self.before, self.observation, self.after)
        return cause_of(did)

    @property
    def where(self) -> str:
        """The story, and the node where it was one."""
        observation = self.observation
        node = observation.node if isinstance(observation, Evidence) else ""
        return f"{observation.story}/{node}" if node else observation.story


def recount(observations: Iterable[Observation], level: str) -> tuple[State, dict[str, Change]]:
    """Return the state that observations lead to, and by language the last that moved it."""
    state, last = State(), {}
    for each in observations:
        observation = state.counted(each)
        language = observation.language
        before = state.belief(language, observation.level or level)
        state = state.after(observation, level)
        after = state.beliefs[language]
        if after.mu != before.mu:
            last[language] = Change(before, observation, after)
    return state, last


def cause_of(did: Moved) -> str:
    """Return what a visit was that moved a belief, in words that do not blame."""
    return _fall(did) if did.shift < 0 else _rise(did)


def told(belief: Belief, language: str) -> str:
    """Return what is believed, in one sentence; a range while it is unsure.

    `language` is the language in words ("Hindi").
    """
    if not belief.points:
        return f"We are still getting to know your {language} (nothing heard so far)."
    follows = f"you should follow {share(belief, MIDDLING)} of a middling story"
    if belief.sd <= UNSURE_SD:
        return f"{language}: {follows}."
    count = f"{belief.points} passage{'' if belief.points == 1 else 's'} so far"
    return f"We are still getting to know your {language} ({count}): {follows}."


def _fall(did: Moved) -> str:
    if did.told:
        return DID[did.told[0]]
    if did.is_right is False:
        return "The last question was a hard one"
    return "You heard a passage that was not easy"


def _rise(did: Moved) -> str:
    if did.is_right:
        return "You answered the last question rightly"
    if did.is_unaided and did.tells_unaided:
        return "You followed a passage without help"
    return "You heard a passage"


def told_taste(taste: Taste) -> str:
    """Return what a listener seems to like, most first; empty where nothing is liked."""
    genres, formats = _most_liked(taste, Kind.GENRE), _most_liked(taste, Kind.FORMAT)
    told = [f"stories of the genre {' or '.join(genres)}"] if genres else []
    told += [_FORMATS.get(name, name) for name in formats if name != ORDINARY]
    return f"You seem to like {' and '.join(told)}." if told else ""


def _most_liked(taste: Taste, kind: Kind) -> list[str]:
    known = taste.leanings.get(kind, {})
    names = sorted((-known[name].mean, name) for name in known if known[name].mean > FAIR)
    return [name for _, name in names[:AT_MOST]]
