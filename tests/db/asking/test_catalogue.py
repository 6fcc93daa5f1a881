"""Stories and episodes come in with ids that stay, and stand in the library with their listener."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from db.asking.catalogue import catalogue_mark, outline, words
from db.asking.offered import placements
from db.errors import SlugTakenError
from db.models import BehavioralEvent
from db.records import ListenedRecord
from db.store import Store
from db.types import new_id

if TYPE_CHECKING:
    from tests.db.making import Maker

TITLES = {"hi": "कौआ", "ta": "காகம்", "en": "The Crow"}


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


def test_the_library_shows_what_there_is(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    store.import_episode(make.episode())

    crow, mercato = store.catalogue()

    assert (crow.slug, crow.duration_sec, crow.languages) == ("crow", 90, ("hi",))
    assert (crow.title, crow.english, crow.description) == ("चालाक कौआ", "", "A bird is thirsty")
    assert (mercato.slug, mercato.format, mercato.age_range) == ("mercato", "podcast", "12+")
    assert (mercato.title, mercato.languages) == ("Al mercato", ("it",))


def test_a_title_is_in_the_language_asked_for_where_there_is_one(store: Store, make: Maker) -> None:
    told = [make.translation("crow", code, title) for code, title in TITLES.items()]
    store.import_story(make.story(translations=tuple(told)))

    for language, title, first in (("ta", "காகம்", "ta"), ("xx", "कौआ", "hi"), (None, "कौआ", "hi")):
        (crow,) = store.catalogue(language)
        assert (crow.title, crow.english) == (title, "The Crow")
        assert crow.languages[0] == first
        assert sorted(crow.languages) == sorted(TITLES)


def test_the_library_knows_what_the_listener_did(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    store.import_episode(make.episode())
    progress = make.progress(is_completed=True, play_count=3)
    store.append([make.session(), progress, make.like("favorite")]).result()
    place = make.place("mercato", 40.0)
    heard = make.played("mercato", event_type="complete")
    store.append([place, heard, make.like("like", "mercato")]).result()

    did = store.listened()

    crow, mercato = did["crow"], did["mercato"]
    assert (crow.percentage, crow.is_completed, crow.play_count) == (33.33, True, 3)
    assert (crow.reaction, crow.bookmarks) == ("favorite", 0)
    assert crow.last_played_at == progress.last_played_at
    assert (mercato.percentage, mercato.play_count, mercato.reaction) == (40.0, 1, "like")
    assert mercato.last_played_at == place.updated_at


def test_endings_found_are_counted_of_all_there_are(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    state = {"story": {"endings": [str(make.id("crow", "end"))]}}
    store.append([replace(make.place("crow", 100.0), state=state)]).result()

    crow = store.listened()["crow"]

    assert (crow.endings_found, crow.endings_total) == (1, 1)


def test_a_new_listener_has_done_nothing(store: Store, make: Maker) -> None:
    store.import_story(make.story())

    assert store.listened() == {}


def test_the_mark_changes_with_the_catalogue_and_not_with_listening(
    store: Store, make: Maker
) -> None:
    marks = [store.read(catalogue_mark)]
    store.import_story(make.story())
    marks.append(store.read(catalogue_mark))
    store.import_story(make.story(content_hash="two", moral="Think twice"))
    marks.append(store.read(catalogue_mark))
    store.import_episode(make.episode())
    marks.append(store.read(catalogue_mark))
    store.import_episode(make.episode(title="In piazza", meta={"content_hash": "two"}))
    marks.append(store.read(catalogue_mark))
    assert len(set(marks)) == len(marks)

    store.append([make.session(), make.progress(), make.place("crow", 40.0)]).result()
    assert store.read(catalogue_mark) == marks[-1]


def test_every_language_can_be_searched(store: Store, make: Maker) -> None:
    told = [make.translation("crow", code, title) for code, title in TITLES.items()]
    store.import_story(make.story(translations=tuple(told)))

    found = store.read(lambda tx: words(tx, ["crow", "nobody"]))

    assert list(found) == ["crow"]
    assert all(title in found["crow"] for title in (*TITLES.values(), "A bird is thirsty"))


def test_an_outline_counts_endings_variants_and_clips(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    clips = [{"language": "it", "mix": 0.0}, {"language": "it", "mix": 0.3}]
    store.import_episode(make.episode(meta={"content_hash": "one", "clips": clips}))

    crow, mercato, nobody = (
        store.read(partial(outline, slug=slug)) for slug in ("crow", "mercato", "nobody")
    )

    assert (crow.endings, crow.variants, crow.clips) == (1, (("hi", 0.3),), 3)
    assert (mercato.variants, mercato.clips) == ((("it", 0.0), ("it", 0.3)), 2)
    assert (nobody.endings, nobody.variants, nobody.clips) == (0, (), 0)


def test_a_story_that_is_not_active_is_not_shown(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("UPDATE stories SET is_active = FALSE")
        connection.commit()

    assert store.catalogue() == ()
    assert store.story("crow") is None


def test_bookmarks_are_counted_until_they_are_taken_away(store: Store, make: Maker) -> None:
    store.import_story(make.story())
    with closing(sqlite3.connect(store.path)) as connection:
        for marks, removed, count in (
            (None, None, 1),
            ('[{"note": "a"}, {"note": "b"}]', None, 2),
            ('[{"note": "a"}, {"removed_at": "2026-02-07T12:00:00Z"}]', None, 1),
            (None, "2026-02-07T12:00:00.000000Z", 0),
        ):
            connection.execute("DELETE FROM bookmarks")
            connection.execute(
                "INSERT INTO bookmarks (user_id, story_id, marks, removed_at) VALUES (?, ?, ?, ?)",
                (make.user_id.hex, make.id("crow").hex, marks, removed),
            )
            connection.commit()
            did = store.listened().get("crow", ListenedRecord())
            assert did.bookmarks == count


@pytest.mark.slow
def test_a_library_of_thousands_opens_at_once(store: Store, make: Maker) -> None:
    for number in range(2000):
        slug = f"story-{number}"
        store.import_story(make.story(slug, nodes=(), choices=(), audio_files=(), characters=()))
    store.catalogue()

    began = time.thread_time()  # whatever else the machine does meanwhile
    found = store.catalogue()

    assert len(found) == 2000
    assert time.thread_time() - began < 10.0


def test_a_placement_stands_nowhere_in_the_library_and_is_there_by_its_name(
    store: Store, make: Maker
) -> None:
    store.import_story(make.story("placement-hi"))
    store.import_story(make.story())

    assert [entry.slug for entry in store.catalogue()] == ["crow"]
    assert store.read(placements) == ("placement-hi",)
    assert store.story("placement-hi") is not None
