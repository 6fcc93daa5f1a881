"""A pull of 50,000 rows, and what it costs whoever listens meanwhile.

The screen's thread only hands records over: that wait is told, and how long until they are on the
disk, without and with the pull running.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

import psycopg
import pytest

from db.store import Store
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync
from tests.db.making import Maker

ROWS = 50_000
ADD = """
INSERT INTO analytics_events (id, created_at, user_id, story_id, event_type, event_data, session_id)
SELECT gen_random_uuid(), now() - n * interval '1 second', u.id, s.id, 'audio_play',
    '{"language": "hi", "mix": 0.3, "node": "pot"}', 'a sitting'
FROM generate_series(1, %s) n, users u, stories s
"""


def listen(store: Store, make: Maker, is_over: threading.Event, least: int) -> list[float]:
    """Choose and listen again and again; return the milliseconds of each wait, sorted."""
    handed: list[float] = []
    written: list[float] = []
    while len(handed) < least or not is_over.is_set():
        began = time.perf_counter()
        done = store.append([make.chosen(), make.played(), make.progress(), make.place()])
        handed.append(1000 * (time.perf_counter() - began))
        done.result()
        written.append(1000 * (time.perf_counter() - began))
        is_over.wait(0.005)
    handed.sort()
    written.sort()
    at = [int(0.5 * len(handed)), int(0.99 * len(handed))]
    return [*(handed[i] for i in at), *(written[i] for i in at)]


@pytest.mark.benchmark
def test_listening_while_fifty_thousand_rows_come(tmp_path: Path, postgres_url: str) -> None:
    store = Store.open(tmp_path / "kahani.db")
    make = Maker(store.listener().id)
    store.import_story(make.story())
    publish_catalogue(postgres_url, store)
    store.append([make.session()]).result()
    sync = Sync(store, postgres_url, lambda _: None)
    sync.sync_once()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(ADD, [ROWS])
    calm = threading.Event()
    calm.set()
    alone = listen(store, make, calm, 300)

    is_over = threading.Event()
    took: list[float] = []

    def pull() -> None:
        began = time.perf_counter()
        assert sync._pull.run(sync._delivery.open(), lambda: False).rows >= ROWS
        took.append(time.perf_counter() - began)
        is_over.set()

    thread = threading.Thread(target=pull)
    thread.start()
    busy = listen(store, make, is_over, 100)
    thread.join()
    sync.close()
    store.close()

    print(f"\n{ROWS:,} rows pulled in {took[0]:.1f} s, {ROWS / took[0]:,.0f} a second")
    print("ms                     p50 handed  p99 handed  p50 on disk  p99 on disk")
    for name, times in (("alone", alone), ("with the pull", busy)):
        print(f"{name:<20}", "".join(f"{ms:>12.3f}" for ms in times))
    print(f"p99 handed over, with the pull to without: {busy[1] / alone[1]:.1f}")
