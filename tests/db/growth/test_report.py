"""A report's numbers are those that one counts by hand, whoever asks and whatever was folded."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.growth.report import percent, report
from db.rights.roles import make_roles
from db.store import Store
from db.syncing.publish import publish_catalogue

if TYPE_CHECKING:
    from tests.db.crowd import Crowd
    from tests.db.making import Maker


@pytest.fixture
def address(store: Store, make: Maker, postgres_url: str) -> str:
    crow = make.story(contents=(make.edition("crow", "en"), make.edition("crow", "hi")))
    store.import_story(crow)
    store.import_story(make.story("fox"))
    store.import_episode(make.episode())
    publish_catalogue(postgres_url, store)
    return postgres_url


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_numbers_are_those_counted_by_hand(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any], make: Maker, seed: int
) -> None:
    rng = random.Random(seed)
    for _ in range(rng.randrange(10, 40)):
        moment = crowds.month_ago(rng.randrange(3), rng.randrange(1, 28))
        crowd.sitting(crowd.who(rng.randrange(9)), moment, rng)
    crowd.arrive(crowd.events)
    nodes = {key: make.id("fox", key) for key in ("intro", "pot", "end")}
    fox = crowds.Crowd(connection, make.id("fox"), nodes, slug="fox")
    fox.arrive(
        [e for e in fox.sitting(crowd.who(1), crowds.month_ago(0), rng) if e.language == "hi"]
    )

    assert crowds.reported(report(connection, "crow")) == crowds.counted(crowd.events)
    since = crowds.month_ago(1, 14)
    assert crowds.reported(report(connection, "crow", since)) == crowds.counted(
        [event for event in crowd.events if event.moment >= since]
    )


def test_shares_add_up_to_a_hundred(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    moment = crowds.month_ago(0, 1)
    crowd.arrive(
        [
            crowd.event(crowd.who(n), moment, "choice_made", node="pot", choice=choice)
            for n, choice in enumerate("AAAAABBB")
        ]
    )

    found = report(connection, "crow")

    assert found
    (pot,) = [node for node in found.nodes if node.key == "pot"]
    assert [(c.key, c.next, c.taken, c.share) for c in pot.choices] == [
        ("A", "end", 5, 62.5),
        ("B", "intro", 3, 37.5),
    ]


def test_a_listeners_last_reaction_counts_and_where_they_stand(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any], make: Maker
) -> None:
    history: tuple[list[str | None], ...] = (["like", "love"], ["like", None], ["favorite"])
    for number, reactions in enumerate(history):
        for days, reaction in enumerate(reactions):
            event = crowd.event(crowd.who(number), crowds.month_ago(1, 1 + days), "story_start")
            crowd.arrive([event])
            connection.execute(
                "INSERT INTO like_engagement (content_id, session_id, liked, reaction_type, "
                "content_characteristics, updated_at) VALUES ('crow:hi', %s, %s, %s, '{}', %s)",
                [
                    f"{event.who}/{event.moment:%Y-%m-%d}",
                    reaction is not None,
                    reaction,
                    event.moment,
                ],
            )
    for number, node, is_completed in ((0, "pot", False), (1, "pot", False), (2, "end", True)):
        connection.execute(
            "INSERT INTO user_progress (user_id, story_id, current_node_id, is_completed) "
            "VALUES (%s, %s, %s, %s)",
            [crowd.who(number), make.id("crow"), make.id("crow", node), is_completed],
        )

    found = report(connection, "crow")

    assert found
    assert found.total.reactions == {"love": 1, "favorite": 1}
    assert {node.key: node.standing for node in found.nodes} == {"intro": 0, "pot": 2, "end": 0}


def test_an_episode_without_a_graph_is_told_of_too(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    who = crowd.who(1)
    crowd.arrive([crowd.event(who, crowds.month_ago(0, 1), "story_start")])
    connection.execute(
        "UPDATE analytics_events SET story_id = NULL, "
        """event_data = '{"content_id": "mercato", "resumed": false}'"""
    )

    found = report(connection, "mercato")

    assert found
    assert (found.total.plays, found.total.title, found.nodes) == (1, "Al mercato", ())
    assert [one.language for one in found.editions] == ["it"]


def test_a_story_that_nobody_heard_and_one_that_is_not_there(
    connection: psycopg.Connection[Any],
) -> None:
    found = report(connection, "crow")
    assert found
    assert (found.total.plays, found.total.completion, found.total.listeners) == (0, 0.0, 0)
    assert report(connection, "nobody") is None
    assert percent(1, 3) == 33.3


def test_an_analyst_may_ask(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any], address: str
) -> None:
    crowd.sitting(crowd.who(1), crowds.month_ago(0, 1), random.Random(1))
    crowd.arrive(crowd.events)
    make_roles(address)
    connection.execute("SET ROLE kahani_analyst")

    assert crowds.reported(report(connection, "crow")) == crowds.counted(crowd.events)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT user_agent FROM analytics_events")


def test_a_play_is_finished_once_however_many_endings_are_gone_back_for(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    heard = (
        ("story_start", "hi", False),
        ("story_complete", "hi", False),
        ("story_complete", "en", False),
        ("story_start", "en", True),
        ("story_complete", "en", False),
        ("story_start", "en", False),
        ("audio_play", "en", False),
    )
    for place, (kind, language, resumed) in enumerate(heard):
        moment = crowds.month_ago(0, 1) + timedelta(minutes=place)
        crowd.event(crowd.who(1), moment, kind, language=language, node="end", resumed=resumed)
    crowd.event(crowd.who(2), crowds.month_ago(0, 1) + timedelta(hours=1), "story_complete")
    crowd.arrive(crowd.events)

    found = report(connection, "crow")

    assert found
    assert {
        one.language: (one.plays, one.completions, one.completion, one.endings_heard)
        for one in (found.total, *found.editions)
    } == {"": (2, 1, 50.0, 4), "hi": (1, 1, 100.0, 2), "en": (1, 0, 0.0, 2)}


def test_one_whose_account_was_taken_away_still_finished(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    for number in (1, 2):
        crowd.event(crowd.who(number), crowds.month_ago(0, 1), "story_start")
    for number in (1, 2):
        moment = crowds.month_ago(0, 1) + timedelta(minutes=1)
        crowd.event(crowd.who(number), moment, "story_complete", node="end")
    crowd.arrive(crowd.events)
    connection.execute("UPDATE analytics_events SET user_id = NULL")

    found = report(connection, "crow")

    assert found
    assert (found.total.plays, found.total.completions) == (2, 2)
