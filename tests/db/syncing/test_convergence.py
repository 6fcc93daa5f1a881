"""Three machines of one listener, cut off at random, end up with the same as PostgreSQL."""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select

from db.models import Row
from db.records import MarkRecord, PreferencesRecord, Record
from db.remote import Remote
from db.syncing.publish import publish_catalogue
from tests.db.machines import Machine, log_in

HOUR_MS = 3_600_000
HOUR_NS = HOUR_MS * 1_000_000
TABLES = (
    "sessions",
    "user_preferences",
    "learner_model_state",
    "user_progress",
    "bookmarks",
    "analytics_events",
    "behavioral_events",
    "like_engagement",
)
KEYS = ("intro", "pot", "end")
LEVELS = ("beginner", "intermediate", "advanced")
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name = 'kahani'"
)


class Clocks:
    """The clocks of the machines: each store's writer reads one of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead: dict[str, int] = {}
        self._real = time.time_ns
        monkeypatch.setattr(time, "time_ns", self._now)

    def set(self, machine: Machine, ahead_ns: int) -> None:
        self._ahead[machine.store._writer._thread.name] = ahead_ns

    def _now(self) -> int:
        return self._real() + self._ahead.get(threading.current_thread().name, 0)


class Sitter:
    """Somebody who listens on one machine, and remembers what they did there."""

    def __init__(self, machine: Machine, hours_ahead: int, clocks: Clocks) -> None:
        self.machine = machine
        self.hours = hours_ahead
        self.clocks = clocks
        self.events: set[str] = set()
        self.marks: dict[str, bool] = {}
        self.sit_down()

    def sit_down(self) -> None:
        writer = self.machine.store._writer._thread
        writer.name = f"writer {self.machine.store.path.name}"
        self.clocks.set(self.machine, self.hours * HOUR_NS)
        self.machine.sit_down()
        self.machine.make.tick(3600 * self.hours)
        self.sequence = 0

    def restart(self) -> None:
        """Leave the program and start it again."""
        path, address = self.machine.store.path, self.machine.address
        self.machine.close()
        self.machine = Machine(path, address)
        self.sit_down()

    def write(self, *records: Record) -> None:
        self.machine.store.append([self.machine.make.session(), *records]).result()

    def listen(self, chance: random.Random) -> None:
        make = self.machine.make
        chosen, played = make.chosen(), []
        for _ in range(3):
            self.sequence += 1
            heard = {"listened_ms": 1000}
            played.append(make.played(sequence=self.sequence, context=heard))
        key = chance.choice(KEYS)
        self.write(chosen, *played, make.belief(), make.progress(key, is_completed=key == "end"))
        self.events |= {str(chosen.id), *(one.id for one in played)}

    def leave(self) -> None:
        """Leave the story: what was heard of it is counted then."""
        left = self.machine.make.played(event_type="abandon")
        self.write(left)
        self.events.add(left.id)

    def like(self, chance: random.Random) -> None:
        self.write(self.machine.make.like(chance.choice(["like", "love", None])))

    def prefer(self, chance: random.Random) -> None:
        user = str(self.machine.make.user_id)
        now_is = self.machine.store.preferences() or PreferencesRecord(
            id=user, difficulty_preference="beginner"
        )
        changed = chance.choice(
            [
                replace(now_is, difficulty_preference=chance.choice(LEVELS)),
                replace(now_is, playback_speed=chance.choice([0.8, 0.9, 1.0, 1.2])),
                replace(now_is, auto_play=chance.choice([True, False])),
                replace(now_is, preferred_genres=(chance.choice(["folk tale", "fable"]),)),
            ]
        )
        self.write(replace(changed, id=user))

    def mark(self, chance: random.Random) -> None:
        """Make a bookmark, or take one away that stands here."""
        make, store = self.machine.make, self.machine.store
        standing = [mark for mark in store.marks("crow") if mark.removed_at is None]
        made = make.mark("here")
        if standing and chance.random() < 0.4:
            made = replace(chance.choice(standing), removed_at=make.tick())
        self.marks[str(made.id)] = made.removed_at is None
        marks = [made, *(mark for mark in store.marks("crow") if mark.id != made.id)]
        told = replace(make.bookmark(*marks), marks=tuple(whole(mark) for mark in marks))
        self.write(made, told)


def whole(mark: MarkRecord) -> dict[str, object]:
    return {
        "id": str(mark.id),
        "title": mark.title,
        "words": mark.words,
        "note": mark.note,
        "state": dict(mark.state),
        "percentage": mark.percentage,
        "made_at": mark.made_at.isoformat(),
        "removed_at": mark.removed_at.isoformat() if mark.removed_at else None,
    }


@contextmanager
def cutting(address: str, every_s: float) -> Iterator[None]:
    """Cut all lines to PostgreSQL again and again, whatever is on them."""
    is_over = threading.Event()

    def cut() -> None:
        with psycopg.connect(address, autocommit=True, application_name="cutter") as connection:
            while not is_over.wait(every_s):
                connection.execute(CUT)

    thread = threading.Thread(target=cut)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@pytest.fixture
def sitters(
    tmp_path: Path, made_once: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Sitter]]:
    clocks, made = Clocks(monkeypatch), []
    for number, name in enumerate(("laptop", "desk", "phone")):
        path = Path(shutil.copy(made_once, tmp_path / f"{name}.db"))
        machine = Machine(path, postgres_url)
        machine.store.import_story(machine.make.story())
        made.append(Sitter(machine, number, clocks))
        if number == 0:
            publish_catalogue(postgres_url, machine.store)
            machine.exchange()
            log_in(postgres_url)
    yield made
    for sitter in made:
        sitter.machine.close()


def act(sitters: list[Sitter], chance: random.Random, address: str) -> None:
    """Do one thing on one machine."""
    sitter = chance.choice(sitters)
    doing: list[Callable[[], object]] = [
        *[lambda: sitter.listen(chance)] * 8,
        lambda: sitter.like(chance),
        lambda: sitter.prefer(chance),
        lambda: sitter.mark(chance),
        sitter.machine.sync.sync_once,
        sitter.restart,
    ]
    chance.choice(doing)()
    if chance.random() < 0.05:
        with cutting(address, chance.uniform(0.002, 0.03)):
            for other in sitters:
                other.machine.sync.sync_once()


def server_table(address: str, name: str) -> list[dict[str, Any]]:
    table = Row.metadata.tables[name]
    columns = [column for column in table.columns if column.name != "changed_in"]
    with Remote(address).engine().connect() as connection:
        query = select(*columns).order_by(*table.primary_key.columns)
        return [dict(row) for row in connection.execute(query).mappings()]


def agree(sitters: list[Sitter], address: str) -> None:
    """Exchange until there is no news, and look whether all have the same, each thing once."""
    for sitter in sitters:
        sitter.machine.sync.close()  # whatever line was cut last
    for _ in range(3):
        for sitter in sitters:
            sitter.machine.exchange()
    events = set().union(*(sitter.events for sitter in sitters))
    there = {name: server_table(address, name) for name in TABLES}
    heard = [str(row["id"]) for row in there["analytics_events"] + there["behavioral_events"]]
    assert sorted(heard) == sorted(events)
    for sitter in sitters:
        assert sitter.machine.pending == 0
        for name in TABLES:
            here = sitter.machine.table(name)
            assert len(here) == len(there[name])
            for mine, theirs in zip(here, there[name], strict=True):
                assert {
                    key: (mine[key], theirs[key]) for key in theirs if mine[key] != theirs[key]
                } == {}


def test_all_machines_agree_with_postgresql(sitters: list[Sitter], postgres_url: str) -> None:
    run(sitters, postgres_url, random.Random(2), 80)


@pytest.mark.slow
def test_all_machines_agree_after_three_thousand_events(
    sitters: list[Sitter], postgres_url: str
) -> None:
    run(sitters, postgres_url, random.Random(3), 3000)


def run(sitters: list[Sitter], address: str, chance: random.Random, events: int) -> None:
    while sum(len(sitter.events) for sitter in sitters) < events:
        act(sitters, chance, address)
    heard = sum(len(sitter.events) for sitter in sitters) // 4 * 3
    for sitter in sitters:
        sitter.leave()
    progress = [
        ((row["hlc"], row["hlc_device"]), row["current_node_id"])
        for sitter in sitters
        for row in sitter.machine.table("user_progress")
    ]

    agree(sitters, address)

    ((last,), (marks,)) = (server_table(address, name) for name in ("user_progress", "bookmarks"))
    assert last["current_node_id"] == max(progress)[1]
    assert last["is_completed"]
    assert last["total_time_sec"] == heard
    removed = {name for sitter in sitters for name, stands in sitter.marks.items() if not stands}
    made = {name for sitter in sitters for name in sitter.marks}
    assert {mark["id"] for mark in marks["marks"]} == made
    assert {mark["id"] for mark in marks["marks"] if mark["removed_at"]} == removed
    for sitter in sitters:
        standing = [m for m in sitter.machine.store.marks("crow") if m.removed_at is None]
        assert {str(mark.id) for mark in standing} == made - removed
