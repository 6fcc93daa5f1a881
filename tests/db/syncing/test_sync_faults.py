"""PostgreSQL may stop, hang or forget to answer: nobody waits, nothing is lost or doubled."""

from __future__ import annotations

import queue
import signal
import socket
import threading
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.errors import StoreLockedError
from db.rights.invite import invite
from db.rights.roles import make_roles
from db.store import Store
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync, SyncState, SyncStatus

if TYPE_CHECKING:
    from tests.db.making import Maker
    from tests.db.wire import Wire
    from tests.postgres import PostgresServer


@pytest.fixture
def shelf(store: Store, make: Maker, address: str) -> Store:
    store.import_story(make.story())
    publish_catalogue(address, store)
    store.append([make.session(), *(make.chosen() for _ in range(20))]).result()
    return store


def events(address: str) -> int:
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*), count(DISTINCT id) FROM analytics_events")
        total, distinct = row.fetchone() or (0, 0)
    assert total == distinct
    return int(total)


def test_a_lost_reply_to_a_commit_makes_nothing_double(
    shelf: Store, address: str, wire: Wire
) -> None:
    sync = Sync(shelf, wire.address, lambda _: None)
    assert sync.push_once().status.state is SyncState.IDLE  # what is asked first commits as well
    before = events(address)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("TRUNCATE analytics_events")
    resent = shelf.write_later(lambda tx: tx.exec_driver_sql("UPDATE outbox SET sent_at = NULL"))
    resent.result()
    shelf_entries = shelf.pending()
    wire.loses_next_reply = True

    lost = sync.push_once().status
    committed = events(address)
    again = sync.push_once().status

    assert (lost.state, lost.pending, committed) == (SyncState.OFFLINE, shelf_entries, 20)
    assert (again.state, again.pending) == (SyncState.IDLE, 0)
    assert before == events(address) == 20
    sync.close()


def test_a_stopped_server_is_waited_for_and_then_everything_is_sent(
    shelf: Store, server: PostgresServer, address: str, make: Maker
) -> None:
    sync = Sync(shelf, address, lambda _: None)
    sync.push_once()
    server.stop(signal.SIGQUIT)
    shelf.append([make.chosen()]).result()

    offline = sync.push_once().status
    server.start()
    online = sync.push_once().status

    assert (offline.state, offline.pending) == (SyncState.OFFLINE, 1)
    assert offline.message is not None
    assert offline.message.startswith("127.0.0.1/faults_")
    assert (online.state, online.pending) == (SyncState.IDLE, 0)
    assert events(address) == 21
    sync.close()


def test_the_thread_comes_back_by_itself(
    shelf: Store, server: PostgresServer, address: str, make: Maker
) -> None:
    server.stop(signal.SIGINT)
    told: queue.Queue[SyncStatus] = queue.Queue()
    sync = Sync(shelf, address, told.put)
    sync.start()
    while told.get(timeout=60).state is not SyncState.OFFLINE:
        pass

    shelf.append([make.chosen()]).result()  # before: it may be back as soon as the server is
    server.start()
    while told.get(timeout=60).state is not SyncState.IDLE:
        pass

    assert events(address) == 21
    assert sync.stop(60)


def test_a_store_that_cannot_be_read_for_a_moment_is_sent_from_when_it_can(
    shelf: Store, address: str, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wait in ("FIRST_RETRY_S", "IDLE_S"):
        monkeypatch.setattr(f"db.syncing.sync.{wait}", 0.05)
    told: queue.Queue[SyncStatus] = queue.Queue()
    sync = Sync(shelf, address, told.put)
    asked = threading.Event()

    def fail(_: Any) -> None:
        asked.set()
        raise StoreLockedError("It is locked: wait.")

    with monkeypatch.context() as locked:
        locked.setattr(shelf, "read", fail)
        sync.start()
        first = told.get(timeout=60)
    assert (first.state, first.message) == (SyncState.REFUSED, "It is locked: wait.")
    while told.get(timeout=60).state is not SyncState.IDLE:
        pass
    assert events(address) == 20

    with monkeypatch.context() as locked:  # now it looks by itself whether there is anything
        asked.clear()
        locked.setattr(shelf, "read", fail)
        assert asked.wait(60)
    shelf.append([make.chosen()]).result()
    sync.nudge()
    while (status := told.get(timeout=60)).state is not SyncState.IDLE or status.pending:
        pass
    assert sync.stop(60)
    assert events(address) == 21


def test_a_server_that_never_answers_holds_up_neither_writing_nor_leaving(
    store: Store, make: Maker
) -> None:
    store.import_story(make.story())
    with socket.create_server(("127.0.0.1", 0)) as hole:
        port = hole.getsockname()[1]
        told: queue.Queue[SyncStatus] = queue.Queue()
        sync = Sync(store, f"postgresql://u:p@127.0.0.1:{port}/d?connect_timeout=50", told.put)
        store.append([make.session()]).result()
        sync.start()
        assert told.get(timeout=60).state is SyncState.SENDING

        store.append([make.chosen()]).result(timeout=30)
        assert not sync.stop(0.1)
        assert told.empty()  # it waits for the answer still

    assert sync.stop(60)


def test_a_listener_who_may_not_make_tables_is_told_what_to_do(
    store: Store, server: PostgresServer
) -> None:
    store.listener()
    empty = server.databases.create("no_rights")
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("CREATE ROLE ravi LOGIN")
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    sync = Sync(store, empty.replace("postgres@", "ravi@"), lambda _: None)

    status = sync.push_once().status

    assert (status.state, status.pending) == (SyncState.REFUSED, 1)
    assert "kahani db upgrade" in (status.message or "")
    sync.close()


def test_a_listener_who_may_not_publish_keeps_what_waits(
    shelf: Store, make: Maker, address: str
) -> None:
    make_roles(address)
    invited = invite(address, "meena").address
    shelf.set_meta("bundled_slugs", '["fox"]').result()
    shelf.import_story(make.story("fox"))
    shelf.append([make.chosen(story="fox")]).result()
    sync = Sync(shelf, invited, lambda _: None)

    status = sync.push_once().status

    assert (status.state, status.pending, status.held) == (SyncState.WAITING, 1, 1)
    assert events(address) == 20
    sync.close()


def test_a_role_that_is_no_listener_is_told_what_to_do_and_loses_nothing(
    shelf: Store, address: str
) -> None:
    make_roles(address)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE ROLE lata LOGIN PASSWORD 'x' IN ROLE kahani_listener")
    sync = Sync(shelf, address.replace("postgres@", "lata:x@"), lambda _: None)

    status = sync.push_once().status

    assert (status.state, status.pending, status.rejected) == (SyncState.REFUSED, 23, 0)
    assert "kahani db invite" in (status.message or "")
    assert events(address) == 0
    sync.close()
