"""The cache gives back exactly what was put in, and keeps within its cap."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from player.audio.clips import ClipDamagedError
from player.story.graph import Clip
from tests.player.audio.cache.shelf import SIZE, Shelf, content, named


def test_asking_an_empty_cache_makes_no_folder(shelf: Shelf) -> None:
    assert shelf.get("a") is None
    assert shelf.upkeep.status().clips == 0
    assert not shelf.folder.exists()


def test_a_clip_is_kept_under_its_checksum_and_found_again(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("a")
    assert shelf.cache.find(named("a")) == shelf.upkeep_path("a")
    assert shelf.get("a") == content("a")
    shelf.close()
    assert Shelf(tmp_path / "cache").get("a") == content("a")


def test_a_clip_whose_row_names_no_checksum_is_never_found(shelf: Shelf) -> None:
    for checksum in ("", "../../etc/passwd", "A" * 64):
        clip = Clip(
            id=named("a").id, language="hi", mix=0, speaker="m", checksum=checksum, size=1,
            duration_ms=1, url="https://x/y", path="a.mp3",
        )  # fmt: skip
        assert shelf.cache.find(clip) is None


@pytest.mark.parametrize("damage", [b"", content("a")[:-1], content("a")[:-1] + b"\0"])
def test_a_damaged_clip_is_noticed_at_open_and_set_aside(shelf: Shelf, damage: bytes) -> None:
    shelf.put("a")
    shelf.upkeep_path("a").write_bytes(damage)
    with pytest.raises(ClipDamagedError, match=r"intro|a\.mp3 is damaged in the cache"):
        shelf.get("a")
    assert shelf.get("a") is None
    assert shelf.upkeep.status().damaged == (named("a").checksum,)
    shelf.put("a")
    assert shelf.get("a") == content("a")


def test_the_clips_unused_for_longest_go_first(shelf: Shelf) -> None:
    shelf.put("a", "b", "c", "d")
    shelf.get("a")
    shelf.put("e", "f")
    assert shelf.has(*"abcdef") == [True, False, False, True, True, True]
    assert shelf.upkeep.status().bytes == 4 * SIZE


def test_a_clock_that_jumps_back_changes_nothing(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put("a", "b", "c", "d")
    for name in "abcd":
        os.utime(shelf.upkeep_path(name), (0, 0) if name > "b" else None)
    monkeypatch.setattr("time.time", lambda: 0.0)
    shelf.put("e", "f")
    assert shelf.has(*"abcdef") == [False, False, True, True, True, True]


def test_what_was_used_last_is_known_to_the_next_player(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("a", "b", "c", "d")
    shelf.get("b")
    shelf.get("a")
    shelf.close()
    after = Shelf(tmp_path / "cache")
    after.put("e", "f")
    assert after.has(*"abcd") == [True, True, False, False]
    after.close()


def test_many_threads_may_put_and_find_at_once(shelf: Shelf) -> None:
    names = [f"clip {n % 12}" for n in range(240)]

    def use(name: str) -> bool:
        shelf.put(name)
        path = shelf.cache.find(named(name))
        try:
            return path is None or path.read_bytes() == content(name)
        except FileNotFoundError:  # let go in between
            return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, names))
    assert shelf.told == []
    assert shelf.upkeep.status().bytes <= 4 * SIZE


def test_what_a_killed_player_was_writing_is_swept_by_the_next(shelf: Shelf) -> None:
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    new = shelf.folder / "new"
    new.mkdir(parents=True)
    checksum = named("a").checksum
    (new / f"{checksum}.{gone.stdout.strip()}.abcd").write_bytes(b"half")
    (new / f"{checksum}.{os.getppid()}.abcd").write_bytes(b"half")
    shelf.put("b")
    assert [path.name.split(".")[1] for path in new.iterdir()] == [str(os.getppid())]


def test_a_lock_is_held_against_another_process_and_freed_with_it(shelf: Shelf) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(shelf.folder), named("a").checksum],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout
    assert holder.stdout.readline() == "True\n"
    with shelf.cache.lock(named("a"), patience_s=0.05) as held:
        assert not held
    with shelf.cache.lock(named("b"), patience_s=60) as held:
        assert held
    over = threading.Event()
    over.set()
    with shelf.cache.lock(named("a"), patience_s=60, is_over=over.is_set) as held:
        assert not held
    holder.kill()
    holder.communicate()
    with shelf.cache.lock(named("a"), patience_s=60) as held:
        assert held


HOLD = """
import sys
from pathlib import Path
from player.audio.cache.locks import ClipLocks
with ClipLocks(Path(sys.argv[1]) / "locks").held(sys.argv[2], patience_s=60) as held:
    print(held, flush=True)
    sys.stdin.read()
"""
