"""Which variant is served: one rung at a time, held in a band, and always as the listener says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.learner.belief import Belief
from player.learner.difficulty import difficulty
from player.learner.selection import (
    Reason,
    Rung,
    Wish,
    first_rung,
    loss,
    next_rung,
    nudged_speed,
)
from tests.player.learner.listening import beliefs

MIXES = (0.0, 0.3, 0.6, 0.8)
LADDER = [Rung("crow", f"hi@{mix:.2f}", mix, difficulty(0.5, mix=mix)) for mix in MIXES]


def believed(mu: float, v: float = 0.2) -> Belief:
    return Belief(mu=mu, v=v)


@settings(max_examples=60, deadline=None)
@given(beliefs, st.sampled_from(LADDER), st.booleans())
def test_a_story_moves_one_rung_at_a_time_and_towards_the_best(
    belief: Belief, current: Rung, was_relieved: bool
) -> None:
    before = replace(belief)
    decision = next_rung(belief, LADDER, current, was_relieved=was_relieved)
    step = LADDER.index(decision.rung) - LADDER.index(current)
    assert abs(step) <= 1
    assert belief == before, "choosing changes no belief"
    if decision.reason is Reason.HOLD:
        assert step == 0
    elif decision.reason is Reason.HARDER:
        assert step == -1
        assert not was_relieved
        assert min(loss(belief, rung) for rung in LADDER) < loss(belief, current)
    else:
        assert step == 1


def test_a_variant_is_held_while_enough_of_it_is_followed_and_not_too_much() -> None:
    for share, reason in ((0.78, Reason.EASIER), (0.81, Reason.HOLD), (0.91, Reason.HOLD)):
        mu = next(mu / 100 for mu in range(-500, 500) if believed(mu / 100).expected(0.0) >= share)
        assert next_rung(believed(mu), LADDER, LADDER[0]).reason is reason
    assert next_rung(believed(4.0), LADDER, LADDER[2]).reason is Reason.HARDER
    assert next_rung(believed(4.0), LADDER, LADDER[2], was_relieved=True).reason is Reason.HOLD


def test_two_struggles_on_this_variant_bring_relief() -> None:
    at = LADDER[1]
    belief = replace(believed(1.6), place=("crow", at.variant), relief=(True, False, True))
    assert next_rung(belief, LADDER, at).rung == LADDER[2]
    assert next_rung(belief, LADDER, at).reason is Reason.RELIEF
    elsewhere = replace(belief, place=("fox", at.variant))
    assert next_rung(elsewhere, LADDER, at).reason is Reason.HOLD
    last = replace(belief, place=("crow", LADDER[-1].variant))
    assert next_rung(last, LADDER, LADDER[-1]).reason is not Reason.RELIEF


def test_what_the_listener_holds_always_wins() -> None:
    struggling = replace(believed(-5.0), place=("crow", "hi@0.30"), relief=(True, True))
    held = next_rung(struggling, LADDER, LADDER[1], wish=Wish(mix=0.1))
    assert (held.rung, held.reason) == (LADDER[0], Reason.PINNED)
    level = Wish(difficulty=LADDER[2].difficulty)
    assert first_rung(struggling, LADDER, wish=level).rung == LADDER[2]
    harder = [replace(rung, story="fox", difficulty=rung.difficulty + 1) for rung in LADDER]
    both = first_rung(struggling, [*harder, *LADDER], wish=Wish(mix=0.6, difficulty=-0.8))
    assert (both.rung.story, both.rung.mix) == ("crow", 0.6)


def test_a_held_mix_leaves_the_stories_to_adapt() -> None:
    harder = [replace(rung, story="fox", difficulty=rung.difficulty + 2) for rung in LADDER]
    shelf = [*harder, *LADDER]
    strong, weak = (first_rung(believed(mu), shelf, wish=Wish(mix=0.3)) for mu in (3.5, 1.0))
    assert (strong.rung.story, weak.rung.story) == ("fox", "crow")
    assert strong.rung.mix == weak.rung.mix == 0.3


@pytest.mark.parametrize(
    ("mu", "speed", "wish", "nudged"),
    [
        (9.0, 1.0, Wish(), 1.05),
        (9.0, 1.15, Wish(), 1.15),
        (-9.0, 1.0, Wish(), 0.95),
        (-9.0, 0.85, Wish(), 0.85),
        (-9.0, 0.7, Wish(), 0.7),
        (1.5, 1.0, Wish(), 1.0),
        (9.0, 1.0, Wish(speed=0.9), 0.9),
    ],
)
def test_the_speed_is_nudged_only_where_no_variant_fits(
    mu: float, speed: float, wish: Wish, nudged: float
) -> None:
    assert nudged_speed(believed(mu), LADDER, speed, wish=wish) == nudged
