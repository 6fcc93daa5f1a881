"""What is believed, and what moved it last, told in one sentence each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from player.learner.belief import Belief
from player.learner.folding import fold
from player.learner.recounting import recount, told
from player.learner.tracing import ANEW, visits
from tests.player.learner.listening import LATER, Sitting

KNOWN = replace(Belief.prior("beginner"), mu=1.0, points=40)


@pytest.mark.parametrize(
    ("variance", "sentence"),
    [
        (0.2, "Hindi: you should follow about 7 lines in 10 of a middling story."),
        (0.8, "Hindi: you should follow about 5 to 9 lines in 10 of a middling story."),
        (
            1.9,
            (
                "We are still getting to know your Hindi (40 passages so far): "
                "you should follow about 3 to 9 lines in 10 of a middling story."
            ),
        ),
    ],
)
def test_the_less_is_known_the_wider_it_is_told(variance: float, sentence: str) -> None:
    assert told(replace(KNOWN, v=variance), "Hindi") == sentence


@pytest.mark.parametrize(
    ("sitting", "cause", "is_up"),
    [
        (
            Sitting("a").heard(correct=True, options=4, answer_ms=3000),
            "You answered the last question rightly",
            True,
        ),
        (
            Sitting("a").heard("replay", correct=False, options=4, answer_ms=3000),
            "You replayed the last lines",
            False,
        ),
        (Sitting("a").heard(), "You followed a passage without help", True),
        (
            Sitting("a").heard().did("rated", rating="hard"),
            "You called the story too hard",
            False,
        ),
    ],
)
def test_what_moved_it_last_is_named(sitting: Sitting, cause: str, is_up: bool) -> None:
    observed = visits(sitting.traces, now=LATER)
    state, last = recount(observed, "beginner")
    assert state == fold(sitting.traces, level="beginner", now=LATER)
    assert (last["hi"].cause, last["hi"].shift > 0) == (cause, is_up)
    assert last["hi"].where.startswith("clever-crow")


def test_who_begins_anew_is_met_as_if_nothing_had_been_heard() -> None:
    sitting = Sitting("a").heard().heard("replay").did("rated", rating=ANEW)
    assert visits(sitting.traces, now=LATER) == []
    sitting.heard("replay")
    (only,) = visits(reversed(sitting.traces), now=LATER)
    assert only.order[1] > 6  # the sequence of what came after


def test_every_machine_begins_anew() -> None:
    elsewhere = Sitting("b", device="desk").heard("replay")
    here = Sitting("a").heard().heard().did("rated", rating=ANEW)
    assert visits([*here.traces, *elsewhere.traces], now=LATER) == []


def test_a_translation_that_is_hidden_is_no_look_at_it() -> None:
    sitting = Sitting("a").did("play").did("translation_shown", 5, of="none").did("complete", 10)
    (visit,) = visits(sitting.traces, now=LATER)
    assert not any(getattr(visit, "seen", (True,)))
