"""Stories go out as they came, with their clips."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from db.store import Store
from player.errors import UsageError
from player.library import export, import_folder, open_story
from player.library.exporting import export_folder
from player.library.folders import read_folder
from player.story.canonical import content_hash
from player.story.graph import Story
from player.story.loading import load_episode, load_story


def without_clips(story: Story) -> Story:
    nodes = {key: dataclasses.replace(node, clips=()) for key, node in story.nodes.items()}
    return dataclasses.replace(story, nodes=nodes, cover=None)


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
