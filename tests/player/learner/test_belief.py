"""The prior belief, as the learner's design gives it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from player.learner.belief import Belief, StorySoFar


@pytest.mark.parametrize(
    ("level", "mu", "share"),
    [("beginner", -1.0, 0.27), ("intermediate", 0.0, 0.5), ("advanced", 1.0, 0.73)],
)
def test_a_stated_level_sets_the_mean_and_leaves_it_wide(
    level: str, mu: float, share: float
) -> None:
    belief = Belief.prior(level)
    assert belief.mu == mu
    assert belief.v == pytest.approx(1.96)
    assert belief.comprehension_level == share


def test_what_is_served_first_lies_below_what_is_believed() -> None:
    # 0 - logit(.85) * sqrt(1 + pi * 1.96 / 12), worked out by hand
    assert Belief.prior("intermediate").difficulty_adjustment == -2.13


def test_what_is_stored_comes_back_exactly() -> None:
    at = datetime(2025, 3, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    belief = Belief(
        mu=0.1 + 0.2,
        v=1 / 3,
        level="advanced",
        at=at,
        habits=(3, 2, 1, 0),
        n=7,
        predicted=5.123456789,
        points=9,
        answers=(2300, 4100),
        place=("crow", "hi-mixed@0.30"),
        relief=(True, False),
        story=StorySoFar("crow", -1.25, 4),
    )
    stored = json.dumps(belief.to_json())
    assert Belief.from_json(json.loads(stored)) == belief
    assert json.dumps(Belief.from_json(json.loads(stored)).to_json()) == stored


def test_a_belief_of_the_first_release_can_be_read() -> None:
    saved = {"mu": -1.0, "v": 1.96, "n": 0, "predicted": 0.0, "habits": {}, "schema": 1}
    assert Belief.from_json(saved) == replace(Belief.prior("beginner"), level="intermediate")
    with pytest.raises(ValueError, match="schema 2"):
        Belief.from_json({**saved, "schema": 2})
