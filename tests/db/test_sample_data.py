"""The sample data of the branching-story document goes in as it is written there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from db.models import Story
from db.records import NodeRecord
from db.remote import Remote
from db.store import Store
from db.types import new_id

SAMPLE = """
INSERT INTO stories (slug, age_range, region, moral, duration_min, cover_image)
VALUES (
    'clever-crow',
    '4-8',
    'pan-indian',
    'Intelligence and persistence solve problems',
    4,
    'https://cdn.bhashakahani.com/stories/clever-crow/cover.jpg'
);
INSERT INTO story_translations
    (story_id, language_code, title, description, content_json, is_complete)
VALUES (
    (SELECT id FROM stories WHERE slug = 'clever-crow'),
    'hi',
    'चालाक कौआ',
    'Ek clever crow ki kahani',
    '{
        "nodes": [
            {"id": "intro", "type": "narration", "text": "Bacchon, aaj main tumhe sunata hoon..."},
            {"id": "scene1", "type": "narration", "text": "Ek bahut garam din tha..."}
        ]
    }'::jsonb,
    TRUE
);
INSERT INTO characters (story_id, slug, name, voice_profile, bulbul_speaker, display_order)
VALUES
    ((SELECT id FROM stories WHERE slug = 'clever-crow'),
     'narrator', 'Dadi', 'warm_elderly', 'meera', 1),
    ((SELECT id FROM stories WHERE slug = 'clever-crow'),
     'crow', 'Kauwa', 'young_energetic', 'arvind', 2);
"""


@pytest.fixture
def by_hand(tmp_path: Path) -> Store:
    store = Store.open(tmp_path / "kahani.db")
    with closing(sqlite3.connect(store.path)) as connection:
        connection.executescript(SAMPLE.replace("::jsonb", ""))
    return store


def test_it_goes_into_postgresql(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(SAMPLE)

    with Remote(postgres_url).engine().connect() as tx:
        row = tx.execute(Story.__table__.select()).one()
        assert (row.slug, row.is_active, row.duration_min) == ("clever-crow", True, 4)


def test_it_goes_into_sqlite_and_is_read_back_as_a_story(by_hand: Store) -> None:
    story = by_hand.story("clever-crow")
    by_hand.close()

    assert story is not None
    assert [character.bulbul_speaker for character in story.characters] == ["meera", "arvind"]
    (translation,) = story.translations
    assert translation.title == "चालाक कौआ"
    assert [node["id"] for node in translation.content_json["nodes"]] == ["intro", "scene1"]
    assert (story.nodes, story.choices, story.contents) == ((), (), ())


def test_it_stands_in_the_library(by_hand: Store) -> None:
    (entry,) = by_hand.catalogue()
    by_hand.close()

    assert entry.slug == "clever-crow"
    assert (entry.title, entry.languages) == ("चालाक कौआ", ("hi",))
    assert entry.duration_sec == 240
    assert entry.format is None


def test_what_it_lacks_can_be_completed(by_hand: Store) -> None:
    story = by_hand.story("clever-crow")
    assert story is not None
    nodes = tuple(
        NodeRecord(
            id=new_id(),
            node_type=node["type"],
            character_id=story.characters[0].id,
            display_order=place,
            is_start=place == 0,
            is_end=place == 1,
            text_content={"hi": node["text"]},
            meta={"key": node["id"]},
        )
        for place, node in enumerate(story.translations[0].content_json["nodes"])
    )

    by_hand.complete_story(replace(story, nodes=nodes, moral="must not be written"))

    assert by_hand.story("clever-crow") == replace(story, nodes=nodes)
    by_hand.close()
