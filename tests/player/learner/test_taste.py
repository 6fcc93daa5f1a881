"""What a listener likes, and what is recommended for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from player.learner.belief import Belief
from player.learner.selection import Rung
from player.learner.taste import Candidate, Hearing, Kind, Reaction, recommend, taste
from tests.player.learner.listening import NOON

FOLK = {Kind.GENRE: "folk tale", Kind.TOPIC: "animals", Kind.FORMAT: "narrative"}
NEWS = {Kind.GENRE: "news", Kind.TOPIC: None, Kind.FORMAT: "podcast"}


def liked(name: str, reaction: str | None, days_ago: float = 0.0) -> Reaction:
    at = NOON - timedelta(days=days_ago)
    return Reaction(id=name, content="crow:hi", at=at, reaction=reaction, traits=FOLK)


def test_a_love_weighs_three_and_half_of_it_a_month_later() -> None:
    fresh = taste([liked("a", "love")], [], now=NOON)
    assert fresh.preference_weights()["genre"] == {"folk tale": pytest.approx(6 / 9, abs=1e-4)}
    assert fresh.content_type_preferences() == {"narrative": pytest.approx(6 / 9, abs=1e-4)}
    old = taste([liked("a", "love", days_ago=30)], [], now=NOON)
    assert old.leaning(Kind.TOPIC, "animals").mean == pytest.approx(4.5 / 7.5)


def test_taking_a_like_back_leaves_nothing_in_whichever_order_it_is_read() -> None:
    said = [liked("a", "like", days_ago=2), liked("b", None, days_ago=1)]
    for order in (said, said[::-1], said * 2):
        assert taste(order, [], now=NOON).preference_weights() == {"genre": {}, "topic": {}}


def test_leaving_early_tells_more_than_leaving_late() -> None:
    def mean(left_at: float | None) -> float:
        heard = [Hearing(id="h", at=NOON, traits=FOLK, left_at=left_at)]
        return taste([], heard * 2, now=NOON).leaning(Kind.GENRE, "folk tale").mean

    assert mean(0.1) == pytest.approx(3 / 7)
    assert mean(0.1) < mean(0.9) < 0.5 < mean(None)


def test_taste_and_what_can_be_followed_both_count() -> None:
    belief = Belief(mu=1.7, v=0.3)
    folk = Candidate("crow", FOLK, [Rung("crow", "hi", 0.0, 0.0)])
    news = Candidate("today", NEWS, [Rung("today", "hi", 0.0, 0.0)])
    hard = Candidate("epic", FOLK, [Rung("epic", "hi", 0.0, 3.0)])
    liking = taste([liked("a", "love")], [], now=NOON)
    best = recommend(belief, liking, [hard, news, folk, Candidate("empty", FOLK, [])])
    assert [each.slug for each in best] == ["crow", "today", "epic"]
    assert best[0].decision.expected == pytest.approx(0.85, abs=0.02)
