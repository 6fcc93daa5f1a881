"""A listener goes on where they were on the other machine, and loses no place of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from db import pull_state
from db.asking.retracing import state_of
from db.records import PlaceRecord
from player.recording.places import SavedPlace

if TYPE_CHECKING:
    from sqlalchemy import Connection as SqlConnection

    from tests.db.machines import Machine, Machines

MINUTES = 60.0


@pytest.fixture
def pair(new_machine: Machines) -> tuple[Machine, Machine]:
    return new_machine("laptop"), new_machine("desk")


def listen_at(machine: Machine, *keys: str, choices: tuple[str, ...] = (), ms: int = 0) -> None:
    """Come to the last of these nodes, by these choices at the pot."""
    make = machine.make
    made = [{"node_id": str(make.id("crow", "pot")), "choice": choice} for choice in choices]
    edges = dict.fromkeys(keys, "next") | {"pot": choices[-1] if choices else None}
    here = make.id("crow", keys[-1])
    trail: list[tuple[UUID, UUID | None]] = [
        (make.id("crow", key), make.id("crow", key, str(edges[key]))) for key in keys[:-1]
    ]
    is_finished = keys[-1] == "end"
    endings = {here} if is_finished else set()
    progress = make.progress(
        keys[-1],
        choices_made=tuple(made),
        completion_percentage=100.0 if is_finished else 50.0,
        is_completed=is_finished,
    )
    place = PlaceRecord(
        slug="crow",
        state={
            "story": state_of(
                "crow", "one", [*trail, (here, None)], endings, is_finished=is_finished
            ),
            "position_ms": ms,
            "language": "hi",
            "mix": 0.3,
        },
        percentage=50.0,
        is_completed=False,
        updated_at=progress.last_played_at,
    )
    machine.store.append([make.session(), progress, place]).result()


def place_of(machine: Machine) -> SavedPlace:
    kept = machine.store.place("crow")
    assert kept is not None
    return SavedPlace.from_json(kept.state)


def node_of(machine: Machine) -> UUID:
    return place_of(machine).state.node_id


def test_a_machine_that_never_heard_the_story_takes_the_place(
    pair: tuple[Machine, Machine],
) -> None:
    laptop, desk = pair
    heard: dict[str, Any] = {"language": "hi", "mix": 0.3}
    listen_at(laptop, "intro", "pot", ms=4000)
    laptop.store.append([laptop.make.chosen(event_type="audio_play", event_data=heard)]).result()
    laptop.exchange()

    desk.exchange()

    place = place_of(desk)
    crow = desk.make.id
    assert [(visit.node_id, visit.choice_id) for visit in place.state.trail] == [
        (crow("crow", "intro"), crow("crow", "intro", "next")),
        (crow("crow", "pot"), None),
    ]
    assert (place.position_ms, place.language, place.mix) == (0, "hi", 0.3)
    assert desk.store.offer("crow") is None


def test_the_way_is_told_by_the_choices(pair: tuple[Machine, Machine]) -> None:
    laptop, desk = pair
    listen_at(laptop, "intro", "pot", "intro", "pot", "end", choices=("B", "A"))
    laptop.exchange()

    desk.exchange()

    keys = ("intro", "pot", "intro", "pot", "end")
    state = place_of(desk).state
    assert [visit.node_id for visit in state.trail] == [desk.make.id("crow", key) for key in keys]
    assert state.is_finished
    assert state.endings == {desk.make.id("crow", "end")}


def test_who_goes_on_elsewhere_is_followed_without_a_question(
    pair: tuple[Machine, Machine],
) -> None:
    laptop, desk = pair
    listen_at(laptop, "intro", ms=900)
    laptop.exchange()
    desk.exchange()
    desk.make.tick(30 * MINUTES)
    listen_at(desk, "intro", "pot")
    desk.exchange()

    laptop.exchange()

    assert node_of(laptop) == laptop.make.id("crow", "pot")
    assert laptop.store.offer("crow") is None


def test_a_place_to_the_line_stays_when_it_is_the_same_node(pair: tuple[Machine, Machine]) -> None:
    laptop, desk = pair
    listen_at(laptop, "intro", "pot", ms=4200)
    laptop.exchange()
    desk.exchange()
    desk.make.tick(30 * MINUTES)
    listen_at(desk, "intro", "pot", ms=100)
    desk.exchange()

    laptop.exchange()

    assert place_of(laptop).position_ms == 4200


def test_of_two_ways_apart_the_one_that_lost_is_offered(pair: tuple[Machine, Machine]) -> None:
    laptop, desk = pair
    listen_at(laptop, "intro", "pot", ms=4200)
    desk.make.tick(30 * MINUTES)
    listen_at(desk, "intro")
    desk.exchange()
    laptop.exchange()  # the desk listened later: its place wins on both

    offer = laptop.store.offer("crow")
    assert node_of(laptop) == laptop.make.id("crow", "intro")
    assert offer is not None
    assert offer.is_here
    lost = SavedPlace.from_json(offer.place.state)
    assert (lost.state.node_id, lost.position_ms) == (laptop.make.id("crow", "pot"), 4200)
    assert desk.store.offer("crow") is None

    laptop.store.drop_offer("crow").result()
    assert laptop.store.offer("crow") is None


def test_the_other_machines_place_is_offered_where_this_ones_stays(
    pair: tuple[Machine, Machine],
) -> None:
    laptop, desk = pair
    listen_at(laptop, "intro", "pot")
    laptop.exchange()
    desk.make.tick(30 * MINUTES)
    listen_at(desk, "intro")  # written while the rows of the laptop are on their way
    pulled = desk.sync._pull.run(desk.sync._delivery.open(), lambda: False)

    offer = desk.store.offer("crow")
    assert pulled.is_whole
    assert node_of(desk) == desk.make.id("crow", "intro")
    assert offer is not None
    assert (offer.is_here, offer.device) == (False, "a laptop")
    state = SavedPlace.from_json(offer.place.state).state
    assert state.node_id == desk.make.id("crow", "pot")


def test_a_place_that_was_passed_since_is_no_longer_offered(pair: tuple[Machine, Machine]) -> None:
    laptop, desk = pair
    listen_at(laptop, "intro", "pot")
    desk.make.tick(30 * MINUTES)
    listen_at(desk, "intro")
    desk.exchange()
    laptop.exchange()
    assert laptop.store.offer("crow") is not None

    listen_at(laptop, "intro", "pot", "end", choices=("A",))

    assert laptop.store.offer("crow") is None


def test_a_place_that_was_lost_comes_back(pair: tuple[Machine, Machine]) -> None:
    laptop, _ = pair
    listen_at(laptop, "intro", "pot")
    laptop.exchange()

    def lose(tx: SqlConnection) -> None:
        tx.exec_driver_sql("DELETE FROM places")
        pull_state.begin_anew(tx)

    laptop.store.write_later(lose).result()

    laptop.exchange()

    assert node_of(laptop) == laptop.make.id("crow", "pot")


def test_places_of_one_sitting_are_no_question(pair: tuple[Machine, Machine]) -> None:
    laptop, desk = pair
    listen_at(laptop, "intro", "pot")
    desk.make.tick(timedelta(minutes=1).total_seconds())
    listen_at(desk, "intro")
    desk.exchange()

    laptop.exchange()

    assert laptop.store.offer("crow") is None
