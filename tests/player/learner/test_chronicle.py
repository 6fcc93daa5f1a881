"""The chronicle: the belief after every visit, gone on from at any time."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from player.learner.chronicle import Chronicle, thinned
from player.learner.recounting import recount, told
from player.learner.traces import Trace
from player.learner.tracing import visits
from tests.player.learner.listening import LATER, Sitting, logs


def chronicle_of(log: list[Trace]) -> Chronicle:
    chronicle = Chronicle("intermediate")
    chronicle.take(visits(log, now=LATER))
    return chronicle


@settings(max_examples=25, deadline=None)
@given(log=logs, cut=st.floats(0, 1))
def test_wherever_it_was_gone_on_from_it_ends_where_recounting_does(
    log: list[Trace], cut: float
) -> None:
    observations = visits(log, now=LATER)
    chronicle, first = Chronicle("intermediate"), round(cut * len(observations))
    chronicle.take(observations[:first])
    chronicle.take(observations[first:])
    state, changes = recount(observations, "intermediate")
    assert chronicle.state == state
    assert chronicle.changes == changes
    for language, belief in state.beliefs.items():
        last = chronicle.moments(language, 2)[-1]
        assert (last.mu, last.v) == (belief.mu, belief.v)


def test_it_begins_before_anything_was_heard_and_gets_surer() -> None:
    sitting = Sitting("a")
    for _ in range(20):
        sitting.heard()
    moments = chronicle_of(sitting.traces).moments("hi", 1000)
    assert len(moments) == 21
    assert (moments[0].mu, moments[0].v) == (0.0, 1.96)
    first, last = moments[0].lines_in_ten, moments[-1].lines_in_ten
    assert first[0] < first[1] < first[2]
    assert last[2] - last[0] < first[2] - first[0]


def test_what_it_draws_last_is_what_is_told_in_words() -> None:
    chronicle = chronicle_of(Sitting("a").heard().heard("replay").heard().traces)
    least, _, most = chronicle.moments("hi", 1000)[-1].lines_in_ten
    words = told(chronicle.state.beliefs["hi"], "Hindi")
    assert f"about {round(least)} to {round(most)} lines in 10" in words


def test_a_visit_that_told_nothing_is_no_moment() -> None:
    skipped = Sitting("a").did("play").did("skip", 1)
    assert chronicle_of(skipped.traces).count("hi") == 0


def test_of_a_language_never_heard_there_is_nothing() -> None:
    assert Chronicle("beginner").moments("ta", 100) == ()


def test_thinned_items_keep_their_ends_and_their_order() -> None:
    items = list(range(1000))
    kept = thinned(items, 11)
    assert kept == (0, 100, 200, 300, 400, 500, 599, 699, 799, 899, 999)
    assert thinned(items[:5], 11) == (0, 1, 2, 3, 4)
    assert thinned([], 11) == ()
