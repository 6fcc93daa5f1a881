"""kahani db, as administrators use it, and what it never shows."""

from __future__ import annotations

import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from db.engine import writing_engine
from db.errors import RemoteError
from db.remote import Remote
from db.revisions import HEAD, REVISIONS
from db.upgrade import run_alembic, upgrade_remote
from player.cli import run

if TYPE_CHECKING:
    from tests.postgres import PostgresServer

BEFORE = REVISIONS[-2]
Kahani = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KAHANI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def kahani(home: Path, capsys: pytest.CaptureFixture[str]) -> Kahani:
    """Run a command; return its exit code, what it printed, and what it said to people."""

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def shared(postgres_url: str, kahani: Kahani, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a PostgreSQL with roles, which DATABASE_URL names."""
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    assert kahani("db", "roles")[0] == 0
    return postgres_url


@pytest.fixture
def name(shared: str) -> Iterator[str]:
    made = f"asha_{uuid.uuid4().hex[:8]}"
    yield made
    with psycopg.connect(shared, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(made)))


@pytest.fixture
def older(home: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store and a PostgreSQL as the version before left them."""
    path = home / "data" / "kahani.sqlite"
    path.parent.mkdir(parents=True)
    engine = writing_engine(path, foreign_keys=False)
    with engine.begin() as connection:
        run_alembic(connection, lambda all_, config: all_.upgrade(config, BEFORE))
    engine.dispose()
    with Remote(postgres_url).engine().begin() as connection:
        run_alembic(connection, lambda all_, config: all_.downgrade(config, BEFORE))
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    return postgres_url


def version(address: str) -> str:
    with psycopg.connect(address) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])  # type: ignore[index]


def test_both_are_brought_up_to_date_and_what_they_were_is_kept(
    older: str,
    kahani: Kahani,
    home: Path,
    postgres_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", f"{postgres_server.programs}{os.pathsep}{os.environ['PATH']}")

    code, out, _ = kahani("db", "upgrade")

    local, remote = out.splitlines()
    assert code == 0
    assert f"schema {BEFORE} -> {HEAD}; as it was: " in local
    assert f"schema {BEFORE} -> {HEAD}; as it was: " in remote
    assert version(older) == HEAD
    with closing(sqlite3.connect(local.partition("as it was: ")[2])) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(BEFORE,)]
    dump = Path(remote.partition("as it was: ")[2])
    assert (dump.parent, dump.stat().st_mode & 0o77) == (home / "data" / "backups", 0)
    assert "behavioral_events" in postgres_server.run(
        "pg_restore", "--list", str(_readable(dump, postgres_server))
    )
    assert kahani("db", "upgrade")[1].count(f"schema {HEAD}, up to date") == 2


def _readable(dump: Path, server: PostgresServer) -> Path:
    """Let the account of the server look at a copy of the dump."""
    copy = Path(shutil.copy(dump, server.folder))
    copy.chmod(0o644)
    return copy


