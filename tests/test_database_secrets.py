"""The password of PostgreSQL is shown nowhere: on no screen, in no error, log, store or process."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import pytest

from db.errors import RemoteError
from db.growth.dumping import dump
from db.remote import Remote
from db.revisions import HEAD
from db.rights.invite import invite
from db.rights.roles import make_roles
from player.cli import run

if TYPE_CHECKING:
    from tests.postgres import PostgresServer

CANARY = "c4n4ry"
COMMANDS = (
    ("doctor",),
    ("sync", "--once"),
    ("sync", "status"),
    ("import", "--remote"),
    ("db", "upgrade"),
    ("db", "roles"),
    ("db", "invite", "asha"),
    ("db", "partitions"),
    ("db", "report"),
)
ADDRESSES = (
    f"postgres://u:{CANARY}@127.0.0.1:1/d",
    f"postgresql+psycopg://u:{CANARY}@127.0.0.1:1/d",
    f"postgresql://u:{CANARY}@nowhere.invalid/d",
    f"postgresql://u:x@{CANARY}@127.0.0.1/d",
    f"postgresql://u:1/{CANARY}@127.0.0.1/d",
    f"postgresql://u:%zz{CANARY}@127.0.0.1/d",
    f"postgresql://127.0.0.1:1/d?user=u&password={CANARY}",
    f"mysql://u:{CANARY}@127.0.0.1/d",
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KAHANI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def listener(postgres_url: str) -> Iterator[str]:
    """The name of a role that has to give a password."""
    made = f"asha_{uuid.uuid4().hex[:8]}"
    make_roles(postgres_url)
    yield made
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP ROLE IF EXISTS {made}")


def looked_for_in(home: Path) -> list[Path]:
    """The files of an installation that hold the canary."""
    files = [path for path in home.rglob("*") if path.is_file()]
    return [path for path in files if CANARY.encode() in path.read_bytes()]


@pytest.mark.slow
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_command_shows_it_or_writes_it_down(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    address: str,
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)

    for command in COMMANDS:
        run(command)
        said = capsys.readouterr()
        assert CANARY not in said.out + said.err, command

    assert looked_for_in(home) == []


def test_a_wrong_password_is_not_repeated(
    home: Path,
    postgres_url: str,
    listener: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    invite(postgres_url, listener)
    wrong = postgres_url.replace("postgres@", f"{listener}:{CANARY}@")
    monkeypatch.setenv("DATABASE_URL", wrong)

    for command in (("sync", "--once"), ("db", "roles"), ("db", "upgrade")):
        assert run(command) == 3
        said = capsys.readouterr()
        assert "password authentication failed" in said.err + said.out, command
        assert CANARY not in said.out + said.err

    assert looked_for_in(home) == []


def test_the_server_never_hears_the_password_of_an_invitation(
    postgres_server: PostgresServer, empty_postgres_url: str, listener: str
) -> None:
    name = urlsplit(empty_postgres_url).path.removeprefix("/")
    with psycopg.connect(empty_postgres_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET log_statement = 'all'")
        connection.execute(f"ALTER DATABASE {name} SET log_min_messages = 'log'")
    from db.upgrade import upgrade_remote  # noqa: PLC0415 - beside what it is for

    upgrade_remote(empty_postgres_url)
    make_roles(empty_postgres_url)

    first = invite(empty_postgres_url, listener)
    second = invite(empty_postgres_url, listener, renew=True)

    log = (postgres_server.folder / "log").read_text()
    assert f'CREATE ROLE "{listener}"' in log
    assert "SCRAM-SHA-256$" in log
    assert first.password not in log
    assert second.password not in log
    assert first.password not in repr(first)


def test_no_process_that_is_started_has_it_among_its_arguments(
    postgres_server: PostgresServer,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    programs, seen = tmp_path / "programs", tmp_path / "seen"
    programs.mkdir()
    script = programs / "pg_dump"
    real = postgres_server.programs / "pg_dump"
    script.write_text(
        f'#!/bin/sh\ntr "\\0" "\\n" </proc/$$/cmdline >{seen}\nps -ef >>{seen}\nexec {real} "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    canary = f"{CANARY}{uuid.uuid4().hex}"  # all processes of the machine are looked at
    address = postgres_url.replace("postgres@", f"postgres:{canary}@")

    copy = dump(Remote(address), tmp_path / "copies", HEAD)

    assert copy.stat().st_size > 0
    assert "--format=custom" in seen.read_text()
    assert canary not in seen.read_text()


def test_a_copy_that_fails_leaves_nothing_and_shows_nothing(tmp_path: Path) -> None:
    address = f"postgresql://u:{CANARY}@127.0.0.1:1/d"

    with pytest.raises(RemoteError, match="cannot be copied") as caught:
        dump(Remote(address), tmp_path / "copies", HEAD)

    assert CANARY not in str(caught.value)
    assert list((tmp_path / "copies").glob("*")) == []


@pytest.mark.parametrize(
    ("address", "is_warned"),
    [
        ("postgresql://u@db.example.org/d", True),
        ("postgresql://u@db.example.org/d?sslmode=prefer", True),
        ("postgresql://u@db.example.org/d?sslmode=disable", True),
        ("postgresql://u@localhost,db.example.org/d", True),
        ("postgresql://u@localhost/d?hostaddr=192.0.2.1", True),
        ("postgresql://u@db.example.org/d?sslmode=require", False),
        ("postgresql://u@db.example.org/d?sslmode=verify-full", False),
        ("postgresql://u@127.0.0.1/d", False),
        ("postgresql://u@[::1]/d", False),
        ("postgresql:///d?host=/run/postgresql", False),
        ("postgresql:///d", False),
    ],
)
def test_a_way_that_others_can_read_along_is_warned_about(
    address: str, is_warned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("PGSSLMODE", "PGHOST"):
        monkeypatch.delenv(variable, raising=False)
    warning = Remote(address).warning

    assert (warning is not None) == is_warned
    if warning:
        assert "add ?sslmode=require" in warning


def test_the_warning_is_said_before_anything_is_sent(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://u:{CANARY}@nowhere.invalid/d")

    run(("db", "roles"))

    said = capsys.readouterr().err
    assert "may be read and changed on the way" in said
    assert CANARY not in said
