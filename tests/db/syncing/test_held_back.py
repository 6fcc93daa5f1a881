"""What cannot go yet waits, or is set aside with the reason, and holds nothing else up."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from db.store import Store
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync, SyncState, SyncStatus

if TYPE_CHECKING:
    from tests.db.making import Maker

Select = Callable[..., list[Any]]


def test_a_bad_row_is_set_aside_with_the_reason_and_stops_nobody(
    shelf: Store, sync: Sync, make: Maker, remote: Select
) -> None:
    bad = make.chosen(session_id="x" * 101)
    good = [make.chosen() for _ in range(30)]
    shelf.append([*good[:17], bad, *good[17:]]).result()

    status = sync.push_once().status

    assert (status.pending, status.rejected) == (0, 1)
    assert remote("SELECT count(*) FROM analytics_events") == [(30,)]
    with closing(sqlite3.connect(shelf.path)) as connection:
        query = "SELECT table_name, sqlstate, reason FROM sync_rejected"
        ((table, state, reason),) = connection.execute(query)
    assert (table, state) == ("analytics_events", "22001")
    assert "too long" in reason


def test_what_belongs_to_an_unpublished_story_waits_without_holding_up_the_rest(
    shelf: Store, sync: Sync, make: Maker, remote: Select
) -> None:
    shelf.import_story(make.story("fox"))
    of_fox = make.chosen(story="fox", node_id=make.id("fox", "pot"))
    heard = make.played("fox:hi")
    shelf.append([make.session(), of_fox, heard, make.chosen()]).result()

    status = sync.push_once().status

    assert (status.state, status.pending, status.held) == (SyncState.WAITING, 2, 2)
    assert status.message is not None
    assert re.search(r"2 entries wait: story fox is .*kahani import --remote", status.message)
    assert remote("SELECT count(*) FROM analytics_events") == [(1,)]


def test_it_goes_as_soon_as_the_story_is_published(
    shelf: Store, sync: Sync, make: Maker, remote: Select, postgres_url: str
) -> None:
    shelf.import_story(make.story("fox"))
    shelf.append([make.chosen(story="fox", node_id=make.id("fox", "pot"))]).result()
    assert sync.push_once().status.state is SyncState.WAITING

    assert publish_catalogue(postgres_url, shelf, ["fox"]) == [("fox", "created")]
    sync.close()

    assert sync.push_once().status == SyncStatus(
        state=SyncState.IDLE, server=sync.status.server, pending=0
    )
    assert remote("SELECT node_id FROM analytics_events") == [(make.id("fox", "pot"),)]


def test_a_story_that_came_with_the_program_is_published_by_itself(
    shelf: Store, sync: Sync, make: Maker, remote: Select
) -> None:
    shelf.set_meta("bundled_slugs", json.dumps(["fox", "mercato"])).result()
    shelf.import_story(make.story("fox"))
    shelf.import_episode(make.episode())
    shelf.append([make.session(), make.chosen(story="fox"), make.played("mercato")]).result()

    assert sync.push_once().status.state is SyncState.IDLE

    assert remote("SELECT slug FROM stories ORDER BY 1") == [("crow",), ("fox",)]
    assert remote("SELECT content_id FROM behavioral_events") == [("mercato",)]


def test_a_slug_that_is_another_storys_there_is_said_so(
    shelf: Store, sync: Sync, make: Maker, remote: Select
) -> None:
    shelf.set_meta("bundled_slugs", json.dumps(["fox"])).result()
    remote("INSERT INTO stories (slug, age_range, region) VALUES ('fox', '4-8', 'here')")
    shelf.import_story(make.story("fox"))
    shelf.append([make.chosen(story="fox")]).result()

    message = sync.push_once().status.message

    assert message is not None
    assert "the slug of fox is another story's" in message


def test_an_event_in_a_node_that_is_not_there_any_more_goes_without_it(
    shelf: Store, sync: Sync, make: Maker, remote: Select
) -> None:
    shelf.append([make.session(), make.chosen(), make.played(), make.progress("pot")]).result()
    remote("DELETE FROM story_nodes WHERE id = %s", make.id("crow", "pot"))

    assert sync.push_once().status.state is SyncState.IDLE

    assert remote("SELECT node_id, event_data FROM analytics_events") == [(None, {"choice": "A"})]
    assert remote("SELECT node_id FROM behavioral_events") == [(None,)]
    assert remote("SELECT current_node_id FROM user_progress") == [(None,)]
