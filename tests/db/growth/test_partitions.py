"""Events are kept by month on PostgreSQL, whenever their month's partition comes to be."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from db.growth.partitions import make_partitions
from db.growth.partitions import partitions as partitions_of

INSERT = "INSERT INTO analytics_events (event_type, created_at) VALUES ('page_view', %s)"
WHERE = "SELECT tableoid::regclass::text FROM analytics_events ORDER BY created_at"


@pytest.fixture
def connection(postgres_url: str) -> Any:
    with psycopg.connect(postgres_url, autocommit=True) as opened:
        yield opened


def partitions(connection: psycopg.Connection[Any]) -> list[str]:
    query = (
        "SELECT inhrelid::regclass::text FROM pg_inherits "
        "WHERE inhparent = 'analytics_events'::regclass ORDER BY 1"
    )
    return [row[0] for row in connection.execute(query)]


def month(ahead: int) -> datetime:
    first = datetime.now(UTC).replace(day=1, hour=12)
    for _ in range(abs(ahead)):
        first = (first + timedelta(days=32 if ahead > 0 else -1)).replace(day=1)
    return first


def name(moment: datetime) -> str:
    return f"analytics_events_{moment:%Y_%m}"


def test_the_migration_makes_last_month_this_one_and_two_more(
    connection: psycopg.Connection[Any],
) -> None:
    expected = [name(month(ahead)) for ahead in (-1, 0, 1, 2)]

    assert partitions(connection) == [*sorted(expected), "analytics_events_default"]


def test_an_event_lies_in_its_month(connection: psycopg.Connection[Any]) -> None:
    connection.execute(INSERT, [month(1)])

    assert connection.execute(WHERE).fetchall() == [(name(month(1)),)]


def test_an_event_of_a_wrong_clock_is_kept_too(connection: psycopg.Connection[Any]) -> None:
    connection.execute(INSERT, [datetime(1970, 1, 1, tzinfo=UTC)])

    assert connection.execute(WHERE).fetchall() == [("analytics_events_default",)]


def test_rows_that_came_before_their_partition_move_into_it(
    connection: psycopg.Connection[Any],
) -> None:
    early, later = month(5), month(5) + timedelta(hours=1)
    connection.execute(INSERT, [early])
    connection.execute(INSERT, [later])

    made = connection.execute("SELECT ensure_event_partitions(6)").fetchone()

    assert made == (4,)
    assert connection.execute(WHERE).fetchall() == [(name(early),)] * 2
    assert connection.execute("SELECT count(*) FROM analytics_events_default").fetchone() == (0,)


def test_calling_it_again_makes_nothing(connection: psycopg.Connection[Any]) -> None:
    assert connection.execute("SELECT ensure_event_partitions(2)").fetchone() == (0,)


def test_a_new_partition_has_the_keys_and_indexes_of_the_others(
    connection: psycopg.Connection[Any],
) -> None:
    connection.execute("SELECT ensure_event_partitions(3)")
    query = (
        "SELECT (SELECT count(*) FROM pg_index WHERE indrelid = %(part)s::regclass), "
        "(SELECT string_agg(contype, '' ORDER BY contype) FROM pg_constraint "
        "WHERE conrelid = %(part)s::regclass AND contype <> 'n')"
    )

    first, last = (
        connection.execute(query, {"part": name(month(ahead))}).fetchone() for ahead in (0, 3)
    )

    assert first == last
    assert first == (8, "cfffp")


def test_many_players_may_ask_for_them_at_once(
    connection: psycopg.Connection[Any], postgres_url: str
) -> None:
    connection.execute(INSERT, [month(8)])
    made: list[int] = []

    def ask() -> None:
        with psycopg.connect(postgres_url) as own:
            row = own.execute("SELECT ensure_event_partitions(9)").fetchone()
            made.append(row[0] if row else -1)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(made) == 7
    assert connection.execute(WHERE).fetchall() == [(name(month(8)),)]


def test_the_same_event_twice_is_there_once(connection: psycopg.Connection[Any]) -> None:
    event = "INSERT INTO analytics_events (id, event_type, created_at) VALUES (%s, 'page_view', %s)"
    identity = ["0199c1f0-0000-7000-8000-000000000001", month(0)]
    for _ in range(2):
        connection.execute(f"{event} ON CONFLICT (id, created_at) DO NOTHING", identity)

    assert connection.execute("SELECT count(*) FROM analytics_events").fetchone() == (1,)


def test_months_that_rows_came_late_for_are_made_by_hand(
    connection: psycopg.Connection[Any],
) -> None:
    long_ago = datetime(1970, 1, 1, tzinfo=UTC)
    for moment in (month(-4), month(-4), month(-6), long_ago):
        connection.execute(INSERT, [moment])

    made = make_partitions(connection, 3)

    assert made.ahead == 1
    assert [(late.month, late.rows) for late in made.late] == [
        (month(-6).date(), 1),
        (month(-4).date(), 2),
    ]
    assert connection.execute(WHERE).fetchall() == [
        ("analytics_events_default",),
        (name(month(-6)),),
        *[(name(month(-4)),)] * 2,
    ]
    found = partitions_of(connection)
    assert found[0].month == month(-6).date()
    assert (found[-1].month, found[-1].rows) == (None, 1)


def test_a_month_made_late_is_guarded_and_indexed_as_the_others(
    connection: psycopg.Connection[Any],
) -> None:
    connection.execute(INSERT, [month(-5)])
    make_partitions(connection, 1)
    query = (
        "SELECT c.relrowsecurity, c.relowner, (SELECT count(*) FROM pg_index "
        "WHERE indrelid = c.oid), (SELECT count(*) FROM pg_trigger WHERE tgrelid = c.oid) "
        "FROM pg_class c WHERE c.oid = %s::regclass"
    )

    first, late = (connection.execute(query, [name(month(n))]).fetchone() for n in (0, -5))

    assert late == first


def test_a_busy_table_is_asked_again_until_it_is_free(
    connection: psycopg.Connection[Any], postgres_url: str
) -> None:
    connection.execute(INSERT, [month(-3)])
    with psycopg.connect(postgres_url) as other:
        other.execute("LOCK TABLE analytics_events_default IN ROW EXCLUSIVE MODE")
        timer = threading.Timer(0.7, other.rollback)
        timer.start()
        made = make_partitions(connection, 2)
        timer.join()

    assert [late.rows for late in made.late] == [1]
