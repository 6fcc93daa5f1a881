"""Fault 7, as a listener meets it: a place of the future, or of long ago, is where it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.at_home import WAY, Home

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("year", ["2096", "1996"])  # which have all the days that today may be
def test_a_place_that_was_kept_by_a_wrong_clock_is_taken_up(tmp_path: Path, year: str) -> None:
    home = Home(tmp_path)
    home.play(*WAY[:2])
    with closing(sqlite3.connect(home.store)) as store, store:
        for table, column in (
            ("places", "updated_at"),
            ("user_progress", "last_played_at"),
            ("users", "last_active"),
            ("sessions", "last_activity_at"),
            ("outbox", "created_at"),
        ):
            store.execute(f"UPDATE {table} SET {column} = '{year}' || substr({column}, 5)")
    run = home.play(*WAY[2:])
    assert run.code == 0, run.complaints
    assert run.told[0]["resumed"]
    assert bool(run.told[0]["recap"]) is (year == "1996")
    assert run.of("choice", "key") == list(WAY[2:])
    assert home.choices() == list(WAY)
    assert home.play().told[0]["event"] == "opened"
    assert home.run("sync", "status").returncode == 0
