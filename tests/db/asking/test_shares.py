"""What share of listeners chose what: from twenty on, the same after months are folded."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.asking.shares import Share, choice_shares
from db.growth.retention import carry_out, limit_of, plan
from db.published.catalogue import RemoteCatalogue
from db.remote import Remote
from db.store import Store
from db.syncing.publish import publish_catalogue

if TYPE_CHECKING:
    from tests.db.crowd import Crowd
    from tests.db.making import Maker


pytestmark = pytest.mark.usefixtures("unhurried")


class OpenBorder:
    """Lets everything in as it is."""

    def story(self, record: Any) -> Any:
        return record

    def episode(self, record: Any) -> Any:
        return record


@pytest.fixture
def connection(store: Store, make: Maker, postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    store.import_story(make.story())
    publish_catalogue(postgres_url, store)
    with Remote(postgres_url).connect(autocommit=True) as opened:
        yield opened


def chosen(crowd: Crowd, moment: datetime, choices: str, first: int = 0) -> None:
    """Each letter is one listener's choice at the pot."""
    events = [
        crowd.event(crowd.who(first + n), moment, "choice_made", node="pot", choice=choice)
        for n, choice in enumerate(choices)
    ]
    crowd.arrive(events)


def test_below_twenty_listeners_nothing_is_told(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    chosen(crowd, crowds.month_ago(1, 1), "A" * 19)
    for _ in range(5):  # a listener counts once, however often
        chosen(crowd, crowds.month_ago(1, 1), "A" * 19)

    assert choice_shares(connection, crowd.story_id) == {}


def test_from_twenty_listeners_on_the_shares_are_told(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any], make: Maker
) -> None:
    chosen(crowd, crowds.month_ago(1, 1), "A" * 13 + "B" * 8)

    assert choice_shares(connection, crowd.story_id) == {
        make.id("crow", "pot", "A"): Share(62, 21),
        make.id("crow", "pot", "B"): Share(38, 21),
    }


def test_what_a_listener_took_last_counts(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any], make: Maker
) -> None:
    chosen(crowd, crowds.month_ago(2, 1), "A" * 20)
    chosen(crowd, crowds.month_ago(1, 1), "B" * 5)

    told = choice_shares(connection, crowd.story_id)

    assert told[make.id("crow", "pot", "A")] == Share(75, 20)
    assert told[make.id("crow", "pot", "B")] == Share(25, 20)


def test_one_listener_pushes_nobody_out(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any], make: Maker
) -> None:
    chosen(crowd, crowds.month_ago(1, 1), "A" * 15 + "B" * 5)
    for moments in ("now() + interval '1 year'", "now() - n * interval '1 second'"):
        connection.execute(
            "INSERT INTO analytics_events (user_id, story_id, node_id, event_type, event_data, "
            f"created_at) SELECT %s, %s, %s, 'choice_made', '{{\"choice\": \"B\"}}', {moments} "
            "FROM generate_series(1, 20001) n".encode(),
            [crowd.who(0), crowd.story_id, crowd.node_ids["pot"]],
        )

    told = choice_shares(connection, crowd.story_id)

    assert told[make.id("crow", "pot", "A")] == Share(70, 20)
    assert told[make.id("crow", "pot", "B")] == Share(30, 20)


def test_what_is_of_the_future_is_not_chosen_yet(
    crowd: Crowd, connection: psycopg.Connection[Any], make: Maker
) -> None:
    chosen(crowd, datetime.now(UTC) - timedelta(minutes=1), "A" * 20)
    chosen(crowd, datetime.now(UTC) + timedelta(days=1), "B" * 20)

    told = choice_shares(connection, crowd.story_id)

    assert told == {make.id("crow", "pot", "A"): Share(100, 20)}


def test_shares_are_read_in_the_order_of_an_index(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    chosen(crowd, crowds.month_ago(1, 1), "A" * 20)
    (body,) = connection.execute(
        "SELECT prosrc FROM pg_proc WHERE proname = 'choice_shares'"
    ).fetchone() or ("",)
    listeners = body[body.index("SELECT DISTINCT ON") : body.index("LIMIT")]
    for other_way in ("seqscan", "bitmapscan", "sort"):
        connection.execute(f"SET enable_{other_way} = off".encode())

    plan_ = connection.execute(
        f"EXPLAIN {listeners.replace('= story', '= %(story)s')}".encode(),
        {"story": crowd.story_id},
    ).fetchall()

    nodes = [line.partition("(")[0].strip(" ->") for (line,) in plan_]
    assert nodes[:2] == ["Unique", "Merge Append"]


def test_folded_months_count_on(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    rng = random.Random(3)
    for months in (6, 5, 4, 2, 1):
        first = rng.randrange(20)
        chosen(crowd, crowds.month_ago(months, 1), "".join(rng.choices("AAB", k=15)), first)
    before = choice_shares(connection, crowd.story_id)
    assert before

    carry_out(connection, plan(connection, limit_of(3, datetime.now(UTC))))

    assert choice_shares(connection, crowd.story_id) == before


def test_a_listener_hears_shares_but_sees_no_events(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any], postgres_url: str
) -> None:
    from db.rights.roles import make_roles  # noqa: PLC0415 - only here

    chosen(crowd, crowds.month_ago(1, 1), "A" * 20)
    make_roles(postgres_url)
    connection.execute("SET ROLE kahani_listener")

    assert [share.percent for share in choice_shares(connection, crowd.story_id).values()] == [100]
    assert connection.execute("SELECT count(*) FROM analytics_events").fetchone() == (0,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM monthly_counts")


def test_an_opened_story_brings_its_shares_into_the_store(
    crowd: Crowd, crowds: Any, store: Store, postgres_url: str, make: Maker
) -> None:
    chosen(crowd, crowds.month_ago(1, 1), "A" * 30 + "B" * 10)
    catalogue = RemoteCatalogue(postgres_url)
    assert store.choice_shares("crow") == {}

    catalogue.pull_story("crow", store, OpenBorder())
    catalogue.close()
    store.write_later(lambda _: None).result()

    assert store.choice_shares("crow") == {
        make.id("crow", "pot", "A"): Share(75, 40),
        make.id("crow", "pot", "B"): Share(25, 40),
    }


def test_the_store_counts_what_its_own_listener_took(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    store.import_story(make.story("fox"))
    store.append(
        [
            make.session(),
            make.chosen(),
            make.chosen(),
            make.chosen(event_data={"choice": "B"}),
            make.chosen(event_data={"choice": "gone"}),
            make.chosen(story="fox"),
        ]
    ).result()

    assert store.choice_counts(make.id("crow")) == {
        make.id("crow", "pot", "A"): 2,
        make.id("crow", "pot", "B"): 1,
    }
