"""The fold: what is believed of a listener is nothing but their event log, read in its order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from player.learner.belief import Belief
from player.learner.constants import FORGOTTEN_AFTER
from player.learner.evidence import Evidence, Observation, Rating
from player.learner.traces import Trace
from player.learner.tracing import visits
from player.learner.updating import rate, update


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of learner_model_state that tell of the language that was heard last."""

    comprehension_level: float
    difficulty_adjustment: float
    data_points: int


@dataclass(frozen=True, slots=True)
class State:
    """What is believed of one listener, by base language; nothing is carried between languages."""

    beliefs: Mapping[str, Belief] = field(default_factory=dict)

    def belief(self, language: str, level: str) -> Belief:
        """Return the belief for a base language; one that was never heard starts at `level`."""
        return self.beliefs.get(language) or Belief.prior(level)

    def asked_at(self, story: str, node: str, at: datetime) -> datetime | None:
        """Return when an answer to a question counted last, where one at this time counts no more.

        In whichever language it was asked: what was right is known in every other.
        """
        return _asked_at(self.beliefs, story, node, at)

    def counted(self, observation: Observation) -> Observation:
        """Return a visit or rating as it counts: without an answer that was given lately."""
        return _counted(self.beliefs, observation)

    def after(self, observation: Observation, level: str) -> State:
        """Return the state after one visit or rating; the same one where it told nothing."""
        observation = self.counted(observation)
        language = observation.language
        before = self.belief(language, observation.level or level)
        belief = _learned(before, observation)
        if belief is before and language in self.beliefs:
            return self
        return State({**self.beliefs, language: belief})

    def columns(self, level: str) -> Columns:
        """Return the columns for the language heard last; of no language where none was."""
        told = [(b.at, language, b) for language, b in self.beliefs.items() if b.at is not None]
        belief = max(told)[2] if told else self.belief("", level)
        return Columns(belief.comprehension_level, belief.difficulty_adjustment, belief.points)

    def to_json(self) -> dict[str, Any]:
        """Return the beliefs as the column `belief` holds them."""
        return {language: self.beliefs[language].to_json() for language in sorted(self.beliefs)}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> State:
        """Return the state stored by `to_json`. Raises as `Belief.from_json` does."""
        return cls({language: Belief.from_json(belief) for language, belief in saved.items()})


def fold(traces: Iterable[Trace], *, level: str, now: datetime) -> State:
    """Return the state that an event log leads to, from nothing.

    `level` is where a language starts whose first visit does not say its own. The log may come in
    any order, hold events twice, and two copies of one event may differ.
    """
    return learned(State(), visits(traces, now=now), level)


def learned(state: State, observations: Iterable[Observation], level: str) -> State:
    """Return the state after observations, which must come in the order of `visits`."""
    beliefs = dict(state.beliefs)
    for each in observations:
        observation = _counted(beliefs, each)
        language = observation.language
        before = beliefs.get(language) or Belief.prior(observation.level or level)
        beliefs[language] = _learned(before, observation)
    return State(beliefs)


def _asked_at(
    beliefs: Mapping[str, Belief], story: str, node: str, at: datetime
) -> datetime | None:
    known = [b.asked[story, node] for b in beliefs.values() if (story, node) in b.asked]
    return max((before for before in known if at - before < FORGOTTEN_AFTER), default=None)


def _counted(beliefs: Mapping[str, Belief], observation: Observation) -> Observation:
    if isinstance(observation, Rating) or observation.check is None:
        return observation
    asked_at = _asked_at(beliefs, observation.story, observation.node, observation.at)
    return observation if asked_at is None else replace(observation, check=None)


def _learned(before: Belief, observation: Observation) -> Belief:
    if isinstance(observation, Evidence):
        return update(before, observation)
    return rate(before, observation)
