"""The state is nothing but the log: any order, any copies, any machine lead to the same bytes."""

from __future__ import annotations

from datetime import timedelta

from player.learner.folding import State, fold
from player.learner.traces import Trace
from tests.player.learner.listening import LATER, NOON, Sitting


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
    def answered(session: str, *answers: bool) -> Sitting:
        sitting = Sitting(session)
        for is_right in answers:
            sitting.did("play").did("complete", 10, correct=is_right, options=3, answer_ms=4000)
        return sitting

    once, again = answered("a", False), answered("a", False, True, True)
    assert folded(again.traces).beliefs["hi"].answers == folded(once.traces).beliefs["hi"].answers
    later = [*once.traces, *answered("b", True).traces]
    assert len(folded(later).beliefs["hi"].answers) == 2


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
