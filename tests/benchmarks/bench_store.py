"""What writing costs: the call, the time until it is durable, and a new or a waiting store.

Run with python -m pytest -s tests/benchmarks/bench_store.py. Times are compared with a bare
insert and commit of sqlite3 on the same disk in the same run, so that the ratio travels.
"""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from db.records import AnalyticsRecord, PlaceRecord, Record
from db.store import Store
from db.types import new_id

pytestmark = pytest.mark.benchmark

ROUNDS = 5
CALLS = 200
PAUSE_S = 0.002
"""Between two calls, as a listener is never faster; else they would share one fsync."""


def percentile(times: Sequence[float], share: float) -> float:
    return 1000 * sorted(times)[min(int(len(times) * share), len(times) - 1)]


def show(what: str, times: Sequence[float]) -> None:
    p50, p95, p99 = (percentile(times, share) for share in (0.5, 0.95, 0.99))
    print(f"\n{what}: p50 {p50:.3f} ms, p95 {p95:.3f} ms, p99 {p99:.3f} ms", end="")


def step(user_id: UUID) -> list[Record]:
    """A choice and the place after it: about what each node of a story writes."""
    now = datetime.now(UTC)
    return [
        AnalyticsRecord(id=new_id(), created_at=now, event_type="choice_made", user_id=user_id),
        AnalyticsRecord(id=new_id(), created_at=now, event_type="audio_play", user_id=user_id),
        PlaceRecord(
            slug="crow", state={"node": "pot"}, percentage=50, is_completed=False, updated_at=now
        ),
    ]


def bare_writer(path: Path) -> Callable[[], None]:
    """One row of about the same size with nothing around it: the floor."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id TEXT, body TEXT)"
    )

    def write() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO t VALUES (?, ?)", (str(new_id()), "x" * 1000))
        connection.execute("COMMIT")

    return write


def test_what_a_step_costs(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "kahani.db")
    user_id = store.listener().id
    bare = bare_writer(tmp_path / "bare.db")
    calls: list[list[float]] = []
    durable: list[float] = []
    floor: list[float] = []
    for _ in range(ROUNDS):
        calls.append([])
        for _ in range(CALLS):
            records = step(user_id)
            began = time.perf_counter()
            future = store.append(records)
            calls[-1].append(time.perf_counter() - began)
            future.result()
            durable.append(time.perf_counter() - began)
            began = time.perf_counter()
            bare()
            floor.append(time.perf_counter() - began)
            time.sleep(PAUSE_S)
    store.close()

    show("the call", [one for each in calls for one in each])
    show("until it is durable", durable)
    show("a bare insert and commit", floor)
    ratio = statistics.median(durable) / statistics.median(floor)
    print(f"\nratio of the medians: {ratio:.2f}")
    assert statistics.median(percentile(each, 0.99) for each in calls) < 0.2


def test_what_a_burst_costs(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "kahani.db")
    user_id = store.listener().id
    began = time.perf_counter()
    futures = [store.append(step(user_id)) for _ in range(2000)]
    called = time.perf_counter() - began
    for future in futures:
        future.result()
    took = time.perf_counter() - began
    store.close()

    print(f"\n2,000 steps at once: {called:.2f} s to call, {took:.2f} s until all are durable")


def test_what_opening_costs(tmp_path: Path) -> None:
    Store.open(tmp_path / "warm.db").close()
    new: list[float] = []
    again: list[float] = []
    for number in range(20):
        path = tmp_path / f"{number}.db"
        for times in (new, again):
            began = time.perf_counter()
            store = Store.open(path)
            times.append(time.perf_counter() - began)
            store.close()

    show("a new store", new)
    show("one that is up to date", again)
    assert statistics.median(new) < 0.5
