"""Stories and episodes come in with ids that stay, and stand in the library with their listener."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from db.errors import SlugTakenError
from db.models import BehavioralEvent
from db.store import Store
from db.types import new_id

if TYPE_CHECKING:
    from tests.db.making import Maker


def test_a_story_is_read_back_as_it_was_imported(store: Store, make: Maker) -> None:
    assert store.import_story(make.story()) == "created"
    assert store.story("crow") == make.story()


def test_an_import_that_changes_nothing_writes_nothing(store: Store, make: Maker) -> None:
    store.import_story(make.story())

    assert store.import_story(make.story(moral="the hash says unchanged")) == "unchanged"
    assert store.story("crow") == make.story()


def test_a_changed_story_keeps_its_ids_and_drops_what_vanished(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    changed = make.story(
        content_hash="two",
        moral="Think twice",
        nodes=(make.node("crow", "intro", 0), make.node("crow", "end", 1)),
        choices=(make.choice("crow", "intro", "next", "end"),),
        audio_files=(make.clip("crow", "intro"),),
    )

    assert store.import_story(changed) == "updated"
    assert store.story("crow") == changed


def test_an_update_loses_nothing_of_the_listener(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    store.append([make.session(), make.played(), make.like("love"), make.progress("pot")]).result()
    store.import_story(
        make.story(
            content_hash="two",
            nodes=(make.node("crow", "intro", 0),),
            choices=(),
            audio_files=(),
            contents=(make.edition("crow", "ta"),),
        )
    )

    progress = store.progress(make.id("crow"))
    assert progress is not None
    assert progress.current_node_id is None
    assert store.reaction(["crow:hi"]) == "love"
    events = store.read(lambda tx: tx.execute(select(BehavioralEvent.node_id)).all())
    assert events == [(None,)]
    story = store.story("crow")
    assert story is not None
    assert [content.id for content in story.contents] == ["crow:hi", "crow:ta"]


def test_a_renamed_node_keeps_the_places_in_it(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    store.append([make.progress("pot")]).result()
    renamed = make.node("crow", "at-the-pot", 1, was="pot")
    store.import_story(
        make.story(
            content_hash="two",
            nodes=(make.node("crow", "intro", 0), renamed, make.node("crow", "end", 2)),
            choices=(),
            audio_files=(),
        )
    )

    progress = store.progress(make.id("crow"))

    assert progress is not None
    assert progress.current_node_id == renamed.id


def test_an_episode_is_imported_and_told_from_a_story(store: Store, make: Maker) -> None:
    assert store.import_episode(make.episode()) == "created"
    assert store.import_episode(make.episode()) == "unchanged"
    changed = make.episode(title="In piazza", meta={"content_hash": "two"})
    assert store.import_episode(changed) == "updated"

    assert store.episode("mercato") == changed
    assert store.story("mercato") is None
    assert store.episode("crow:hi") is None


def test_an_edition_is_no_episode(store: Store, make: Maker) -> None:
    store.import_story(make.story())

    assert store.episode("crow:hi") is None


def test_a_slug_belongs_to_one_story_or_episode(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    store.import_episode(make.episode())

    with pytest.raises(SlugTakenError, match='"crow" belongs to another story'):
        store.import_story(make.story(id=new_id()))
    with pytest.raises(SlugTakenError, match='"crow" belongs to another story'):
        store.import_episode(make.episode("crow"))
    with pytest.raises(SlugTakenError, match='"mercato" belongs to another episode'):
        store.import_story(make.story("mercato"))


def test_what_a_story_lacks_is_added_and_nothing_else_is_touched(store: Store, make: Maker) -> None:
    whole = make.story()
    store.import_story(replace(whole, nodes=whole.nodes[:1], choices=(), audio_files=()))

    store.complete_story(replace(whole, moral="must not be written"))

    assert store.story("crow") == whole


def test_the_catalogue_is_never_sent_by_the_outbox(store: Store, make: Maker) -> None:
    before = store.pending()
    store.import_story(make.story())
    store.import_episode(make.episode())

    assert store.pending() == before


def test_the_library_shows_what_the_listener_did(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    store.import_episode(make.episode())
    progress = make.progress(is_completed=True, play_count=3)
    store.append([make.session(), progress, make.like("favorite")]).result()
    place = make.place("mercato", 40.0)
    heard = make.played("mercato", event_type="complete")
    store.append([place, heard, make.like("like", "mercato")]).result()

    crow, mercato = store.catalogue()

    assert (crow.slug, crow.story_id, crow.duration_sec) == ("crow", make.id("crow"), 90)
    assert crow.titles == {"hi": "चालाक कौआ"}
    assert (crow.percentage, crow.is_completed, crow.play_count) == (33.33, True, 3)
    assert (crow.reaction, crow.is_bookmarked) == ("favorite", False)
    assert crow.last_played_at == progress.last_played_at
    assert (mercato.slug, mercato.story_id, mercato.format) == ("mercato", None, "podcast")
    assert (mercato.titles, mercato.age_range) == ({"it": "Al mercato"}, "12+")
    assert (mercato.percentage, mercato.play_count, mercato.reaction) == (40.0, 1, "like")
    assert mercato.last_played_at == place.updated_at


def test_a_new_listener_finds_an_untouched_library(store: Store, make: Maker) -> None:
    store.import_story(make.story())

    (crow,) = store.catalogue()

    assert (crow.percentage, crow.play_count, crow.reaction) == (0.0, 0, None)
    assert crow.last_played_at is None


def test_a_story_that_is_not_active_is_not_shown(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("UPDATE stories SET is_active = FALSE")
        connection.commit()

    assert store.catalogue() == ()
    assert store.story("crow") is None


def test_a_bookmark_is_shown(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute(
            "INSERT INTO bookmarks (user_id, story_id) VALUES (?, ?)",
            (make.user_id.hex, make.id("crow").hex),
        )
        connection.commit()

    (crow,) = store.catalogue()

    assert crow.is_bookmarked


@pytest.mark.slow
def test_a_library_of_thousands_opens_at_once(store: Store, make: Maker) -> None:
    for number in range(2000):
        slug = f"story-{number}"
        store.import_story(make.story(slug, nodes=(), choices=(), audio_files=(), characters=()))
    store.catalogue()

    began = time.perf_counter()
    found = store.catalogue()

    assert len(found) == 2000
    assert time.perf_counter() - began < 1.0
