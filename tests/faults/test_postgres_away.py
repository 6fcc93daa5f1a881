"""PostgreSQL goes away in mid-story: nobody waits for it, and everything is sent later."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from db import remote
from db.store import Store
from db.syncing.publish import publish_catalogue
from db.upgrade import upgrade_remote
from player.cli.sending import SendingStore
from player.events import Event, Notice, SyncChanged
from tests.db.making import Maker
from tests.postgres import PostgresServer

pytestmark = pytest.mark.slow

ANSWER_S = 15.0
"""So long PostgreSQL is given to answer here."""

LONGEST_S = ANSWER_S / 3

PATIENCE_S = 90.0


class Hole:
    """A proxy that from some moment on takes everything and answers nothing: no reset, no end."""

    def __init__(self, address: str, server: PostgresServer) -> None:
        self._server = server
        self._target = urlsplit(address)
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        self.address = urlunsplit(self._target._replace(netloc=f"postgres@127.0.0.1:{port}"))
        self.lets_through = threading.Event()
        self.lets_through.set()
        self._ends = [self._listening]
        threading.Thread(target=self._accept, daemon=True).start()

    def go_away(self, how: str) -> None:
        if how == "stopped":
            self._server.stop(signal.SIGQUIT)
        else:
            self.lets_through.clear()

    def come_back(self, how: str) -> None:
        if how == "stopped":
            self._server.start()
        self.lets_through.set()

    def close(self) -> None:
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            self._ends.append(near)
            try:
                far = socket.create_connection((self._target.hostname, self._target.port))
            except OSError:  # the server is stopped
                near.close()
                continue
            self._ends.append(far)
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if self.lets_through.is_set():
                    sink.sendall(data)
            sink.close()
        except OSError:
            return


class Screen:
    """What a listener is told."""

    def __init__(self) -> None:
        self.told: list[Event] = []
        self._changed = threading.Condition()

    def tell(self, event: Event) -> None:
        with self._changed:
            self.told.append(event)
            self._changed.notify_all()

    def wait_for(self, is_so: Callable[[SyncChanged], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(
                lambda: any(is_so(e) for e in self.states[-1:]), timeout=PATIENCE_S
            ), self.states

    @property
    def states(self) -> list[SyncChanged]:
        return [event for event in self.told if isinstance(event, SyncChanged)]

    @property
    def notices(self) -> list[Notice]:
        return [event for event in self.told if isinstance(event, Notice)]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    made = PostgresServer()
    made.start()
    yield made
    made.remove()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "kahani.db")
    yield opened
    opened.close()


@pytest.fixture
def address(server: PostgresServer, store: Store, request: pytest.FixtureRequest) -> str:
    made = server.databases.create(f"away_{abs(hash(request.node.name))}")
    upgrade_remote(made)
    store.import_story(Maker(store.listener().id).story())
    publish_catalogue(made, store)
    return made


@pytest.fixture
def hole(address: str, server: PostgresServer) -> Iterator[Hole]:
    made = Hole(address, server)
    yield made
    made.close()


def listen(sending: SendingStore, make: Maker, times: int) -> float:
    """Choose and listen; return the longest wait of the screen, in seconds."""
    waits = []
    for _ in range(times):
        began = time.perf_counter()
        done = sending.append([make.session(), make.chosen(), make.progress(), make.place()])
        waits.append(time.perf_counter() - began)
        done.result(timeout=60)
    return max(waits)


def events(address: str) -> int:
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*), count(DISTINCT id) FROM analytics_events")
        total, distinct = row.fetchone() or (0, 0)
    assert total == distinct
    return int(total)


@pytest.mark.parametrize("how", ["stopped", "black hole"])
def test_nobody_waits_and_everything_is_sent_later(
    store: Store,
    address: str,
    hole: Hole,
    how: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remote, "ANSWER_S", ANSWER_S)
    screen, make = Screen(), Maker(store.listener().id)
    sending = SendingStore(store, hole.address, screen.tell)
    longest = listen(sending, make, 20)
    screen.wait_for(lambda state: state.text == "all sent")

    hole.go_away(how)
    longest = max(longest, listen(sending, make, 60))
    screen.wait_for(lambda state: state.text.startswith("offline, "))
    longest = max(longest, listen(sending, make, 60))
    hole.come_back(how)
    screen.wait_for(lambda state: state.text == "all sent")

    assert longest < LONGEST_S
    assert events(address) == 140
    assert screen.notices == []
    offline = [state.text.startswith("offline") for state in screen.states]
    assert offline.index(True) + sum(offline) == offline.index(False, offline.index(True))
    sending.stop()


def test_two_players_on_one_store_send_everything_once(
    store: Store, address: str, tmp_path: Path
) -> None:
    second = Store.open(tmp_path / "kahani.db")
    screens, players = (Screen(), Screen()), []
    for one, screen in zip((store, second), screens, strict=True):
        players.append(SendingStore(one, address, screen.tell))
    makers = [Maker(one.listener().id) for one in (store, second)]
    threads = [
        threading.Thread(target=listen, args=(player, make, 50))
        for player, make in zip(players, makers, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    give_up = time.monotonic() + PATIENCE_S
    while store.pending():  # a screen may still show what was so before the last choices
        assert time.monotonic() < give_up
        time.sleep(0.05)
    for player, screen in zip(players, screens, strict=True):
        player.append([])
        screen.wait_for(lambda state: state.text == "all sent")

    for player in players:
        player.stop()

    assert store.pending() == 0
    assert events(address) == 100
    second.close()
