"""kahani db partitions and retention: months are made ahead, and counted before they go."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.growth.report import report
from tests.growth_command.conftest import Kahani

if TYPE_CHECKING:
    from tests.db.crowd import Crowd


def test_partitions_are_told_and_made(
    kahani: Kahani, heard: Crowd, connection: psycopg.Connection[Any]
) -> None:
    code, out, err = kahani("db", "partitions", "--ahead", "4")

    assert code == 0
    assert "2 months were made" in err
    lines = out.splitlines()
    assert len(lines) == 8 + 4 + 1
    assert lines[-1].startswith("other")

    code, out, _ = kahani("db", "partitions", "--ahead", "4", "--json")
    told = json.loads(out)
    assert (told["made_ahead"], told["made_late"]) == (0, [])
    assert sum(one["rows"] for one in told["partitions"]) == sum(
        not event.is_of_sound for event in heard.events
    )


def test_a_month_that_rows_came_late_for_is_told(
    kahani: Kahani, connection: psycopg.Connection[Any], until: date
) -> None:
    connection.execute(
        "INSERT INTO analytics_events (event_type, created_at) VALUES ('page_view', %s)",
        [datetime(until.year, until.month, 5, tzinfo=UTC)],
    )

    _, out, err = kahani("db", "partitions")

    assert f"{until:%Y-%m} was made late: 1 rows moved into it" in err
    assert f"{until:%Y-%m}             1 rows" in out


@pytest.mark.parametrize(
    ("time", "why"),
    [
        ("banana", "no time"),
        ("-18months", "no time"),
        ("0months", "at least 3"),
        ("2 months", "at least 3"),
        ("18", "no time"),
        ("90days", "no time"),
        ("18.5months", "no time"),
        ("51years", "nothing older"),
        ("99999999999months", "no time"),
        ("", "no time"),
    ],
)
def test_times_that_make_no_sense_are_refused(
    kahani: Kahani, connection: psycopg.Connection[Any], time: str, why: str
) -> None:
    code, out, err = kahani("db", "retention", f"--older-than={time}")

    assert (code, out) == (2, "")
    assert why in err


def test_a_dry_run_tells_what_the_real_one_does(
    kahani: Kahani, heard: Crowd, connection: psycopg.Connection[Any], until: date
) -> None:
    code, would, sum_of_it = kahani("db", "retention", "--older-than=3months", "--dry-run")
    assert (code, report(connection, "crow")) == (0, report(connection, "crow"))
    assert "would be counted" in sum_of_it

    code, went, sum_of_it = kahani("db", "retention", "--older-than", "3 Months")

    assert code == 0
    assert went == would.replace("would go", "went").replace("would be", "were")
    assert f"Before {until:%Y-%m}: " in sum_of_it
    assert kahani("db", "retention", "--older-than=3months")[1] == ""


@pytest.mark.slow
def test_killed_between_two_months_nothing_is_lost_or_counted_twice(
    kahani: Kahani,
    heard: Crowd,
    connection: psycopg.Connection[Any],
    postgres_url: str,
    until: date,
) -> None:
    before = report(connection, "crow")
    assert before
    row = connection.execute("SELECT count(*) FROM monthly_counts").fetchone()
    assert row == (0,)
    busy = f"analytics_events_{until.year - (until.month < 3):04}_{(until.month - 3) % 12 + 1:02}"
    program = "from player.cli import main; main()"
    arguments = ["db", "retention", "--older-than=3months"]
    with psycopg.connect(postgres_url) as other:
        other.execute(f"LOCK TABLE {busy} IN ROW EXCLUSIVE MODE".encode())
        going = subprocess.Popen(
            [sys.executable, "-u", "-c", program, *arguments],
            env={**os.environ, "DATABASE_URL": postgres_url},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert going.stdout
        first = going.stdout.readline()  # the month before is gone; this one is waited for
        going.send_signal(signal.SIGKILL)
        going.wait()
        going.stdout.close()
        other.rollback()
    assert "went" in first
    between = report(connection, "crow")
    assert between
    assert (between.total.plays, between.nodes) == (before.total.plays, before.nodes)

    assert kahani(*arguments)[0] == 0

    after = report(connection, "crow")
    assert after
    assert (after.total.plays, after.nodes) == (before.total.plays, before.nodes)
    assert after.total.listeners == before.total.listeners
