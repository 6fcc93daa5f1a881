"""Texts of every kind arrive as they were, also in a backlog that goes as one text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync, SyncState

if TYPE_CHECKING:
    from db.store import Store
    from tests.db.making import Maker

MANY = 1100
TEXTS = ("a\tb", "a\nb\r\nc", "\\N", "\\.", "back\\slash\\t", 'a "word"', "क्\u200dष", "", "'; --")


def test_texts_of_every_kind_arrive_as_they_were(
    store: Store, make: Maker, postgres_url: str
) -> None:
    store.import_story(make.story())
    publish_catalogue(postgres_url, store)
    wanted: dict[Any, tuple[Any, Any]] = {}
    records: list[Any] = [make.session()]
    for number in range(MANY):
        text = TEXTS[number % len(TEXTS)]
        data = {"choice": text, text or "empty": [text, None, 1.5, True]}
        record = make.chosen(event_data=data, user_agent=text or None)
        wanted[record.id] = (data, record.user_agent)
        records.append(record)
    heard = [make.played(context={"said": text}) for text in TEXTS]
    store.append([*records, *heard]).result()
    sync = Sync(store, postgres_url, lambda _: None)

    status = sync.push_once().status
    sync.close()

    assert (status.state, status.pending, status.rejected) == (SyncState.IDLE, 0, 0)
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("SELECT id, event_data, user_agent FROM analytics_events")
        assert {row[0]: (row[1], row[2]) for row in found} == wanted
        said = connection.execute(
            "SELECT id, context ->> 'said', playback_position, sequence FROM behavioral_events"
        )
        assert {row[0]: row[1:] for row in said} == {
            one.id: (
                (one.context or {})["said"],
                pytest.approx(one.playback_position),
                one.sequence,
            )
            for one in heard
        }
