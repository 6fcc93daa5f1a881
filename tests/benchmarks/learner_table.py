"""One run of the learner's benchmark: every policy through every world, and what it came to.

Regret is the learner's own loss at the true chance of understanding, less the oracle's. That loss
is bounded on the easy side (.02) and not on the hard one, so whoever serves ever easier does well
by it: "easiest" has the least of all and hardly a node in the zone, and the naive Elo of heard
nodes comes near to it. The regret means something only where the zone is looked at too. The naive
Elo of every node takes a skipped node, in which no help was asked for, for one that was followed.
The rivals choose by the design's rule; "Glicko-2, careful" by the learner's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from player.learner.constants import AS_DESIGNED
from tests.benchmarks.kahani_policy import PLACEMENT, Kahani
from tests.benchmarks.listeners import LISTENERS, MIXES, NODES, PER_STORY, Floats, Ints, World
from tests.benchmarks.rivals import (
    CarefulGlicko2,
    Easiest,
    Elo,
    Fixed,
    Glicko2,
    Oracle,
    Policy,
    Staircase,
    Told,
    losses_of,
)

AT: Final = (10, 20, 50, 96)
ZONE: Final = (0.75, 0.92)
HARD: Final = 0.6
OURS: Final = "kahani"
EIGHTY: Final = 1.2816

POLICIES: Final[Mapping[str, Callable[[World], Policy]]] = {
    "fixed": Fixed,
    "staircase": Staircase,
    "Elo naive": lambda world: Elo(world, on="every node"),
    "Elo naive, heard": lambda world: Elo(world, on="heard nodes"),
    "Elo checks": lambda world: Elo(world, on="checks"),
    "Glicko-2 checks": Glicko2,
    "Glicko-2, careful": CarefulGlicko2,
    "easiest": Easiest,
    "grid told habits": Told,
    "oracle": Oracle,
    "design study": lambda world: Kahani(world, constants=AS_DESIGNED),
    OURS: Kahani,
    "+ ratings": lambda world: Kahani(world, rates=True),
    "+ half placement": lambda world: Kahani(world, questions=len(PLACEMENT) // 2),
    "+ placement": lambda world: Kahani(world, questions=len(PLACEMENT)),
    "+ both": lambda world: Kahani(world, questions=len(PLACEMENT), rates=True),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What one policy came to; errors as mean squares, so that rows can be averaged."""

    squares: tuple[float, float, float]
    zone: float
    hard: float
    regret: float
    reversals: float
    bias: float
    coverage: float

    @property
    def rmse(self) -> tuple[float, float, float]:
        """The errors of the ability at 10, 20 and 50 nodes, in logits."""
        a, b, c = (float(np.sqrt(square)) for square in self.squares)
        return a, b, c


@dataclass(frozen=True, slots=True)
class Run:
    """One policy's way through a world: by node and listener."""

    chance: Floats
    mix: Floats
    rung: Ints
    errors: Mapping[int, Floats]
    sds: Mapping[int, Floats]

    @property
    def loss(self) -> Floats:
        """The loss of serving so, at the true chance of understanding."""
        return losses_of(self.chance, self.mix)


def through(world: World, policy: Policy) -> Run:
    """Let a policy serve a world."""
    chance, mix = np.zeros((NODES, LISTENERS)), np.zeros((NODES, LISTENERS))
    rungs = np.zeros((NODES, LISTENERS), dtype=int)
    errors, sds = {}, {}
    for node in range(NODES):
        story, rung = policy.serve(node)
        chance[node], mix[node] = world.chance(story, rung, node), MIXES[rung]
        rungs[node] = rung
        policy.observe(node, world.show(story, rung, node))
        if node + 1 in AT:
            errors[node + 1] = policy.estimate() - world.ability(node)
            sds[node + 1] = policy.sd()
    return Run(chance, mix, rungs, errors, sds)


def table(worlds: Iterable[World], names: Iterable[str] = POLICIES) -> dict[str, list[Row]]:
    """Return a row for every policy and world."""
    rows: dict[str, list[Row]] = {name: [] for name in names}
    for world in worlds:
        best = through(world, Oracle(world)).loss
        for name, each in rows.items():
            each.append(_row(through(world, POLICIES[name](world)), best))
    return rows


def mean(rows: Iterable[Row]) -> Row:
    """Return the mean over worlds."""
    every = list(rows)
    squares = np.mean([row.squares for row in every], axis=0)
    rest = np.mean(
        [(r.zone, r.hard, r.regret, r.reversals, r.bias, r.coverage) for r in every], axis=0
    )
    return Row((squares[0], squares[1], squares[2]), *(float(value) for value in rest))


def _row(run: Run, best: Floats) -> Row:
    in_zone = (run.chance >= ZONE[0]) & (run.chance <= ZONE[1])
    within = np.abs(run.errors[50]) <= EIGHTY * run.sds[50]
    squares = [float(np.mean(run.errors[at] ** 2)) for at in AT]
    return Row(
        squares=(squares[0], squares[1], squares[2]),
        zone=float(in_zone.mean()),
        hard=float((run.chance < HARD).mean()),
        regret=float((run.loss - best).mean()),
        reversals=_reversals(run.rung),
        bias=float(run.errors[96].mean()),
        coverage=float(within.mean()),
    )


def _reversals(rung: Ints) -> float:
    """Return how often, per 100 nodes, a change within a story undoes the direction of the last."""
    count = 0
    last = np.zeros(LISTENERS, dtype=int)
    for node in range(1, NODES):
        if node % PER_STORY == 0:
            last[:] = 0
            continue
        step = np.sign(rung[node] - rung[node - 1])
        count += int(((step != 0) & (last != 0) & (step != last)).sum())
        last = np.where(step != 0, step, last)
    return 100 * count / rung.size
