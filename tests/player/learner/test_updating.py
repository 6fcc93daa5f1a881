"""What one visit makes of a belief: it moves the way it should, and never for nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.learner.belief import Belief, Sensor
from player.learner.constants import AS_DESIGNED
from player.learner.evidence import Check, Evidence, Felt, Rating
from player.learner.updating import likelihoods, rate, update
from tests.player.learner.listening import LATER, NOON, beliefs, evidences

some = settings(max_examples=60, deadline=None)


def visit(**what: Any) -> Evidence:
    usual = {"language": "hi", "story": "crow", "variant": "hi", "difficulty": -1.5, "at": NOON}
    return Evidence(**{**usual, **what})


def seen(*sensors: Sensor) -> tuple[bool, ...]:
    return tuple(sensor in sensors for sensor in Sensor)


@some
@given(st.floats(0.005, 0.995), st.floats(0.3, 0.97), st.floats(1.1, 20))
def test_a_sensor_is_seen_as_often_as_this_listener_shows_it(
    rate: float, p: float, odds_ratio: float
) -> None:
    x1, x0 = likelihoods(rate, p, odds_ratio)
    assert p * x1 + (1 - p) * x0 == pytest.approx(rate)
    assert x0 / (1 - x0) == pytest.approx(odds_ratio * x1 / (1 - x1))


@some
@given(beliefs, evidences)
def test_a_node_heard_in_part_says_nothing_but_by_its_answer(
    belief: Belief, evidence: Evidence
) -> None:
    partly = replace(evidence, heard=0.89, check=None)
    assert update(belief, partly) is belief
    answered = replace(partly, check=Check(True, 3))
    nothing_seen = replace(answered, seen=seen())
    assert update(belief, answered).mu == update(belief, nothing_seen).mu


@some
@given(beliefs, evidences)
def test_every_number_stays_finite_and_every_variance_in_its_bounds(
    belief: Belief, evidence: Evidence
) -> None:
    after = update(belief, evidence)
    assert math.isfinite(after.mu)
    assert abs(after.mu - belief.mu) <= 0.6 + 1e-9
    assert 0.05 <= after.v < 3, "a surprise may widen it a little; the next visit bounds it"
    assert Belief.from_json(after.to_json()) == after


def test_what_the_design_works_out_by_hand_comes_out() -> None:
    # One visit, nothing seen, by the design's formula, with numpy and the sensors by bisection.
    after = update(Belief.prior("intermediate"), visit(), AS_DESIGNED)
    assert after.mu == pytest.approx(0.055911893, abs=1e-8)
    assert after.v == pytest.approx(1.914754633, abs=1e-8)


def test_an_answer_that_was_pressed_through_says_nothing() -> None:
    belief = replace(Belief.prior("beginner"), answers=(8000,) * 5)
    quick = visit(heard=0.0, check=Check(False, 3, answer_ms=2000))
    assert update(belief, quick) is belief
    assert update(belief, replace(quick, check=Check(False, 3, answer_ms=2500))).mu < belief.mu


def test_two_struggles_are_remembered_until_the_variant_changes() -> None:
    belief = Belief.prior("intermediate")
    for _ in range(4):
        belief = update(belief, visit(seen=seen(Sensor.PEEK, Sensor.RELISTEN)))
    assert belief.relief == (True, True, True)
    assert update(belief, visit(variant="hi-mixed@0.30")).relief == (False,)


def test_doubt_grows_with_the_days_and_never_beyond_the_beginning() -> None:
    sure = replace(Belief.prior("beginner"), v=0.2, at=NOON)
    soon = update(sure, visit(at=NOON))
    late = update(sure, visit(at=NOON + timedelta(days=30)))
    assert soon.v < late.v < update(sure, visit(at=LATER)).v <= 1.96


def test_a_rating_moves_the_belief_once_towards_the_story() -> None:
    belief = replace(update(Belief.prior("intermediate"), visit(difficulty=1.0)), v=1.2)
    rated = {felt: rate(belief, rating(felt)) for felt in Felt}
    assert rated[Felt.HARD].mu < rated[Felt.RIGHT].mu < rated[Felt.EASY].mu
    expected = belief.mu + 1.2 / (1.2 + 1.6**2) * (1.0 + 3.3 - belief.mu)
    assert rated[Felt.EASY].mu == pytest.approx(expected)
    assert rate(rated[Felt.EASY], rating(Felt.EASY)) is rated[Felt.EASY]
    assert rate(belief, rating(Felt.EASY, "fox")) is belief


def rating(felt: Felt, story: str = "crow") -> Rating:
    return Rating(language="hi", story=story, felt=felt, at=NOON)
