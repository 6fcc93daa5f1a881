"""Fault 8: a store found damaged at the start is set aside, never deleted, and read out."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from db.mending.mending import set_aside
from db.store import Store
from db.wholeness import index_of, log_of
from tests.faults.at_home import WAY, Home
from tests.faults.damage import PAGE, overwrite, pages_of

pytestmark = pytest.mark.slow


def identity(home: Home) -> list[str]:
    return home.ask("SELECT value FROM local_meta WHERE key IN ('user_id', 'device_id')")


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


def test_a_row_that_breaks_a_rule_is_named_as_lost(
    home: Home, opened: Callable[[], list[str]]
) -> None:
    with closing(sqlite3.connect(home.store)) as store:
        store.execute("PRAGMA ignore_check_constraints=ON")
        store.execute("UPDATE behavioral_events SET event_type = 'no such' WHERE sequence = 1")
        store.commit()
    overwrite(home.store, 1, random.Random(12))
    (told,) = opened()
    assert "Not all could be read of what was heard." in told


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


def test_the_program_says_what_it_set_aside_and_the_doctor_knows(home: Home) -> None:
    overwrite(home.store, 1, random.Random(3))
    run = home.play(*WAY[3:])
    assert run.code == 0
    assert any("was set aside as" in text for text in run.of("notice", "message"))
    assert home.choices() == list(WAY)
    assert "kahani.sqlite.bad is a damaged store" in home.run("doctor").stdout
    overwrite(home.store, 1, random.Random(4))
    assert "kahani.sqlite.bad2" in home.run("sync", "status").stderr


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
