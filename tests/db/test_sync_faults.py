"""PostgreSQL may stop, hang or forget to answer: nobody waits, nothing is lost or doubled."""

from __future__ import annotations

import importlib.util
import queue
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from db.publish import publish_catalogue
from db.store import Store
from db.sync import Sync, SyncState, SyncStatus
from db.upgrade import upgrade_remote

if TYPE_CHECKING:
    from tests.db.making import Maker
    from tests.postgres import PostgresServer


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL that these tests stop as they like."""
    spec = importlib.util.spec_from_file_location(
        "postgres", Path(__file__).parents[1] / "postgres.py"
    )
    assert spec
    assert spec.loader
    postgres = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(postgres)
    try:
        made: PostgresServer = postgres.PostgresServer()
    except LookupError as fault:
        pytest.skip(str(fault))
    made.start()
    yield made
    made.remove()


@pytest.fixture
def address(server: PostgresServer, request: pytest.FixtureRequest) -> str:
    name = f"faults_{abs(hash(request.node.name))}"
    made = server.databases.create(name)
    upgrade_remote(made)
    return made


@pytest.fixture
def shelf(store: Store, make: Maker, address: str) -> Store:
    store.import_story(make.story())
    publish_catalogue(address, store)
    store.append([make.session(), *(make.chosen() for _ in range(20))]).result()
    return store


class Wire:
    """Carries bytes to PostgreSQL, and cuts the line after the COMMIT that it is told to lose."""

    def __init__(self, address: str) -> None:
        self._target = urlsplit(address)
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        self.address = urlunsplit(self._target._replace(netloc=f"postgres@127.0.0.1:{port}"))
        self.loses_next_reply = False
        self._is_cut = False
        self._ends: list[socket.socket] = [self._listening]
        self._start(self._accept)

    def close(self) -> None:
        for end in self._ends:
            end.close()

    def _start(self, work: Callable[..., None], *arguments: Any) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.create_connection((self._target.hostname, self._target.port))
            self._ends += [near, far]
            self._start(self._carry, near, far, True)
            self._start(self._carry, far, near, False)

    def _carry(self, source: socket.socket, sink: socket.socket, is_request: bool) -> None:
        try:
            while data := source.recv(65536):
                if is_request and b"COMMIT" in data and self.loses_next_reply:
                    self.loses_next_reply = False
                    self._is_cut = True
                elif not is_request and self._is_cut:
                    # PostgreSQL answered, so it did commit; nobody hears of it.
                    self._is_cut = False
                    sink.shutdown(socket.SHUT_RDWR)
                    return
                sink.sendall(data)
        except OSError:
            return


def events(address: str) -> int:
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*), count(DISTINCT id) FROM analytics_events")
        total, distinct = row.fetchone() or (0, 0)
    assert total == distinct
    return int(total)


def test_a_lost_reply_to_a_commit_makes_nothing_double(shelf: Store, address: str) -> None:
    wire = Wire(address)
    sync = Sync(shelf, wire.address, lambda _: None)
    sync.push_once()
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
    wire.close()


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
    while told.get(timeout=20).state is not SyncState.OFFLINE:
        pass

    server.start()
    shelf.append([make.chosen()]).result()
    sync.nudge()
    while told.get(timeout=20).state is not SyncState.IDLE:
        pass

    assert events(address) == 21
    assert sync.stop(5)


def test_a_server_that_never_answers_holds_up_neither_writing_nor_leaving(
    store: Store, make: Maker
) -> None:
    store.import_story(make.story())
    with socket.create_server(("127.0.0.1", 0)) as hole:
        port = hole.getsockname()[1]
        told: queue.Queue[SyncStatus] = queue.Queue()
        sync = Sync(store, f"postgresql://u:p@127.0.0.1:{port}/d?connect_timeout=2", told.put)
        store.append([make.session()]).result()
        sync.start()
        assert told.get(timeout=20).state is SyncState.SENDING

        began = time.perf_counter()
        future = store.append([make.chosen()])
        called = time.perf_counter() - began
        future.result(timeout=5)
        began = time.perf_counter()
        sync.stop(1.0)
        left = time.perf_counter() - began

    assert called < 0.05
    assert left < 1.5
    assert sync.stop(10)


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
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE ROLE meena LOGIN")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO meena")
        connection.execute(
            "GRANT INSERT, UPDATE ON users, sessions, analytics_events, behavioral_events TO meena"
        )
    shelf.set_meta("bundled_slugs", '["fox"]').result()
    shelf.import_story(make.story("fox"))
    shelf.append([make.chosen(story="fox")]).result()
    sync = Sync(shelf, address.replace("postgres@", "meena@"), lambda _: None)

    status = sync.push_once().status

    assert (status.state, status.pending, status.held) == (SyncState.WAITING, 1, 1)
    assert events(address) == 20
    sync.close()
