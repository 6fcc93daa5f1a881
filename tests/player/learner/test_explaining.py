"""The sentences: a listener reads what happened, and nothing that did not tell anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from player.learner.belief import Belief, Sensor
from player.learner.evidence import Check, Evidence
from player.learner.explaining import Moved, because, followed, moved, strongest
from player.learner.selection import Decision, Reason, Rung
from player.learner.updating import update
from tests.player.learner.listening import NOON

RUNG = Rung("crow", "hi", 0.0, 0.0)


def sentence(reason: Reason, since: list[Moved], mu: float = 1.5, v: float = 0.3) -> str:
    belief = Belief(mu=mu, v=v, points=6)
    decision = Decision(RUNG, reason, belief.expected(RUNG.difficulty))
    return because(decision, belief, since, language="Hindi")


def after(belief: Belief, *sensors: Sensor, **more: Any) -> Moved:
    seen = tuple(sensor in sensors for sensor in Sensor)
    evidence = Evidence(
        language="hi", story="crow", variant="hi", difficulty=0.0, at=NOON, seen=seen, **more
    )
    return moved(belief, evidence, update(belief, evidence))


def test_relief_names_what_was_done() -> None:
    since = [after(Belief(mu=1.5, v=0.5), Sensor.RELISTEN)]
    assert sentence(Reason.RELIEF, since) == (
        "You replayed the last lines, so the next one has a bit more English."
    )


def test_harder_names_how_much_was_followed() -> None:
    since = [after(Belief(mu=1.5, v=0.5))] * 6
    assert sentence(Reason.HARDER, since) == (
        "You followed the last 6 passages without help, so there is a little less English."
    )


def test_holding_says_how_much_is_followed_and_a_range_while_unsure() -> None:
    assert sentence(Reason.HOLD, []) == "You are following about 8 lines in 10; we keep this mix."
    assert sentence(Reason.HOLD, [], v=0.7) == (
        "You are following about 6 to 9 lines in 10; we keep this mix."
    )
    assert sentence(Reason.HOLD, [], v=1.2) == (
        "We are still getting to know your Hindi (6 passages so far)."
    )


def test_the_library_says_what_should_be_followed() -> None:
    belief = Belief(mu=1.5, v=0.3)
    decision = Decision(RUNG, Reason.NEW, belief.expected(0.0))
    assert followed(belief, decision) == "you should follow about 8 lines in 10"
    assert sentence(Reason.PINNED, []) == (
        "You hold this yourself: you should follow about 8 lines in 10."
    )


def test_a_habit_that_says_nothing_is_never_named() -> None:
    always = replace(Belief(mu=1.5, v=0.5), habits=(60, 0, 0, 0), n=60, predicted=51.0)
    since = [after(always, Sensor.RELISTEN)]
    assert since[0].told == ()
    assert "replay" not in sentence(Reason.RELIEF, since)
    rarely = replace(always, habits=(0, 0, 0, 0))
    assert after(rarely, Sensor.RELISTEN).told == (Sensor.RELISTEN,)
    never = replace(Belief(mu=1.5, v=0.5), habits=(0, 0, 0, 0), n=5000, predicted=4500.0)
    assert "without help" not in sentence(Reason.HARDER, [after(never)] * 6)


def test_a_wrong_answer_is_told_without_blame() -> None:
    since = [after(Belief(mu=1.5, v=0.5), check=Check(is_right=False, options=3))]
    assert sentence(Reason.EASIER, since).startswith("The last question was a hard one, so")


def test_the_strongest_visit_is_the_one_that_moved_most() -> None:
    belief = Belief(mu=1.5, v=0.5)
    visits = [after(belief), after(belief, Sensor.PEEK, Sensor.RELISTEN), after(belief)]
    assert strongest(visits) is visits[1]
    assert strongest([]) is None
    assert visits[1].to_json()["told"] == ["peek", "relisten"]


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("v", [0.3, 0.7, 1.9])
def test_every_decision_has_a_sentence(reason: Reason, v: float) -> None:
    words = sentence(reason, [], v=v)
    assert words[0].isupper()
    assert words.endswith(".")


def test_only_what_was_done_just_now_is_named() -> None:
    unsure = Belief(mu=1.5, v=0.5)
    long_ago = [after(unsure, Sensor.RELISTEN), *[after(unsure)] * 3]
    assert sentence(Reason.EASIER, long_ago) == (
        "You may be missing some lines, so the next one has a bit more English."
    )
    right = after(unsure, check=Check(is_right=True, options=3))
    wrong = after(unsure, check=Check(is_right=False, options=3))
    assert "question" not in sentence(Reason.HARDER, [right, wrong])
    assert "question" not in sentence(Reason.EASIER, [wrong, right])


def test_the_only_mix_there_is_is_not_said_to_be_kept() -> None:
    belief = Belief(mu=1.5, v=0.3, points=6)
    decision = Decision(RUNG, Reason.HOLD, belief.expected(RUNG.difficulty))
    told = because(decision, belief, [], language="Tamil", is_only=True)
    assert told == "You are following about 8 lines in 10."


def test_little_is_told_as_kindly_and_as_rightly_as_much() -> None:
    assert sentence(Reason.HOLD, [], mu=-1.9) == (
        "You are following about 1 line in 10; we keep this mix."
    )
    assert "fewer than 1 line in 10" in sentence(Reason.HOLD, [], mu=-5)
    assert "at most about 2 lines in 10" in sentence(Reason.HOLD, [], mu=-2.6, v=0.9)
