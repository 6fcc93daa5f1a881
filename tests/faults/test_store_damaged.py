"""Fault 8: a damaged store is set aside, never deleted, and what is in it goes on in a new one."""

from __future__ import annotations

import random
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection

from db.checking import Check
from db.errors import StoreDamagedError
from db.mending import Mender, news, set_aside
from db.store import Store
from db.wholeness import index_of, log_of
from player.cli.wiring import open_store
from player.paths import Paths
from tests.faults.at_home import WAY, Home

pytestmark = pytest.mark.slow

PAGE = 4096


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where three choices of the crow were made, and a bookmark."""
    home = Home(tmp_path_factory.mktemp("heard"))
    run = home.begin(choices=None)
    for choice in WAY[:3]:
        run.next("asked")
        run.say(choice)
        run.next("choice")
    run.say("bookmark here")
    run.say("q")
    assert run.end().code == 0
    assert home.choices() == list(WAY[:3])
    return home.folder


@pytest.fixture
def home(heard: Path, tmp_path: Path) -> Home:
    shutil.copytree(heard, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def opened(home: Home, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Open the store as the program does, look at all there is, and return what was told."""
    monkeypatch.setenv("KAHANI_HOME", str(home.folder))

    def look() -> list[str]:
        notices: list[str] = []
        store = open_store(Paths.find(), notices, notices.append)
        assert store.story("clever-crow")
        store.catalogue()
        store.listened()
        store.preferences()
        store.listener()
        for table, column in (("analytics_events", "event_data"), ("outbox", "payload")):
            store.read(partial(count, table, column))
        store.set_meta("looked", "yes").result()
        store.close()
        return notices

    return look


def count(table: str, column: str, tx: Connection) -> object:
    return tx.exec_driver_sql(f"SELECT count({column}) FROM {table} NOT INDEXED").scalar()


def identity(home: Home) -> list[str]:
    return home.ask("SELECT value FROM local_meta WHERE key IN ('user_id', 'device_id')")


def overwrite(path: Path, page: int, dice: random.Random) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(dice.randbytes(PAGE))


def pages_of(home: Home, *tables: str) -> list[int]:
    """Return the first page of each of these tables."""
    with closing(sqlite3.connect(home.store)) as store:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return [store.execute(query, [table]).fetchone()[0] for table in tables]


def test_the_first_page_overwritten_costs_nothing(
    home: Home, opened: Callable[[], list[str]]
) -> None:
    before, rows = identity(home), home.ask("SELECT id FROM analytics_events")
    content = home.store.read_bytes()
    overwrite(home.store, 1, random.Random(1))
    damaged = home.store.read_bytes()

    (told,) = opened()

    bad = home.store.with_name("kahani.sqlite.bad")
    assert f"is damaged, or no store of kahani. It was set aside as {bad}" in told
    assert "1 place, 1 bookmark" in told
    assert "Not all" not in told
    assert bad.read_bytes() == damaged != content
    assert identity(home) == before
    assert home.ask("SELECT id FROM analytics_events") == rows
    assert home.is_well()
    assert opened() == []


