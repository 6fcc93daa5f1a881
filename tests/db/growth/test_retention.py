"""Old months are counted and dropped; what a report tells stays the same, whatever happens."""

from __future__ import annotations

import os
import random
import threading
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.errors import RemoteBusyError, RemoteRightsError
from db.growth.partitions import make_partitions, partitions
from db.growth.report import report
from db.growth.retention import Plan, carry_out, limit_of, plan
from db.patience import patiently
from db.remote import Remote

if TYPE_CHECKING:
    from tests.db.crowd import Crowd


def until() -> date:
    """The first day that is kept: asked for by each test, as one may run in the next month."""
    return limit_of(3, datetime.now(UTC))


@pytest.fixture
def address(crow_there: str) -> str:
    return crow_there


def rows(connection: psycopg.Connection[Any], query: str) -> list[Any]:
    return connection.execute(query.encode()).fetchall()


def told(connection: psycopg.Connection[Any], crowds: Any) -> dict[str, Any]:
    """What the report tells; the listeners of one language only while nothing is folded."""
    found: dict[str, Any] = crowds.reported(report(connection, "crow"))
    for edition in found["editions"].values():
        edition.pop("listeners")
    return found


def by_hand(crowd: Crowd, crowds: Any) -> dict[str, Any]:
    found: dict[str, Any] = crowds.counted(crowd.events)
    for edition in found["editions"].values():
        edition.pop("listeners")
    return found


def folded(connection: psycopg.Connection[Any], **how: Any) -> Plan:
    return carry_out(connection, plan(connection, until()), **how)


def test_the_limit_is_the_first_of_a_month() -> None:
    assert limit_of(18, datetime(2026, 2, 28, 23, tzinfo=UTC)) == date(2024, 8, 1)
    assert limit_of(2, datetime(2026, 1, 1, tzinfo=UTC)) == date(2025, 11, 1)


def test_a_plan_changes_nothing(heard: Crowd, connection: psycopg.Connection[Any]) -> None:
    before = partitions(connection)

    planned = plan(connection, until())

    assert [month.month for month in planned.months] == sorted(
        {e.moment.date().replace(day=1) for e in heard.events if e.moment.date() < until()}
    )
    assert partitions(connection) == before
    assert rows(connection, "SELECT count(*) FROM monthly_counts") == [(0,)]


