"""The update: what one visit, or one rating, makes of a belief (a 1PL Bayesian filter)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from statistics import median
from typing import Final

from player.learner.belief import PRIOR_VARIANCE, Belief, StorySoFar, sigma
from player.learner.constants import FITTED, FORGOTTEN_AFTER, Constants
from player.learner.evidence import Check, Evidence, Rating

SENSORS: Final = ((0.13, 6.0), (0.13, 8.0), (0.08, 1.6), (0.02, 3.0))
"""By `Sensor`: the population's rate, and the odds ratio of not understood to understood."""

HEARD: Final = 0.9
"""The share of a node that must be heard for its sensors to tell anything."""

DRIFT: Final = 0.01
LLR_LIMIT: Final = 5.0
SHIFT_LIMIT: Final = 0.6
LEAST_VARIANCE: Final = 0.05
MU_LIMIT: Final = 12.0
"""Far outside every ability there is; it keeps any log within the columns."""

USUAL_SUCCESS: Final = 0.8
STRUGGLE: Final = -0.5
KEPT_ANSWERS: Final = 15
AT_LEAST_MS: Final = 1000
HASTE: Final = 0.3
RATING_VARIANCE: Final = 1.6**2
DECIMALS: Final = 9
"""Rounded so, the last bit in which two systems' logarithms differ is not carried on."""

# Gauss-Hermite quadrature for the standard normal, 11 points (numpy.polynomial.hermite_e).
_POINTS: Final = (
    *(-5.1880012243748705, -3.936166607129977, -2.865123160643645, -1.876035020154846),
    *(-0.928868997381064, 0.0, 0.928868997381064),
    *(1.876035020154846, 2.865123160643645, 3.936166607129977, 5.1880012243748705),
)
_WEIGHTS: Final = (
    *(8.121849790214909e-07, 0.0001956719302712236, 0.0067202852355372706, 0.06613874607105778),
    *(0.24224029987396997, 0.3694083694083693, 0.24224029987396997),
    *(0.06613874607105778, 0.0067202852355372706, 0.0001956719302712236, 8.121849790214909e-07),
)
_PAIRS: Final = tuple(zip(_POINTS, _WEIGHTS, strict=True))
_SECONDS_A_DAY: Final = 86400.0


def likelihoods(rate: float, p: float, odds_ratio: float) -> tuple[float, float]:
    """Return how likely a sensor is seen when understood, and when not.

    So that it is seen at `rate` over all, `p` of all visits being understood, and that its odds
    are `odds_ratio` times as high where the visit was not.
    """
    k = odds_ratio - 1
    a = p * k
    b = p + (1 - p) * odds_ratio - rate * k
    understood = (-b + math.sqrt(b * b + 4 * a * rate)) / (2 * a)
    return understood, odds_ratio * understood / (1 + k * understood)


def log_ratios(belief: Belief, constants: Constants = FITTED) -> tuple[tuple[float, float], ...]:
    """Return, by `Sensor`, what not seeing it and seeing it says of this listener.

    The natural logarithms of P(... | understood) / P(... | not understood), scaled to their habit.
    """
    likely = _likely(belief, constants)
    return tuple((math.log((1 - x1) / (1 - x0)), math.log(x1 / x0)) for x1, x0 in likely)


def _likely(belief: Belief, constants: Constants) -> list[tuple[float, float]]:
    """Return, by `Sensor`, how likely this listener shows it when understood, and when not."""
    pseudo, visits = constants.pseudo, belief.n + constants.pseudo
    p = min(max((belief.predicted + pseudo * USUAL_SUCCESS) / visits, 0.3), 0.97)
    return [
        likelihoods(min(max((habit + pseudo * usual) / visits, 0.005), 0.995), p, odds_ratio)
        for (usual, odds_ratio), habit in zip(SENSORS, belief.habits, strict=True)
    ]


def is_counted(belief: Belief, check: Check | None) -> bool:
    """Whether the answer to a check tells something: one option, or great haste, tells nothing."""
    if check is None or check.guess >= 1:
        return False
    if check.answer_ms is None:
        return True
    usual = median(belief.answers) if belief.answers else 0.0
    return check.answer_ms >= max(AT_LEAST_MS, HASTE * usual)


