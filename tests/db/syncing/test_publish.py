"""The library is published in PostgreSQL, as often as one likes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from db.errors import RemoteSchemaError
from db.store import Store
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync

if TYPE_CHECKING:
    from tests.db.making import Maker


@pytest.fixture
def shelf(store: Store, make: Maker) -> Store:
    store.import_story(make.story())
    store.import_episode(make.episode())
    return store


def ask(address: str, query: str) -> list[Any]:
    with psycopg.connect(address) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def test_all_of_the_library_is_published_and_again_changes_nothing(
    shelf: Store, empty_postgres_url: str
) -> None:
    created = publish_catalogue(empty_postgres_url, shelf)
    again = publish_catalogue(empty_postgres_url, shelf)

    assert created == [("crow", "created"), ("mercato", "created")]
    assert again == [("crow", "unchanged"), ("mercato", "unchanged")]


def test_every_row_arrives_with_its_id(shelf: Store, make: Maker, postgres_url: str) -> None:
    publish_catalogue(postgres_url, shelf, ["crow"])

    nodes = "SELECT id, text_content, metadata FROM story_nodes ORDER BY display_order"
    story = make.story()
    assert ask(postgres_url, nodes) == [(n.id, n.text_content, n.meta) for n in story.nodes]
    clips = "SELECT id, code_mix_ratio::float, duration_sec::float, timings FROM audio_files"
    assert sorted(ask(postgres_url, clips)) == sorted(
        (clip.id, 0.3, 8.12, clip.timings) for clip in story.audio_files
    )
    assert ask(postgres_url, "SELECT count(*) FROM story_choices") == [(3,)]
    assert ask(postgres_url, "SELECT id, story_id FROM content") == [("crow:hi", story.id)]
    assert ask(postgres_url, "SELECT is_active, audio_format FROM stories, content") == [
        (True, "mp3")
    ]


def test_a_changed_story_is_brought_up_to_date_and_keeps_what_was_heard(
    shelf: Store, make: Maker, postgres_url: str
) -> None:
    publish_catalogue(postgres_url, shelf)
    shelf.append([make.session(), make.played()]).result()
    sync = Sync(shelf, postgres_url, lambda _: None)
    sync.push_once()
    sync.close()
    changed = make.story(
        content_hash="two",
        nodes=(make.node("crow", "intro", 0),),
        choices=(),
        audio_files=(),
        contents=(make.edition("crow", "ta"),),
    )
    shelf.import_story(changed)

    assert publish_catalogue(postgres_url, shelf, ["crow"]) == [("crow", "updated")]

    assert ask(postgres_url, "SELECT id FROM story_nodes") == [(make.id("crow", "intro"),)]
    assert ask(postgres_url, "SELECT node_id FROM behavioral_events") == [(None,)]
    contents = "SELECT id FROM content WHERE story_id IS NOT NULL ORDER BY 1"
    assert ask(postgres_url, contents) == [("crow:hi",), ("crow:ta",)]


def test_a_slug_of_another_story_is_left_alone(
    shelf: Store, make: Maker, postgres_url: str
) -> None:
    by_hand = "INSERT INTO stories (slug, age_range, region) VALUES ('crow', '4-8', 'here')"
    ask(postgres_url, by_hand)

    assert publish_catalogue(postgres_url, shelf, ["crow"]) == [("crow", "taken")]
    assert ask(postgres_url, "SELECT region FROM stories") == [("here",)]


def test_a_story_that_is_not_here_is_missing(shelf: Store, postgres_url: str) -> None:
    assert publish_catalogue(postgres_url, shelf, ["wolf"]) == [("wolf", "missing")]


def test_a_later_schema_is_left_alone(shelf: Store, postgres_url: str) -> None:
    ask(postgres_url, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(RemoteSchemaError, match="9999"):
        publish_catalogue(postgres_url, shelf)
