"""One history for both engines, the same as the models, up and down; and its edges."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine

from db.engine import writing_engine
from db.errors import RemoteSchemaError, SchemaNewerError, StoreDamagedError
from db.models import Row
from db.models.growth import REMOTE_METADATA
from db.remote import Remote
from db.revisions import HEAD, REVISIONS
from db.store import Store
from db.upgrade import migrations_folder, run_alembic, upgrade_local, upgrade_remote

if TYPE_CHECKING:
    from tests.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        made = writing_engine(tmp_path / "chain.db", foreign_keys=False)
    else:
        made = Remote(request.getfixturevalue("empty_postgres_url")).engine()
    yield made
    made.dispose()


def alembic(engine: Engine, command: str, *arguments: str) -> None:
    with engine.begin() as connection:
        run_alembic(connection, lambda all_, config: getattr(all_, command)(config, *arguments))


def statements(path: Path) -> dict[str, list[str]]:
    """The statements of a SQLite file by name, each as the sorted parts of its parentheses.

    SQLite writes a column that was added later on the last line, behind a comma.
    """
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {
            name: sorted(
                " ".join(part.split())
                for part in re.split(r",\s*\n|\(\n|\s*\n\)|\)$|\n?, (?=[a-z_]+ [A-Z])", text)
                if part.strip()
            )
            for name, text in rows
            if name != "alembic_version"
        }


def test_the_history_makes_what_the_models_say(engine: Engine) -> None:
    alembic(engine, "upgrade", "head")

    alembic(engine, "check")


def test_the_history_goes_up_down_and_up_again(engine: Engine) -> None:
    alembic(engine, "upgrade", "head")
    alembic(engine, "downgrade", "base")
    alembic(engine, "upgrade", "head")

    alembic(engine, "check")


@pytest.mark.slow
def test_each_step_can_be_taken_and_taken_back_alone(engine: Engine) -> None:
    for revision in REVISIONS:
        alembic(engine, "upgrade", revision)
    for revision in reversed(REVISIONS[:-1]):
        alembic(engine, "downgrade", revision)
    alembic(engine, "upgrade", "head")

    alembic(engine, "check")


def test_the_versions_are_known_without_alembic() -> None:
    files = sorted(path.name[:4] for path in (migrations_folder() / "versions").glob("0*.py"))

    assert tuple(files) == REVISIONS


def test_a_new_store_is_the_same_as_one_that_went_through_the_history(tmp_path: Path) -> None:
    Store.open(tmp_path / "new.db").close()
    chain = writing_engine(tmp_path / "chain.db", foreign_keys=False)
    alembic(chain, "upgrade", "head")
    chain.dispose()

    assert statements(tmp_path / "new.db") == statements(tmp_path / "chain.db")


def dumped(server: PostgresServer, address: str) -> list[str]:
    """The statements that make a database, without partitions and what only it can do."""
    tables = ["--exclude-table=alembic_version", "--exclude-table=analytics_events_*"]
    plainly = ("--schema-only", "--no-owner", "--no-privileges")
    text = server.run("pg_dump", *plainly, *tables, address)
    text = re.sub(r"CREATE FUNCTION [^$;]*(?:\$_?\$.*?\$_?\$)?;\n", "", text, flags=re.DOTALL)
    lines = [line for line in text.splitlines() if not line.startswith(("--", "\\"))]
    statements = (" ".join(part.split()) for part in "\n".join(lines).split(";\n"))
    of_history = (
        "COMMENT ON EXTENSION",
        "COMMENT ON FUNCTION",
        "CREATE EXTENSION",
        "CREATE INDEX idx_catalogue_search_inside",
        "CREATE POLICY",
        "CREATE TRIGGER",
    )
    guard = "ENABLE ROW LEVEL SECURITY"
    return sorted(s for s in statements if not s.startswith(of_history) and guard not in s)


@pytest.mark.slow
def test_the_history_and_the_models_dump_alike(postgres_server: PostgresServer) -> None:
    by_history = postgres_server.databases.create("by_history")
    upgrade_remote(by_history)
    by_models = postgres_server.databases.create("by_models")
    with Remote(by_models).engine().begin() as connection:
        Row.metadata.create_all(connection)
        REMOTE_METADATA.create_all(connection)

    assert dumped(postgres_server, by_history) == dumped(postgres_server, by_models)


def test_an_older_store_is_copied_before_it_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = writing_engine(path, foreign_keys=False)
    alembic(old, "upgrade", REVISIONS[-2])
    old.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO users (anonymous_id) VALUES ('somebody')")
        connection.commit()

    upgrade_local(path)

    (copy,) = tmp_path.glob("old.db.before-*")
    for file, revision in ((path, HEAD), (copy, REVISIONS[-2])):
        with closing(sqlite3.connect(file)) as connection:
            found = connection.execute(
                "SELECT anonymous_id, version_num FROM users, alembic_version"
            )
            assert found.fetchall() == [("somebody", revision)]


def test_a_store_of_a_later_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "later.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(SchemaNewerError, match=r"later\.db.*9999.*install that version"):
        Store.open(path)


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be one" * 40])
def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)

    with pytest.raises(StoreDamagedError, match=r"letter\.txt"):
        Store.open(path)

    assert path.read_bytes() == content


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")

    with pytest.raises(StoreDamagedError, match="no store of kahani"):
        Store.open(path)


def test_a_later_schema_in_postgresql_is_refused(postgres_url: str) -> None:
    with Remote(postgres_url).connect() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(RemoteSchemaError, match=r"9999.*install the later version"):
        upgrade_remote(postgres_url)


def test_postgresql_is_brought_up_to_date_once(empty_postgres_url: str) -> None:
    upgrade_remote(empty_postgres_url)
    upgrade_remote(empty_postgres_url)

    with Remote(empty_postgres_url).connect() as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
