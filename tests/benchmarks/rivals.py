"""What the learner is measured against: each knows less, or, told a secret, more."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from player.learner.belief import PRIOR_MEANS, PRIOR_VARIANCE, TARGET
from player.learner.constants import AS_DESIGNED, FITTED
from player.learner.selection import ENGLISH, MOST, TOO_HARD
from tests.benchmarks.listeners import (
    LABELS,
    LEVELS,
    MIXES,
    OPTIONS,
    PER_STORY,
    Bools,
    Floats,
    Ints,
    Shown,
    World,
    sigma,
)

PRIOR = np.array([PRIOR_MEANS[level] for level in LEVELS])
LOGIT_TARGET = math.log(TARGET / (1 - TARGET))


class Policy(Protocol):
    """Serves a population: each listener a story and, node by node, a rung."""

    def serve(self, node: int) -> tuple[Ints, Ints]:
        """Return story and rung of every listener's next node."""

    def observe(self, node: int, shown: Shown) -> None:
        """Learn from what the listeners did."""

    def estimate(self) -> Floats:
        """Return the believed ability of every listener."""

    def sd(self) -> Floats:
        """Return how uncertain that is."""


def losses_of(share: Floats, mix: Floats) -> Floats:
    """Return the loss of serving at these shares, with these shares of English."""
    short = share - TARGET
    found: Floats = short**2 * np.where(short < 0, TOO_HARD, 1.0) + ENGLISH * mix
    return found


def losses(expected: Floats) -> Floats:
    """Return the loss by rung, which is the last axis."""
    return losses_of(expected, MIXES)


class Chooser:
    """The design's rule of choosing, for whole populations: a policy adds what it believes."""

    constants = AS_DESIGNED

    def __init__(self, world: World) -> None:
        self.world = world
        self.mu: Floats = PRIOR[world.level].astype(float)
        self.v: Floats = np.zeros_like(self.mu)
        self.story = np.full(len(self.mu), -1)
        self.rung = np.zeros(len(self.mu), dtype=int)

    def expected(self) -> Floats:
        """Return the share expected to be followed: listener x story x rung."""
        spread = np.sqrt(1 + math.pi * self.v / self.constants.caution)[:, None, None]
        found: Floats = sigma((self.mu[:, None, None] - LABELS) / spread)
        return found

    def serve(self, node: int) -> tuple[Ints, Ints]:
        who = np.arange(len(self.mu))
        if node % PER_STORY == 0:
            self.story, self.rung = first(losses(self.expected()))
            return self.story, self.rung
        expected = self.expected()[who, self.story]
        best = np.argmin(losses(expected), axis=1)
        now = expected[who, self.rung]
        holds = (now >= self.constants.kept) & (now <= MOST)
        self.rung = np.where(holds, self.rung, self.rung + np.sign(best - self.rung))
        return self.story, self.rung

    def label(self) -> Floats:
        """Return what the authors say of the nodes being heard."""
        found: Floats = LABELS[self.story, self.rung]
        return found

    def estimate(self) -> Floats:
        return self.mu

    def sd(self) -> Floats:
        """Return how uncertain it is; 0 for one who does not say."""
        found: Floats = np.sqrt(self.v)
        return found

    def observe(self, node: int, shown: Shown) -> None:
        """Learn nothing."""


def first(found: Floats) -> tuple[Ints, Ints]:
    """Return story and rung of least loss."""
    n, _, rungs = found.shape
    best = np.argmin(found.reshape(n, -1), axis=1)
    return best // rungs, best % rungs


class Fixed(Chooser):
    """The best variant for the stated level, for ever."""


class Easiest(Chooser):
    """The easiest story with the most English, whoever listens: what the regret does not see."""

    def serve(self, node: int) -> tuple[Ints, Ints]:
        easiest = np.zeros(len(self.mu), dtype=int)
        return easiest, np.full(len(self.mu), len(MIXES) - 1)


class Oracle(Chooser):
    """Knows the ability; the stories only by their labels, as all others do."""

    def serve(self, node: int) -> tuple[Ints, Ints]:
        self.mu = self.world.ability(node)
        found = losses(self.expected())
        if node % PER_STORY == 0:
            self.story, self.rung = first(found)
        else:
            self.rung = np.argmin(found[np.arange(len(self.mu)), self.story], axis=1)
        return self.story, self.rung


