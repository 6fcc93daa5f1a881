"""What a listener did on one machine is on the others: merged, once, and never lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import Connection

from db.syncing.publish import publish_catalogue
from db.syncing.pulling import Pull
from player.library.border import StoryBorder

if TYPE_CHECKING:
    from tests.db.machines import Machine, Machines

TABLES = (
    "sessions",
    "user_preferences",
    "learner_model_state",
    "user_progress",
    "analytics_events",
    "behavioral_events",
    "like_engagement",
    "bookmarks",
)


@pytest.fixture
def server(postgres_url: str) -> Iterator[Connection[Any]]:
    """PostgreSQL, asked by hand."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def listen(machine: Machine, events: int = 3) -> None:
    """Do a little of everything."""
    make = machine.make
    mark = make.mark("the pot")
    machine.store.append(
        [
            make.session(),
            *(make.chosen() for _ in range(events)),
            *(make.played(sequence=n) for n in range(events)),
            make.like("love"),
            make.belief(),
            make.choices(),
            make.progress("pot"),
            make.place(),
            mark,
            make.bookmark(mark),
        ]
    ).result()


def counts(machine: Machine) -> dict[str, int]:
    return {table: machine.rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def test_what_was_done_on_one_machine_is_on_the_other(new_machine: Machines) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    listen(laptop)
    laptop.exchange()

    desk.exchange()

    for table in TABLES:
        assert desk.table(table) == laptop.table(table) != []


def test_what_was_pulled_is_never_sent_back(new_machine: Machines) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    listen(laptop)
    laptop.exchange()

    desk.exchange()

    assert desk.pending == 0
    assert desk.exchange().sent == 0


def test_a_pull_without_news_writes_nothing(new_machine: Machines) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    listen(laptop)
    laptop.exchange()
    desk.exchange()
    before = desk.rows("SELECT value FROM local_meta WHERE key LIKE 'pulled:%'")

    assert desk.exchange().pulled == 0
    assert desk.rows("SELECT value FROM local_meta WHERE key LIKE 'pulled:%'") == before


def test_what_commits_late_is_not_missed(
    new_machine: Machines, postgres_url: str, server: Connection[Any]
) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    add = (
        "INSERT INTO analytics_events (user_id, story_id, event_type) "
        "SELECT id, %s, 'page_view' FROM users"
    )
    story = laptop.make.id("crow")
    with psycopg.connect(postgres_url) as slow:
        slow.execute(add, [story])  # an older transaction than the next one
        server.execute(add, [story])
        desk.exchange()
        assert desk.rows("SELECT count(*) FROM analytics_events") == [(1,)]
        slow.commit()

    desk.exchange()

    assert desk.rows("SELECT count(*) FROM analytics_events") == [(2,)]


def test_older_rows_undo_nothing(new_machine: Machines, server: Connection[Any]) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    listen(laptop)
    laptop.exchange()
    old = server.execute("SELECT hlc, hlc_device FROM user_progress").fetchone()
    laptop.store.append([laptop.make.progress("end", is_completed=True)]).result()
    laptop.exchange()
    desk.exchange()
    assert old is not None
    # As a replica that lags behind, or a database restored, would have it.
    server.execute(
        "UPDATE user_progress SET current_node_id = %s, hlc = %s, hlc_device = %s, "
        "is_completed = FALSE",
        [desk.make.id("crow", "intro"), *old],
    )

    assert desk.exchange().pulled == 1

    kept = desk.rows("SELECT current_node_id, is_completed FROM user_progress")
    assert kept == [(desk.make.id("crow", "end").hex, 1)]


def test_rows_wait_for_a_story_that_is_not_here(new_machine: Machines, postgres_url: str) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    fox = laptop.make.story("fox")
    laptop.store.import_story(fox)
    publish_catalogue(postgres_url, laptop.store, ["fox"])
    heard = laptop.make.played("fox:hi", node_id=None)
    of_fox = laptop.make.chosen(story="fox", node_id=laptop.make.id("fox", "pot"))
    laptop.store.append([laptop.make.session(), of_fox, heard, laptop.make.chosen()]).result()
    laptop.exchange()

    desk.exchange()
    early = desk.rows("SELECT count(*) FROM analytics_events")
    desk.store.import_story(fox)
    desk.exchange()

    assert early == [(1,)]
    assert desk.rows("SELECT count(*) FROM analytics_events") == [(2,)]
    assert desk.rows("SELECT id FROM behavioral_events") == [(heard.id,)]
    assert (
        '"waits": {}' in desk.rows("SELECT value FROM local_meta WHERE key LIKE 'pulled:%'")[0][0]
    )


def test_the_story_of_a_row_comes_with_it(new_machine: Machines, postgres_url: str) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk", border=StoryBorder())
    laptop.store.import_story(laptop.make.story("fox"))
    laptop.store.import_episode(laptop.make.episode())
    publish_catalogue(postgres_url, laptop.store)
    laptop.store.append(
        [
            laptop.make.session(),
            laptop.make.progress(story="fox"),
            laptop.make.played("mercato"),
        ]
    ).result()
    laptop.exchange()

    desk.exchange()

    assert desk.store.story("fox") == laptop.store.story("fox")
    assert desk.store.episode("mercato") == laptop.store.episode("mercato")
    assert desk.store.progress(desk.make.id("fox")) == laptop.store.progress(desk.make.id("fox"))
    assert desk.rows("SELECT content_id FROM behavioral_events") == [("mercato",)]


def test_an_event_in_a_node_that_is_not_here_comes_without_it(new_machine: Machines) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    listen(laptop)
    laptop.exchange()
    edited = desk.make.story(content_hash="two")
    kept = tuple(node for node in edited.nodes if node.meta["key"] != "pot")
    ids = {node.id for node in kept}
    desk.store.import_story(
        desk.make.story(
            content_hash="two",
            nodes=kept,
            choices=(),
            audio_files=tuple(clip for clip in edited.audio_files if clip.node_id in ids),
        )
    )

    desk.exchange()

    assert desk.rows("SELECT DISTINCT node_id FROM analytics_events") == [(None,)]
    assert desk.rows("SELECT current_node_id FROM user_progress") == [(None,)]


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: {**kept, "cursor": kept["cursor"] + 10**9},
        None,
    ],
    ids=["a server that was set back", "another server"],
)
def test_it_begins_anew(
    new_machine: Machines, change: Callable[[dict[str, Any]], dict[str, Any]] | None
) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    listen(laptop)
    laptop.exchange()
    desk.exchange()
    ((key, kept),) = desk.rows("SELECT key, value FROM local_meta WHERE key LIKE 'pulled:%'")
    desk.store.write_later(lambda tx: tx.exec_driver_sql("DELETE FROM analytics_events")).result()
    if change is None:
        drop = "UPDATE local_meta SET key = 'pulled:elsewhere' WHERE key LIKE 'pulled:%'"
        desk.store.write_later(lambda tx: tx.exec_driver_sql(drop)).result()
    else:
        desk.store.set_meta(key, json.dumps(change(json.loads(kept)))).result()

    desk.exchange()

    assert desk.rows("SELECT count(*) FROM analytics_events") == [(3,)]


