"""What a listener changes is stamped as it is written; what was heard is counted from events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import select

from db.asking.counting import recount
from db.hlc import COUNT_BITS, ceiling
from db.models import UserPreferences, UserProgress
from db.records import BehaviorRecord, Record
from db.stamping import CLOCK, UNTOUCHED, Stamps
from db.store import Store
from db.syncing.clamping import believe
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync
from db.types import new_id
from db.values import set_value

if TYPE_CHECKING:
    from tests.db.making import Maker

YEAR_MS = 365 * 24 * 3_600_000


@pytest.fixture
def shelf(store: Store, make: Maker) -> Store:
    store.import_story(make.story())
    return store


@pytest.fixture
def remote(shelf: Store, postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    publish_catalogue(postgres_url, shelf)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in store.read(lambda tx: tx.exec_driver_sql(query).all())]


def push(store: Store, address: str) -> None:
    sync = Sync(store, address, lambda _: None)
    assert sync.push_once().status.pending == 0
    sync.close()


def heard(make: Maker, milliseconds: int) -> BehaviorRecord:
    return make.played(event_type="abandon", context={"listened_ms": milliseconds})


def started(make: Maker, *, resumed: bool) -> Record:
    return make.chosen(event_type="story_start", event_data={"resumed": resumed})


def test_every_change_has_a_stamp_newer_than_the_one_before(shelf: Store, make: Maker) -> None:
    shelf.append([make.session(), make.progress("intro"), make.like("love")]).result()
    shelf.append([make.progress("pot"), make.bookmark(make.mark()), make.choices()]).result()

    entries = "SELECT payload FROM outbox WHERE payload ->> 'hlc' IS NOT NULL ORDER BY id"
    sent = [json.loads(text) for (text,) in rows(shelf, entries)]

    stamps = [row["hlc"] for row in sent]
    assert len(sent) == 6
    assert stamps == sorted(set(stamps))
    assert {row["hlc_device"] for row in sent} == {shelf.device_id()}
    (kept,) = rows(shelf, "SELECT hlc, hlc_device FROM user_progress")
    assert kept in [(row["hlc"], row["hlc_device"]) for row in sent]


def test_the_clock_goes_on_behind_what_was_pulled(shelf: Store, make: Maker) -> None:
    theirs = 2**60

    def pull(tx: Any) -> None:
        stamps = Stamps(tx)
        stamps.seen(theirs)
        stamps.keep()

    shelf.write_later(pull).result()
    shelf.append([make.progress()]).result()

    assert rows(shelf, "SELECT hlc FROM user_progress") == [(theirs + 1,)]


def test_of_preferences_each_field_has_its_own_stamp(shelf: Store, make: Maker) -> None:
    shelf.append([make.choices()]).result()
    before = shelf.read(lambda tx: tx.execute(select(UserPreferences.__table__)).mappings().one())
    shelf.append([replace(make.choices(), playback_speed=1.5)]).result()
    after = shelf.read(lambda tx: tx.execute(select(UserPreferences.__table__)).mappings().one())

    changed = [
        name
        for name, stamp in after["field_stamps"].items()
        if stamp != before["field_stamps"][name]
    ]
    assert changed == ["playback_speed"]
    assert after["field_stamps"]["playback_speed"] == [after["hlc"], shelf.device_id()]


def test_a_new_machine_undoes_nothing_that_was_chosen_elsewhere(shelf: Store, make: Maker) -> None:
    shelf.append([replace(make.choices(), playback_speed=1.0)]).result()

    row = shelf.read(lambda tx: tx.execute(select(UserPreferences.__table__)).mappings().one())

    untouched = {name for name, stamp in row["field_stamps"].items() if stamp == [*UNTOUCHED]}
    assert untouched == {"playback_speed", "auto_play", "preferred_genres"}


def test_stamps_of_a_clock_far_ahead_are_taken_back_and_sent_once_more(
    shelf: Store, make: Maker
) -> None:
    shelf.append([make.session()]).result()
    server_ms = 1000 * YEAR_MS  # later than any machine that this runs on
    future = (server_ms + YEAR_MS) << COUNT_BITS
    shelf.write_later(lambda tx: set_value(tx, CLOCK, str(future))).result()
    shelf.append([make.progress(), make.choices()]).result()
    top = ceiling(server_ms)

    lowered = shelf.write_later(lambda tx: believe(tx, server_ms, local_ms=server_ms)).result()
    shelf.append([make.progress("end")]).result()

    assert lowered == 2
    assert rows(shelf, "SELECT hlc FROM user_progress") == [(top + 1,)]
    waiting = rows(shelf, "SELECT max(payload ->> 'hlc') FROM outbox")
    assert waiting == [(top + 1,)]
    ((stamps,),) = rows(shelf, "SELECT field_stamps FROM user_preferences")
    assert max(stamp for stamp, _ in json.loads(stamps).values()) == top


def test_a_clock_that_is_wrong_is_set_right_by_the_servers(shelf: Store, make: Maker) -> None:
    shelf.write_later(lambda tx: believe(tx, 1000 * YEAR_MS, local_ms=1001 * YEAR_MS)).result()

    def tick(tx: Any) -> int:
        return Stamps(tx, lambda: 1001 * YEAR_MS + 5).next()[0]

    assert shelf.write_later(tick).result() == (1000 * YEAR_MS + 5) << COUNT_BITS


def test_postgresql_believes_no_clock_that_is_far_ahead(
    shelf: Store, make: Maker, remote: psycopg.Connection[Any], postgres_url: str
) -> None:
    sync = Sync(shelf, postgres_url, lambda _: None)
    sync.push_once()  # the clock is set right when the connection is opened, not while it lasts
    shelf.write_later(lambda tx: set_value(tx, CLOCK, str(2**62))).result()
    shelf.append([make.progress(), make.choices()]).result()

    assert sync.push_once().status.pending == 0

    sync.close()
    row = remote.execute(
        "SELECT p.hlc, c.hlc, c.field_stamps, extract(epoch FROM now()) * 1000 "
        "FROM user_progress p, user_preferences c"
    ).fetchone()
    assert row
    progress, choices, fields, now_ms = row
    highest = max(progress, choices, *(stamp for stamp, _ in fields.values()))
    assert highest <= ceiling(int(now_ms))


def test_plays_and_time_are_counted_from_events_on_both_sides(
    shelf: Store, make: Maker, remote: psycopg.Connection[Any], postgres_url: str
) -> None:
    played = [
        started(make, resumed=False),
        started(make, resumed=True),
        started(make, resumed=False),
        started(make, resumed=False),
    ]
    listened = [heard(make, 20_400), heard(make, 700), make.played()]
    shelf.append([make.session(), make.progress(), *played, *listened]).result()
    shelf.write_later(lambda tx: recount(tx, make.user_id, [make.id("crow")])).result()
    push(shelf, postgres_url)

    counted = "SELECT play_count, total_time_sec FROM user_progress"
    assert rows(shelf, counted) == [(3, 21)]
    assert remote.execute(counted).fetchall() == [(3, 21)]


def test_what_was_counted_before_events_told_of_time_stays(shelf: Store, make: Maker) -> None:
    shelf.append([make.progress(play_count=9, total_time_sec=400)]).result()
    shelf.append([make.session(), started(make, resumed=False), heard(make, 5000)]).result()

    shelf.write_later(lambda tx: recount(tx, make.user_id, [make.id("crow")])).result()

    assert shelf.read(
        lambda tx: tx.execute(select(UserProgress.play_count, UserProgress.total_time_sec)).one()
    ) == (9, 400)


def test_two_machines_count_to_the_same_whatever_they_told(
    shelf: Store, make: Maker, remote: psycopg.Connection[Any], postgres_url: str
) -> None:
    shelf.append([make.session(), make.progress(play_count=1)]).result()
    shelf.append([started(make, resumed=False)]).result()
    push(shelf, postgres_url)
    remote.execute(
        "INSERT INTO analytics_events (id, user_id, story_id, event_type, event_data) "
        "VALUES (%s, %s, %s, 'story_start', '{\"resumed\": false}')",
        [new_id(), make.user_id, make.id("crow")],
    )

    shelf.append([started(make, resumed=False), make.progress(play_count=2)]).result()
    push(shelf, postgres_url)

    assert remote.execute("SELECT play_count FROM user_progress").fetchall() == [(3,)]
