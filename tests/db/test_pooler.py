"""All goes through a PgBouncer that hands its connections on after each transaction."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import psycopg
import pytest

from db.growth.dumping import dump
from db.published.catalogue import RemoteCatalogue, Wanted
from db.remote import Remote
from db.revisions import HEAD
from db.rights.invite import invite
from db.rights.roles import make_roles
from db.store import Store
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync, SyncState
from db.upgrade import upgrade_remote
from tests.ports import free_port

if TYPE_CHECKING:
    from tests.db.making import Maker
    from tests.postgres import PostgresServer

pytestmark = pytest.mark.slow

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
SETTINGS = """
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
pool_mode = transaction
default_pool_size = 1
auth_type = scram-sha-256
auth_file = {folder}/users
auth_user = postgres
auth_query = SELECT rolname, rolpassword FROM pg_authid WHERE rolname = $1
logfile = {folder}/log
pidfile =
"""


@pytest.fixture
def pooled(postgres_server: PostgresServer, empty_postgres_url: str) -> Iterator[str]:
    """The address of an empty database, by way of the pooler; one connection for each role."""
    if PROGRAM is None:
        pytest.skip("there is no pgbouncer here: apt-get install pgbouncer")
    helper = _postgres()
    port, folder = free_port(), postgres_server.folder / f"pooler-{uuid.uuid4().hex[:8]}"
    account = helper.ordinary_account()
    folder.mkdir()
    (folder / "users").write_text('"postgres" "known"\n')
    (folder / "settings").write_text(
        SETTINGS.format(server=postgres_server.port, port=port, folder=folder)
    )
    if account:
        os.chown(folder, account["user"], account["group"])
    process = subprocess.Popen(
        [PROGRAM, "-q", str(folder / "settings")], cwd="/", stderr=subprocess.DEVNULL, **account
    )
    try:
        _wait_for(port, process)
        server = f"postgres@127.0.0.1:{postgres_server.port}"
        yield empty_postgres_url.replace(server, f"postgres:known@127.0.0.1:{port}")
    finally:
        process.kill()  # asked to end, later versions wait until nobody is connected any more
        process.wait(60)


def _postgres() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "postgres", Path(__file__).parents[1] / "postgres.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < give_up:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)  # nobody tells when it listens
    pytest.fail("pgbouncer did not start")


def exchange(sync: Sync) -> int:
    result = sync.sync_once()
    assert result.status.state is SyncState.IDLE, result.status.message
    assert result.status.rejected == 0
    return result.sent


def test_the_schema_the_roles_and_two_machines_work_through_a_pooler(
    pooled: str, store: Store, make: Maker, new_store: Callable[[str], Store], tmp_path: Path
) -> None:
    upgrade_remote(pooled)
    assert upgrade_remote(pooled).before == HEAD
    make_roles(pooled)
    story = make.story()
    store.import_story(story)
    publish_catalogue(pooled, store)
    name = f"asha_{uuid.uuid4().hex[:8]}"
    address = invite(pooled, name).address
    other = new_store("other")
    other.import_story(story)
    first, second = (Sync(one, address, lambda _: None) for one in (store, other))

    exchange(first)
    exchange(second)
    make.user_id = store.listener().id
    store.append([make.session(), make.progress(), make.played(), make.like("love")]).result()
    store.append([make.chosen() for _ in range(1200)]).result()
    assert exchange(first) >= 1204
    exchange(second)  # while the first one is still connected
    store.append([make.progress("end", is_completed=True)]).result()
    exchange(first)
    exchange(second)

    there, here = other.progress(story.id), store.progress(story.id)
    assert there is not None
    assert here is not None
    assert (there.current_node_id, there.is_completed) == (here.current_node_id, True)
    catalogue = RemoteCatalogue(address)
    assert [entry.slug for entry in catalogue.page(Wanted()).entries] == ["crow"]
    catalogue.close()
    for sync in (first, second):
        sync.close()
    with psycopg.connect(pooled, autocommit=True, prepare_threshold=None) as connection:
        counted = connection.execute("SELECT count(*) FROM analytics_events").fetchone()
        connection.execute(f"DROP ROLE {name}")
    assert counted == (1200,)


def test_a_copy_is_made_through_a_pooler(
    pooled: str,
    tmp_path: Path,
    postgres_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", f"{postgres_server.programs}{os.pathsep}{os.environ['PATH']}")
    upgrade_remote(pooled)

    assert dump(Remote(pooled), tmp_path, HEAD).stat().st_size > 0
