"""Nothing that was acknowledged is lost, whatever happens to the program or the file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from db.errors import (
    RecordRefusedError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreLockedError,
    StoreReadOnlyError,
    explain,
)
from db.store import Store
from tests.endings import finish

if TYPE_CHECKING:
    from tests.db.making import Maker

ROOT = Path(__file__).parents[2]

# Writes events for ever and says the id of each one that is durable.
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from db.records import AnalyticsRecord
from db.store import Store
from db.types import new_id
store = Store.open(Path(sys.argv[1]))
listener = store.listener()
while True:
    event = AnalyticsRecord(
        id=new_id(), created_at=datetime.now(UTC), event_type="choice_made", user_id=listener.id
    )
    store.append([event]).result()
    print(event.id.hex, flush=True)
"""


def writing(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        stdout=subprocess.PIPE,
        text=True,
    )


def acknowledged(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(count)]


def kill(process: subprocess.Popen[str]) -> list[str]:
    """Kill at once, and return what was still acknowledged before."""
    process.send_signal(signal.SIGKILL)
    rest, _ = finish(process)
    # The last line may be cut off by the kill.
    return [line for line in rest.splitlines() if len(line) == 32]


def rows(path: Path, query: str) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute(query)}


@pytest.mark.parametrize(
    "count",
    [pytest.param(1, marks=pytest.mark.slow), pytest.param(7, marks=pytest.mark.slow), 40],
)
def test_a_killed_program_loses_nothing_that_was_acknowledged(tmp_path: Path, count: int) -> None:
    path = tmp_path / "killed.db"
    process = writing(path)
    known = set(acknowledged(process, count))
    known |= set(kill(process))

    events = rows(path, "SELECT id FROM analytics_events")
    sent = "SELECT replace(substr(key, 1, 36), '-', '') FROM outbox WHERE table_name = "

    assert known <= events
    assert rows(path, sent + "'analytics_events'") == events
    assert rows(path, "PRAGMA integrity_check") == {"ok"}


def test_two_programs_write_into_one_store(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    both = [writing(path), writing(path)]
    known = {line for process in both for line in acknowledged(process, 25)}
    for process in both:
        known |= set(kill(process))

    assert known <= rows(path, "SELECT id FROM analytics_events")
    assert len(rows(path, "SELECT id FROM users")) == 1


def test_a_reader_is_not_held_up_by_a_writer(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        assert store.story("crow") == make.story()

        other.execute("ROLLBACK")


@pytest.mark.slow
def test_a_store_that_stays_locked_is_named_and_nothing_is_lost(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLockedError, match=r"kahani\.db is locked"):
            store.append([make.session()]).result()
        other.execute("ROLLBACK")

    store.append([make.session()]).result()


def test_waiting_for_another_program_costs_the_caller_nothing(store: Store, make: Maker) -> None:
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        future = store.append([make.session()])
        assert not future.done()
        other.execute("ROLLBACK")

    assert future.result() is None


def test_a_damaged_page_is_told_from_other_trouble(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    store.close()
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(store.path.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 512] = b"\xff" * 512
    store.path.write_bytes(content)

    with pytest.raises(StoreDamagedError, match=r"kahani\.db is damaged"):
        Store.open(store.path).story("crow")


def test_a_place_that_cannot_hold_a_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreReadOnlyError, match=r"kahani\.db"):
        Store.open(tmp_path / "file" / "kahani.db")


def test_the_folder_is_made_where_it_is_missing(tmp_path: Path) -> None:
    Store.open(tmp_path / "new" / "folder" / "kahani.db").close()

    assert (tmp_path / "new" / "folder" / "kahani.db").exists()


@pytest.mark.parametrize(
    ("pragma", "statement", "kind"),
    [
        ("max_page_count = 1", "CREATE TABLE more (x)", StoreFullError),
        ("query_only = ON", "DELETE FROM users", StoreReadOnlyError),
        ("foreign_keys = ON", "INSERT INTO bookmarks DEFAULT VALUES", RecordRefusedError),
        ("foreign_keys = ON", "SELECT nothing", StoreError),
    ],
)
def test_each_trouble_has_its_sentence(
    store: Store, pragma: str, statement: str, kind: type[StoreError]
) -> None:
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute(f"PRAGMA {pragma}")
        with pytest.raises(sqlite3.Error) as caught:
            connection.execute(statement)

    assert type(explain(caught.value, store.path)) is kind
