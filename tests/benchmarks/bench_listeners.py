"""A thousand listeners who send at once, each over a connection of their own, or by a PgBouncer.

Run with python -m pytest -s tests/benchmarks/bench_listeners.py. Each listener has a users row and
sends what a minute of listening leaves: a sitting, progress, a start, visits, choices, what was
done to the sound, in batches of the program's own push (`db.syncing.pushing.send`: rules, clock and
counting included). KAHANI_BENCH_LISTENERS and KAHANI_BENCH_BATCHES set other numbers. The bare
rate of the same run is a COPY of as many events over one connection.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from db.merge import RULES
from db.outbox import Entry
from db.records import UserRecord
from db.remote import Remote
from db.rows import TABLES, payload, timed
from db.store import Store
from db.syncing.publish import publish_catalogue
from db.syncing.pushing import send
from db.types import new_id, now
from db.upgrade import upgrade_remote
from tests.ports import free_port

if TYPE_CHECKING:
    from psycopg import Connection

    from tests.postgres import PostgresServer

pytestmark = pytest.mark.benchmark

LISTENERS = int(os.environ.get("KAHANI_BENCH_LISTENERS", "1000"))
BATCHES = int(os.environ.get("KAHANI_BENCH_BATCHES", "5"))
SENDERS = 16
"""Threads of this process; each carries the listeners of its share in turn."""
EVENTS = 20
POOLER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
POOL = 8
POOLED = """
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
pool_mode = transaction
default_pool_size = {pool}
max_client_conn = {clients}
auth_type = any
logfile = {folder}/log
pidfile =
"""


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TESTS = Path(__file__).parents[1]
POSTGRES = load(TESTS / "postgres.py")
MAKING = load(TESTS / "db" / "making.py")


@dataclass
class Listener:
    """Somebody with a machine: its batches, ready as the outbox holds them."""

    batches: list[list[Entry]]
    connection: Connection[Any] | None = None


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL with room for everybody."""
    POSTGRES.SETTINGS["max_connections"] = str(LISTENERS + 50)
    POSTGRES.SETTINGS["shared_buffers"] = "256MB"
    made: PostgresServer = POSTGRES.PostgresServer()
    made.start()
    yield made
    made.remove()


@pytest.fixture
def address(server: PostgresServer, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A database with the story in it."""
    made = server.databases.create(f"bench_{request.node.name[-12:]}")
    upgrade_remote(made)
    store = Store.open(tmp_path / "author.db")
    store.import_story(MAKING.Maker(store.listener().id).story())
    publish_catalogue(made, store)
    store.close()
    return made


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def pooler(server: PostgresServer, address: str) -> Iterator[str]:
    """Put a PgBouncer before the server; yield the address by way of it."""
    assert POOLER
    port, folder = free_port(), server.folder / "pooler"
    account = POSTGRES.ordinary_account()
    folder.mkdir(exist_ok=True)
    settings = POOLED.format(
        server=server.port, port=port, pool=POOL, clients=LISTENERS + 50, folder=folder
    ).replace("* = host", "* = user=postgres host")
    (folder / "settings").write_text(settings)
    if account:
        os.chown(folder, account["user"], account["group"])
    process = subprocess.Popen(
        [POOLER, "-q", str(folder / "settings")], cwd="/", stderr=subprocess.DEVNULL, **account
    )
    try:
        while not is_open(port):
            assert process.poll() is None, "pgbouncer did not start"
            time.sleep(0.01)
        yield address.replace(f":{server.port}/", f":{port}/")
    finally:
        process.terminate()
        process.wait(10)


def entry(record: Any, number: int) -> Entry:
    table, row = TABLES[type(record)], timed(record)
    if RULES[table].is_stamped:
        row["hlc"], row["hlc_device"] = (time.time_ns() // 1_000_000) << 16, "bench"
    key = "|".join(str(row[name]) for name in RULES[table].key)
    return Entry(number, table, key, payload(row))


def listeners() -> list[Listener]:
    made = []
    for number in range(LISTENERS):
        user = UserRecord(id=new_id(), anonymous_id=f"listener {number}", created_at=now())
        make = MAKING.Maker(user.id)
        make.now = now()
        batches = []
        for batch in range(BATCHES):
            records = [
                *([user] if not batch else []),
                replace(make.session(), started_at=make.now),
                make.progress(),
                make.chosen(event_type="story_start", event_data={"resumed": bool(batch)}),
                *(make.chosen() for _ in range(EVENTS - 6)),
                *(make.played() for _ in range(3)),
            ]
            batches.append([entry(one, n) for n, one in enumerate(records)])
        made.append(Listener(batches))
    return made


def sent_by(some: Sequence[Listener], times: list[float], gate: threading.Barrier) -> None:
    gate.wait()
    for batch in range(BATCHES):
        for listener in some:
            assert listener.connection
            began = time.perf_counter()
            refused = send(listener.connection, listener.batches[batch])
            times.append(time.perf_counter() - began)
            assert not refused, refused[0]


def measured(what: str, crowd: Sequence[Listener], address: str) -> float:
    """Connect everybody, let them send, and return rows a second."""
    remote = Remote(address)
    for listener in crowd:
        listener.connection = remote.connect(autocommit=True)
    gate, times = threading.Barrier(SENDERS + 1), [list[float]() for _ in range(SENDERS)]
    threads = [
        threading.Thread(target=sent_by, args=(crowd[n::SENDERS], times[n], gate))
        for n in range(SENDERS)
    ]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    for listener in crowd:
        assert listener.connection
        listener.connection.close()
    rows = sum(len(batch) for listener in crowd for batch in listener.batches)
    each = sorted(one for some in times for one in some)
    assert len(each) == LISTENERS * BATCHES
    p50, p95 = (1000 * each[int(share * len(each))] for share in (0.5, 0.95))
    print(
        f"\n{what:<32} p50 {p50:7.2f} ms  p95 {p95:7.2f} ms a batch of {rows // len(each)}; "
        f"{rows / took:9,.0f} rows/s",
        end="",
    )
    return rows / took


def bare_copy(address: str, user: UUID, story: UUID) -> float:
    count = 50_000
    rows = [(new_id(), user, story, "choice_made", '{"choice": "A"}', now()) for _ in range(count)]
    with psycopg.connect(address) as connection:
        began = time.perf_counter()
        with connection.cursor().copy(
            "COPY analytics_events (id, user_id, story_id, event_type, event_data, created_at) "
            "FROM STDIN"
        ) as copy:
            for row in rows:
                copy.write_row(row)
        connection.commit()
        rate = count / (time.perf_counter() - began)
    print(f"\n{'a bare COPY over one connection':<32} {rate:55,.0f} rows/s")
    return rate


def counted(address: str) -> int:
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*) FROM analytics_events").fetchone()
        return int(row[0]) if row else 0


@pytest.mark.parametrize("by", ["connections", "pooler"])
def test_a_thousand_listeners(server: PostgresServer, address: str, by: str) -> None:
    crowd = listeners()
    expected = sum(e.table == "analytics_events" for one in crowd for b in one.batches for e in b)
    if by == "connections":
        measured(f"{LISTENERS:,} connections", crowd, address)
    elif POOLER is None:
        pytest.skip("there is no pgbouncer here")
    else:
        with pooler(server, address) as pooled:
            measured(f"{LISTENERS:,} by PgBouncer, {POOL} behind", crowd, pooled)

    assert counted(address) == expected
    make = MAKING.Maker(new_id())
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT id FROM users LIMIT 1").fetchone()
        assert row
    bare_copy(address, row[0], make.id("crow"))
