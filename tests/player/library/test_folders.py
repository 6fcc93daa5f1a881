"""A folder is read with its clips, or it is said what is wrong in it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from player.errors import KahaniError, UsageError
from player.library.folders import look_into, read_folder
from player.story.problems import StoryErrors
from tests.player.library.folders import write_clip


def test_a_folder_is_read_with_its_clips_and_their_times(folder: Path) -> None:
    story = read_folder(folder)
    clips = {(clip.language, clip.mix): clip for clip in story.nodes[story.start_id].clips}
    assert set(clips) == {("hi", 0.0), ("hi-mixed", 0.3)}
    assert clips["hi", 0.0].duration_ms == 1234
    assert clips["hi", 0.0].size == 5
    assert [(w.start, w.end) for w in clips["hi", 0.0].timings.words] == [(0, 3), (4, 6)]
    assert story.cover == "two-ways/cover.png"


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