def update(belief: Belief, evidence: Evidence, constants: Constants = FITTED) -> Belief:
    """Return the belief after a visit; the same one where the visit told nothing."""
    check = evidence.check if is_counted(belief, evidence.check) else None
    is_whole = evidence.heard >= HEARD
    if not is_whole and check is None:
        return belief
    v = min(drifted(belief, evidence.at) + DRIFT, PRIOR_VARIANCE)
    llr = sensed(belief, evidence, constants) if is_whole else 0.0
    mean, variance = posterior(
        belief.mu, v, evidence.difficulty, check=check, llr=llr, temper=constants.temper
    )
    place = (evidence.story, evidence.variant)
    struggled = llr < STRUGGLE or (check is not None and not check.is_right)
    habits, n, predicted = belief.habits, belief.n, belief.predicted
    if is_whole:
        h, s = habits, evidence.seen
        habits = (h[0] + s[0], h[1] + s[1], h[2] + s[2], h[3] + s[3])
        n += 1
        spread = math.sqrt(1 + math.pi * v / 8)
        predicted += sigma((belief.mu - evidence.difficulty) / spread)
    return Belief(
        mu=_moved(belief.mu, mean),
        v=round(max(variance, LEAST_VARIANCE), DECIMALS),
        level=belief.level,
        at=_later(belief.at, evidence.at),
        habits=habits,
        n=n,
        predicted=round(predicted, DECIMALS),
        points=belief.points + 1,
        answers=_answers(belief, evidence.check),
        asked=belief.asked if check is None else _asked(belief, evidence),
        place=place,
        relief=(*(belief.relief[-2:] if belief.place == place else ()), struggled),
        story=_so_far(belief.story, evidence),
    )


def rate(belief: Belief, rating: Rating) -> Belief:
    """Return the belief after a story was rated: one Kalman step; only the first rating counts."""
    story = belief.story
    if story.slug != rating.story or not story.visits:
        return belief
    v = drifted(belief, rating.at)
    gain = v / (v + RATING_VARIANCE)
    shift = gain * (story.difficulty / story.visits + rating.felt.logits - belief.mu)
    return replace(
        belief,
        mu=_bounded(belief.mu + shift),
        v=round(max((1 - gain) * v, LEAST_VARIANCE), DECIMALS),
        at=_later(belief.at, rating.at),
        story=StorySoFar(),
    )


def sensed(belief: Belief, evidence: Evidence, constants: Constants = FITTED) -> float:
    """Return the log likelihood ratio, understood to not, of all that was seen and not seen."""
    llr = 0.0
    for (x1, x0), is_seen in zip(_likely(belief, constants), evidence.seen, strict=True):
        llr += math.log(x1 / x0 if is_seen else (1 - x1) / (1 - x0))
    return min(max(llr, -LLR_LIMIT), LLR_LIMIT)


def drifted(belief: Belief, at: datetime) -> float:
    """Return the variance as the days since the last visit have widened it."""
    if belief.at is None:
        return min(belief.v, PRIOR_VARIANCE)
    days = max((at - belief.at).total_seconds(), 0.0) / _SECONDS_A_DAY
    return min(belief.v + DRIFT * days, PRIOR_VARIANCE)


def posterior(
    mu: float,
    v: float,
    difficulty: float,
    *,
    check: Check | None = None,
    llr: float = 0.0,
    temper: float = 1.0,
) -> tuple[float, float]:
    """Return mean and variance of the ability, by quadrature; the *marginal* is tempered."""
    l1, l0 = math.exp(min(llr, 0.0)), math.exp(min(-llr, 0.0))
    c1, c0 = (1.0, 1.0) if check is None else check.likelihoods
    dl, dc, sd = l1 - l0, c1 - c0, math.sqrt(v)
    total = first = second = 0.0
    exp = math.exp
    for x, weight in _PAIRS:
        p = 1 / (1 + exp(min(difficulty - mu - sd * x, 700.0)))
        f: float = weight * (l0 + dl * p) ** temper * (c0 + dc * p)
        total += f
        first += f * x
        second += f * x * x
    mean = first / total
    return mu + sd * mean, v * (second / total - mean * mean)


def _moved(before: float, after: float) -> float:
    return _bounded(before + min(max(after - before, -SHIFT_LIMIT), SHIFT_LIMIT))


def _bounded(mu: float) -> float:
    return round(min(max(mu, -MU_LIMIT), MU_LIMIT), DECIMALS) + 0.0  # -0.0 is 0.0 in JSONB


def _later(before: datetime | None, at: datetime) -> datetime:
    return at if before is None or at > before else before


def _answers(belief: Belief, check: Check | None) -> tuple[int, ...]:
    """Return the answer times with this one; pressed through, it says nothing of the usual pace."""
    if check is None or check.answer_ms is None or check.answer_ms < AT_LEAST_MS:
        return belief.answers
    return (*belief.answers[1 - KEPT_ANSWERS :], check.answer_ms)


def _asked(belief: Belief, evidence: Evidence) -> Mapping[tuple[str, str], datetime]:
    """Return the questions asked lately with this one; one without a name is never known again."""
    if not evidence.node:
        return belief.asked
    asked, question = dict(belief.asked), (evidence.story, evidence.node)
    for old, at in belief.asked.items():
        if evidence.at - at < FORGOTTEN_AFTER:
            break  # the oldest come first
        del asked[old]
    asked.pop(question, None)
    asked[question] = evidence.at
    return asked


def _so_far(story: StorySoFar, evidence: Evidence) -> StorySoFar:
    if story.slug != evidence.story:
        return StorySoFar(evidence.story, round(evidence.difficulty, DECIMALS), 1)
    total = round(story.difficulty + evidence.difficulty, DECIMALS)
    return StorySoFar(story.slug, total, story.visits + 1)
