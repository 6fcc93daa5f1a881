"""A backlog of thousands arrives whole: through crashes, lost replies, and with bad rows in it."""

from __future__ import annotations

import signal
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from db import outbox
from db.store import Store
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync, SyncState, SyncStatus

if TYPE_CHECKING:
    from tests.db.making import Maker
    from tests.db.wire import Wire
    from tests.postgres import PostgresServer

MANY = 6000
WITHIN_S = 60
HOLD = """
CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_sleep(600) FROM (
        SELECT count(*) AS number FROM analytics_events WHERE changed_in <> pg_current_xact_id()
    ) AS before WHERE number >= {};
    RETURN NULL;
END $$;
CREATE TRIGGER hold AFTER INSERT ON analytics_events EXECUTE FUNCTION hold()
"""
"""As soon as so many events have arrived, a chunk is written and goes no further."""


@pytest.fixture
def shelf(store: Store, make: Maker, address: str) -> Store:
    """A store with a story that is published, and a sitting."""
    store.import_story(make.story())
    publish_catalogue(address, store)
    store.append([make.session()]).result()
    return store


def write_events(store: Store, make: Maker, number: int) -> None:
    for _ in range(0, number - 500, 500):
        store.append([make.chosen() for _ in range(500)])
    store.append([make.chosen() for _ in range(500)]).result()


def write_many(store: Store, make: Maker, number: int) -> None:
    write_events(store, make, number)
    store.append([make.progress()]).result()


def arrived(address: str) -> tuple[int, int]:
    """How many events are there, and how many different ones."""
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*), count(DISTINCT id) FROM analytics_events")
        total, different = row.fetchone() or (0, 0)
    return int(total), int(different)


def rejected(store: Store) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(store.path)) as connection:
        return connection.execute("SELECT key, sqlstate FROM sync_rejected ORDER BY 1").fetchall()


def test_what_two_programs_find_refused_is_set_aside_once(store: Store) -> None:
    store.listener()
    (entry,) = store.read(lambda tx: outbox.next_batch(tx, 9))
    refused = [outbox.Refusal(entry, "23503", "There is no such row.")]
    with closing(Store.open(store.path)) as other:
        for each in (store, other):
            each.write_later(lambda tx: outbox.settle(tx, refused=refused)).result()
    assert rejected(store) == [(entry.key, "23503")]


@pytest.mark.slow
@pytest.mark.parametrize("chunks_before", [0, 1, 2])
def test_a_crash_of_the_server_in_mid_push_loses_and_doubles_nothing(
    shelf: Store, make: Maker, server: PostgresServer, address: str, chunks_before: int
) -> None:
    write_many(shelf, make, 3 * MANY)
    sync = Sync(shelf, address, lambda _: None)
    ended: list[SyncStatus] = []
    pushing = threading.Thread(target=lambda: ended.append(sync.push_once().status))
    with psycopg.connect(address, autocommit=True) as watching:
        watching.execute(HOLD.format(chunks_before * 2500).encode())
        pushing.start()
        while not _is_held(watching):
            assert pushing.is_alive()
        server.stop(signal.SIGQUIT)
    pushing.join(WITHIN_S)
    server.start()
    with psycopg.connect(address) as connection:
        connection.execute("DROP FUNCTION hold CASCADE")
    here, after_crash = shelf.pending(), arrived(address)[0]

    again = sync.push_once().status

    assert ended[0].state is SyncState.OFFLINE
    assert after_crash >= chunks_before * 2500
    assert here >= 3 * MANY - after_crash > 0
    assert (again.state, again.pending, again.rejected) == (SyncState.IDLE, 0, 0)
    assert arrived(address) == (3 * MANY, 3 * MANY)
    sync.close()


def _is_held(watching: psycopg.Connection[tuple[int]]) -> bool:
    row = watching.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO \"analytics%' "
        "AND wait_event = 'PgSleep'"
    ).fetchone()
    return bool(row and row[0])


@pytest.mark.slow
def test_a_lost_reply_in_a_backlog_makes_nothing_double(
    shelf: Store, make: Maker, address: str, wire: Wire
) -> None:
    sync = Sync(shelf, wire.address, lambda _: None)
    assert sync.push_once().status.state is SyncState.IDLE  # what is asked first commits as well
    write_events(shelf, make, MANY)
    before = shelf.pending()
    wire.loses_next_reply = True

    lost = sync.push_once().status
    committed = arrived(address)[0]
    again = sync.push_once().status

    assert (lost.state, lost.pending) == (SyncState.OFFLINE, before)
    assert 0 < committed < MANY
    assert (again.state, again.pending, again.rejected) == (SyncState.IDLE, 0, 0)
    assert arrived(address) == (MANY, MANY)
    sync.close()


@pytest.mark.slow
def test_bad_rows_among_thousands_are_found_and_set_aside_alone(
    shelf: Store, make: Maker, address: str
) -> None:
    good = [make.chosen() for _ in range(5000)]
    bad = [make.chosen(session_id="x" * 101) for _ in range(7)]
    mixed = list(good)
    for number, one in enumerate(bad):
        mixed.insert(number * number * 100, one)
    for start in range(0, len(mixed), 500):
        shelf.append(mixed[start : start + 500]).result()
    sync = Sync(shelf, address, lambda _: None)

    status = sync.push_once().status

    assert (status.state, status.pending, status.rejected) == (SyncState.IDLE, 0, 7)
    assert arrived(address) == (5000, 5000)
    assert [state for _, state in rejected(shelf)] == ["22001"] * 7
    assert {key.partition("|")[0] for key, _ in rejected(shelf)} == {str(one.id) for one in bad}
    sync.close()


def test_a_backlog_of_a_story_that_is_not_there_waits_and_the_rest_goes(
    shelf: Store, make: Maker, address: str
) -> None:
    shelf.import_story(make.story("fox"))
    node = make.id("fox", "pot")
    shelf.append([make.chosen(story="fox", node_id=node) for _ in range(40)])
    shelf.append([make.chosen() for _ in range(1500)]).result()
    sync = Sync(shelf, address, lambda _: None)

    status = sync.push_once().status

    assert (status.state, status.pending, status.held) == (SyncState.WAITING, 40, 40)
    assert arrived(address) == (1500, 1500)
    sync.close()


def test_a_backlog_holds_rows_of_every_kind(shelf: Store, make: Maker, address: str) -> None:
    shelf.append([make.choices(), make.like("love"), make.bookmark(make.mark()), make.belief()])
    for key in ("intro", "pot", "end") * 100:
        shelf.append([make.progress(key), make.played(), make.chosen(), make.session()])
    shelf.append([make.chosen()]).result()
    sync = Sync(shelf, address, lambda _: None)

    status = sync.push_once().status

    assert (status.state, status.pending, status.rejected) == (SyncState.IDLE, 0, 0)
    assert arrived(address) == (301, 301)
    with psycopg.connect(address) as connection:
        rows = connection.execute("SELECT current_node_id FROM user_progress").fetchall()
        assert rows == [(make.id("crow", "end"),)]
        assert connection.execute("SELECT count(*) FROM behavioral_events").fetchone() == (300,)
    sync.close()
