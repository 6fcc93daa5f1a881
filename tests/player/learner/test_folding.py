"""The state is nothing but the log: any order, any copies, any machine lead to the same bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from player.learner.folding import State, fold, learned
from player.learner.traces import Trace
from player.learner.tracing import visits
from tests.player.learner.listening import LATER, NOON, Sitting, logs

some = settings(max_examples=40, deadline=None)


def in_bytes(state: State) -> str:
    return json.dumps(state.to_json(), sort_keys=True)


def folded(log: list[Trace]) -> State:
    return fold(log, level="beginner", now=LATER)


@some
@given(logs, st.randoms(use_true_random=False))
def test_the_order_and_the_copies_of_a_log_do_not_matter(log: list[Trace], luck: Random) -> None:
    shuffled = [*log, *luck.sample(log, len(log) // 2)]
    luck.shuffle(shuffled)
    assert in_bytes(folded(shuffled)) == in_bytes(folded(log))


@some
@given(logs, st.data())
def test_two_machines_that_were_apart_end_in_the_same_state(
    log: list[Trace], data: st.DataObject
) -> None:
    whose = data.draw(st.lists(st.integers(0, 2), min_size=len(log), max_size=len(log)))
    here = [trace for trace, w in zip(log, whose, strict=True) if w != 1]
    there = [trace for trace, w in zip(log, whose, strict=True) if w != 0]
    assert in_bytes(folded([*here, *there])) == in_bytes(folded([*there, *here]))


@some
@given(logs, st.integers(0, 30))
def test_a_state_that_was_stored_goes_on_as_if_it_had_not_been(log: list[Trace], at: int) -> None:
    every = visits(log, now=LATER)
    stored = json.dumps(learned(State(), every[:at], "beginner").to_json())
    went_on = learned(State.from_json(json.loads(stored)), every[at:], "beginner")
    one_by_one = State()
    for observation in every:
        one_by_one = one_by_one.after(observation, "beginner")
    assert in_bytes(went_on) == in_bytes(folded(log)) == in_bytes(one_by_one)


@some
@given(logs, st.randoms(use_true_random=False))
def test_two_copies_that_differ_are_settled_by_what_they_say(
    log: list[Trace], luck: Random
) -> None:
    other = [replace(trace, position_s=luck.random() * 10) for trace in log]
    assert in_bytes(folded([*log, *other])) == in_bytes(folded([*other, *log]))


def test_a_key_pressed_forty_times_in_one_node_is_pressed_once() -> None:
    once = Sitting("a").heard("replay", "translation_shown").traces
    often = Sitting("a").heard(*["replay", "translation_shown"] * 40).traces
    believed = [folded(log).beliefs["hi"] for log in (once, often)]
    assert believed[0].mu == believed[1].mu < -1
    assert believed[0].habits == believed[1].habits == (1, 1, 0, 0)


def test_ten_abandons_do_not_move_the_mean() -> None:
    sitting = Sitting("a")
    for _ in range(10):
        sitting.did("play", 0).did("replay", 2).did("abandon", 3)
    belief = folded(sitting.traces).beliefs["hi"]
    assert (belief.mu, belief.points, belief.n) == (-1.0, 0, 0)


def test_a_visit_from_the_future_counts_as_one_of_now() -> None:
    log = Sitting("a", NOON + timedelta(days=4000)).heard().traces
    assert fold(log, level="beginner", now=NOON).beliefs["hi"].at == NOON


def test_of_a_placement_answers_are_learned_and_no_habit_is() -> None:
    sitting = Sitting("a")
    traits = {"slug": "placement-hi", "placement": True, "code_mix_ratio": 0.0}
    for is_right in (True, True, False, True):
        sitting.did("play", traits=traits).did("replay", 2, traits=traits)
        sitting.did("complete", 10, traits=traits, correct=is_right, options=4, answer_ms=4000)
    belief = folded(sitting.traces).beliefs["hi"]
    assert belief.mu > -1.0
    assert belief.v < 1.7
    assert (belief.points, belief.n, belief.habits) == (4, 0, (0, 0, 0, 0))


def test_the_level_that_was_stated_then_is_where_a_language_starts() -> None:
    traits = {"level": "advanced"}
    log = Sitting("a").did("play", traits=traits).did("abandon", 1, traits=traits).traces
    assert folded(log).beliefs["hi"].mu == 1.0


def test_the_columns_speak_of_the_language_heard_last() -> None:
    hindi = Sitting("a").heard().heard()
    bengali = Sitting("b", NOON + timedelta(days=1))
    traits = {"language": "bn", "code_mix_ratio": 0.0}
    bengali.did("play", traits=traits).did("complete", 10, traits=traits)
    state = folded([*bengali.traces, *hindi.traces])
    columns = state.columns("beginner")
    assert columns.data_points == 1
    assert columns.comprehension_level == state.beliefs["bn"].comprehension_level
    assert state.beliefs["hi"].points == 2
    assert State().columns("beginner").comprehension_level == 0.27