def test_old_months_go_and_still_count(
    heard: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    assert told(connection, crowds) == by_hand(heard, crowds)

    went = folded(connection)

    old = [e for e in heard.events if e.moment.date() < until()]
    assert sum(month.events for month in went.months) == sum(not e.is_of_sound for e in old)
    assert sum(s.events for s in went.sittings) == sum(e.is_of_sound for e in old)
    assert rows(connection, "SELECT min(created_at)::date FROM analytics_events")[0][0] >= until()
    assert [p.month for p in partitions(connection) if p.month and p.month < until()] == []
    assert told(connection, crowds) == by_hand(heard, crowds)


def test_to_do_it_again_finds_nothing_to_do(
    heard: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    folded(connection)

    again = folded(connection)

    assert (again.months, again.sittings, again.generations) == ((), (), 0)
    assert told(connection, crowds) == by_hand(heard, crowds)


def test_what_is_kept_of_a_month_tells_of_no_person(
    heard: Crowd, connection: psycopg.Connection[Any]
) -> None:
    folded(connection)

    text = str(rows(connection, "SELECT m.*::text FROM monthly_counts m"))
    for listener in {event.who for event in heard.events}:
        assert str(listener) not in text


def test_sittings_likes_and_progress_stay(
    heard: Crowd, connection: psycopg.Connection[Any]
) -> None:
    (session,) = rows(connection, "SELECT id FROM sessions ORDER BY started_at LIMIT 1")
    connection.execute(
        "INSERT INTO like_engagement (content_id, session_id, liked, reaction_type, "
        "content_characteristics) VALUES ('crow:hi', %s, true, 'love', '{}')",
        session,
    )
    before = rows(connection, "SELECT count(*) FROM sessions")

    folded(connection)

    found = report(connection, "crow")
    assert found
    assert found.total.reactions == {"love": 1}
    assert rows(connection, "SELECT count(*) FROM sessions") == before


def test_finished_generations_go_and_the_others_stay(
    heard: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    (session,) = rows(connection, "SELECT id FROM sessions LIMIT 1")
    for name, status, months in (
        ("old", "completed", 5),
        ("old failure", "failed", 20),
        ("stuck", "processing", 20),
        ("new", "completed", 1),
    ):
        connection.execute(
            "INSERT INTO generation_status (generation_id, session_id, status, updated_at) "
            "VALUES (%s, %s, %s, %s)",
            [name, session[0], status, crowds.month_ago(months)],
        )

    assert plan(connection, until()).generations == 2
    assert folded(connection).generations == 2
    assert rows(connection, "SELECT generation_id FROM generation_status ORDER BY 1") == [
        ("new",),
        ("stuck",),
    ]


def test_what_comes_late_for_a_month_that_is_gone_is_counted_the_next_time(
    heard: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    folded(connection)
    late = heard.sitting(heard.who(99), crowds.month_ago(6), random.Random(1))
    heard.arrive(late)
    assert told(connection, crowds) == by_hand(heard, crowds)

    went = folded(connection)

    assert [(m.month, m.partition) for m in went.months] == [
        (late[0].moment.date().replace(day=1), None)
    ]
    assert told(connection, crowds) == by_hand(heard, crowds)


def test_a_partition_may_be_kept_as_a_table_of_its_own(
    heard: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    went = folded(connection, keep=True)

    for month in went.months:
        assert rows(connection, f"SELECT count(*) FROM {month.partition}") == [(month.events,)]
    heard.arrive(heard.sitting(heard.who(99), crowds.month_ago(6), random.Random(1)))
    make_partitions(connection, 1)
    folded(connection)
    assert told(connection, crowds) == by_hand(heard, crowds)


def test_a_report_since_a_month_counts_from_it_on(
    heard: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    since = crowds.month_ago(5, 1).replace(hour=0)
    folded(connection)

    found = crowds.reported(report(connection, "crow", since))

    expected = crowds.counted([e for e in heard.events if e.moment >= since])
    assert found["nodes"] == expected["nodes"]
    assert found["choices"] == expected["choices"]


def test_a_busy_month_is_left_as_it_is(
    heard: Crowd, crowds: Any, connection: psycopg.Connection[Any], address: str
) -> None:
    planned = plan(connection, until())
    name = planned.months[0].partition
    with psycopg.connect(address) as other:
        other.execute(f"LOCK TABLE {name} IN ROW EXCLUSIVE MODE".encode())
        with pytest.raises(RemoteBusyError, match="try again"), connection.transaction():
            patiently(
                connection,
                lambda: connection.execute(f"LOCK TABLE {name} IN SHARE MODE".encode()),
                patience_s=0,
            )
        other.rollback()

    assert told(connection, crowds) == by_hand(heard, crowds)


def test_only_the_owner_may(connection: psycopg.Connection[Any], heard: Crowd) -> None:
    role = f"stranger_{os.getpid()}"
    connection.execute(f"CREATE ROLE {role}".encode())
    connection.execute(f"GRANT pg_read_all_data TO {role}".encode())
    try:
        connection.execute(f"SET ROLE {role}".encode())
        with pytest.raises(RemoteRightsError, match="kahani_owner"):
            plan(connection, until())
    finally:
        connection.execute("RESET ROLE")
        connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())


def test_two_at_once_count_each_month_once(
    heard: Crowd, crowds: Any, connection: psycopg.Connection[Any], address: str
) -> None:
    went: list[Plan] = []

    def run() -> None:
        with Remote(address).connect(autocommit=True) as own:
            went.append(folded(own))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(went) == 2
    assert told(connection, crowds) == by_hand(heard, crowds)


def arrive_as_players_do(crowd: Crowd, events: list[Any]) -> None:
    """Try again where PostgreSQL asks for it; what is there already stays as it is."""
    while True:
        try:
            return crowd.arrive(events)
        except (psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable):
            continue


def test_players_push_and_reports_add_up_while_months_go(
    heard: Crowd, crowds: Any, connection: psycopg.Connection[Any], address: str
) -> None:
    rng = random.Random(2)
    totals: list[int] = []
    is_over = threading.Event()

    def push() -> None:
        with Remote(address).connect(autocommit=True) as own:
            pusher = crowds.Crowd(
                own, heard.story_id, heard.node_ids, events=heard.events, number=9000
            )
            for number in range(10):
                old = pusher.sitting(heard.who(100 + number), crowds.month_ago(4 + number % 3), rng)
                new = pusher.sitting(heard.who(100 + number), crowds.month_ago(0), rng)
                arrive_as_players_do(pusher, [*old, *new])

    def ask() -> None:
        with Remote(address).connect(autocommit=True) as own:
            while not is_over.is_set():
                found = report(own, "crow")
                totals.append(found.total.plays + found.total.resumes if found else -1)

    asker, pusher = threading.Thread(target=ask), threading.Thread(target=push)
    asker.start()
    pusher.start()
    try:
        folded(connection)
    finally:
        pusher.join()
        is_over.set()
        asker.join()
    folded(connection)

    assert totals == sorted(totals), "a report saw a month in no place, or in two"
    assert told(connection, crowds) == by_hand(heard, crowds)
