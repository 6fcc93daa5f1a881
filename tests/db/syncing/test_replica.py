"""The catalogue is read from a streaming replica where there is one, else from the primary."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest

from db.published.catalogue import RemoteCatalogue, Wanted
from db.remote import Remote
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync, SyncState
from db.upgrade import upgrade_remote
from player.library.border import StoryBorder
from tests.postgres import PostgresServer

if TYPE_CHECKING:
    from db.store import Store
    from tests.db.making import Maker

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def primary() -> Iterator[PostgresServer]:
    made = PostgresServer()
    made.start()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def replica(primary: PostgresServer) -> Iterator[PostgresServer]:
    """A server that follows the primary."""
    made = PostgresServer()
    shutil.rmtree(made.folder / "data")
    made.run(
        "pg_basebackup", "-R", "-X", "stream", "-c", "fast", "-D", str(made.folder / "data"),
        "-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres",
    )  # fmt: skip
    made.start()
    yield made
    made.remove()


@pytest.fixture
def address(primary: PostgresServer, store: Store, make: Maker) -> str:
    """A database with one story."""
    made = primary.databases.create(f"stories_{time.monotonic_ns()}")
    upgrade_remote(made)
    store.import_story(make.story())
    publish_catalogue(made, store)
    return made


def caught_up(primary: PostgresServer, replica: PostgresServer) -> None:
    """Wait until the replica has all that the primary wrote."""
    with (
        psycopg.connect(primary.databases.admin_url, autocommit=True) as here,
        psycopg.connect(replica.databases.admin_url, autocommit=True) as there,
    ):
        now_at = here.execute("SELECT pg_current_wal_lsn()::text").fetchone()
        give_up = time.monotonic() + 60
        while there.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", now_at).fetchone() != (
            True,
        ):
            assert time.monotonic() < give_up


def test_pages_and_stories_come_from_the_replica(
    primary: PostgresServer,
    replica: PostgresServer,
    address: str,
    new_store: Callable[[str], Store],
) -> None:
    copy = address.replace(f":{primary.port}/", f":{replica.port}/")
    caught_up(primary, replica)
    catalogue = RemoteCatalogue("postgresql://postgres@127.0.0.1:1/nowhere", [copy])

    assert [entry.slug for entry in catalogue.page(Wanted()).entries] == ["crow"]
    assert catalogue.pull_story("crow", new_store("desk.db"), StoryBorder()) == "created"
    catalogue.close()


def test_of_two_hosts_in_one_address_the_replica_is_preferred(
    primary: PostgresServer, replica: PostgresServer, address: str
) -> None:
    name = address.rsplit("/", 1)[1]
    hosts = f"127.0.0.1:{primary.port},127.0.0.1:{replica.port}"
    both = Remote(f"postgresql://postgres@{hosts}/{name}")
    caught_up(primary, replica)

    with both.connect(only_reads=True) as reading, both.connect() as writing:
        query = "SELECT pg_is_in_recovery()"
        assert reading.execute(query).fetchone() == (True,)
        assert writing.execute(query).fetchone() == (False,)


def test_the_primary_answers_when_the_replica_stops(
    primary: PostgresServer, replica: PostgresServer, address: str
) -> None:
    copy = address.replace(f":{primary.port}/", f":{replica.port}/")
    caught_up(primary, replica)
    catalogue = RemoteCatalogue(address, [copy])
    catalogue.page(Wanted())
    replica.stop()
    try:
        assert [entry.slug for entry in catalogue.page(Wanted()).entries] == ["crow"]
    finally:
        replica.start()
        catalogue.close()


def test_a_replica_that_is_behind_undoes_nothing(
    primary: PostgresServer, replica: PostgresServer, address: str, store: Store, make: Maker
) -> None:
    copy = address.replace(f":{primary.port}/", f":{replica.port}/")
    caught_up(primary, replica)
    catalogue = RemoteCatalogue(address, [copy])
    alone = RemoteCatalogue("postgresql://postgres@127.0.0.1:1/nowhere", [copy])
    with psycopg.connect(replica.databases.admin_url, autocommit=True) as there:
        there.execute("SELECT pg_wal_replay_pause()")
        try:
            store.import_story(make.story(content_hash="two", moral="Think twice"))
            publish_catalogue(address, store)
            stale = catalogue.read("crow")
            outcomes = [one.pull_story("crow", store, StoryBorder()) for one in (catalogue, alone)]
        finally:
            there.execute("SELECT pg_wal_replay_resume()")
    catalogue.close()
    alone.close()
    kept = store.story("crow")

    assert outcomes == ["unchanged", "unchanged"]
    assert stale
    assert kept
    assert (getattr(stale, "moral", None), kept.moral) == ("Think", "Think twice")


def test_pushes_go_to_the_primary_where_the_address_names_both(
    primary: PostgresServer, replica: PostgresServer, address: str, store: Store, make: Maker
) -> None:
    caught_up(primary, replica)
    name = address.rsplit("/", 1)[1]
    hosts = f"127.0.0.1:{replica.port},127.0.0.1:{primary.port}"
    sync = Sync(store, f"postgresql://postgres@{hosts}/{name}", lambda _: None)
    store.append([make.session(), make.chosen()]).result()

    assert sync.sync_once().status.state is SyncState.IDLE
    sync.close()
    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT count(*) FROM analytics_events").fetchone()
    assert found == (1,)
