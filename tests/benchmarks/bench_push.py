"""What sending costs: a backlog of 100,000 events, and writing while 50,000 rows are pulled.

Run with python -m pytest -s tests/benchmarks/bench_push.py. The push is compared, in the same run,
with a bare COPY of the same rows, ready as text, into the same table with its keys, indexes and
partitions, and with SQLAlchemy's add_all. KAHANI_BENCH_EVENTS sets another number of events.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.orm import Session

from db.models import AnalyticsEvent
from db.records import AnalyticsRecord, Record
from db.remote import Remote
from db.rows import event_columns, row_of
from db.store import Store
from db.syncing.applying import merge
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync, SyncState
from db.types import now

if TYPE_CHECKING:
    from tests.db.making import Maker

pytestmark = pytest.mark.benchmark

EVENTS = int(os.environ.get("KAHANI_BENCH_EVENTS", "100000"))
ROUNDS = int(os.environ.get("KAHANI_BENCH_ROUNDS", "3"))
PULLED = 50_000
CHUNK = 100
PAUSE_S = 0.002
"""Between two calls, as a listener is never faster."""

EVENTS_TABLE = "analytics_events"
COLUMNS = event_columns(EVENTS_TABLE)


def maker(user_id: UUID) -> Maker:
    """Make the rows of the small story that the tests of the store use."""
    path = Path(__file__).parents[1] / "db" / "making.py"
    spec = importlib.util.spec_from_file_location("making", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Maker = module.Maker(user_id)
    return made


def events(make: Maker, count: int) -> list[AnalyticsRecord]:
    """Choices as the program records them, fifty a second, ending now."""
    first = now() - timedelta(seconds=count / 50)
    data = {
        "content_id": "crow:hi",
        "choice": "A",
        "choice_id": str(make.id("crow", "pot", "A")),
        "node": "pot",
        "next_node": "end",
        "correct": True,
        "language": "hi",
        "mix": 0.3,
    }
    return [
        make.chosen(
            created_at=first + timedelta(seconds=number / 50),
            event_data=data,
            user_agent="kahani 1.0",
        )
        for number in range(count)
    ]


class Server:
    """PostgreSQL with the story in it, emptied of events before each measurement."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.connection = psycopg.connect(address, autocommit=True)

    def empty(self) -> None:
        self.connection.execute("TRUNCATE analytics_events")
        self.connection.execute("CHECKPOINT")

    def count(self) -> int:
        row = self.connection.execute("SELECT count(*) FROM analytics_events").fetchone()
        return int(row[0]) if row else 0

    def text_of_all(self) -> bytes:
        """The rows that are there, as COPY writes and reads them."""
        query = f"COPY (SELECT {', '.join(COLUMNS)} FROM analytics_events ORDER BY id) TO STDOUT"
        with self.connection.cursor().copy(query.encode()) as copy:
            return b"".join(bytes(part) for part in copy)

    def bare_copy(self, text: bytes) -> None:
        query = f"COPY analytics_events ({', '.join(COLUMNS)}) FROM STDIN"
        with self.connection.transaction(), self.connection.cursor().copy(query.encode()) as copy:
            copy.write(text)


@pytest.fixture
def server(postgres_url: str) -> Iterator[Server]:
    made = Server(postgres_url)
    yield made
    made.connection.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(tmp_path / "kahani.db")
    yield made
    made.close()


def measured(work: Callable[[], Any], server: Server) -> float:
    server.empty()
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    assert server.count() == EVENTS
    return took


def told_of(what: str, times: Sequence[float], baseline: Sequence[float]) -> None:
    middle = median(times)
    each = ", ".join(f"{one:.2f}" for one in times)
    rate, ratio, best = EVENTS / middle, median(baseline) / middle, min(baseline) / min(times)
    print(
        f"\n{what:<24} {each} s; {rate:,.0f} rows/s, {ratio:.2f} of bare COPY "
        f"(medians; {best:.2f} by the best)",
        end="",
    )


def pushed(store: Store, address: str) -> None:
    sync = Sync(store, address, lambda _: None)
    status = sync.push_once().status
    assert (status.state, status.pending) == (SyncState.IDLE, 0), status
    sync.close()


