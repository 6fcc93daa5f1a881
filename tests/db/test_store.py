"""What a listener does is written down once, with its outbox entry, and read back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from db.errors import RecordRefusedError, StoreClosedError
from db.models import (
    AnalyticsEvent,
    AudioFile,
    BehavioralEvent,
    ListeningSession,
    OutboxEntry,
    User,
)
from db.records import Record
from db.store import Store

if TYPE_CHECKING:
    from tests.db.making import Maker


@pytest.fixture
def shelf(store: Store, make: Maker) -> Store:
    """A store with the crow's story and an episode in it."""
    store.import_story(make.story())
    store.import_episode(make.episode())
    return store


def entries(store: Store) -> list[str]:
    query = select(OutboxEntry.table_name).order_by(OutboxEntry.id)
    return list(store.read(lambda tx: tx.scalars(query).all()))


def test_the_listener_and_the_device_are_made_once(
    store: Store, new_store: Callable[[str], Store]
) -> None:
    listener, device = store.listener(), store.device_id()

    again = new_store(store.path.name)

    assert again.listener() == listener
    assert again.device_id() == device
    assert entries(store) == ["users"]


def test_two_programs_that_start_at_once_make_one_listener(
    new_store: Callable[[str], Store],
) -> None:
    stores = [new_store("shared.db") for _ in range(4)]
    listeners = set()
    threads = [
        threading.Thread(target=lambda one=one: listeners.add(one.listener().id)) for one in stores
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(listeners) == 1


def test_events_may_stand_before_their_session_in_one_call(shelf: Store, make: Maker) -> None:
    shelf.append([make.played(), make.chosen(), make.session()]).result()

    assert entries(shelf) == [
        "users",
        "sessions",
        "users",
        "behavioral_events",
        "analytics_events",
    ]


def test_a_sitting_tells_when_the_listener_was_last_active(shelf: Store, make: Maker) -> None:
    sitting = make.session()
    shelf.append([sitting]).result()

    assert shelf.read(lambda tx: tx.scalar(select(User.last_active))) == sitting.last_activity_at


def test_the_same_event_twice_is_written_and_sent_once(shelf: Store, make: Maker) -> None:
    events: list[Record] = [make.played(), make.chosen()]
    shelf.append([make.session(), *events]).result()
    before = shelf.pending()

    shelf.append(events).result()

    assert shelf.pending() == before


def test_an_event_comes_back_to_the_microsecond(shelf: Store, make: Maker) -> None:
    event = make.chosen()
    shelf.append([event]).result()

    row = shelf.read(lambda tx: tx.execute(select(AnalyticsEvent.__table__)).one())

    assert (row.id, row.created_at) == (event.id, event.created_at)
    assert row.event_data == {"choice": "A"}


def test_all_of_a_call_is_written_or_nothing(shelf: Store, make: Maker) -> None:
    before = entries(shelf)
    wrong = replace(make.played(), content_id="no such thing")

    with pytest.raises(RecordRefusedError, match="FOREIGN KEY"):
        shelf.append([make.session(), make.chosen(), wrong]).result()

    assert entries(shelf) == before
    assert shelf.read(lambda tx: tx.execute(select(ListeningSession.id)).all()) == []


def test_a_refused_call_takes_no_other_call_with_it(shelf: Store, make: Maker) -> None:
    shelf.append([make.session()]).result()
    calls = [make.played(), replace(make.played(), content_id="nothing"), make.played()]

    futures = [shelf.append([call]) for call in calls]

    assert [type(future.exception()) for future in futures] == [
        type(None),
        RecordRefusedError,
        type(None),
    ]
    written = shelf.read(lambda tx: tx.scalars(select(BehavioralEvent.id)).all())
    assert sorted(written) == sorted([calls[0].id, calls[2].id])


@pytest.mark.parametrize("kind", ["jump", "PLAY", ""])
def test_an_event_of_an_unknown_kind_is_refused(shelf: Store, make: Maker, kind: str) -> None:
    with pytest.raises(RecordRefusedError, match="event_type"):
        shelf.append([make.session(), make.played(event_type=kind)]).result()


def test_a_time_without_its_zone_is_refused_with_a_sentence(shelf: Store, make: Maker) -> None:
    naive = datetime(2026, 2, 7)  # noqa: DTZ001 - the point

    with pytest.raises(RecordRefusedError, match="without its zone"):
        shelf.append([make.chosen(created_at=naive)]).result()


def test_the_last_reaction_counts_over_all_sessions(shelf: Store, make: Maker) -> None:
    assert shelf.reaction(["crow:hi"]) is None
    shelf.append([make.session(), make.like("love")]).result()
    assert shelf.reaction(["crow:hi", "crow:ta"]) == "love"

    make.session_id = "another sitting"
    shelf.append([make.session(), make.like(None)]).result()

    assert shelf.reaction(["crow:hi"]) is None
    assert shelf.reaction([]) is None


def test_taking_a_like_back_keeps_when_it_was_given(shelf: Store, make: Maker) -> None:
    given = make.like("like")
    shelf.append([make.session(), given]).result()
    shelf.append([make.like(None)]).result()

    last = select(OutboxEntry.payload).order_by(OutboxEntry.id.desc()).limit(1)
    payload = shelf.read(lambda tx: tx.scalar(last))

    assert payload is not None
    assert given.liked_at is not None
    assert f'"liked_at":"{given.liked_at:%Y-%m-%dT%H:%M:%S.%fZ}"' in payload
    assert '"liked":false' in payload


def test_the_latest_belief_and_preferences_are_read_back(shelf: Store, make: Maker) -> None:
    assert shelf.learner() is None
    assert shelf.preferences() is None
    belief, choices = make.belief(0.6), make.choices()
    shelf.append([make.session(), make.belief(0.5), choices]).result()
    make.session_id = "another sitting"
    belief = make.belief(0.61)
    shelf.append([make.session(), belief]).result()

    assert shelf.learner() == belief
    assert shelf.preferences() == choices


def test_bookmarks_are_read_back_the_newest_first(shelf: Store, make: Maker) -> None:
    first, second = make.mark("the pot"), make.mark("the end")
    shelf.append([first, second]).result()

    assert shelf.marks() == shelf.marks("crow") == (second, first)
    assert shelf.marks("fox") == ()


def test_a_bookmark_that_is_changed_stays_one(shelf: Store, make: Maker) -> None:
    mark = make.mark("the pot")
    changed = replace(mark, note="the deep pot", removed_at=make.tick())
    shelf.append([mark]).result()
    shelf.append([changed]).result()

    assert shelf.marks() == (changed,)


def test_marks_stay_on_this_machine_and_the_bookmark_is_sent(shelf: Store, make: Maker) -> None:
    mark = make.mark("the pot")
    shelf.append([mark, make.bookmark(mark)]).result()

    assert entries(shelf) == ["users", "bookmarks"]


def test_it_is_counted_how_often_a_clip_was_wanted(shelf: Store, make: Maker) -> None:
    clip = make.clip("crow", "intro")
    moment = make.tick()
    shelf.count_accesses({clip.id: (2, moment)})
    shelf.count_accesses({clip.id: (1, moment)})
    shelf.write_later(lambda _: None).result()

    counted = select(AudioFile.access_count, AudioFile.accessed_at).where(AudioFile.id == clip.id)
    assert shelf.read(lambda tx: tx.execute(counted).one()) == (3, moment)


def test_small_values_are_kept(store: Store) -> None:
    store.set_meta("bundled_slugs", '["crow"]').result()
    store.set_meta("bundled_slugs", '["fox"]').result()

    assert store.get_meta("bundled_slugs") == '["fox"]'
    assert store.get_meta("nothing") is None


def test_what_waits_is_written_before_the_store_closes(
    shelf: Store, new_store: Callable[[str], Store], make: Maker
) -> None:
    shelf.append([make.session()]).result()
    before = shelf.pending()
    futures = [shelf.append([make.played()]) for _ in range(200)]

    assert shelf.close(timeout=60)

    assert all(future.exception(timeout=0) is None for future in futures)
    assert new_store(shelf.path.name).pending() == before + 200


def test_after_closing_nothing_is_written_and_it_says_so(
    new_store: Callable[[str], Store], make: Maker
) -> None:
    closed = new_store("closed.db")
    closed.close()

    with pytest.raises(StoreClosedError):
        closed.append([make.session()]).result()