class Staircase(Chooser):
    """One rung easier after any help, one harder after three visits without (79 %)."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._row = np.zeros(len(self.mu), dtype=int)

    def serve(self, node: int) -> tuple[Ints, Ints]:
        who = np.arange(len(self.mu))
        wanted = self.mu - LOGIT_TARGET
        if node % PER_STORY == 0:
            self.story, self.rung = first(np.abs(LABELS - wanted[:, None, None]))
        else:
            self.rung = np.argmin(np.abs(LABELS[self.story] - wanted[:, None]), axis=1)
        return self.story, self.rung[who]

    def observe(self, node: int, shown: Shown) -> None:
        unaided = clean(shown)
        self._row = np.where(shown.heard, np.where(unaided, self._row + 1, 0), self._row)
        step = np.abs(np.diff(LABELS[0])).mean()
        up, down = shown.heard & (self._row >= 3), shown.heard & ~unaided
        self.mu = self.mu + step * up - step * down
        self._row[up] = 0


def clean(shown: Shown) -> Bools:
    """Return who needed no help and answered nothing wrongly."""
    found: Bools = ~shown.seen.any(axis=1) & ~(shown.asked & ~shown.right)
    return found


class Elo(Chooser):
    """Elo with K = .4.

    On "every node" the score is naive: 1 where no help was taken, so also where nothing was heard;
    on "heard nodes" it is that of those only; on "checks" the answers alone count.
    """

    def __init__(self, world: World, *, on: str) -> None:
        super().__init__(world)
        self._on = on

    def observe(self, node: int, shown: Shown) -> None:
        everyone = np.ones_like(shown.heard)
        told = {"every node": everyone, "heard nodes": shown.heard, "checks": shown.asked}[self._on]
        score = shown.right if self._on == "checks" else clean(shown)
        self.mu = self.mu + told * 0.4 * (score - sigma(self.mu - self.label()))


class Glicko2(Chooser):
    """Glicko-2 on checks only (Glickman 2013), an answer a period; the volatility stays .06."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.v = np.full(len(self.mu), PRIOR_VARIANCE)

    def observe(self, node: int, shown: Shown) -> None:
        v = self.v + 0.06**2
        p = sigma(self.mu - self.label())
        after = 1 / (1 / v + p * (1 - p))
        self.v = np.where(shown.asked, after, v)
        self.mu = self.mu + shown.asked * after * (shown.right - p)


class CarefulGlicko2(Glicko2):
    """Glicko-2 that serves with the learner's own care: what is left is what is known."""

    constants = FITTED


class Told(Chooser):
    """A grid posterior that is told every listener's habits and what the sensors are worth."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._grid = np.linspace(-8, 8, 161)
        prior = np.exp(-((self._grid - self.mu[:, None]) ** 2) / (2 * PRIOR_VARIANCE))
        self._weights = prior / prior.sum(axis=1, keepdims=True)
        self._settle()

    def _settle(self) -> None:
        self.mu = self._weights @ self._grid
        self.v = self._weights @ self._grid**2 - self.mu**2

    def observe(self, node: int, shown: Shown) -> None:
        blurred = math.sqrt(1 + math.pi * (0.3**2 + 0.5**2) / 8)
        p = sigma((self._grid - self.label()[:, None]) / blurred)
        x1, x0 = self.world.when_understood, self.world.when_not
        l1 = np.where(shown.seen, x1, 1 - x1).prod(axis=1)
        l0 = np.where(shown.seen, x0, 1 - x0).prod(axis=1)
        c1 = np.where(shown.right, 0.95, 0.05)
        c0 = np.where(shown.right, 1 / OPTIONS, 1 - 1 / OPTIONS)
        l1, l0 = l1 * np.where(shown.asked, c1, 1), l0 * np.where(shown.asked, c0, 1)
        l1, l0 = np.where(shown.heard, l1, 1.0), np.where(shown.heard, l0, 1.0)
        self._weights = self._weights * (l1[:, None] * p + l0[:, None] * (1 - p))
        self._weights /= self._weights.sum(axis=1, keepdims=True)
        self._drift()
        self._settle()

    def _drift(self) -> None:
        """Let the ability wander by a variance of .01, as two neighbours of a grid of .1 do."""
        w = self._weights
        around = np.zeros_like(w)
        around[:, 1:] += w[:, :-1] / 2
        around[:, :-1] += w[:, 1:] / 2
        self._weights = around / around.sum(axis=1, keepdims=True)
