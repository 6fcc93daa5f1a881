"""The chronicle: what was believed after each visit, from the first on, by language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from player.learner.belief import Belief, sigma
from player.learner.evidence import Observation
from player.learner.explaining import TENTH
from player.learner.folding import State
from player.learner.recounting import MIDDLING, Change

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moment:
    """What was believed at some time: mean and variance, in logits."""

    at: datetime
    mu: float
    v: float

    @property
    def lines_in_ten(self) -> tuple[float, float, float]:
        """How many lines in 10 of a middling story: the least, what is expected, and the most.

        8 times in 10 the truth lies between the least and the most; nothing is rounded.
        """
        belief = Belief(mu=self.mu, v=self.v)
        spread = TENTH * belief.sd
        least, most = sigma(self.mu - spread - MIDDLING), sigma(self.mu + spread - MIDDLING)
        return 10 * least, 10 * belief.expected(MIDDLING), 10 * most


class Chronicle:
    """Follows visits and ratings in the order of `tracing.visits`; it can go on at any time.

    `state` is what they lead to, `changes` by language the last that moved a belief. `level` is
    where a language starts whose first visit does not say its own.
    """

    def __init__(self, level: str) -> None:
        self.state = State()
        self.changes: dict[str, Change] = {}
        self._level = level
        self._moments: dict[str, list[Moment]] = {}

    def take(self, observations: Iterable[Observation]) -> None:
        """Take in what comes after all that was taken in before."""
        for each in observations:
            observation = self.state.counted(each)
            language = observation.language
            before = self.state.belief(language, observation.level or self._level)
            self.state = self.state.after(observation, self._level)
            after = self.state.beliefs[language]
            known = self._moments.setdefault(language, [])
            if not known:
                known.append(Moment(observation.at, before.mu, before.v))
            if after.mu != before.mu:
                self.changes[language] = Change(before, observation, after)
            if (after.mu, after.v) != (before.mu, before.v):
                known.append(Moment(observation.at, after.mu, after.v))

    def moments(self, language: str, most: int) -> tuple[Moment, ...]:
        """Return at most so many moments of a language; the first is before all that was heard."""
        return thinned(self._moments.get(language, ()), most)

    def count(self, language: str) -> int:
        """Return how often the belief in a language was told something."""
        return max(0, len(self._moments.get(language, ())) - 1)


def thinned(items: Sequence[T], most: int) -> tuple[T, ...]:
    """Return at most `most` (2 at least) of some items, evenly, with the first and the last."""
    last, steps = len(items) - 1, max(1, most - 1)
    if last <= steps:
        return tuple(items)
    return tuple(items[round(step * last / steps)] for step in range(steps + 1))
