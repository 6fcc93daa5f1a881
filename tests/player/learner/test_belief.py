"""The prior belief, as the learner's design gives it."""

from __future__ import annotations

import pytest

from player.learner.belief import Belief


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
    # 0 - logit(.85) * sqrt(1 + pi * 1.96 / 16), worked out by hand
    assert Belief.prior("intermediate").difficulty_adjustment == -2.04