def test_a_pull_that_is_stopped_goes_on_where_it_was(
    new_machine: Machines, server: Connection[Any]
) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    listen(laptop, events=250)
    laptop.exchange()
    pull, seen = Pull(desk.store), []

    while not (pulled := pull.run(server, lambda: True)).is_whole:
        seen.append(pulled.rows)

    assert max(seen) == 100
    assert sum(seen) == 250 + 250 + 6
    assert counts(desk) == counts(laptop)


@pytest.mark.slow
def test_what_happens_elsewhere_during_a_stopped_pull_is_not_lost(
    new_machine: Machines, server: Connection[Any]
) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    listen(laptop, events=150)
    laptop.exchange()
    pull = Pull(desk.store)
    while not pull.run(server, lambda: True).is_whole:
        laptop.store.append([laptop.make.session(), laptop.make.chosen()]).result()
        laptop.exchange()

    pull.run(server, lambda: False)

    assert counts(desk) == counts(laptop)


def test_the_clock_follows_what_was_pulled(new_machine: Machines) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    ahead = "INSERT OR REPLACE INTO local_meta VALUES ('clock_ahead_ms', '-300000')"
    laptop.store.write_later(lambda tx: tx.exec_driver_sql(ahead)).result()
    laptop.store.append([laptop.make.progress("pot")]).result()
    laptop.exchange()
    desk.exchange()

    desk.store.append([desk.make.progress("end")]).result()
    desk.exchange()
    laptop.exchange()

    node = "SELECT current_node_id FROM user_progress"
    assert laptop.rows(node) == desk.rows(node) == [(desk.make.id("crow", "end").hex,)]


def test_the_last_reaction_counts_whatever_the_clocks_say(new_machine: Machines) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    laptop.store.append([laptop.make.session(), laptop.make.like("love")]).result()
    ahead = "UPDATE like_engagement SET updated_at = '2199-01-01T00:00:00.000000Z'"
    laptop.store.write_later(lambda tx: tx.exec_driver_sql(ahead)).result()
    laptop.exchange()
    desk.exchange()
    desk.store.append([desk.make.session(), desk.make.like(None)]).result()
    desk.exchange()

    laptop.exchange()

    for machine in (laptop, desk):
        assert machine.store.reaction(["crow:hi"]) is None
        assert machine.store.listened()["crow"].reaction is None