def unsend(store: Store) -> None:
    statement = "UPDATE outbox SET sent_at = NULL WHERE table_name = 'analytics_events'"
    store.write_later(lambda tx: tx.exec_driver_sql(statement)).result()


def added_by_orm(address: str, records: Sequence[AnalyticsRecord]) -> None:
    engine = Remote(address).engine()
    with Session(engine) as tx:
        tx.add_all(
            AnalyticsEvent(**{name: getattr(record, name) for name in COLUMNS})
            for record in records
        )
        tx.commit()
    engine.dispose()


def listener_of(server: Server, user_id: UUID) -> str:
    """Return the address of a listener's login: row-level security holds for it."""
    server.connection.execute("DROP ROLE IF EXISTS bench_listener")
    server.connection.execute("CREATE ROLE bench_listener LOGIN")
    server.connection.execute(
        "UPDATE users SET db_role = 'bench_listener' WHERE id = %s", [user_id]
    )
    server.connection.execute("GRANT USAGE ON SCHEMA public TO bench_listener")
    for table in ("users", "sessions", "user_progress", "analytics_events", "behavioral_events"):
        server.connection.execute(
            f"GRANT SELECT, INSERT, UPDATE ON {table} TO bench_listener".encode()
        )
    for table in ("stories", "content", "story_nodes", "audio_files", "alembic_version"):
        server.connection.execute(f"GRANT SELECT ON {table} TO bench_listener".encode())
    server.connection.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO bench_listener")
    return server.address.replace("postgres@", "bench_listener@")


def test_what_sending_a_backlog_costs(store: Store, server: Server) -> None:
    make = maker(store.listener().id)
    store.import_story(make.story())
    publish_catalogue(server.address, store)
    store.append([make.session()]).result()
    records = events(make, EVENTS)
    for start in range(0, EVENTS, 1000):
        store.append(records[start : start + 1000])
    store.write_later(lambda _: None).result()
    pushed(store, server.address)
    text = server.text_of_all()
    listener = listener_of(server, make.user_id)

    ways: dict[str, Callable[[], None]] = {
        "bare": lambda: server.bare_copy(text),
        "ours": lambda: pushed(store, server.address),
        "listener": lambda: pushed(store, listener),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        for place in range(len(ways)):  # each is the first in turn
            name = tuple(ways)[(number + place) % len(ways)]
            unsend(store)
            times[name].append(measured(ways[name], server))
    orm = measured(lambda: added_by_orm(server.address, records), server)

    told_of("a bare COPY", times["bare"], times["bare"])
    told_of("from the outbox", times["ours"], times["bare"])
    told_of("the same, as a listener", times["listener"], times["bare"])
    told_of("add_all of the ORM", [orm], times["bare"])
    print(f"\nours is {orm / median(times['ours']):.1f} times as fast as add_all")


def percentile(times: Sequence[float], share: float) -> float:
    return 1000 * sorted(times)[min(int(len(times) * share), len(times) - 1)]


def test_what_writing_costs_while_a_pull_is_under_way(store: Store) -> None:
    make = maker(store.listener().id)
    store.import_story(make.story())
    store.append([make.session()]).result()
    pulled = [row_of(record) for record in events(make, PULLED)]
    chunks = [pulled[start : start + CHUNK] for start in range(0, PULLED, CHUNK)]
    coming = [store.write_later(partial(merge, table=EVENTS_TABLE, rows=rows)) for rows in chunks]

    calls: list[float] = []
    durable: list[float] = []
    while not coming[-1].done():
        step: list[Record] = [make.chosen(), make.place()]
        began = time.perf_counter()
        future = store.append(step)
        calls.append(time.perf_counter() - began)
        future.result()
        durable.append(time.perf_counter() - began)
        time.sleep(PAUSE_S)

    print(f"\n{len(calls)} steps while {PULLED:,} rows came", end="")
    for what, times in (("the call", calls), ("until it is durable", durable)):
        p50, p95, p99 = (percentile(times, share) for share in (0.5, 0.95, 0.99))
        print(f"\n{what}: p50 {p50:.3f} ms, p95 {p95:.3f} ms, p99 {p99:.3f} ms", end="")
    print()
    assert percentile(calls, 0.5) < 1
