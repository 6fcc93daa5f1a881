"""How far a listener has come is kept as one row each of progress, sitting and place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from db.models import ListeningSession
from db.store import Store

if TYPE_CHECKING:
    from tests.db.making import Maker


@pytest.fixture
def shelf(store: Store, make: Maker) -> Store:
    """A store with the crow's story and an episode in it."""
    store.import_story(make.story())
    store.import_episode(make.episode())
    return store


def test_progress_is_one_row_that_keeps_its_first_id(shelf: Store, make: Maker) -> None:
    first, second = make.progress("intro"), make.progress("end", is_completed=True, play_count=2)
    shelf.append([first]).result()
    shelf.append([second]).result()

    assert shelf.progress(make.id("crow")) == replace(second, id=first.id)


def test_a_story_that_was_completed_stays_completed(shelf: Store, make: Maker) -> None:
    shelf.append([make.progress("end", is_completed=True)]).result()
    shelf.append([make.progress("intro", is_completed=False)]).result()

    found = shelf.progress(make.id("crow"))

    assert found is not None
    assert found.is_completed
    assert found.current_node_id == make.id("crow", "intro")


def test_the_clock_may_step_back_and_the_place_still_moves_on(shelf: Store, make: Maker) -> None:
    shelf.append([make.progress("intro")]).result()
    make.tick(-86400)
    shelf.append([make.progress("pot")]).result()

    found = shelf.progress(make.id("crow"))

    assert found is not None
    assert found.current_node_id == make.id("crow", "pot")


def test_a_session_is_one_row_that_grows(shelf: Store, make: Maker) -> None:
    shelf.append([make.session()]).result()
    shelf.append([replace(make.session("crow:hi", "mercato"), total_listening_time=99)]).result()

    row = shelf.read(lambda tx: tx.execute(select(ListeningSession.__table__)).one())

    assert (row.content_ids, row.total_listening_time) == (["crow:hi", "mercato"], 99)
    assert (row.user_id, row.device) == (make.user_id, "a laptop")


def test_places_stay_on_this_machine(shelf: Store, make: Maker) -> None:
    before = shelf.pending()
    shelf.append([make.place()]).result()
    later = make.place(percentage=75.0)
    shelf.append([later]).result()

    assert shelf.place("crow") == later
    assert shelf.place("mercato") is None
    assert shelf.pending() == before
