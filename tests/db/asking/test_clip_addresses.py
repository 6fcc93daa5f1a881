"""Clips that are published elsewhere: the rows of a story that did not change follow them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg

from db.asking.clip_addresses import unpublished
from db.store import Store
from db.syncing.publish import publish_catalogue

if TYPE_CHECKING:
    from db.records import StoryRecord
    from tests.db.making import Maker


def moved(story: StoryRecord, base: str) -> StoryRecord:
    clips = tuple(
        replace(clip, r2_url=f"{base}/{n}.mp3") for n, clip in enumerate(story.audio_files)
    )
    return replace(story, audio_files=clips)


def addresses(story: StoryRecord | None) -> set[str]:
    assert story is not None
    return {clip.r2_url for clip in story.audio_files}


def test_a_story_takes_over_where_its_clips_are(store: Store, make: Maker) -> None:
    story = make.story()
    store.import_story(story)
    there = moved(story, "https://clips.example")
    assert store.import_story(there) == "updated"
    assert store.import_story(there) == "unchanged"
    assert addresses(store.story("crow")) == addresses(there)


def test_postgresql_follows(store: Store, make: Maker, postgres_url: str) -> None:
    story = make.story()
    store.import_story(story)
    publish_catalogue(postgres_url, store)
    there = moved(story, "https://clips.example")
    store.import_story(there)
    assert publish_catalogue(postgres_url, store) == [("crow", "updated")]
    assert publish_catalogue(postgres_url, store) == [("crow", "unchanged")]
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("SELECT r2_url FROM audio_files").fetchall()
    assert {url for (url,) in found} == addresses(there)


def test_an_address_of_nothing_takes_no_place(store: Store, make: Maker) -> None:
    there = moved(make.story(), "https://clips.example")
    store.import_story(there)
    clips = tuple(replace(c, r2_url=unpublished(c.checksum or "")) for c in there.audio_files)
    assert store.import_story(replace(there, audio_files=clips)) == "unchanged"
    assert addresses(store.story("crow")) == addresses(there)


def test_an_episode_takes_over_where_its_clips_are(
    store: Store, make: Maker, postgres_url: str
) -> None:
    clip = {"language": "it", "mix": 0.0, "speaker": "carla", "checksum": "ab" * 32}
    before = {"content_hash": "one", "clips": [{**clip, "url": "r2://old/a.mp3"}]}
    after = {"content_hash": "one", "clips": [{**clip, "url": "r2://new/a.mp3"}]}
    store.import_episode(make.episode(meta=before))
    publish_catalogue(postgres_url, store)
    assert store.import_episode(make.episode(meta=after)) == "updated"
    assert store.import_episode(make.episode(meta=after)) == "unchanged"
    assert publish_catalogue(postgres_url, store) == [("mercato", "updated")]
    assert publish_catalogue(postgres_url, store) == [("mercato", "unchanged")]
