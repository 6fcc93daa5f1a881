"""What the learner's design promises of every listener and every log, tried on drawn ones.

Each is tried on a few by default and on many where slow tests are run.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from player.learner.belief import Belief, Sensor
from player.learner.evidence import Check, Evidence
from player.learner.folding import State, fold, learned
from player.learner.traces import Trace
from player.learner.tracing import visits
from player.learner.updating import update
from tests.player.learner.listening import LATER, NOON, Sitting, beliefs, evidences, logs

FINEST, WIDEST = 0.01, 999.99
"""Of a NUMERIC(5, 2): the finest step and the most it holds."""


def of_all(
    *drawn: st.SearchStrategy[Any], few: int = 25, many: int = 600
) -> Callable[[Callable[..., None]], Callable[[int], None]]:
    """Try a property on a few drawn examples, and on many in a slow test."""

    def tried(holds: Callable[..., None]) -> Callable[[int], None]:
        @pytest.mark.parametrize("examples", [few, pytest.param(many, marks=pytest.mark.slow)])
        def test(examples: int) -> None:
            settings(max_examples=examples, deadline=None)(given(*drawn)(holds))()

        test.__name__, test.__doc__ = holds.__name__, holds.__doc__
        return test

    return tried


def in_bytes(state: State) -> str:
    return json.dumps(state.to_json(), sort_keys=True)


def folded(log: list[Trace]) -> State:
    return fold(log, level="beginner", now=LATER)


@of_all(beliefs, evidences, st.integers(1, 5))
def test_a_wrong_answer_instead_of_a_right_one_never_raises_the_mean(
    belief: Belief, evidence: Evidence, options: int
) -> None:
    right = update(belief, replace(evidence, check=Check(True, options)))
    wrong = update(belief, replace(evidence, check=Check(False, options)))
    assert wrong.mu <= right.mu


@of_all(beliefs, evidences, st.sampled_from(list(Sensor)))
def test_help_never_raises_the_mean(belief: Belief, evidence: Evidence, sensor: Sensor) -> None:
    at = list(Sensor).index(sensor)
    without, with_it = (
        replace(evidence, seen=(*evidence.seen[:at], is_seen, *evidence.seen[at + 1 :]))
        for is_seen in (False, True)
    )
    assert update(belief, with_it).mu <= update(belief, without).mu


@of_all(beliefs, evidences, st.booleans())
def test_a_question_with_one_option_says_nothing(
    belief: Belief, evidence: Evidence, is_right: bool
) -> None:
    asked = replace(evidence, check=Check(is_right, 1, answer_ms=5000))
    assert update(belief, asked).mu == update(belief, replace(asked, check=None)).mu


@of_all(
    logs,
    st.lists(st.sampled_from(("replay", "translation_shown", "speed")), min_size=1, unique=True),
    st.integers(2, 40),
)
def test_a_key_pressed_forty_times_in_one_node_is_pressed_once(
    before: list[Trace], keys: list[str], times: int
) -> None:
    pressed = [Sitting("z", NOON + timedelta(days=30)) for _ in range(2)]
    for sitting, each in zip(pressed, (1, times), strict=True):
        sitting.did("play")
        for key in keys * each:
            sitting.did(key, 5, to=0.8)
        sitting.clock = NOON + timedelta(days=30, minutes=9)
        sitting.did("complete", 10)
    once, often = (folded([*before, *sitting.traces]).beliefs["hi"] for sitting in pressed)
    assert once == often
    assert once.habits != (0, 0, 0, 0)


@of_all(
    logs,
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.sampled_from(("replay", "seek", "pause")), st.floats(0, 8.9))),
            st.floats(0, 8.9),
        ),
        min_size=10,
        max_size=10,
    ),
)
def test_ten_abandons_do_not_move_the_mean(
    before: list[Trace], left: list[tuple[list[tuple[str, float]], float]]
) -> None:
    sitting = Sitting("z", NOON + timedelta(days=30))
    for deeds, at_s in left:
        sitting.did("play")
        for kind, place_s in deeds:
            sitting.did(kind, place_s)
        sitting.did("abandon", at_s)
    after = folded([*before, *sitting.traces]).beliefs["hi"]
    known = folded(before).belief("hi", "beginner")
    assert (after.mu, after.points, after.habits) == (known.mu, known.points, known.habits)


@of_all(
    st.sampled_from(("beginner", "intermediate", "advanced")),
    st.sampled_from((-9.0, 9.0)),
    st.tuples(*[st.booleans()] * 4),
    st.sampled_from((None, Check(True, 4), Check(False, 2))),
    few=2,
    many=40,
)
def test_ten_thousand_trivial_nodes_stay_within_the_columns(
    level: str, difficulty: float, seen: tuple[bool, ...], check: Check | None
) -> None:
    visit = Evidence(
        language="hi",
        story="crow",
        variant="hi",
        difficulty=difficulty,
        at=NOON,
        seen=seen,
        check=check,
    )
    belief = Belief.prior(level)
    for _ in range(10_000):
        belief = update(belief, visit)
    assert all(map(math.isfinite, (belief.mu, belief.v, belief.predicted)))
    assert 0 <= belief.comprehension_level <= 1
    assert abs(belief.difficulty_adjustment) <= WIDEST
    assert round(belief.difficulty_adjustment / FINEST, 6).is_integer()
    assert belief.points == belief.n == 10_000
    assert Belief.from_json(json.loads(json.dumps(belief.to_json()))) == belief


@of_all(logs, st.randoms(use_true_random=False))
def test_the_order_and_the_copies_of_a_log_do_not_matter(log: list[Trace], luck: Random) -> None:
    shuffled = [*log, *luck.sample(log, len(log) // 2)]
    luck.shuffle(shuffled)
    assert in_bytes(folded(shuffled)) == in_bytes(folded(log))


@of_all(logs, st.randoms(use_true_random=False))
def test_two_machines_that_were_apart_end_in_the_same_state(log: list[Trace], luck: Random) -> None:
    whose = [luck.randrange(3) for _ in log]
    here = [trace for trace, w in zip(log, whose, strict=True) if w != 1]
    there = [trace for trace, w in zip(log, whose, strict=True) if w != 0]
    assert in_bytes(folded([*here, *there])) == in_bytes(folded([*there, *here]))


@of_all(logs, st.integers(0, 30))
def test_a_state_that_was_stored_goes_on_as_if_it_had_not_been(log: list[Trace], at: int) -> None:
    every = visits(log, now=LATER)
    stored = json.dumps(learned(State(), every[:at], "beginner").to_json())
    went_on = learned(State.from_json(json.loads(stored)), every[at:], "beginner")
    one_by_one = State()
    for observation in every:
        one_by_one = one_by_one.after(observation, "beginner")
    assert in_bytes(went_on) == in_bytes(folded(log)) == in_bytes(one_by_one)


@of_all(logs, st.randoms(use_true_random=False))
def test_two_copies_that_differ_are_settled_by_what_they_say(
    log: list[Trace], luck: Random
) -> None:
    other = [replace(trace, position_s=luck.random() * 10) for trace in log]
    assert in_bytes(folded([*log, *other])) == in_bytes(folded([*other, *log]))
