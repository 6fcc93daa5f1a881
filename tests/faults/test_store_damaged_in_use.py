"""Fault 8: a store that is damaged while programs use it is mended once, and they go on."""

from __future__ import annotations

import random
import sqlite3
import threading
from contextlib import closing

import psycopg
import pytest

from db.checking import Check
from db.errors import StoreDamagedError
from db.mending.mending import Mender, news, set_aside
from tests.faults.at_home import WAY, Home
from tests.faults.damage import overwrite, pages_of

pytestmark = pytest.mark.slow


def test_damage_that_is_met_while_running_is_mended_and_the_story_goes_on(home: Home) -> None:
    run = home.begin(choices=None)
    run.next("asked")
    # The pages that it wrote to already are in its memory; to this one it comes now.
    for page in pages_of(home, "marks"):
        overwrite(home.store, page, random.Random(page))
    run.say("bookmark there")
    for choice in WAY[3:]:
        run.say(choice)
        run.next("choice")
    run.end()
    assert run.code == 0
    (told,) = [text for text in run.of("notice", "message") if "set aside" in text]
    assert "Saved from it" in told
    assert home.is_well()
    assert home.choices() == list(WAY)
    assert home.ask("SELECT note FROM marks ORDER BY note")[-1] == "there"


def test_damage_that_is_met_by_reading_is_mended_and_what_was_asked_is_answered(home: Home) -> None:
    (page,) = pages_of(home, "story_nodes")
    told: list[str] = []
    store = Mender(home.store, lambda _: None, told.append).open()
    overwrite(home.store, page, random.Random(9))
    assert store.story("clever-crow")
    assert len(told) == 1
    assert store.listener()
    store.close()


def test_two_players_mend_a_store_once(home: Home) -> None:
    overwrite(home.store, 1, random.Random(6))
    runs = [home.begin("--restart", choices=WAY) for _ in range(2)]
    for run in runs:
        assert run.end().code == 0, run.complaints
    assert len(set_aside(home.store)) == 1
    told = [text for run in runs for text in run.of("notice", "message") if "set aside" in text]
    assert told
    assert home.is_well()
    assert sorted(home.choices()) == sorted([*WAY[:3], *WAY, *WAY])


def test_whoever_has_the_store_open_writes_on_into_the_new_one(home: Home) -> None:
    mender = Mender(home.store, lambda _: None)
    one, other = mender.open(), mender.open()
    one.set_meta("before", "1").result()
    seen = home.store.stat()
    mender.mend((seen.st_dev, seen.st_ino), StoreDamagedError("Found by the other."))
    one.set_meta("after", "1").result()
    assert (other.get_meta("before"), other.get_meta("after")) == ("1", "1")
    assert list(news(one))
    assert (one.close(), other.close()) == (True, True)
    assert set(home.ask("SELECT key FROM local_meta")) >= {"before", "after"}
    assert home.is_well()


def test_a_store_that_was_not_closed_is_looked_through_in_the_background(home: Home) -> None:
    (page,) = pages_of(home, "idx_behavioral_events_timestamp")
    overwrite(home.store, page, random.Random(7))
    found = threading.Event()
    check = Check(home.store, lambda _seen, _fault: found.set(), after_s=0)
    assert check.wait(60)
    assert found.is_set()


def test_what_was_sent_comes_back_from_postgresql(home: Home, empty_postgres_url: str) -> None:
    home.environment["DATABASE_URL"] = empty_postgres_url
    assert home.run("sync", "--once").returncode == 0
    rows = home.ask("SELECT id FROM behavioral_events ORDER BY id")
    with psycopg.connect(empty_postgres_url, autocommit=True) as connection:
        connection.execute("UPDATE users SET db_role = current_user")
    for page in pages_of(home, "analytics_events", "behavioral_events", "outbox", "users"):
        overwrite(home.store, page, random.Random(page))
    done = home.run("sync", "--once")
    assert done.returncode == 0, done.stderr
    assert "set aside" in done.stderr
    assert home.choices() == list(WAY[:3])
    assert home.ask("SELECT id FROM behavioral_events ORDER BY id") == rows
    assert home.is_well()


def test_a_fault_of_a_store_that_was_set_aside_is_none_of_the_new_one(home: Home) -> None:
    told: list[str] = []
    mender = Mender(home.store, lambda _: None, told.append)
    one, other = mender.open(), mender.open()
    other.set_meta("before", "1").result()
    with closing(sqlite3.connect(home.store, isolation_level=None)) as third:
        third.execute("UPDATE local_meta SET value = '2' WHERE key = 'before'")
        third.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what the other remembers is of no use
        overwrite(home.store, 1, random.Random(10))
        assert one.get_meta("before") == "2"
    other.set_meta("after", "1").result()
    assert (one.get_meta("after"), len(set_aside(home.store)), len(told)) == ("1", 1, 1)
    assert (one.close(), other.close()) == (True, True)
    assert home.is_well()


def test_it_is_left_as_it_is_while_somebody_is_writing_into_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.engine.BUSY_TIMEOUT_S", 0.1)
    (page,) = pages_of(home, "story_nodes")
    overwrite(home.store, page, random.Random(11))
    store = Mender(home.store, lambda _: None).open()
    with closing(sqlite3.connect(home.store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO local_meta VALUES ('said', 'and confirmed')")
        with pytest.raises(StoreDamagedError, match=r"left as it is: .* is locked"):
            store.story("clever-crow")
        assert set_aside(home.store) == []
        other.execute("COMMIT")
    store.story("clever-crow")
    assert len(set_aside(home.store)) == 1
    assert store.get_meta("said") == "and confirmed"
    store.close()
