"""Schemas are brought up to date by one program at a time, and nobody else can hold it off."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from db.growth.dumping import dump
from db.remote import Remote
from db.revisions import HEAD, REVISIONS
from db.rights.invite import invite
from db.rights.roles import make_roles
from db.upgrade import run_alembic, upgrade_remote

if TYPE_CHECKING:
    from tests.postgres import PostgresServer

BEFORE = REVISIONS[-2]
WAITING = (
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'alembic_version'::regclass"
)


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
        _wait_until(empty_postgres_url, "SELECT count(*) FROM pg_locks WHERE NOT granted")
        other.rollback()

        assert upgraded.result(60).before is None


def _wait_until(address: str, question: str, number: int = 1) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        while (connection.execute(question.encode()).fetchone() or (0,))[0] < number:
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
        _wait_until(older, WAITING)
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
        _wait_until(older, WAITING, 3)
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