def test_without_pg_dump_nothing_is_changed_before_somebody_answers_for_a_backup(
    older: str, kahani: Kahani, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    code, _, said = kahani("db", "upgrade")

    assert (code, version(older)) == (3, BEFORE)
    assert "there is no pg_dump here. Nothing was changed there." in said
    assert "kahani db upgrade --no-copy" in said

    code, out, _ = kahani("db", "upgrade", "--no-copy")

    assert (code, version(older)) == (0, HEAD)
    assert f"schema {BEFORE} -> {HEAD}; no copy was made" in out


def test_a_later_schema_is_refused_with_the_version_it_needs(
    shared: str, kahani: Kahani, home: Path
) -> None:
    with psycopg.connect(shared) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    for arguments in (("db", "upgrade"), ("db", "roles"), ("db", "invite", "asha")):
        code, _, said = kahani(*arguments)
        assert code == 3
        assert "(9999) is later than this program's" in said
        assert "install the later version of kahani" in said

    with closing(sqlite3.connect(home / "data" / "kahani.sqlite")) as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
        store.commit()
    code, _, said = kahani("db", "upgrade")
    assert (code, "schema 9999" in said, "install that version" in said) == (3, True, True)


def test_who_holds_the_lock_is_waited_for_and_then_told_of(
    older: str, kahani: Kahani, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.upgrade.LONGEST_WAIT", "50ms")
    with psycopg.connect(older) as other:
        other.execute("LOCK TABLE alembic_version IN SHARE ROW EXCLUSIVE MODE")

        code, _, said = kahani("db", "upgrade", "--no-copy")

    assert (code, version(older)) == (3, BEFORE)
    assert "in use by others and was left as it was" in said


def test_a_step_that_fails_leaves_nothing_half_done(older: str) -> None:
    with psycopg.connect(older) as connection:
        connection.execute(
            "CREATE FUNCTION follow_catalogue_keys() RETURNS text LANGUAGE sql AS "
            "$$ SELECT 'somebody else''s' $$"
        )

    with pytest.raises(RemoteError, match="making the schema failed"):
        upgrade_remote(older)

    assert version(older) == BEFORE
    with psycopg.connect(older) as connection:
        assert connection.execute("SELECT to_regclass('catalogue_keys')").fetchone() == (None,)


def test_an_invited_listener_logs_in_with_what_was_shown(
    shared: str, kahani: Kahani, name: str
) -> None:
    code, out, said = kahani("db", "invite", name)

    password, address = (line.partition(" ")[2] or line for line in out.splitlines())
    assert code == 0
    assert len(password) >= 24
    address = address.removeprefix("DATABASE_URL=")
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT current_user::text").fetchone() == (name,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address.replace(password, "guessed"))
    assert password not in said


def test_a_second_invitation_needs_renew_and_makes_the_old_password_useless(
    shared: str, kahani: Kahani, name: str
) -> None:
    first = kahani("db", "invite", name)[1].splitlines()[1].removeprefix("DATABASE_URL=")

    code, out, said = kahani("db", "invite", name)
    assert (code, out) == (2, "")
    assert f"{name} was invited to" in said

    code, out, _ = kahani("db", "invite", name, "--renew")
    assert code == 0
    psycopg.connect(out.splitlines()[1].removeprefix("DATABASE_URL=")).close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(first)


def test_a_login_that_is_taken_away_is_gone_and_what_was_heard_stays(
    shared: str, kahani: Kahani, name: str
) -> None:
    address = kahani("db", "invite", name)[1].splitlines()[1].removeprefix("DATABASE_URL=")

    assert kahani("db", "invite", name, "--remove")[0] == 0

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
    with psycopg.connect(shared) as connection:
        assert connection.execute("SELECT db_role FROM users").fetchall() == [(None,)]


@pytest.mark.parametrize(
    "wrong",
    ["", "Asha", "asha b", "1asha", "a" * 64, 'x"; DROP TABLE users; --', "x'--", "आशा", "asha\n",
     "asha-x", "pg_asha", "kahani_owner", "postgres", "public", "none"],
)  # fmt: skip
def test_a_name_that_is_none_is_refused(shared: str, kahani: Kahani, wrong: str) -> None:
    code, out, _ = kahani("db", "invite", "--", wrong)

    assert (code, out) == (2, "")
    with psycopg.connect(shared) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)


def test_a_role_of_somebody_else_is_neither_invited_nor_given_a_password(
    shared: str, kahani: Kahani, name: str
) -> None:
    with psycopg.connect(shared, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))

    assert "choose another name" in kahani("db", "invite", name)[2]
    assert "is no listener" in kahani("db", "invite", name, "--renew")[2]
    assert "is no listener" in kahani("db", "invite", name, "--remove")[2]


def test_an_invitation_before_the_roles_says_what_comes_first(
    postgres_url: str, kahani: Kahani, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)

    code, _, said = kahani("db", "invite", "asha")

    assert (code, "run first: kahani db roles" in said) == (3, True)


def test_without_database_url_it_is_said_what_is_missing(kahani: Kahani) -> None:
    for arguments in (("db", "roles"), ("db", "invite", "asha")):
        code, _, said = kahani(*arguments)
        assert (code, "DATABASE_URL is not set" in said) == (3, True)


def test_an_unknown_command_is_answered_with_those_there_are(kahani: Kahani) -> None:
    assert "there is invite, " in kahani("db", "nonsense")[2]
