"""Two machines of an invited listener have the same; another listener's rows come to neither."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from db.rights.invite import invite
from db.rights.roles import make_roles
from db.syncing.publish import publish_catalogue
from player.library.border import StoryBorder
from tests.db.machines import Machine

if TYPE_CHECKING:
    from db.store import Store
    from tests.db.making import Maker

Invite = Callable[[str], str]


@pytest.fixture
def invited(postgres_url: str, store: Store, make: Maker) -> Iterator[Invite]:
    """Invite listeners by name to a database with a story; returns their addresses."""
    make_roles(postgres_url)
    store.import_story(make.story())
    publish_catalogue(postgres_url, store)
    names = []

    def invite_one(name: str) -> str:
        names.append(f"{name}_{os.getpid()}")
        return invite(postgres_url, names[-1]).address

    yield invite_one
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture
def machine(tmp_path: Path, made_once: Path) -> Iterator[Callable[[str, str], Machine]]:
    made: list[Machine] = []

    def make_machine(name: str, address: str) -> Machine:
        path = tmp_path / f"{name}.db"
        if not path.exists():
            shutil.copy(made_once, path)
        made.append(Machine(path, address, StoryBorder()))
        return made[-1]

    yield make_machine
    for one in made:
        one.close()


def test_each_listener_has_their_own(
    invited: Invite, machine: Callable[[str, str], Machine]
) -> None:
    asha, ravi = invited("asha"), invited("ravi")
    laptop, phone = machine("laptop", asha), machine("phone", asha)
    other = machine("other", ravi)
    for one in (laptop, other):
        one.exchange()
        one.store.import_story(one.make.story())
        one.sit_down()
        make = one.make
        one.store.append(
            [
                make.session(),
                make.chosen(),
                make.played(),
                make.like("love"),
                make.belief(),
                make.choices(),
                make.progress(),
                make.bookmark(make.mark()),
            ]
        ).result()
        one.exchange()

    phone.exchange()  # it has nothing yet: the story comes with the rows

    for table in ("analytics_events", "behavioral_events", "like_engagement", "user_progress"):
        assert len(phone.table(table)) == 1
        assert phone.table(table) == laptop.table(table)
    assert phone.store.story("crow") == laptop.store.story("crow")
    assert phone.store.listener().id == laptop.store.listener().id != other.store.listener().id
    assert phone.store.place("crow") is not None


def test_who_was_here_before_the_invitation_takes_along_how_things_stand(
    invited: Invite, machine: Callable[[str, str], Machine], postgres_url: str
) -> None:
    asha = invited("asha")
    laptop, phone = machine("laptop", asha), machine("phone", postgres_url)
    laptop.exchange()
    laptop.store.import_story(laptop.make.story())
    laptop.sit_down()
    laptop.store.append([laptop.make.session(), laptop.make.chosen()]).result()
    laptop.exchange()
    phone.store.import_story(phone.make.story())
    mark = phone.make.mark("the pot")
    phone.store.append(
        [
            phone.make.session(),
            phone.make.progress(),
            phone.make.choices(),
            mark,
            phone.make.bookmark(mark),
        ]
    ).result()
    phone.exchange()  # as the owner, and nobody in particular
    phone.close()

    phone = machine("phone", asha)
    phone.exchange()
    laptop.exchange()

    assert phone.rows("SELECT reason FROM sync_rejected") == []
    assert phone.rows("SELECT count(*) FROM analytics_events") == [(1,)]
    for table in ("user_progress", "bookmarks", "user_preferences"):
        assert laptop.table(table) == phone.table(table) != []
    story = phone.make.id("crow")
    assert laptop.store.progress(story) == phone.store.progress(story) is not None
