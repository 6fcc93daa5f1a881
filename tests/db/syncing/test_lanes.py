"""A long backlog takes two connections: each event goes once, whatever becomes of either."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db import outbox
from db.errors import RemoteUnreachableError
from db.outbox import Chunk
from db.remote import Remote
from db.store import Store
from db.syncing.lanes import WORTH_IT, Lanes
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync, SyncState, SyncStatus

if TYPE_CHECKING:
    from tests.db.making import Maker
    from tests.db.wire import Wire

A_FEW = 400
MANY = 2 * WORTH_IT
WITHIN_S = 60


@pytest.fixture
def shelf(store: Store, make: Maker, postgres_url: str) -> Store:
    """A store with a story that is published, and a sitting that PostgreSQL knows."""
    store.import_story(make.story())
    publish_catalogue(postgres_url, store)
    store.append([make.session(), make.progress()]).result()
    push(store, postgres_url)
    return store


def push(store: Store, address: str) -> SyncStatus:
    sync = Sync(store, address, lambda _: None)
    status = sync.push_once().status
    sync.close()
    return status


def write_events(store: Store, make: Maker, number: int) -> None:
    written = [
        store.append([make.chosen() for _ in range(min(500, number - start))])
        for start in range(0, number, 500)
    ]
    for one in written:
        one.result()


def write(store: Store, make: Maker, number: int) -> None:
    write_events(store, make, number)
    store.append([make.progress()]).result()


def arrived(address: str) -> tuple[int, int]:
    """How many events are there, and how many different ones."""
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*), count(DISTINCT id) FROM analytics_events")
        total, different = row.fetchone() or (0, 0)
    return int(total), int(different)


def small_chunks(store: Store) -> Iterator[Chunk]:
    read = partial(outbox.next_chunk, limit=50, tables=["analytics_events"], but=[])
    after = 0
    while (chunk := store.read(partial(read, after=after))).count:
        after = chunk.last
        yield chunk


def carry(store: Store, address: str, connect: Callable[[], Any]) -> int:
    lanes = Lanes(store, small_chunks(store), lambda: False)
    with Remote(address).connect(autocommit=True) as connection:
        lanes.run(connection, connect)
    return lanes.sent


def test_two_lanes_carry_each_event_once(shelf: Store, make: Maker, postgres_url: str) -> None:
    write(shelf, make, A_FEW)

    sent = carry(shelf, postgres_url, partial(Remote(postgres_url).connect, autocommit=True))

    assert sent == A_FEW
    assert arrived(postgres_url) == (A_FEW, A_FEW)
    assert shelf.pending() == 1  # the place, which is no event


def test_one_lane_is_enough_where_no_other_can_be_opened(
    shelf: Store, make: Maker, postgres_url: str
) -> None:
    write(shelf, make, A_FEW)

    def refuse() -> None:
        raise RemoteUnreachableError("too many connections")

    assert carry(shelf, postgres_url, refuse) == A_FEW
    assert arrived(postgres_url) == (A_FEW, A_FEW)


def test_what_a_broken_lane_had_under_way_is_sent_afterwards(
    shelf: Store, make: Maker, postgres_url: str
) -> None:
    write(shelf, make, A_FEW)

    def connect_and_lose() -> psycopg.Connection[Any]:
        lost = Remote(postgres_url).connect(autocommit=True)
        with psycopg.connect(postgres_url) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [lost.info.backend_pid])
        return lost

    sent = carry(shelf, postgres_url, connect_and_lose)

    assert arrived(postgres_url) == (sent, sent)
    assert shelf.pending() == A_FEW - sent + 1
    assert push(shelf, postgres_url).pending == 0
    assert arrived(postgres_url) == (A_FEW, A_FEW)


def test_a_fault_of_the_store_beside_is_not_lost(
    shelf: Store, make: Maker, postgres_url: str
) -> None:
    write(shelf, make, A_FEW)

    def fail() -> None:
        raise OSError("no thread for that")

    with pytest.raises(OSError, match="no thread"):
        carry(shelf, postgres_url, fail)


def test_plays_are_counted_when_all_has_arrived(
    shelf: Store, make: Maker, postgres_url: str
) -> None:
    for _ in range(3):
        begun = make.chosen(event_type="story_start", event_data={"resumed": False})
        shelf.append([begun, *(make.played(context={"listened_ms": 700}) for _ in range(400))])
    shelf.append([make.played(event_type="complete")]).result()

    assert push(shelf, postgres_url).pending == 0

    with psycopg.connect(postgres_url) as connection:
        counted = connection.execute("SELECT play_count, total_time_sec FROM user_progress")
        assert counted.fetchall() == [(3, 840)]


@pytest.mark.slow
def test_a_lane_that_is_cut_in_mid_push_holds_nothing_up(
    shelf: Store, make: Maker, postgres_url: str
) -> None:
    write(shelf, make, MANY)
    ended: list[SyncStatus] = []
    pushing = threading.Thread(target=lambda: ended.append(push(shelf, postgres_url)))
    cut = (
        "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'kahani' "
        "ORDER BY backend_start OFFSET 1) AS second"
    )
    with psycopg.connect(postgres_url, autocommit=True) as watching:
        pushing.start()
        while not watching.execute(cut).fetchall() and pushing.is_alive():
            pass
    pushing.join(WITHIN_S)

    assert (ended[0].state, ended[0].pending) == (SyncState.IDLE, 0)
    assert arrived(postgres_url) == (MANY, MANY)


@pytest.mark.slow
def test_a_lost_reply_on_either_lane_makes_nothing_double(
    store: Store, make: Maker, address: str, wire: Wire
) -> None:
    store.import_story(make.story())
    publish_catalogue(address, store)
    store.append([make.session()]).result()
    sync = Sync(store, wire.address, lambda _: None)
    assert sync.push_once().status.state is SyncState.IDLE  # what is asked first commits as well
    for number in (1, 2, 3):
        write_events(store, make, WORTH_IT + 500)  # and nothing that goes before, on one lane
        wire.loses_next_reply = True

        sync.push_once()

        assert not wire.loses_next_reply
        assert arrived(address)[0] > (number - 1) * (WORTH_IT + 500)
        assert sync.push_once().status.pending == 0
        assert arrived(address) == (number * (WORTH_IT + 500),) * 2
    sync.close()


@pytest.mark.slow
def test_bad_rows_in_a_long_backlog_are_set_aside_alone(
    shelf: Store, make: Maker, postgres_url: str
) -> None:
    write(shelf, make, WORTH_IT // 2)
    shelf.append([make.chosen(session_id="x" * 101) for _ in range(3)]).result()
    write(shelf, make, WORTH_IT // 2)

    status = push(shelf, postgres_url)

    assert (status.state, status.pending, status.rejected) == (SyncState.IDLE, 0, 3)
    assert arrived(postgres_url) == (WORTH_IT, WORTH_IT)
