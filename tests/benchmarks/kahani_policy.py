"""The product's own learner as a policy of the benchmark: its code, one listener at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from player.learner.belief import Belief
from player.learner.constants import FITTED, Constants
from player.learner.difficulty import difficulty
from player.learner.evidence import Check, Evidence, Felt, Rating
from player.learner.selection import Reason, Rung, first_rung, next_rung
from player.learner.updating import rate, update
from tests.benchmarks.listeners import (
    LABELS,
    LEVELS,
    MIXES,
    OPTIONS,
    PER_STORY,
    SCORES,
    Floats,
    Ints,
    Shown,
    World,
)

BEGIN = datetime(2025, 1, 1, 18, tzinfo=UTC)
LADDERS = [
    [
        Rung(f"story-{s}", f"hi@{mix:.2f}", float(mix), float(LABELS[s, r]))
        for r, mix in enumerate(MIXES)
    ]
    for s in range(len(SCORES))
]
PLACEMENT: Final = tuple(difficulty(score) for score in (0.5, 0.3, 0.7, 0.6, 0.4, 0.85, 0.95, 0.15))
"""The questions of a placement as they are asked: unmixed, without a transcript, in this order."""

PLACEMENT_OPTIONS: Final = 4
SHELF = [rung for ladder in LADDERS for rung in ladder]


def moment(node: int) -> datetime:
    """Return when a node is heard: one story an evening."""
    return BEGIN + timedelta(days=node // PER_STORY, minutes=node % PER_STORY)


class Kahani:
    """Every listener's belief, and what it serves them; first, `questions` of the placement."""

    def __init__(
        self,
        world: World,
        *,
        questions: int = 0,
        rates: bool = False,
        constants: Constants = FITTED,
    ) -> None:
        self.world = world
        self._rates, self._constants = rates, constants
        self.beliefs = [Belief.prior(LEVELS[level]) for level in world.level]
        self._rungs: list[Rung] = []
        self._stories = [-1] * len(self.beliefs)
        self._eased = [False] * len(self.beliefs)
        self._true = np.zeros(len(self.beliefs))
        asked = list(enumerate(PLACEMENT[:questions]))
        self.beliefs = [self._placed(who, asked) for who in range(len(self.beliefs))]

    def _placed(self, who: int, asked: list[tuple[int, float]]) -> Belief:
        """Return what is believed of a listener who answered these clips."""
        belief = self.beliefs[who]
        for clip, hardness in asked:
            is_right = self.world.answers(who, clip, hardness)
            evidence = Evidence(
                language="hi",
                story="placement",
                variant="hi",
                difficulty=hardness,
                at=BEGIN,
                heard=0.0,
                check=Check(is_right, PLACEMENT_OPTIONS),
            )
            belief = update(belief, evidence, self._constants)
        return belief

    def serve(self, node: int) -> tuple[Ints, Ints]:
        """Return story and rung of every listener's next node."""
        if node % PER_STORY == 0:
            self._rungs, self._eased = [], [False] * len(self.beliefs)
            for i, belief in enumerate(self.beliefs):
                rung = first_rung(belief, SHELF, constants=self._constants).rung
                self._stories[i] = int(rung.story.removeprefix("story-"))
                self._rungs.append(rung)
        else:
            for i, belief in enumerate(self.beliefs):
                ladder, eased = LADDERS[self._stories[i]], self._eased[i]
                decision = next_rung(
                    belief, ladder, self._rungs[i], was_relieved=eased, constants=self._constants
                )
                self._rungs[i] = decision.rung
                self._eased[i] |= decision.reason is Reason.RELIEF
        at = [LADDERS[s].index(rung) for s, rung in zip(self._stories, self._rungs, strict=True)]
        self._served = np.array(self._stories), np.array(at)
        return self._served

    def observe(self, node: int, shown: Shown) -> None:
        """Learn from what the listeners did."""
        at = moment(node)
        for i, rung in enumerate(self._rungs):
            check = Check(bool(shown.right[i]), OPTIONS) if shown.asked[i] else None
            relisten, peek, pause, slow = (bool(seen) for seen in shown.seen[i])
            self.beliefs[i] = update(
                self.beliefs[i],
                Evidence(
                    language="hi",
                    story=rung.story,
                    variant=rung.variant,
                    difficulty=rung.difficulty,
                    at=at,
                    heard=1.0 if shown.heard[i] else 0.5,
                    seen=(relisten, peek, pause, slow),
                    check=check,
                ),
                self._constants,
            )
        if self._rates:
            self._true = self._true + self.world.difficulty(*self._served, node)
            if node % PER_STORY == PER_STORY - 1:
                self._rate(node)

    def _rate(self, node: int) -> None:
        """Let everybody say how the story was."""
        feels = self.world.feels(node, self._true / PER_STORY)
        self._true = np.zeros(len(self.beliefs))
        for i, belief in enumerate(self.beliefs):
            felt = min(Felt, key=lambda felt: abs(felt.logits - float(feels[i])))
            rating = Rating(language="hi", story=self._rungs[i].story, felt=felt, at=moment(node))
            self.beliefs[i] = rate(belief, rating)

    def estimate(self) -> Floats:
        """Return the believed ability of every listener."""
        return np.array([belief.mu for belief in self.beliefs])

    def sd(self) -> Floats:
        """Return how uncertain it is."""
        return np.array([belief.sd for belief in self.beliefs])
