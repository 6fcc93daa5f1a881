"""What a visit shows, read from the events that the player writes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from player.learner.belief import Sensor
from player.learner.evidence import Check, Evidence, Felt, Rating
from player.learner.tracing import visits
from tests.player.learner.listening import LATER, Sitting


def only(sitting: Sitting) -> Evidence:
    (found,) = visits(sitting.traces, now=LATER)
    assert isinstance(found, Evidence)
    return found


def seen(evidence: Evidence) -> set[Sensor]:
    return {sensor for sensor in Sensor if evidence.has_seen(sensor)}


def test_a_visit_says_where_it_was_and_how_difficult() -> None:
    visit = only(Sitting("a").heard())
    assert (visit.language, visit.story, visit.node) == ("hi", "clever-crow", "intro")
    assert visit.variant == "hi-mixed@0.30"
    assert visit.heard == 1.0
    # 1.1 * ln(1 - .9 * .3) - .8 for the transcript in view
    assert visit.difficulty == pytest.approx(-0.3462 - 0.8, abs=1e-4)
    assert seen(visit) == set()


@pytest.mark.parametrize(
    ("kind", "at_s", "context", "sensor"),
    [
        ("replay", 4, {"from_ms": 5000}, Sensor.RELISTEN),
        ("seek", 2, {"from_ms": 5000}, Sensor.RELISTEN),
        ("translation_shown", 5, {}, Sensor.PEEK),
        ("speed", 5, {"to": 0.8}, Sensor.SLOW),
    ],
)
def test_help_is_seen(kind: str, at_s: float, context: dict[str, Any], sensor: Sensor) -> None:
    sitting = Sitting("a").did("play").did(kind, at_s, **context).did("complete", 10)
    assert seen(only(sitting)) == {sensor}


@pytest.mark.parametrize(
    ("kind", "at_s", "context"),
    [
        ("seek", 7, {"from_ms": 5000}),
        ("speed", 5, {"to": 1.3}),
        ("transcript_toggled", 5, {"showing": "line"}),
        ("transcript_toggled", 5, {"showing": "hidden"}),
        ("pause", 5, {"after_line": True}),
    ],
)
def test_what_is_no_help_is_not_seen(kind: str, at_s: float, context: dict[str, Any]) -> None:
    sitting = Sitting("a").did("play").did(kind, at_s, **context)
    sitting.clock += timedelta(seconds=10)
    assert seen(only(sitting.did("resume", at_s).did("complete", 10))) == set()


@pytest.mark.parametrize(("seconds", "is_told"), [(0.2, False), (20, True), (90, False)])
def test_a_pause_tells_where_it_is_neither_a_slip_nor_a_life(seconds: float, is_told: bool) -> None:
    sitting = Sitting("a").did("play").did("pause", 5)
    sitting.clock += timedelta(seconds=seconds)
    sitting.did("resume", 5).did("complete", 10)
    assert (Sensor.PAUSE in seen(only(sitting))) is is_told


def test_a_transcript_switched_on_in_the_middle_is_a_peek_and_one_in_view_makes_it_easier() -> None:
    sitting = Sitting("a").did("play").did("transcript_toggled", 1, showing="hidden")
    sitting.did("complete", 10).did("play").did("transcript_toggled", 5, showing="line")
    first, second = visits(sitting.did("complete", 10).traces, now=LATER)
    assert isinstance(first, Evidence)
    assert isinstance(second, Evidence)
    assert (seen(first), seen(second)) == (set(), {Sensor.PEEK})
    assert second.difficulty == pytest.approx(first.difficulty + 0.8)


def test_what_was_heard_is_counted_once_whatever_the_way() -> None:
    sitting = Sitting("a").did("play", 0).did("seek", 2, from_ms=6000).did("skip", 8)
    assert only(sitting).heard == pytest.approx(0.8)
    leapt = Sitting("a").did("play", 0).did("seek", 9, from_ms=1000).did("complete", 10)
    assert only(leapt).heard == pytest.approx(0.2)


def test_an_answer_comes_with_the_event_that_leaves_the_node() -> None:
    sitting = Sitting("a").heard(correct=False, options=3, answer_ms=2300)
    assert only(sitting).check == Check(is_right=False, options=3, answer_ms=2300)
    assert only(Sitting("a").heard(correct=None, options=3)).check is None


@pytest.mark.parametrize("trait", [{"translated": True}, {"placement": True}, {"has_audio": False}])
def test_where_help_is_in_view_or_nothing_sounds_only_the_answer_counts(
    trait: dict[str, bool],
) -> None:
    sitting = Sitting("a").did("play", traits=trait).did("replay", 2, traits=trait)
    visit = only(sitting.did("complete", 10, traits=trait, correct=True, options=4))
    assert visit.heard == 0.0
    assert visit.check == Check(is_right=True, options=4)


def test_a_visit_in_two_mixes_says_nothing_by_itself() -> None:
    sitting = Sitting("a").did("play").did("complete", 10, traits={"code_mix_ratio": 0.6})
    assert only(sitting).heard == 0.0


def test_a_visit_that_was_never_left_is_not_there_yet() -> None:
    assert visits(Sitting("a").did("play").did("replay", 3).traces, now=LATER) == []


def test_a_rating_is_read_and_an_unknown_one_left_out() -> None:
    sitting = Sitting("a").did("rated", 10, rating="hard").did("rated", 10, rating="purple")
    (rating,) = visits(sitting.traces, now=LATER)
    assert isinstance(rating, Rating)
    assert (rating.language, rating.story, rating.felt) == ("hi", "clever-crow", Felt.HARD)


def test_traits_that_are_not_what_they_should_be_do_no_harm() -> None:
    broken = {"difficulty_score": "hard", "code_mix_ratio": None, "speed": -1, "level": ["x"]}
    sitting = Sitting("a").did("play", traits=broken).did("speed", 5, traits=broken, to="fast")
    visit = only(sitting.did("complete", 10, traits=broken, correct="yes", options="three"))
    assert visit.difficulty == pytest.approx(-0.8)
    assert (visit.check, visit.level) == (None, None)


def test_where_no_sound_came_out_only_a_question_about_the_text_tells_something() -> None:
    answer: dict[str, Any] = {"correct": False, "options": 4, "answer_ms": 3000, "unheard": True}
    story = Sitting("a").did("play").did("complete", 10, **answer)
    assert (only(story).heard, only(story).check is not None) == (0.0, True)
    traits = {"placement": True}
    placed = Sitting("a").did("play", traits=traits).did("complete", 10, traits=traits, **answer)
    assert only(placed).check is None