def test_any_page_overwritten_is_told_of_or_harmless(
    home: Home, opened: Callable[[], list[str]]
) -> None:
    dice = random.Random(5)
    whole, who = home.store.read_bytes(), identity(home)
    choices = home.choices()
    chosen = pages_of(home, "analytics_events", "outbox", "places", "local_meta", "users")
    for page in [*chosen, *dice.sample(range(2, len(whole) // PAGE), 4)]:
        home.store.write_bytes(whole)
        overwrite(home.store, page, dice)
        bad = len(set_aside(home.store))
        told = opened()
        assert len(told) == len(set_aside(home.store)) - bad
        if not told:  # a page that nobody needed yet
            assert page not in chosen
            continue
        assert home.is_well(), (page, told)
        # What the listener chose stands in the history and in the outbox: one of them is whole.
        assert home.choices() == choices, (page, told)
        assert sorted(identity(home)) == sorted(who), (page, told)


def test_what_is_lost_is_named(home: Home, opened: Callable[[], list[str]]) -> None:
    (page,) = pages_of(home, "places")
    overwrite(home.store, page, random.Random(2))
    (told,) = opened()
    assert "Not all could be read of places." in told
    assert home.ask("SELECT slug FROM places") == []


@pytest.mark.parametrize(
    "content", [b"", b"no database at all\n" * 500, bytes(3 * PAGE), b"SQLite format 3\0"]
)
def test_what_is_no_database_is_set_aside_with_a_sentence(
    home: Home, opened: Callable[[], list[str]], content: bytes
) -> None:
    home.store.write_bytes(content)
    (told,) = opened()
    assert "Nothing could be read of it." in told
    assert home.store.with_name("kahani.sqlite.bad").read_bytes() == content
    assert home.is_well()


def test_garbage_in_the_header_alone_costs_nothing(
    home: Home, opened: Callable[[], list[str]]
) -> None:
    before = home.ask("SELECT id FROM behavioral_events")
    with home.store.open("r+b") as file:
        file.write(b"\xff" * 100)
    (told,) = opened()
    assert "Not all" not in told
    assert home.ask("SELECT id FROM behavioral_events") == before


def killed(home: Home) -> list[str]:
    """Kill a player after two more choices; return the choices that it told as done."""
    run = home.begin("--restart", choices=None)
    for choice in WAY[:2]:
        run.next("asked")
        run.say(choice)
        run.next("choice")
    run.kill()
    assert log_of(home.store).stat().st_size
    return [*WAY[:3], *WAY[:2]]


def test_a_log_that_was_left_behind_is_read_and_nothing_is_said(
    home: Home, opened: Callable[[], list[str]]
) -> None:
    choices = killed(home)
    assert opened() == []
    assert home.choices() == choices
    assert set_aside(home.store) == []


def test_a_log_that_is_missing_is_missed(home: Home, opened: Callable[[], list[str]]) -> None:
    killed(home)
    log_of(home.store).unlink()
    (told,) = opened()
    assert "lost what was written last" in told
    assert home.choices()[:3] == list(WAY[:3])
    assert opened() == []


@pytest.mark.parametrize("how", ["cut", "header", "middle"])
def test_a_torn_log_is_noticed_and_kept(
    home: Home, opened: Callable[[], list[str]], how: str
) -> None:
    killed(home)
    log = log_of(home.store)
    content = bytearray(log.read_bytes())
    if how == "cut":
        del content[len(content) // 2 :]
    else:
        start = 0 if how == "header" else len(content) // 2
        content[start : start + 24] = b"\x55" * 24
    log.write_bytes(content)
    (told,) = opened()
    assert "lost what was written last" in told
    assert log_of(home.store.with_name("kahani.sqlite.bad")).read_bytes() == content
    assert home.choices()[:3] == list(WAY[:3])


def test_what_the_log_holds_is_saved_where_the_store_is_empty(
    home: Home, opened: Callable[[], list[str]]
) -> None:
    killed(home)
    home.store.write_bytes(b"")
    (told,) = opened()
    assert "is empty" in told
    assert home.is_well()


def test_damage_that_is_met_while_running_is_mended_and_the_story_goes_on(home: Home) -> None:
    run = home.begin(choices=None)
    run.next("asked")
    # The pages that it wrote to already are in its memory; to this one it comes now.
    for page in pages_of(home, "marks"):
        overwrite(home.store, page, random.Random(page))
    run.say("bookmark there")
    for choice in WAY[3:]:
        run.say(choice)
        run.next("choice")
    run.end()
    assert run.code == 0
    (told,) = [text for text in run.of("notice", "message") if "set aside" in text]
    assert "Saved from it" in told
    assert home.is_well()
    assert home.choices() == list(WAY)
    assert home.ask("SELECT note FROM marks ORDER BY note")[-1] == "there"


def test_damage_that_is_met_by_reading_is_mended_and_what_was_asked_is_answered(home: Home) -> None:
    (page,) = pages_of(home, "story_nodes")
    told: list[str] = []
    store = Mender(home.store, lambda _: None, told.append).open()
    overwrite(home.store, page, random.Random(9))
    assert store.story("clever-crow")
    assert len(told) == 1
    assert store.listener()
    store.close()


def test_the_program_says_what_it_set_aside_and_the_doctor_knows(home: Home) -> None:
    overwrite(home.store, 1, random.Random(3))
    run = home.play(*WAY[3:])
    assert run.code == 0
    assert any("was set aside as" in text for text in run.of("notice", "message"))
    assert home.choices() == list(WAY)
    assert "kahani.sqlite.bad is a damaged store" in home.run("doctor").stdout
    overwrite(home.store, 1, random.Random(4))
    assert "kahani.sqlite.bad2" in home.run("sync", "status").stderr


def test_two_players_mend_a_store_once(home: Home) -> None:
    overwrite(home.store, 1, random.Random(6))
    runs = [home.begin("--restart", choices=WAY) for _ in range(2)]
    for run in runs:
        assert run.end().code == 0, run.complaints
    assert len(set_aside(home.store)) == 1
    told = [text for run in runs for text in run.of("notice", "message") if "set aside" in text]
    assert told
    assert home.is_well()
    assert sorted(home.choices()) == sorted([*WAY[:3], *WAY, *WAY])


def test_whoever_has_the_store_open_writes_on_into_the_new_one(home: Home) -> None:
    mender = Mender(home.store, lambda _: None)
    one, other = mender.open(), mender.open()
    one.set_meta("before", "1").result()
    seen = home.store.stat()
    mender.mend((seen.st_dev, seen.st_ino), StoreDamagedError("Found by the other."))
    one.set_meta("after", "1").result()
    assert (other.get_meta("before"), other.get_meta("after")) == ("1", "1")
    assert list(news(one))
    assert (one.close(), other.close()) == (True, True)
    assert set(home.ask("SELECT key FROM local_meta")) >= {"before", "after"}
    assert home.is_well()


def test_a_store_that_was_not_closed_is_looked_through_in_the_background(home: Home) -> None:
    (page,) = pages_of(home, "idx_behavioral_events_timestamp")
    overwrite(home.store, page, random.Random(7))
    found = threading.Event()
    check = Check(home.store, lambda _seen, _fault: found.set(), after_s=0)
    assert check.wait(20)
    assert found.is_set()


@pytest.mark.parametrize("step", ["before", "log", "after"])
def test_killed_in_the_middle_of_setting_aside_it_is_finished_at_the_next_start(
    home: Home, opened: Callable[[], list[str]], step: str
) -> None:
    choices = home.choices()
    store = Store.open(home.store)
    store.set_meta("mended", "It was set aside.").result()
    store.close()
    finished = home.store.with_name("kahani.sqlite.mended")
    shutil.copyfile(home.store, finished)
    if step == "before":
        overwrite(home.store, 1, random.Random(8))
    else:
        home.store.rename(home.store.with_name("kahani.sqlite.bad"))
        if step == "log":
            log_of(home.store).write_bytes(b"what was written last")
            index_of(home.store).write_bytes(b"its index")
    (told,) = opened()
    assert "set aside" in told
    assert home.choices() == choices
    assert len(set_aside(home.store)) == 1
    assert not finished.exists()
    assert not any(home.store.parent.glob("*.mend*"))


def test_what_was_sent_comes_back_from_postgresql(home: Home, empty_postgres_url: str) -> None:
    home.environment["DATABASE_URL"] = empty_postgres_url
    assert home.run("sync", "--once").returncode == 0
    rows = home.ask("SELECT id FROM behavioral_events ORDER BY id")
    with psycopg.connect(empty_postgres_url, autocommit=True) as connection:
        connection.execute("UPDATE users SET db_role = current_user")
    for page in pages_of(home, "analytics_events", "behavioral_events", "outbox", "users"):
        overwrite(home.store, page, random.Random(page))
    done = home.run("sync", "--once")
    assert done.returncode == 0, done.stderr
    assert "set aside" in done.stderr
    assert home.choices() == list(WAY[:3])
    assert home.ask("SELECT id FROM behavioral_events ORDER BY id") == rows
    assert home.is_well()
