"""The state is nothing but the log: any order, any copies, any machine lead to the same bytes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from player.learner.folding import State, fold
from player.learner.traces import Trace
from tests.player.learner.listening import LATER, NOON, Sitting


def in_bytes(state: State) -> str:
    return json.dumps(state.to_json(), sort_keys=True)


def folded(log: list[Trace]) -> State:
    return fold(log, level="beginner", now=LATER)


def test_a_visit_from_the_future_counts_as_one_of_now() -> None:
    log = Sitting("a", NOON + timedelta(days=4000)).heard().traces
    assert fold(log, level="beginner", now=NOON).beliefs["hi"].at == NOON


def test_of_a_placement_answers_are_learned_and_no_habit_is() -> None:
    sitting = Sitting("a")
    traits = {"slug": "placement-hi", "placement": True, "code_mix_ratio": 0.0}
    for number, is_right in enumerate((True, True, False, True)):
        traits = {**traits, "node": f"question {number}"}
        sitting.did("play", traits=traits).did("replay", 2, traits=traits)
        sitting.did("complete", 10, traits=traits, correct=is_right, options=4, answer_ms=4000)
    belief = folded(sitting.traces).beliefs["hi"]
    assert belief.mu > -1.0
    assert belief.v < 1.7
    assert (belief.points, belief.n, belief.habits) == (4, 0, (0, 0, 0, 0))


def test_an_answer_counts_once_a_sitting() -> None:
    def answered(session: str, *answers: bool, day: int = 0) -> Sitting:
        sitting = Sitting(session, NOON + timedelta(days=day))
        for is_right in answers:
            sitting.did("play").did("complete", 10, correct=is_right, options=3, answer_ms=4000)
        return sitting

    once, again = answered("a", False), answered("a", False, True, True)
    assert folded(again.traces).beliefs["hi"].answers == folded(once.traces).beliefs["hi"].answers
    later = [*once.traces, *answered("b", True, day=31).traces]
    assert len(folded(later).beliefs["hi"].answers) == 2


def on_day(day: int, *, is_right: bool = True, answer_ms: int = 4000, **more: Any) -> Sitting:
    """A sitting in which the one question of a placement is answered."""
    sitting = Sitting(f"{day:03}", NOON + timedelta(days=day))
    traits = {"slug": "placement-hi", "node": "fog", "placement": True, **more}
    sitting.did("play", traits=traits)
    answer = {"correct": is_right, "options": 4, "answer_ms": answer_ms}
    return sitting.did("complete", 10, traits=traits, **answer)


def test_an_answer_to_a_question_answered_lately_tells_nothing() -> None:
    once = folded(on_day(0).traces)
    again = [trace for day in (0, 1, 2, 29) for trace in on_day(day).traces]
    assert in_bytes(folded(again)) == in_bytes(once)
    assert folded([*again, *on_day(30).traces]).beliefs["hi"].points == 2
    assert folded([*again, *on_day(5, node="rain").traces]).beliefs["hi"].points == 2
    assert folded([*again, *on_day(5, slug="crow").traces]).beliefs["hi"].points == 2


def test_the_days_begin_with_the_answer_that_counted() -> None:
    hasty = on_day(0, answer_ms=200)
    log = [*hasty.traces, *on_day(10).traces, *on_day(35).traces, *on_day(41).traces]
    assert folded(hasty.traces).beliefs["hi"].points == 0
    belief = folded(log).beliefs["hi"]
    assert belief.points == 2
    assert belief.asked == {("placement-hi", "fog"): NOON + timedelta(days=41, seconds=2)}


def test_a_question_answered_in_one_language_is_known_in_the_other() -> None:
    log = [*on_day(0).traces, *on_day(3, language="bn").traces]
    assert folded(log).beliefs["bn"].points == 0


def test_of_two_machines_the_earlier_answer_counts_whatever_was_sent_first() -> None:
    here, there = on_day(4, is_right=False), on_day(2)
    assert folded(here.traces).beliefs["hi"].mu < folded(there.traces).beliefs["hi"].mu
    both = in_bytes(folded([*here.traces, *there.traces]))
    assert both == in_bytes(folded([*there.traces, *here.traces]))
    assert both == in_bytes(folded(there.traces))


def test_what_was_answered_before_one_began_anew_counts_again() -> None:
    anew = Sitting("anew", NOON + timedelta(days=1)).did("rated", rating="anew")
    log = [*on_day(0).traces, *anew.traces, *on_day(2).traces]
    assert folded(log).beliefs["hi"].points == 1


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
