"""Rows know which version is newer, and PostgreSQL in which transaction each was changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from db.engine import writing_engine
from db.remote import Remote
from db.upgrade import run_alembic, upgrade_local, upgrade_remote

FOLLOWED = (
    "analytics_events",
    "behavioral_events",
    "bookmarks",
    "content",
    "learner_model_state",
    "like_engagement",
    "sessions",
    "stories",
    "user_preferences",
    "user_progress",
    "users",
)
FUTURE = "2199-02-07T12:00:00.000000Z"
NOON = "2026-02-07T12:00:00.123456Z"
STAMP = 1770465600123 << 16
PREFERS = (
    "INSERT INTO user_preferences (id, difficulty_preference, preferred_formats, "
    "preferred_genres, last_updated, created_at, updated_at) "
    "VALUES ('ravi', 'beginner', {none}, {none}, '{noon}', '{noon}', '{noon}')"
)


@pytest.fixture
def connection(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_url, autocommit=True) as opened:
        yield opened


def changed_in(connection: psycopg.Connection[Any]) -> tuple[int, int]:
    row = connection.execute("SELECT changed_in::text, pg_current_xact_id()::text FROM users")
    written, now = row.fetchone() or (0, 0)
    return int(written), int(now)


def test_a_row_tells_which_transaction_changed_it(connection: psycopg.Connection[Any]) -> None:
    connection.execute("INSERT INTO users (anonymous_id) VALUES ('ravi')")
    made, now = changed_in(connection)
    assert made < now

    connection.execute("UPDATE users SET preferences = %s", [Jsonb({"a": 1})])

    changed, later = changed_in(connection)
    assert now < changed < later


def test_writing_the_same_again_is_no_change(connection: psycopg.Connection[Any]) -> None:
    connection.execute("INSERT INTO users (anonymous_id) VALUES ('ravi')")
    made, _ = changed_in(connection)

    connection.execute("UPDATE users SET anonymous_id = 'ravi'")

    assert changed_in(connection)[0] == made


def test_nobody_writes_the_transaction_by_hand(connection: psycopg.Connection[Any]) -> None:
    connection.execute("INSERT INTO users (anonymous_id) VALUES ('ravi')")
    connection.execute("UPDATE users SET changed_in = '3'")

    assert changed_in(connection)[0] > 3


def test_all_that_is_pulled_is_followed_in_new_partitions_too(
    connection: psycopg.Connection[Any],
) -> None:
    connection.execute("SELECT ensure_event_partitions(5)")
    followed = connection.execute(
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE t.tgname = 'note_transaction' AND NOT c.relispartition ORDER BY 1"
    ).fetchall()
    without = connection.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits "
        "WHERE inhparent = 'analytics_events'::regclass AND NOT EXISTS (SELECT FROM pg_trigger "
        "WHERE tgrelid = inhrelid AND tgname = 'note_transaction')"
    ).fetchall()

    assert [name for (name,) in followed] == list(FOLLOWED)
    assert without == []


def test_an_older_store_gets_stamps_from_the_times_it_has(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    engine = writing_engine(path, foreign_keys=False)
    with engine.begin() as old:
        run_alembic(old, lambda command, config: command.upgrade(config, "0006"))
    engine.dispose()
    with closing(sqlite3.connect(path)) as file:
        file.execute(PREFERS.format(none="'[]'", noon=NOON))
        file.execute(
            "INSERT INTO outbox (table_name, key, payload) VALUES ('user_progress', 'x', ?)",
            [json.dumps({"last_played_at": NOON, "updated_at": "2030-01-01T00:00:00.000000Z"})],
        )
        file.commit()

    upgrade_local(path)

    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT hlc, hlc_device FROM user_preferences").fetchall() == [
            (STAMP, None)
        ]
        ((waiting,),) = file.execute("SELECT payload FROM outbox")
        clock = file.execute("SELECT value FROM local_meta WHERE key = 'clock'").fetchall()
    assert json.loads(waiting)["hlc"] == STAMP
    assert clock == [(str(STAMP),)]  # the next change is a later one


def test_postgresql_gets_the_same_stamps_but_none_of_the_future(empty_postgres_url: str) -> None:
    with Remote(empty_postgres_url).engine().begin() as old:
        run_alembic(old, lambda command, config: command.upgrade(config, "0006"))
    with psycopg.connect(empty_postgres_url, autocommit=True) as connection:
        connection.execute(PREFERS.format(none="'{}'", noon=NOON).encode())
        ahead = PREFERS.format(none="'{}'", noon=FUTURE).replace("'ravi'", "'sita'")
        connection.execute(ahead.encode())

    upgrade_remote(empty_postgres_url)

    with psycopg.connect(empty_postgres_url) as connection:
        rows = connection.execute(
            "SELECT hlc, changed_in IS NULL FROM user_preferences WHERE id = 'ravi'"
        )
        assert rows.fetchall() == [(STAMP, False)]
        believed = connection.execute(
            "SELECT hlc >> 16 <= extract(epoch FROM now()) * 1000 FROM user_preferences "
            "WHERE id = 'sita'"
        )
        assert believed.fetchall() == [(True,)]
