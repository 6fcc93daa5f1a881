"""Stories come in whole or not at all, keep their ids, and go out as they came."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from db.errors import SlugTakenError
from db.store import Store
from player.errors import KahaniError, UsageError
from player.library import export, import_bundled, import_folder, open_story
from player.library.catalogue import to_record
from player.library.contents import episode_to_record
from player.library.exporting import export_folder
from player.library.folders import look_into, read_folder
from player.library.restoring import episode_from_record, from_record
from player.story.canonical import content_hash
from player.story.graph import Story, catalogue_id
from player.story.loading import load_episode, load_story
from player.story.problems import StoryErrors

STORY = """\
format: 1
slug: two-ways
age_range: 4-8
region: pan-indian
moral: Choose
credits: Told by us
source_language: en
editions:
  hi: {title: दो रास्ते, description: कहानी, genre: folk tale, topic: roads,
       difficulty_score: 0.35, locale: hi-IN}
  hi-mixed: {title: दो ways, format: educational, difficulty: discourse-heavy}
characters:
  dadi: {name: Dadi, voice_profile: warm, bulbul_speaker: meera, description: Grandmother}
start: fork
nodes:
  fork:
    type: choice
    character: dadi
    text: {en: Which?, hi: कौन सा?, hi-mixed@0.30: कौन सा way?, hi-mixed@0.60: Which रास्ता?}
    say: {hi: कौन सा}
    choices:
      A: {text: {en: Left, hi: बायाँ}, next: left, correct: true, default: true, set: [went-left]}
      B: {text: {en: Right, hi: दायाँ}, next: left, correct: false}
  left: {type: dialogue, character: dadi, text: {en: Left, hi: बायाँ}, set: [tired], next: rest}
  rest:
    type: choice
    text: {en: "And?\\n\\nWell?", hi: फिर?}
    choices:
      A: {text: {en: Stop, hi: रुको}, next: end, needs: [tired]}
      B: {text: {en: On, hi: चलो}, next: end, unless: [went-left]}
  end: {type: end, was: finish, text: {en: "The end", hi: "'समाप्त'"}}
"""

EPISODE = """\
format: 1
slug: il-mercato
language: it
title: Il mercato
kind: podcast
age_range: 12-99
region: italia
series: {id: passeggiate, episode: 3}
speaker: {name: Nico, voice_profile: warm, bulbul_speaker: nico}
text: |
  Il mercato apre presto.

  Andiamo!
