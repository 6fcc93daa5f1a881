"""Fault 7: a clock that is a year off, or set back while somebody listens, changes no order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import psycopg
import pytest

from db import rows, stamping
from db.syncing import clamping
from db.types import from_text, to_text

if TYPE_CHECKING:
    from db.store import Store
    from tests.db.machines import Machines
    from tests.db.making import Maker

YEAR = timedelta(days=365)


class WallClock:
    """The time as this machine has it: the right one, and how far off it is."""

    def __init__(self) -> None:
        self.off = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off

    def milliseconds(self) -> int:
        return int(self.now().timestamp() * 1000)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    made = WallClock()
    monkeypatch.setattr(rows, "now", made.now)
    for module in (stamping, clamping):
        monkeypatch.setattr(module, "milliseconds", made.milliseconds)
    return made


def test_the_later_like_counts_though_the_clock_was_set_back(
    store: Store, make: Maker, clock: WallClock
) -> None:
    store.import_story(make.story())
    store.append([make.session()]).result()
    clock.off = YEAR
    store.append([make.like("love")]).result()
    clock.off = -YEAR
    make.session_id = "another"
    store.append([make.session(), make.like(None)]).result()

    assert store.reaction(["crow:hi"]) is None
    assert store.listened()["crow"].reaction is None


def test_the_belief_is_that_of_the_later_session(
    store: Store, make: Maker, clock: WallClock
) -> None:
    store.import_story(make.story())
    clock.off = YEAR
    early = replace(make.belief(), last_updated=clock.now())
    store.append([make.session(), early]).result()
    clock.off = timedelta()
    make.session_id = "another"
    late = replace(make.belief(), last_updated=clock.now())
    store.append([make.session(), late]).result()

    found = store.learner()
    assert found
    assert found.session_id == "another"


@pytest.mark.parametrize(
    "off",
    [
        pytest.param(YEAR, id="a year ahead"),
        pytest.param(-YEAR, id="a year behind", marks=pytest.mark.slow),
    ],
)
def test_who_listens_later_wins_on_all_machines_whatever_their_clocks_say(
    new_machine: Machines, clock: WallClock, off: timedelta
) -> None:
    home, desk = new_machine("home"), new_machine("desk")
    clock.off = off
    home.store.append([home.make.session(), home.make.progress("pot")]).result()
    home.exchange()
    clock.off = timedelta()
    desk.exchange()
    desk.store.append([desk.make.session(), desk.make.progress("end")]).result()
    desk.exchange()
    home.exchange()

    end = home.make.id("crow", "end")
    assert [machine.table("user_progress")[0]["current_node_id"] for machine in (home, desk)] == [
        end,
        end,
    ]


def test_what_a_clock_claims_of_the_future_is_not_believed_for_long(
    new_machine: Machines, clock: WallClock
) -> None:
    home = new_machine("home")
    clock.off = YEAR
    ahead = replace(home.make.belief(), last_updated=clock.now(), data_points=1)
    session = replace(home.make.session(), last_activity_at=clock.now())
    home.store.append([session, ahead]).result()
    home.exchange()
    clock.off = timedelta()
    right = replace(ahead, last_updated=clock.now(), data_points=2)
    session = replace(session, last_activity_at=clock.now())
    home.store.append([session, right]).result()
    home.exchange()

    with psycopg.connect(home.address) as connection:
        state = connection.execute("SELECT data_points FROM learner_model_state").fetchall()
        seen = connection.execute(
            "SELECT last_active <= now() FROM users WHERE id = %s", [home.make.user_id]
        ).fetchall()
    assert state == [(2,)]
    assert seen == [(True,)]


def test_events_of_a_far_future_are_kept_once_and_in_their_order(
    new_machine: Machines, clock: WallClock
) -> None:
    home = new_machine("home")
    home.store.append([home.make.session()]).result()
    told: list[str] = []
    for off in (timedelta(), YEAR, 30 * YEAR, -YEAR, timedelta()):
        clock.off = off
        heard = replace(home.make.played(), timestamp=clock.now(), sequence=len(told))
        chosen = replace(home.make.chosen(), created_at=clock.now())
        told.append(heard.id)
        home.store.append([heard, chosen]).result()
    home.exchange()
    home.exchange()

    with psycopg.connect(home.address) as connection:
        there = connection.execute("SELECT id FROM behavioral_events ORDER BY sequence").fetchall()
        events = connection.execute("SELECT count(*) FROM analytics_events").fetchone()
    assert [name for (name,) in there] == told
    assert events == (5,)
    assert home.pending == 0


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    zone = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=0)
    second = first.replace(fold=1)
    assert to_text(first) < to_text(second)
    assert from_text(to_text(second)) - from_text(to_text(first)) == timedelta(hours=1)
