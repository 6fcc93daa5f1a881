"""Stories that were put into the tables by hand are completed, opened and left alone."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from uuid import uuid4

from db.store import Store
from player.library import import_bundled, open_story
from tests.player.library.folders import STORY


def insert_by_hand(store: Store) -> None:
    """The sample data of the branching-story document, in SQLite's words."""
    story_id = uuid4().hex
    told = json.dumps(
        {
            "nodes": [
                {"id": "intro", "type": "narration", "text": "Bacchon, aaj main sunata hoon..."},
                {"id": "scene1", "type": "narration", "text": "Ek bahut garam \x1b[31mdin tha"},
            ]
        }
    )
    with sqlite3.connect(store.path) as connection:
        connection.execute(
            "INSERT INTO stories (id, slug, age_range, region, moral, duration_min, cover_image)"
            " VALUES (?, 'clever-crow', '4-8', 'pan-indian', 'Persistence', 4, 'https://x/c.jpg')",
            (story_id,),
        )
        connection.execute(
            "INSERT INTO story_translations"
            " (id, story_id, language_code, title, description, content_json, is_complete)"
            " VALUES (?, ?, 'hi', 'चालाक कौआ', 'Ek clever crow ki kahani', ?, 1)",
            (uuid4().hex, story_id, told),
        )
        connection.execute(
            "INSERT INTO characters"
            " (id, story_id, slug, name, voice_profile, bulbul_speaker, display_order)"
            " VALUES (?, ?, 'narrator', 'Dadi', 'warm_elderly', 'meera', 1)",
            (uuid4().hex, story_id),
        )
    connection.close()


def test_a_story_put_in_by_hand_is_completed_and_opened(store: Store) -> None:
    insert_by_hand(store)
    story = open_story("clever-crow", store)
    intro, scene = story.nodes.values()
    assert (intro.key, scene.key) == ("intro", "scene1")
    assert story.start_id == intro.id
    assert [choice.next_id for choice in intro.choices] == [scene.id]
    assert scene.is_end
    assert scene.text == {"hi": "Ek bahut garam [31mdin tha"}
    assert list(story.characters) == ["narrator"]
    assert open_story("clever-crow", store) == story
    record = store.story("clever-crow")
    assert record is not None
    assert [len(record.nodes), len(record.choices), len(record.contents)] == [2, 1, 1]


def test_rows_without_edges_go_on_in_their_order_and_stop_at_an_end(store: Store) -> None:
    insert_by_hand(store)
    story_id = store.read(lambda tx: tx.exec_driver_sql("SELECT id FROM stories").scalar())
    with sqlite3.connect(store.path) as connection:
        for place, kind in enumerate(("narration", "dialogue", "end", "narration"), start=1):
            connection.execute(
                "INSERT INTO story_nodes (id, story_id, node_type, display_order, text_content)"
                " VALUES (?, ?, ?, ?, ?)",
                (uuid4().hex, story_id, kind, place, json.dumps({"hi": f"line {place}"})),
            )
    connection.close()
    story = open_story("clever-crow", store)
    first, second, third, fourth = story.nodes.values()
    assert first.choices[0].next_id == second.id
    assert second.choices[0].next_id == third.id
    assert third.choices == ()
    assert [node.is_end for node in (first, second, third, fourth)] == [False, False, True, True]


def test_a_story_put_in_by_hand_is_left_alone_by_a_bundled_one(
    tmp_path: Path, folder: Path, store: Store
) -> None:
    insert_by_hand(store)
    bundle = tmp_path / "assets"
    shutil.copytree(folder, bundle / "clever-crow")
    text = STORY.replace("slug: two-ways", "slug: clever-crow")
    (bundle / "clever-crow/story.yaml").write_text(text, encoding="utf-8")
    assert "clever-crow" in import_bundled(bundle, store).notices[0]
    assert len(open_story("clever-crow", store).nodes) == 2
