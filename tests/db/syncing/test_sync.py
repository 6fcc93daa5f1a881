"""What a listener does arrives in PostgreSQL, each thing once, and nothing holds it up for long."""

from __future__ import annotations

import queue
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.store import Store
from db.syncing.sync import Sync, SyncState, SyncStatus

if TYPE_CHECKING:
    from tests.db.making import Maker

Select = Callable[..., list[Any]]


def resend(store: Store) -> None:
    """Forget that anything was sent, as when the reply to a COMMIT is lost."""
    forget = "UPDATE outbox SET sent_at = NULL"
    store.write_later(lambda tx: tx.exec_driver_sql(forget)).result()


def until_sent(store: Store) -> None:
    """Wait until nothing waits; of a batch that went along with another, no status tells."""
    give_up = time.monotonic() + 60
    while store.pending():
        assert time.monotonic() < give_up
        time.sleep(0.01)


TABLES = (
    "users",
    "sessions",
    "user_progress",
    "bookmarks",
    "analytics_events",
    "behavioral_events",
    "like_engagement",
    "learner_model_state",
    "user_preferences",
)


def all_rows(remote: Select) -> dict[str, list[Any]]:
    return {table: remote(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES}


def test_everything_that_happened_arrives(
    shelf: Store, sync: Sync, make: Maker, remote: Select
) -> None:
    shelf.append(make.everything()).result()

    result = sync.push_once()

    assert (result.sent, result.status.state, shelf.pending()) == (10, SyncState.IDLE, 0)
    assert {table: len(rows) for table, rows in all_rows(remote).items()} == dict.fromkeys(
        TABLES, 1
    )


def test_rows_arrive_as_they_are(shelf: Store, sync: Sync, make: Maker, remote: Select) -> None:
    event, progress = make.chosen(), make.progress("pot")
    shelf.append([make.session(), event, progress, make.choices()]).result()
    sync.push_once()

    events = "SELECT id, created_at, user_id, node_id, event_data FROM analytics_events"
    assert remote(events) == [
        (event.id, event.created_at, make.user_id, event.node_id, {"choice": "A"})
    ]
    kept = "SELECT id, choices_made, completion_percentage::float FROM user_progress"
    assert remote(kept) == [(progress.id, list(progress.choices_made), 33.33)]
    assert remote("SELECT preferred_formats, auto_play FROM user_preferences") == [
        (["narrative"], True)
    ]
    assert remote("SELECT content_ids, device FROM sessions") == [(["crow:hi"], "a laptop")]


def test_sending_twice_changes_nothing(
    shelf: Store, sync: Sync, make: Maker, remote: Select
) -> None:
    shelf.append(make.everything()).result()
    sync.push_once()
    before = all_rows(remote)

    resend(shelf)
    sync.push_once()

    assert all_rows(remote) == before


def test_of_many_versions_of_a_row_the_last_one_stays(
    shelf: Store, sync: Sync, make: Maker, remote: Select
) -> None:
    for key in ("intro", "pot", "end"):
        shelf.append([make.progress(key)]).result()
    sync.push_once()
    shelf.append([make.progress("intro", is_completed=True)]).result()
    shelf.append([make.progress("pot")]).result()
    sync.push_once()

    rows = remote("SELECT current_node_id, is_completed FROM user_progress")
    assert rows == [(make.id("crow", "pot"), True)]


def test_bookmarks_arrive_as_one_row_a_story(
    shelf: Store, sync: Sync, make: Maker, remote: Select
) -> None:
    pot, end = make.mark("the pot"), make.mark("the end")
    shelf.append([make.bookmark(pot)]).result()
    sync.push_once()
    shelf.append([make.bookmark(pot, end)]).result()
    sync.push_once()

    rows = remote("SELECT notes, jsonb_array_length(marks), removed_at FROM bookmarks")
    assert rows == [("the end", 2, None)]


def test_an_old_version_that_comes_late_does_not_undo_a_newer_one(
    shelf: Store, sync: Sync, make: Maker, remote: Select
) -> None:
    shelf.append([make.progress("intro")]).result()
    sync.push_once()
    late = "UPDATE user_progress SET current_node_id = %s, hlc = hlc + 1"
    remote(late, make.id("crow", "end"))

    resend(shelf)
    sync.push_once()

    assert remote("SELECT current_node_id FROM user_progress") == [(make.id("crow", "end"),)]


def test_a_backlog_of_thousands_goes_in_order(
    shelf: Store, sync: Sync, make: Maker, remote: Select
) -> None:
    for _ in range(12):
        shelf.append([make.chosen() for _ in range(100)])
    shelf.append([make.session(), make.played()]).result()

    assert sync.push_once().sent == 1204
    assert remote("SELECT count(*) FROM analytics_events") == [(1200,)]


def test_the_thread_sends_what_is_written_and_tells_how_it_goes(
    shelf: Store, make: Maker, postgres_url: str, remote: Select
) -> None:
    told: queue.Queue[SyncStatus] = queue.Queue()
    sync = Sync(shelf, postgres_url, told.put)
    sync.start()
    shelf.append(make.everything()).result()
    sync.nudge()

    until_sent(shelf)
    assert sync.stop(60)
    statuses = [told.get_nowait() for _ in range(told.qsize())]
    assert statuses[0].state is SyncState.SENDING
    assert (statuses[-1].state, statuses[-1].pending) == (SyncState.IDLE, 0)
    assert remote("SELECT count(*) FROM behavioral_events") == [(1,)]


def test_each_nudge_is_heeded(
    shelf: Store, make: Maker, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for by_itself in ("IDLE_S", "PULL_EVERY_S"):
        monkeypatch.setattr(f"db.syncing.sync.{by_itself}", 3600.0)
    sync = Sync(shelf, postgres_url, lambda _: None)
    sync.start()
    for _ in range(3):
        shelf.append([make.chosen()]).result()
        sync.nudge()
        until_sent(shelf)

    assert sync.stop(60)


def test_the_schema_is_made_in_an_empty_database(
    store: Store, make: Maker, empty_postgres_url: str
) -> None:
    store.import_story(make.story())
    store.set_meta("bundled_slugs", '["crow"]').result()
    store.append(make.everything()).result()
    sync = Sync(store, empty_postgres_url, lambda _: None)

    assert sync.push_once().status.state is SyncState.IDLE

    sync.close()
    with psycopg.connect(empty_postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM analytics_events").fetchone() == (1,)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "9999.* later than this program's"),
        ("UPDATE alembic_version SET version_num = '0002'", "0002.* older than this program needs"),
        ("DROP TABLE alembic_version", "holds no schema of kahani"),
    ],
)
def test_another_schema_is_left_alone_and_everything_stays_here(
    shelf: Store, sync: Sync, remote: Select, change: str, sentence: str
) -> None:
    pending = shelf.pending()
    remote(change)

    status = sync.push_once().status

    assert (status.state, status.pending) == (SyncState.REFUSED, pending)
    assert pending == 1
    assert re.search(sentence, status.message or "")
    assert remote("SELECT count(*) FROM users") == [(0,)]
