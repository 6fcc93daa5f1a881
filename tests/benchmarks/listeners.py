"""Simulated listeners, for the learner's benchmark: what they understand and what they then do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from player.learner.difficulty import MIXED, MIXING, SPREAD
from player.learner.updating import SENSORS, likelihoods

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LISTENERS, STORIES, PER_STORY = 200, 8, 12
NODES: Final = STORIES * PER_STORY
SCORES: Final = np.array([0.1, 0.25, 0.4, 0.55, 0.7, 0.85])
MIXES: Final = np.array([0.0, 0.2, 0.4, 0.6, 0.8])
LABELS: Final = SPREAD * (SCORES[:, None] - 0.5) + MIXING * np.log(1 - MIXED * MIXES[None, :])
"""What authors say of each story and rung, in logits."""

ODDS: Final = (10.0, 16.0, 2.8, 6.0)
OPTIONS: Final = 3
CLIPS: Final = 8
LEVELS: Final = ("beginner", "intermediate", "advanced")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of listener; gains and losses in logits a node.

    `mood_sd` makes all that is done at one node more or less likely together, whether it was
    understood or not: what no model here knows of. `asks` shifts how often help is looked for, in
    logits: who does not look for it as the population does.
    """

    name: str
    learns: float = 0.0
    tires: float = 0.0
    skips: float = 0.0
    checks: float = 0.2
    habit_sd: float = 0.8
    slips: float = 0.05
    ability_sd: float = 1.6
    stated: float = 0.5
    mood_sd: float = 0.0
    asks: float = 0.0


LISTED: Final = (
    Kind(name="static"),
    Kind(name="learning", learns=0.012),
    Kind(name="fatigue", tires=0.05),
    Kind(name="skipper", skips=0.7),
)
UNLISTED: Final = (
    Kind(name="fast-learning", learns=0.03),
    Kind(name="half-skipper", skips=0.4, learns=0.006),
    Kind(name="strong-habits", habit_sd=1.3),
    Kind(name="few-checks", checks=0.1),
    Kind(name="slips", slips=0.12),
    Kind(name="modest", stated=0.2),
    Kind(name="alike", ability_sd=1.1),
    Kind(name="moody", mood_sd=1.2),
    Kind(name="many-checks", checks=0.4),
    Kind(name="no-checks", checks=0.0),
    Kind(name="uncorrelated", stated=0.0),
    Kind(name="wide", ability_sd=2.2),
    Kind(name="asks-twice", asks=0.8),
    Kind(name="asks-half", asks=-0.8),
)
KINDS: Final = {kind.name: kind for kind in (*LISTED, *UNLISTED)}


def sigma(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))


@dataclass(frozen=True, slots=True)
class Shown:
    """What all listeners showed at one node; what was not asked is False and not `asked`."""

    heard: Bools
    seen: Bools
    asked: Bools
    right: Bools


class World:
    """A population of one kind with all of its luck drawn beforehand.

    So every policy meets the same listeners, stories and chances.
    """

    def __init__(self, kind: Kind, seed: int, odds: tuple[float, ...] = ODDS) -> None:
        draw = np.random.default_rng([seed, *kind.name.encode()])
        n = LISTENERS
        self.kind, self.odds = kind, odds
        z = draw.standard_normal(n)
        self.theta = kind.ability_sd * z
        said = kind.stated * z + np.sqrt(1 - kind.stated**2) * draw.standard_normal(n)
        self.level = np.digitize(said, np.quantile(said, [1 / 3, 2 / 3]))
        self._mixing = draw.uniform(0.75, 1.25, n)
        self._story = 0.3 * draw.standard_normal((n, len(SCORES)))
        self._node = 0.5 * draw.standard_normal((n, len(SCORES), PER_STORY))
        self._luck = draw.uniform(size=(n, NODES, 8))
        self._asks = draw.uniform(size=(n, NODES)) < kind.checks
        self._skips = draw.uniform(size=(n, NODES)) < kind.skips
        self._placing = draw.uniform(size=(n, CLIPS, 2))
        self._clip = 0.5 * draw.standard_normal((n, CLIPS))
        self._mood = kind.mood_sd * draw.standard_normal((n, NODES))
        self._feeling = 1.6 * draw.standard_normal((n, STORIES))
        self.when_understood, self.when_not = self._habits(draw.standard_normal((n, 4)))

    def _habits(self, personal: Floats) -> tuple[Floats, Floats]:
        """Return how likely each sensor is when understood and when not, by listener."""
        base = [
            likelihoods(rate, 0.8, ratio)[0]
            for (rate, _), ratio in zip(SENSORS, self.odds, strict=True)
        ]
        usual = np.log(np.array(base) / (1 - np.array(base))) + self.kind.asks
        x1 = sigma(usual + self.kind.habit_sd * personal)
        ratio = np.array(self.odds)
        return x1, ratio * x1 / (1 + (ratio - 1) * x1)

    def ability(self, node: int) -> Floats:
        """Return what the listeners can do while they hear their `node`-th, from 0."""
        tired = self.kind.tires * (node % PER_STORY)
        return self.theta + self.kind.learns * node - tired

    def difficulty(self, story: Ints, rung: Ints, node: int) -> Floats:
        """Return how difficult the node is in truth, by listener."""
        who = np.arange(len(story))
        mixing = self._mixing * MIXING * np.log(1 - MIXED * MIXES[rung])
        error = self._story[who, story] + self._node[who, story, node % PER_STORY]
        found: Floats = SPREAD * (SCORES[story] - 0.5) + mixing + error
        return found

    def chance(self, story: Ints, rung: Ints, node: int) -> Floats:
        """Return the true chance of understanding, by listener."""
        return sigma(self.ability(node) - self.difficulty(story, rung, node))

    def show(self, story: Ints, rung: Ints, node: int) -> Shown:
        """Return what the listeners do at a node that is served so."""
        luck = self._luck[:, node]
        understood = luck[:, 0] < self.chance(story, rung, node)
        usual = np.where(understood[:, None], self.when_understood, self.when_not)
        x = sigma(np.log(usual / (1 - usual)) + self._mood[:, node, None])
        heard = ~self._skips[:, node]
        asked = self._asks[:, node] & heard
        right = luck[:, 5] < np.where(understood, 1 - self.kind.slips, 1 / OPTIONS)
        return Shown(heard, (luck[:, 1:5] < x) & heard[:, None], asked, right & asked)

    def feels(self, node: int, difficulty: Floats) -> Floats:
        """Return how far the listeners feel above a story of this true difficulty, in logits."""
        found: Floats = self.ability(node) - difficulty + self._feeling[:, node // PER_STORY]
        return found

    def answers(self, who: int, clip: int, label: float) -> bool:
        """Return whether a listener answers a placement clip of four options rightly.

        `label` is what its authors say of it, in logits.
        """
        above = self.theta[who] - label - self._clip[who, clip]
        luck = self._placing[who, clip]
        understood = luck[0] < 1 / (1 + np.exp(-above))
        return bool(luck[1] < (1 - self.kind.slips if understood else 0.25))
