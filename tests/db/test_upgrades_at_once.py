"""Schemas are brought up to date by one program at a time, and nobody else can hold it off."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from db.engine import writing_engine
from db.growth.dumping import dump
from db.remote import Remote
from db.revisions import HEAD, REVISIONS
from db.rights.invite import invite
from db.rights.roles import make_roles
from db.upgrade import Upgrade, run_alembic, upgrade_local, upgrade_remote
from tests.endings import finish

if TYPE_CHECKING:
    from tests.postgres import PostgresServer

BEFORE = REVISIONS[-2]
# Others may use the server, too, and wait for something there.
WAITING = (
    "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE NOT granted AND datname = current_database()"
)


@pytest.fixture(autouse=True)
def _each_waits_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several who upgrade wait for each other, which a busy machine may take half a minute for."""
    monkeypatch.setattr("db.upgrade.LONGEST_WAIT", "10min")


@pytest.fixture
def older(postgres_url: str) -> str:
    """A PostgreSQL with roles, as the version before left it."""
    make_roles(postgres_url)
    with Remote(postgres_url).engine().begin() as connection:
        run_alembic(connection, lambda all_, config: all_.downgrade(config, BEFORE))
    return postgres_url


@pytest.fixture
def listener(older: str) -> Iterator[psycopg.Connection]:
    """One who is invited and means harm."""
    upgrade_remote(older)
    name = f"asha_{uuid4().hex[:8]}"
    address = invite(older, name).address
    with Remote(older).engine().begin() as connection:
        run_alembic(connection, lambda all_, config: all_.downgrade(config, BEFORE))
    with psycopg.connect(address) as opened:
        yield opened
    with psycopg.connect(older, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {name}; DROP ROLE {name}".encode())


@pytest.mark.parametrize(
    "held",
    [
        "SELECT pg_advisory_lock(118066107215465)",  # that of earlier versions
        "LOCK TABLE alembic_version IN ACCESS SHARE MODE",
        "SELECT * FROM alembic_version",
    ],
)
def test_a_listener_cannot_hold_it_off(
    older: str, listener: psycopg.Connection, held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.upgrade.LONGEST_WAIT", "2s")
    listener.execute(held.encode())

    assert upgrade_remote(older).before == BEFORE


@pytest.mark.parametrize(
    "mode", ["ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE"]
)
def test_no_lock_in_its_way_is_given_to_a_listener(listener: psycopg.Connection, mode: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        listener.execute(f"LOCK TABLE alembic_version IN {mode} MODE".encode())


def test_several_at_once_make_the_tables_of_an_empty_database_once(empty_postgres_url: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(upgrade_remote, [empty_postgres_url] * 3))

    assert sorted(str(one.before) for one in done) == sorted(["None", HEAD, HEAD])


def test_who_made_the_first_table_and_went_leaves_the_rest_to_the_next(
    empty_postgres_url: str,
) -> None:
    with psycopg.connect(empty_postgres_url) as other, ThreadPoolExecutor(1) as pool:
        other.execute("CREATE TABLE alembic_version (version_num text)")
        upgraded = pool.submit(upgrade_remote, empty_postgres_url)
        _wait_until_held(empty_postgres_url, [upgraded])
        other.rollback()

        assert upgraded.result(60).before is None


def _wait_until_held(address: str, upgrades: list[Future[Upgrade]]) -> None:
    """Return when all of them wait for a lock; or one is over, whose result tells why."""
    with psycopg.connect(address, autocommit=True) as connection:
        while not any(upgrade.done() for upgrade in upgrades):
            if connection.execute(WAITING).fetchone() == (len(upgrades),):
                return
            threading.Event().wait(0.01)  # PostgreSQL tells nobody who waits for a lock


@pytest.fixture
def copied(
    older: str, tmp_path: Path, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Path]:
    monkeypatch.setenv("PATH", f"{postgres_server.programs}{os.pathsep}{os.environ['PATH']}")
    return lambda revision: dump(Remote(older), tmp_path / "copies", revision)


def test_what_is_written_while_it_waits_is_in_the_copy(
    older: str, copied: Callable[[str], Path], postgres_server: PostgresServer
) -> None:
    with psycopg.connect(older) as other, ThreadPoolExecutor(1) as pool:
        other.execute("LOCK TABLE alembic_version IN SHARE ROW EXCLUSIVE MODE")
        upgraded = pool.submit(upgrade_remote, older, copied)
        _wait_until_held(older, [upgraded])
        other.execute("INSERT INTO users (anonymous_id) VALUES ('written meanwhile')")
        other.commit()
        done = upgraded.result(60)

    assert done.before == BEFORE
    assert done.copy
    assert "written meanwhile" in _users_of(done.copy, postgres_server)
    assert f"-{BEFORE}-" in done.copy.name


def test_of_several_at_once_one_makes_the_copy(
    older: str, copied: Callable[[str], Path], tmp_path: Path
) -> None:
    with psycopg.connect(older) as other, ThreadPoolExecutor(3) as pool:
        other.execute("LOCK TABLE alembic_version IN SHARE ROW EXCLUSIVE MODE")
        upgrades = [pool.submit(upgrade_remote, older, copied) for _ in range(3)]
        _wait_until_held(older, upgrades)
        other.commit()
        done = [upgrade.result(60) for upgrade in upgrades]

    assert sorted(one.before or "" for one in done) == [BEFORE, HEAD, HEAD]
    assert [one.copy for one in done if one.copy] == list((tmp_path / "copies").iterdir())


def test_without_a_copy_nothing_is_changed(older: str) -> None:
    def fail(_: str) -> Path:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        upgrade_remote(older, fail)

    with psycopg.connect(older) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [(BEFORE,)]


def _users_of(copy: Path, server: PostgresServer) -> str:
    """Let the account of the server read a copy."""
    readable = server.folder / copy.name
    readable.write_bytes(copy.read_bytes())
    readable.chmod(0o644)
    return server.run("pg_restore", "--data-only", "--table=users", "--file=-", str(readable))


# Nobody waits for SQLite here: a store of years takes longer to be brought up to date than the
# five seconds that are waited for it.
OPEN = """
import sys
from pathlib import Path
import db.engine
from db.store import Store
from db.upgrade import upgrade_local
patience_s, db.engine.BUSY_TIMEOUT_S = db.engine.BUSY_TIMEOUT_S, 0.02
print("ready", flush=True)
sys.stdin.readline()
upgrade_local(Path(sys.argv[1]))
db.engine.BUSY_TIMEOUT_S = patience_s
store = Store.open(Path(sys.argv[1]))
print(store.listener().id)
store.close()
"""


@pytest.mark.parametrize("found", ["0004", None])
def test_programs_that_start_at_once_bring_a_store_up_to_date_once(
    tmp_path: Path, found: str | None
) -> None:
    path = tmp_path / "kahani.sqlite"
    if found:
        _make_older(path, found)

    programs = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for program in programs:
        assert program.stdout
        program.stdout.readline()
    for program in programs:
        assert program.stdin
        program.stdin.write("\n")
        program.stdin.flush()
    told = [finish(program) for program in programs]

    assert [fault for _, fault in told if fault] == []
    assert len({listener for listener, _ in told}) == 1
    copies = list(tmp_path.glob("*.before-*"))
    assert [_version(copy) for copy in copies] == ([found] if found else [])
    assert _version(path) == HEAD
    assert list(tmp_path.glob("*.part")) == []


def test_a_copy_of_an_earlier_try_is_not_taken_for_one_of_today(tmp_path: Path) -> None:
    path = tmp_path / "kahani.sqlite"
    _make_older(path, "0004")
    stale = tmp_path / f"kahani.sqlite.before-{HEAD}-from-0004"
    stale.write_bytes(b"of a try that failed")

    assert upgrade_local(path).copy == stale

    assert _version(stale) == "0004"


def _make_older(path: Path, revision: str) -> None:
    engine = writing_engine(path, foreign_keys=False)
    with engine.begin() as connection:
        run_alembic(connection, lambda all_, config: all_.upgrade(config, revision))
        rows = [{"id": f"sitting {number}"} for number in range(50_000)]
        connection.execute(text("INSERT INTO sessions (id) VALUES (:id)"), rows)
    engine.dispose()


def _version(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
