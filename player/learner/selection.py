"""Choosing: which variant of the next node, and which story next; never a change of the belief."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from player.learner.belief import TARGET, Belief
from player.learner.constants import FITTED, Constants

LEAST, MOST = 0.75, 0.92
"""The band in which the share that is expected to be followed is right."""

TOO_HARD: Final = 2.0
"""A miss below the target weighs so many times one above it."""

ENGLISH: Final = 0.004
"""What English costs by itself: of two variants that serve alike the purer is heard."""

STRUGGLES: Final = 2
NUDGE: Final = 0.05
SLOWEST, FASTEST = 0.85, 1.15


class Reason(StrEnum):
    """Why a variant is heard."""

    NEW = "new"
    HOLD = "hold"
    HARDER = "harder"
    EASIER = "easier"
    RELIEF = "relief"
    PINNED = "pinned"


@dataclass(frozen=True, slots=True)
class Rung:
    """One variant of a story as it can be served: `mix` 0 to 1, `difficulty` in logits.

    `variant` is its name in story files; `story` the slug.
    """

    story: str
    variant: str
    mix: float
    difficulty: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the listener decided themselves, which always wins.

    `mix` is held by the fader, 0 to 1; `difficulty` is a pinned level, in logits; `speed` their
    own.
    """

    mix: float | None = None
    difficulty: float | None = None
    speed: float | None = None


NO_WISH: Final = Wish()


@dataclass(frozen=True, slots=True)
class Decision:
    """The rung to be heard and why; `expected` is the share of lines that should be followed."""

    rung: Rung
    reason: Reason
    expected: float


def loss(belief: Belief, rung: Rung, constants: Constants = FITTED) -> float:
    """Return how far a rung is from what should be served; less is better."""
    short = belief.expected(rung.difficulty, constants) - TARGET
    return short * short * (TOO_HARD if short < 0 else 1.0) + ENGLISH * rung.mix


def next_rung(
    belief: Belief,
    rungs: Sequence[Rung],
    current: Rung,
    *,
    wish: Wish = NO_WISH,
    was_relieved: bool = False,
    constants: Constants = FITTED,
) -> Decision:
    """Return what the next node of a story is heard in: at most one rung from `current`.

    It is kept while the share expected to be followed is neither too small nor above the band.
    `rungs` run from least to most English and hold `current`. A story in which relief was given
    (`was_relieved`) is not made harder again: nearly all going to and fro came from that.
    """
    wished = _wished(belief, rungs, wish)
    if wished is not None:
        return _decided(belief, wished, Reason.PINNED)
    at = rungs.index(current)
    if at + 1 < len(rungs) and needs_relief(belief, current):
        return _decided(belief, rungs[at + 1], Reason.RELIEF)
    if constants.kept <= belief.expected(current.difficulty, constants) <= MOST:
        return _decided(belief, current, Reason.HOLD)
    best = rungs.index(_best(belief, rungs, constants))
    if best > at:
        return _decided(belief, rungs[at + 1], Reason.EASIER)
    if best < at and not was_relieved:
        return _decided(belief, rungs[at - 1], Reason.HARDER)
    return _decided(belief, current, Reason.HOLD)


def needs_relief(belief: Belief, current: Rung) -> bool:
    """Whether two of the last three visits on this variant were a struggle."""
    is_here = belief.place == (current.story, current.variant)
    return is_here and sum(belief.relief) >= STRUGGLES


def first_rung(
    belief: Belief,
    rungs: Sequence[Rung],
    *,
    wish: Wish = NO_WISH,
    constants: Constants = FITTED,
) -> Decision:
    """Return what a story begins in: of its rungs, or those of many stories, the best."""
    wished = _wished(belief, rungs, wish)
    if wished is not None:
        return _decided(belief, wished, Reason.PINNED)
    return _decided(belief, _best(belief, rungs, constants), Reason.NEW)


def nudged_speed(
    belief: Belief, rungs: Sequence[Rung], speed: float, *, wish: Wish = NO_WISH
) -> float:
    """Return the speed for the next story: one step where no rung is in the band, else `speed`.

    The difficulty of `rungs` is that at `speed`. The listener's own speed is never touched.
    """
    shares = [belief.expected(rung.difficulty) for rung in rungs]
    if wish.speed is not None:
        return wish.speed
    if not shares or any(LEAST <= share <= MOST for share in shares):
        return speed
    if min(shares) > MOST:
        return round(max(speed, min(speed + NUDGE, FASTEST)), 2)
    if max(shares) < LEAST:
        return round(min(speed, max(speed - NUDGE, SLOWEST)), 2)
    return speed


def _wished(belief: Belief, rungs: Sequence[Rung], wish: Wish) -> Rung | None:
    """Return the best of the rungs nearest to what is held; None where nothing is held."""
    if wish.mix is not None:
        rungs = _with_mix(rungs, wish.mix)
    if wish.difficulty is not None:
        wanted = wish.difficulty
        return min(rungs, key=lambda rung: (abs(rung.difficulty - wanted), rung.mix))
    return _best(belief, rungs, FITTED) if wish.mix is not None else None


def _best(belief: Belief, rungs: Sequence[Rung], constants: Constants) -> Rung:
    return min(rungs, key=lambda rung: loss(belief, rung, constants))


def _with_mix(rungs: Sequence[Rung], mix: float) -> list[Rung]:
    """Return the rungs that are in their story the nearest to `mix`."""
    nearest: dict[str, float] = {}
    for rung in rungs:
        away = abs(rung.mix - mix)
        nearest[rung.story] = min(away, nearest.get(rung.story, away))
    return [rung for rung in rungs if abs(rung.mix - mix) == nearest[rung.story]]


def _decided(belief: Belief, rung: Rung, reason: Reason) -> Decision:
    return Decision(rung, reason, belief.expected(rung.difficulty))
