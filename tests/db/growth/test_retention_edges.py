"""Months are folded whatever clocks, listeners and their machines did."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.growth.partitions import make_partitions
from db.growth.report import report
from db.growth.retention import carry_out, limit_of, plan

if TYPE_CHECKING:
    from tests.db.crowd import Crowd


def until() -> date:
    """The first day that is kept: asked for by each test, as one may run in the next month."""
    return limit_of(3, datetime.now(UTC))


@pytest.fixture
def address(crow_there: str) -> str:
    return crow_there


NO_TIMES = ("-infinity", "0044-03-15 BC", "12026-01-01", "infinity")


def test_times_that_cannot_be_stop_nobody(
    heard: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    """Any listener may write any time."""
    old = [e for e in heard.events if e.is_of_sound and e.moment.date() < until()]
    for event, moment in zip(old, NO_TIMES, strict=False):
        values = {"who": event.who, "id": str(event.id), "moment": moment}
        connection.execute(
            "UPDATE behavioral_events SET timestamp = %(moment)s WHERE id = %(id)s", values
        )
        connection.execute(
            "INSERT INTO analytics_events (user_id, event_type, created_at) "
            "VALUES (%(who)s, 'page_view', %(moment)s)",
            values,
        )
        connection.execute(
            "INSERT INTO sessions (id, user_id, last_activity_at) "
            "VALUES (%(moment)s::text, %(who)s, %(moment)s::text::timestamptz)",
            values,
        )
        connection.execute(
            "INSERT INTO behavioral_events (id, content_id, event_type, playback_position, "
            "session_id, content_characteristics) "
            "VALUES (%(moment)s::text, 'crow:hi', 'play', 0, %(moment)s::text, '{}')",
            values,
        )

    assert make_partitions(connection, 1).late == ()
    carry_out(connection, plan(connection, until()))

    found = report(connection, "crow")
    assert found
    assert found.folded_until
    assert found.folded_until < until()
    assert crowds.reported(found)["nodes"] == crowds.counted(heard.events)["nodes"]
    assert carry_out(connection, plan(connection, until())).months == ()


def test_a_play_that_is_finished_in_a_later_month_is_folded_as_finished(
    crowd: Crowd, crowds: Any, connection: psycopg.Connection[Any]
) -> None:
    who = crowd.who(1)
    crowd.event(who, crowds.month_ago(5, 28), "story_start")
    crowd.event(who, crowds.month_ago(4, 1), "story_complete", node="end")
    crowd.event(who, crowds.month_ago(4, 2), "story_complete", node="end")
    crowd.event(who, crowds.month_ago(4, 3), "story_start")
    crowd.event(who, crowds.month_ago(1, 3), "story_complete", node="end")
    crowd.arrive(crowd.events)
    make_partitions(connection, 1)
    before = crowds.reported(report(connection, "crow"))
    assert before == crowds.counted(crowd.events)
    assert (before["total"]["completions"], before["total"]["endings_heard"]) == (2, 3)

    carry_out(connection, plan(connection, until()))

    assert crowds.reported(report(connection, "crow"))["total"] == before["total"]
    kept = connection.execute(
        "SELECT month, measure, times, last_listeners FROM monthly_counts "
        "WHERE measure LIKE 'story_%' ORDER BY month, measure"
    ).fetchall()
    assert kept == [
        (crowds.month_ago(5).date().replace(day=1), "story_finish", 1, 0),
        (crowds.month_ago(5).date().replace(day=1), "story_start", 1, 0),
        (crowds.month_ago(4).date().replace(day=1), "story_complete", 2, 0),
        (crowds.month_ago(4).date().replace(day=1), "story_finish", 1, 1),
        (crowds.month_ago(4).date().replace(day=1), "story_start", 1, 1),
    ]
