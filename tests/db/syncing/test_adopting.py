"""Who logs in to PostgreSQL says who listens: two machines become one listener."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.syncing.publish import publish_catalogue
from tests.db.machines import Machine, Machines, log_in

Make = Callable[[str], Machine]


@pytest.fixture
def offline_machine(tmp_path: Path, made_once: Path, postgres_url: str) -> Iterator[Make]:
    """Make machines that have never been in contact."""
    made = []

    def make(name: str) -> Machine:
        path = Path(shutil.copy(made_once, tmp_path / f"{name}.db"))
        machine = Machine(path, postgres_url)
        machine.store.import_story(machine.make.story())
        made.append(machine)
        return machine

    yield make
    for machine in made:
        machine.close()


def ask(address: str, query: str) -> list[Any]:
    with psycopg.connect(address) as connection:
        return connection.execute(query).fetchall()


def listen(machine: Machine) -> None:
    make = machine.make
    machine.store.append(
        [make.session(), make.chosen(), make.choices(), make.progress(), make.bookmark(make.mark())]
    ).result()


def test_what_was_heard_before_the_first_contact_becomes_the_listeners(
    new_machine: Machines, offline_machine: Make, postgres_url: str
) -> None:
    known = new_machine("laptop").store.listener().id
    phone = offline_machine("phone")
    former = phone.store.listener().id
    listen(phone)

    phone.exchange()

    assert phone.store.listener().id == known != former
    for table in ("sessions", "user_progress", "bookmarks", "analytics_events"):
        assert ask(postgres_url, f"SELECT DISTINCT user_id FROM {table}") == [(known,)]
        assert phone.rows(f"SELECT DISTINCT user_id FROM {table}") == [(known.hex,)]
    assert ask(postgres_url, "SELECT id FROM user_preferences") == [(str(known),)]
    assert ask(postgres_url, "SELECT id FROM users") == [(known,)]
    assert phone.rows("SELECT id FROM users") == [(known.hex,)]


def test_a_sitting_that_began_before_goes_on(
    new_machine: Machines, offline_machine: Make, postgres_url: str
) -> None:
    known = new_machine("laptop").store.listener().id
    phone = offline_machine("phone")
    listen(phone)
    phone.exchange()

    listen(phone)  # its rows name who listened when the sitting began
    phone.exchange()

    assert phone.store.progress(phone.make.id("crow")) is not None
    assert ask(postgres_url, "SELECT DISTINCT user_id FROM analytics_events") == [(known,)]
    assert ask(postgres_url, "SELECT count(*) FROM analytics_events") == [(2,)]


def test_the_same_listener_adopts_nobody(new_machine: Machines) -> None:
    laptop = new_machine("laptop")

    laptop.exchange()

    assert laptop.store.get_meta("former_listeners") is None


def test_without_a_role_of_its_own_a_machine_stays_who_it_is(
    offline_machine: Make, postgres_url: str
) -> None:
    phone = offline_machine("phone")
    publish_catalogue(postgres_url, phone.store)
    listen(phone)

    phone.exchange()

    assert ask(postgres_url, "SELECT id, db_role FROM users") == [(phone.make.user_id, None)]
    log_in(postgres_url)
    phone.sync.close()
    phone.exchange()
    assert phone.store.listener().id == phone.make.user_id


def test_an_adopted_machine_says_the_same_of_the_listener(
    new_machine: Machines, offline_machine: Make, postgres_url: str
) -> None:
    laptop = new_machine("laptop")
    phone = offline_machine("phone")
    phone.exchange()
    phone.sit_down()

    listen(phone)
    phone.exchange()

    assert phone.store.listener().anonymous_id == laptop.store.listener().anonymous_id
    assert json.loads(phone.store.get_meta("former_listeners") or "") != []
    assert ask(postgres_url, "SELECT anonymous_id FROM users") == [
        (laptop.store.listener().anonymous_id,)
    ]
