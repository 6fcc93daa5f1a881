"""Faults 4 and 5 for bundles: killed at any touch of the disk, or out of room, nothing breaks."""

from __future__ import annotations

import dataclasses
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from db.errors import SlugTakenError
from player.audio.clips import ClipShelf
from player.bundle import Outcome
from player.errors import KahaniError, MissingPartError
from player.library import open_story
from tests.player.bundle.bundles import STORY, Home, home_in, write_folder

INSTALLER = Path(__file__).with_name("bundle_installer.py")
NEWER = STORY.replace("Look first", "Look twice")


@pytest.fixture
def author(tmp_path: Path) -> Iterator[Home]:
    with home_in(tmp_path / "author") as home:
        home.take_in(write_folder(tmp_path / "well"))
        home.take_in(write_folder(tmp_path / "second", slug="il-secondo"))
        yield home


@pytest.fixture
def file(author: Home, tmp_path: Path) -> Path:
    file = tmp_path / "demo.kahani"
    author.pack(file, "il-pozzo", "il-secondo")
    return file


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount a disk with these limits; only root may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def mount(limits: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", limits, "tmpfs", str(disk)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("only root may mount a disk here")
        return disk

    yield mount
    subprocess.run(["umount", "-l", disk], capture_output=True, check=False)


def run_installer(home: Path, file: Path, nth: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, INSTALLER, home, file, str(nth)],
        capture_output=True,
        text=True,
        check=False,
        cwd=INSTALLER.parents[2],
        env={"PYTHONPATH": str(INSTALLER.parents[2]), "PATH": "/usr/bin:/bin"},
    )


def was_killed(installer: subprocess.CompletedProcess[str]) -> bool:
    """Whether it was killed; one may be done before.

    Readers open connections of their own as threads come by, so that not all touch as often.
    """
    assert installer.returncode in (0, -signal.SIGKILL), installer.stderr
    return installer.returncode != 0


def all_heard(home: Home, slug: str) -> bool:
    """Whether the story is whole: every clip of it there and undamaged."""
    shelf = ClipShelf([home.stories])
    story = open_story(slug, home.store)
    try:
        return all(shelf.path_for(clip) for node in story.nodes.values() for clip in node.clips)
    except KahaniError:
        return False


@pytest.mark.slow
def test_killed_at_any_touch_a_story_is_there_whole_or_not_and_the_next_time_all_are(
    file: Path, tmp_path: Path
) -> None:
    with home_in(tmp_path / "empty"):
        pass
    shutil.copytree(tmp_path / "empty", tmp_path / "count")
    touches = int(run_installer(tmp_path / "count", file, 0).stdout)
    assert touches > 100
    last = range(touches - 6, touches + 1, 2)
    killed = 0
    for nth in sorted({*range(1, touches, touches // 3), *last}):
        folder = tmp_path / f"killed {nth}"
        shutil.copytree(tmp_path / "empty", folder)
        is_killed = was_killed(run_installer(folder, file, nth))
        killed += is_killed
        with home_in(folder) as home:
            there = [entry.slug for entry in home.store.catalogue()]
            assert there == ["il-pozzo", "il-secondo"] or (there == [] and is_killed)
            assert all(all_heard(home, slug) for slug in there)
            done = home.install(file)
            assert {story.outcome for story in done} <= {Outcome.INSTALLED, Outcome.ALREADY}
            assert all_heard(home, "il-pozzo")
            assert sorted(path.name for path in home.stories.iterdir()) == [
                "il-pozzo",
                "il-secondo",
            ]
    assert killed >= 3


@pytest.mark.slow
def test_killed_while_it_replaces_a_story_the_next_time_mends_it(
    author: Home, file: Path, tmp_path: Path
) -> None:
    author.take_in(write_folder(tmp_path / "newer", NEWER))
    newer = tmp_path / "newer.kahani"
    author.pack(newer)
    with home_in(tmp_path / "former") as home:
        home.install(file)
    shutil.copytree(tmp_path / "former", tmp_path / "count")
    touches = int(run_installer(tmp_path / "count", newer, 0).stdout)
    killed = 0
    for nth in range(touches - 20, touches + 1, 5):
        folder = tmp_path / f"killed {nth}"
        shutil.copytree(tmp_path / "former", folder)
        killed += was_killed(run_installer(folder, newer, nth))
        with home_in(folder) as home:
            assert open_story("il-pozzo", home.store).moral in ("Look first", "Look twice")
            home.install(newer)
            assert open_story("il-pozzo", home.store).moral == "Look twice"
            assert all_heard(home, "il-pozzo")
            left = [path.name for path in home.stories.iterdir() if path.name.startswith(".")]
            assert left == []
    assert killed >= 1


@pytest.mark.parametrize(
    ("limits", "said"),
    [("size=100k", r"There is no room for .* are free"), ("nr_inodes=20", r"no room .* try again")],
)
def test_without_room_nothing_is_installed_and_a_sentence_says_so(
    limits: str, said: str, file: Path, small_disk: Callable[[str], Path], tmp_path: Path
) -> None:
    with home_in(tmp_path / "home") as home:
        home.stories = small_disk(limits) / "stories"
        with pytest.raises(MissingPartError, match=said):
            home.install(file)
        assert list(home.stories.iterdir()) == []
        assert home.store.catalogue() == ()


def test_a_store_that_refuses_one_story_leaves_all_out(
    file: Path, author: Home, tmp_path: Path
) -> None:
    record = author.store.story("il-secondo")
    assert record is not None
    by_hand = dataclasses.replace(
        record, id=uuid4(), nodes=(), choices=(), audio_files=(), characters=(), contents=()
    )
    by_hand = dataclasses.replace(by_hand, translations=(), content_hash=None)
    with home_in(tmp_path / "home") as home:
        home.store.import_story(by_hand)
        with pytest.raises(SlugTakenError):
            home.install(file, replaces=True)
        assert list(home.stories.iterdir()) == []
        assert home.store.story("il-pozzo") is None
