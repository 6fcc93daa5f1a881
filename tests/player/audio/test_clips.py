"""A clip is played only when its file is exactly that clip."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from player.audio.clips import ClipDamagedError, ClipMissingError, ClipShelf
from player.errors import KahaniError
from player.story.graph import Clip, catalogue_id

SOUND = bytes(range(256)) * 40
PLACE = "crow/audio/hi/0.00/meera/intro.mp3"


@pytest.fixture
def clip() -> Clip:
    return Clip(
        id=catalogue_id("crow", "intro"),
        language="hi",
        mix=0.0,
        speaker="meera",
        checksum=hashlib.sha256(SOUND).hexdigest(),
        size=len(SOUND),
        duration_ms=1000,
        url="r2://kahani/clips/0.mp3",
        path=PLACE,
    )


def put(root: Path, content: bytes) -> Path:
    path = root / PLACE
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_the_file_is_found_on_any_shelf(clip: Clip, tmp_path: Path) -> None:
    path = put(tmp_path / "second", SOUND)
    assert ClipShelf([tmp_path / "first", tmp_path / "second"]).path_for(clip) == path


def test_a_missing_clip_is_named(clip: Clip, tmp_path: Path) -> None:
    with pytest.raises(ClipMissingError, match=r"intro\.mp3 is not on this machine"):
        ClipShelf([tmp_path]).path_for(clip)


@pytest.mark.parametrize("content", [SOUND[:-1], b"", SOUND[:-1] + b"x"])
def test_a_damaged_file_is_refused_each_time(clip: Clip, tmp_path: Path, content: bytes) -> None:
    put(tmp_path, content)
    shelf = ClipShelf([tmp_path])
    for _ in range(2):
        with pytest.raises(ClipDamagedError, match=r"intro\.mp3 is damaged"):
            shelf.path_for(clip)


def test_a_file_damaged_later_is_noticed_at_the_next_open(clip: Clip, tmp_path: Path) -> None:
    path = put(tmp_path, SOUND)
    shelf = ClipShelf([tmp_path])
    shelf.path_for(clip)
    path.write_bytes(SOUND[:-1] + b"x")
    with pytest.raises(ClipDamagedError):
        shelf.path_for(clip)


def test_a_sound_copy_on_a_later_shelf_is_taken(clip: Clip, tmp_path: Path) -> None:
    put(tmp_path / "first", SOUND[:-1] + b"x")
    path = put(tmp_path / "second", SOUND)
    assert ClipShelf([tmp_path / "first", tmp_path / "second"]).path_for(clip) == path


def test_a_folder_in_its_place_is_a_damaged_clip(clip: Clip, tmp_path: Path) -> None:
    (tmp_path / PLACE).mkdir(parents=True)
    with pytest.raises(KahaniError, match=r"damaged|cannot be read"):
        ClipShelf([tmp_path]).path_for(clip)


def test_a_file_where_a_folder_should_be_is_a_missing_clip(clip: Clip, tmp_path: Path) -> None:
    (tmp_path / "crow").write_bytes(b"")
    with pytest.raises(ClipMissingError):
        ClipShelf([tmp_path]).path_for(clip)


def test_many_threads_may_ask_at_once(clip: Clip, tmp_path: Path) -> None:
    path = put(tmp_path, SOUND)
    shelf = ClipShelf([tmp_path])
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(shelf.path_for, [clip] * 64)) == {path}