say: Il mercato apre presto. Andiamo.
translation: {en: The market opens early.}
"""

TIMES = {
    "format": 1,
    "duration_ms": 1234,
    "sentences": [[0, 6, 90, 1100]],
    "words": [[0, 3, 90, 500], [4, 6, 510, 1100]],
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "kahani.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "data" / "stories"


def write_clip(folder: Path, name: str, sound: bytes = b"sound") -> None:
    path = folder / "audio" / f"{name}.mp3"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sound)
    path.with_suffix(".json").write_text(json.dumps(TIMES))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mine"
    made.mkdir()
    (made / "story.yaml").write_text(STORY, encoding="utf-8")
    (made / "cover.png").write_bytes(b"\x89PNG")
    write_clip(made, "hi/0.00/meera/fork")
    write_clip(made, "hi-mixed/0.30/meera/fork", b"mixed")
    return made


@pytest.fixture
def episode_folder(tmp_path: Path) -> Path:
    made = tmp_path / "il-mercato"
    made.mkdir()
    (made / "episode.yaml").write_text(EPISODE, encoding="utf-8")
    write_clip(made, "it/0.00/nico/episode")
    return made


def without_clips(story: Story) -> Story:
    nodes = {key: dataclasses.replace(node, clips=()) for key, node in story.nodes.items()}
    return dataclasses.replace(story, nodes=nodes, cover=None)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_folder_is_read_with_its_clips_and_their_times(folder: Path) -> None:
    story = read_folder(folder)
    clips = {(clip.language, clip.mix): clip for clip in story.nodes[story.start_id].clips}
    assert set(clips) == {("hi", 0.0), ("hi-mixed", 0.3)}
    assert clips["hi", 0.0].duration_ms == 1234
    assert clips["hi", 0.0].size == 5
    assert [(w.start, w.end) for w in clips["hi", 0.0].timings.words] == [(0, 3), (4, 6)]
    assert story.cover == "two-ways/cover.png"


def test_rows_and_back_is_the_same_story(folder: Path) -> None:
    story = read_folder(folder)
    assert from_record(to_record(story)) == story


def test_a_row_and_back_is_the_same_episode(episode_folder: Path) -> None:
    story = read_folder(episode_folder)
    assert episode_from_record(episode_to_record(story)) == story


def test_an_imported_story_is_opened_as_it_was_read(
    folder: Path, store: Store, shelf: Path
) -> None:
    assert import_folder(folder, store, shelf).outcome == "created"
    assert open_story("two-ways", store) == read_folder(folder)
    [entry] = store.catalogue()
    assert (entry.title, entry.languages) == ("दो रास्ते", ("hi", "hi-mixed"))
    [mixed] = store.catalogue("hi-mixed")
    assert (mixed.title, mixed.languages) == ("दो ways", ("hi-mixed", "hi"))
    record = store.story("two-ways")
    assert record is not None
    assert {content.id for content in record.contents} == {"two-ways:hi", "two-ways:hi-mixed"}
    assert {content.audio_url for content in record.contents} == {
        clip.url for clip in read_folder(folder).nodes[catalogue_id("two-ways", "fork")].clips
    }


def test_an_imported_episode_is_opened_as_it_was_read(
    episode_folder: Path, store: Store, shelf: Path
) -> None:
    assert import_folder(episode_folder, store, shelf).outcome == "created"
    assert open_story("il-mercato", store) == read_folder(episode_folder)
    assert import_folder(episode_folder, store, shelf).outcome == "unchanged"
    assert (shelf / "il-mercato" / "audio/it/0.00/nico/episode.mp3").is_file()


def test_clips_are_found_on_the_shelf_by_their_path(
    folder: Path, store: Store, shelf: Path
) -> None:
    import_folder(folder, store, shelf)
    for node in open_story("two-ways", store).nodes.values():
        for clip in node.clips:
            assert (shelf / clip.path).stat().st_size == clip.size


def test_importing_twice_changes_nothing(folder: Path, store: Store, shelf: Path) -> None:
    import_folder(folder, store, shelf)
    stamps = {path: path.stat().st_mtime_ns for path in shelf.rglob("*")}
    assert import_folder(folder, store, shelf).outcome == "unchanged"
    assert {path: path.stat().st_mtime_ns for path in shelf.rglob("*")} == stamps


def test_an_edit_updates_the_story_and_keeps_its_ids(
    folder: Path, store: Store, shelf: Path
) -> None:
    import_folder(folder, store, shelf)
    before = open_story("two-ways", store)
    (folder / "story.yaml").write_text(STORY.replace("The end", "Over"), encoding="utf-8")
    (folder / "audio/hi/0.00/meera/fork.mp3").unlink()
    (folder / "audio/hi/0.00/meera/fork.json").unlink()
    assert import_folder(folder, store, shelf).outcome == "updated"
    after = open_story("two-ways", store)
    assert list(after.nodes) == list(before.nodes)
    assert after.nodes[catalogue_id("two-ways", "end")].text["en"] == "Over"
    assert not (shelf / "two-ways/audio/hi").exists()


def test_a_lost_copy_is_mended_by_importing_again(folder: Path, store: Store, shelf: Path) -> None:
    import_folder(folder, store, shelf)
    (shelf / "two-ways/audio/hi/0.00/meera/fork.mp3").write_bytes(b"noise")
    import_folder(folder, store, shelf)
    assert (shelf / "two-ways/audio/hi/0.00/meera/fork.mp3").read_bytes() == b"sound"


def test_a_story_with_errors_writes_nothing(folder: Path, store: Store, shelf: Path) -> None:
    (folder / "story.yaml").write_text(STORY.replace("next: rest", "next: rset"), encoding="utf-8")
    (folder / "audio/hi/0.00/meera/fork.json").write_text("{}")
    write_clip(folder, "hi/0.00/meera/left", b"")
    with pytest.raises(StoryErrors) as raised:
        import_folder(folder, store, shelf)
    found = {(Path(p.file).name, p.line, p.code) for p in raised.value.problems if p.is_error}
    assert found == {
        ("story.yaml", 24, "dangling"),
        ("fork.mp3", 0, "unreadable-clip"),
        ("left.mp3", 0, "unreadable-clip"),
    }
    assert not shelf.exists()
    assert store.catalogue() == ()


def test_the_former_copy_stays_when_the_store_refuses(
    folder: Path, store: Store, shelf: Path
) -> None:
    import_folder(folder, store, shelf)
    before = snapshot(shelf)
    (folder / "story.yaml").write_text(STORY.replace("The end", "Over"), encoding="utf-8")

    class Refusing(Store):
        def import_story(self, story: object) -> object:  # type: ignore[override]
            raise SlugTakenError("no")

    refusing = Refusing(store.path)
    try:
        with pytest.raises(SlugTakenError):
            import_folder(folder, refusing, shelf)  # type: ignore[arg-type]
    finally:
        refusing.close()
    assert snapshot(shelf) == before


def test_a_crash_between_two_renames_is_mended(folder: Path, store: Store, shelf: Path) -> None:
    import_folder(folder, store, shelf)
    (shelf / "two-ways").rename(shelf / ".two-ways.abc.aside")
    import_folder(folder, store, shelf)
    assert [path.name for path in shelf.iterdir()] == ["two-ways"]


@pytest.mark.parametrize("name", ["audio/hi/0.00/meera/left.mp3", "cover.png", "story.yaml"])
def test_links_out_of_the_folder_are_refused(
    name: str, folder: Path, store: Store, shelf: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(STORY, encoding="utf-8")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(tmp_path / "secret")
    with pytest.raises(UsageError, match="link"):
        import_folder(folder, store, shelf)
    assert not shelf.exists()


def test_a_linked_folder_and_a_pipe_are_refused(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder / "audio/hi", tmp_path / "elsewhere")
    (folder / "audio/hi").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    os.mkfifo(folder / "audio/hi-mixed/0.30/meera/left.mp3")
    codes = [p.code for p in look_into(folder).problems if p.is_error]
    assert codes == ["link", "link"]


def test_files_that_are_no_clips_by_name_are_told(folder: Path) -> None:
    write_clip(folder, "hi/0.30.5/meera/left")
    write_clip(folder, "hi/0.00/Meera Devi/left")
    assert [p.code for p in look_into(folder).problems if p.is_error] == ["stray-clip"] * 2


def test_a_clip_without_times_is_measured(folder: Path) -> None:
    (folder / "audio/hi/0.00/meera/fork.json").unlink()
    story = read_folder(folder, lambda _path: 1200)
    assert {clip.duration_ms for clip in story.nodes[story.start_id].clips} == {1200, 1234}
    with pytest.raises(StoryErrors, match="length is unknown"):
        read_folder(folder)


def test_a_clip_that_is_no_sound_or_of_another_length_is_an_error(folder: Path) -> None:
    def refuse(_path: Path) -> int:
        raise KahaniError("is no MP3")

    with pytest.raises(StoryErrors, match="is no MP3"):
        read_folder(folder, refuse)
    with pytest.raises(StoryErrors, match="lasts 9000 ms"):
        read_folder(folder, lambda _path: 9000)


def test_a_folder_without_a_story_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither"):
        read_folder(tmp_path)
    with pytest.raises(UsageError, match="no folder"):
        read_folder(tmp_path / "nowhere")


def a_bundle(tmp_path: Path, folder: Path, episode_folder: Path) -> Path:
    bundle = tmp_path / "assets"
    shutil.copytree(folder, bundle / "two-ways")
    shutil.copytree(episode_folder, bundle / "il-mercato")
    return bundle


def test_bundled_stories_come_in_once(
    tmp_path: Path, folder: Path, episode_folder: Path, store: Store, shelf: Path
) -> None:
    bundle = a_bundle(tmp_path, folder, episode_folder)
    first = import_bundled(bundle, store)
    assert {one.slug: one.outcome for one in first.imported} == {
        "two-ways": "created",
        "il-mercato": "created",
    }
    assert import_bundled(bundle, store).imported == ()
    assert json.loads(store.get_meta("bundled_slugs") or "") == ["il-mercato", "two-ways"]
    assert import_folder(folder, store, shelf).outcome == "unchanged"
    assert not shelf.exists()


def test_a_changed_bundle_updates_its_stories(
    tmp_path: Path, folder: Path, episode_folder: Path, store: Store
) -> None:
    bundle = a_bundle(tmp_path, folder, episode_folder)
    import_bundled(bundle, store)
    text = STORY.replace("The end", "It is over")
    (bundle / "two-ways/story.yaml").write_text(text, encoding="utf-8")
    outcomes = {one.slug: one.outcome for one in import_bundled(bundle, store).imported}
    assert outcomes == {"two-ways": "updated", "il-mercato": "unchanged"}


def test_a_bundled_story_cannot_be_replaced_by_ones_own(
    tmp_path: Path, folder: Path, episode_folder: Path, store: Store, shelf: Path
) -> None:
    import_bundled(a_bundle(tmp_path, folder, episode_folder), store)
    (folder / "story.yaml").write_text(STORY.replace("The end", "Mine"), encoding="utf-8")
    with pytest.raises(UsageError, match="another slug"):
        import_folder(folder, store, shelf)


def test_ones_own_story_is_not_replaced_by_a_bundled_one(
    tmp_path: Path, folder: Path, episode_folder: Path, store: Store, shelf: Path
) -> None:
    bundle = a_bundle(tmp_path, folder, episode_folder)
    (folder / "story.yaml").write_text(STORY.replace("The end", "Mine"), encoding="utf-8")
    import_folder(folder, store, shelf)
    bundled = import_bundled(bundle, store)
    assert len(bundled.notices) == 1
    assert "two-ways" in bundled.notices[0]
    end = open_story("two-ways", store).nodes[catalogue_id("two-ways", "end")]
    assert end.text["en"] == "Mine"


def test_a_damaged_bundled_story_does_not_stop_the_others(
    tmp_path: Path, folder: Path, episode_folder: Path, store: Store
) -> None:
    bundle = a_bundle(tmp_path, folder, episode_folder)
    (bundle / "two-ways/story.yaml").write_text("slug: [", encoding="utf-8")
    bundled = import_bundled(bundle, store)
    assert [one.slug for one in bundled.imported] == ["il-mercato"]
    assert "install kahani again" in bundled.notices[0]


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


def test_an_unknown_slug_names_the_nearest_and_what_there_is(
    folder: Path, store: Store, shelf: Path
) -> None:
    import_folder(folder, store, shelf)
    with pytest.raises(UsageError, match=r"Did you mean two-ways\? There is: two-ways\."):
        open_story("two-way", store)


def test_what_is_exported_reads_back_as_the_same_story(
    folder: Path, episode_folder: Path, store: Store, shelf: Path
) -> None:
    import_folder(folder, store, shelf)
    import_folder(episode_folder, store, shelf)
    text, episode_text = export("two-ways", store), export("il-mercato", store)
    again = load_story(text.encode(), "story.yaml")
    assert again.content_hash == content_hash(without_clips(read_folder(folder)))
    episode = load_episode(episode_text.encode(), "episode.yaml")
    assert episode.content_hash == content_hash(without_clips(read_folder(episode_folder)))
    assert "दो रास्ते" in text
    assert export("two-ways", store) == text


def test_an_exported_folder_is_the_same_story_with_its_clips(
    folder: Path, store: Store, shelf: Path, tmp_path: Path
) -> None:
    import_folder(folder, store, shelf)
    story = open_story("two-ways", store)
    assert export_folder(story, tmp_path / "out", [tmp_path / "empty", shelf]) == ()
    assert read_folder(tmp_path / "out") == story
    with pytest.raises(UsageError, match="there already"):
        export_folder(story, tmp_path / "out", [shelf])


def test_an_export_says_of_no_clip_that_lies_in_it_that_it_is_published(
    folder: Path, store: Store, shelf: Path, tmp_path: Path
) -> None:
    import_folder(folder, store, shelf)
    story = open_story("two-ways", store)
    export_folder(story, tmp_path / "out", [shelf])
    assert not (tmp_path / "out" / "published.json").exists()
    export_folder(story, tmp_path / "bare", [])  # they may lie in the bucket of this address
    assert read_folder(tmp_path / "bare").nodes == story.nodes


def test_an_export_names_the_clips_that_are_lost(
    folder: Path, store: Store, shelf: Path, tmp_path: Path
) -> None:
    import_folder(folder, store, shelf)
    lost = "two-ways/audio/hi/0.00/meera/fork.mp3"
    (shelf / lost).write_bytes(b"noise")
    story = open_story("two-ways", store)
    assert export_folder(story, tmp_path / "out", [shelf]) == (lost,)


def test_the_stories_that_come_with_the_program_have_no_errors(store: Store) -> None:
    assets = Path(__file__).parents[2] / "assets" / "stories"
    bundled = import_bundled(assets, store)
    assert bundled.notices == ()
    assert {one.slug for one in bundled.imported} >= {
        "clever-crow",
        "il-forno-alle-cinque",
        "la-volpe-e-la-luna",
    }
    for one in bundled.imported:
        assert open_story(one.slug, store).slug == one.slug
