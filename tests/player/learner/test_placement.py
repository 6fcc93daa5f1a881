"""The placement: few questions, the most telling first."""

from __future__ import annotations

from datetime import timedelta

from player.learner.belief import Belief
from player.learner.evidence import Check
from player.learner.folding import fold
from player.learner.placement import QUESTIONS, Question, doubt_after, next_question
from player.learner.updating import posterior
from tests.player.learner.listening import LATER, NOON, Sitting

CLIPS = [Question(str(clip), -2.0 + 0.5 * clip) for clip in range(10)]


def test_the_question_asked_is_the_one_that_tells_most() -> None:
    for mu in (-3.0, 0.0, 3.0):
        belief = Belief(mu=mu, v=1.0)
        asked = next_question(belief, CLIPS)
        assert asked is not None
        assert doubt_after(belief, asked) == min(doubt_after(belief, each) for each in CLIPS)
    assert next_question(Belief(mu=-3.0, v=1.0), CLIPS) == CLIPS[0]


def test_a_clip_is_asked_once_in_whichever_mix_and_eight_are_enough() -> None:
    both = [*CLIPS, *(Question(each.key, each.difficulty - 0.85, 0.6) for each in CLIPS)]
    asked: list[str] = []
    while question := next_question(Belief(mu=0.0, v=1.0), both, asked):
        asked.append(question.key)
    assert len(set(asked)) == len(asked) == QUESTIONS
    assert next_question(Belief(mu=0.0, v=1.0), []) is None


def test_answers_are_learned_from_the_log_and_no_habit_is() -> None:
    sitting = Sitting("a", NOON)
    for is_right in (True, True, False, True):
        traits = {"slug": "placement-hi", "placement": True, "code_mix_ratio": 0.0}
        sitting.did("play", traits=traits).did("replay", 2, traits=traits)
        sitting.clock += timedelta(seconds=4)
        sitting.did("complete", 10, traits=traits, correct=is_right, options=4, answer_ms=4000)
    belief = fold(sitting.traces, level="beginner", now=LATER).beliefs["hi"]
    assert belief.mu > -1.0
    assert belief.v < 1.7
    assert (belief.points, belief.n, belief.habits) == (4, 0, (0, 0, 0, 0))


def test_an_answer_narrows_the_belief() -> None:
    assert posterior(0.0, 1.5, 0.0, check=Check(is_right=True, options=4))[0] > 0
    assert doubt_after(Belief(mu=0.0, v=1.5), CLIPS[4]) < 1.5
