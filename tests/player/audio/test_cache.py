"""The cache gives back exactly what was put in, within its cap, whatever becomes of its files."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from player.audio.cache import ClipCache, PinTooLargeError, Upkeep
from player.audio.clips import ClipDamagedError
from player.story.graph import Clip
from tests.player.audio.misbehaving import clip_of, sound_of

SIZE = 10_000


def content(name: str) -> bytes:
    return sound_of(name, SIZE)


def named(name: str) -> Clip:
    return clip_of(name, content(name), "https://clips.example/a.mp3")


class Shelf:
    """A cache with room for four clips, put in and asked for by name."""

    def __init__(self, folder: Path, clips: int = 4) -> None:
        self.folder = folder
        self.told: list[str] = []
        self.cache = ClipCache(folder, cap_bytes=clips * SIZE, tell=self.told.append)
        self.upkeep = Upkeep(folder, cap_bytes=clips * SIZE)

    def put(self, *names: str) -> None:
        for name in names:
            self.cache.keep(named(name), content(name))

    def has(self, *names: str) -> list[bool]:
        return [self.upkeep_path(name).exists() for name in names]

    def get(self, name: str) -> bytes | None:
        path = self.cache.find(named(name))
        return None if path is None else path.read_bytes()

    def upkeep_path(self, name: str) -> Path:
        checksum = hashlib.sha256(content(name)).hexdigest()
        return self.folder / "objects" / checksum[:2] / checksum[2:]

    def pin(self, slug: str, *names: str, language: str | None = None) -> None:
        self.upkeep.pin(slug, language, {named(name).checksum: SIZE for name in names})

    def close(self) -> None:
        self.cache.close()
        self.upkeep.close()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "cache")
    yield shelf
    shelf.close()


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


def test_pinned_clips_never_go(shelf: Shelf) -> None:
    shelf.put("a", "b", "c")
    shelf.pin("crow", "a", "b")
    shelf.put("d", "e", "f", "g")
    assert shelf.has(*"abcdefg") == [True, True, False, False, False, True, True]
    assert shelf.told == []


def test_pins_are_heeded_by_a_player_that_runs_while_they_are_made(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.put("a", "b", "c", "d")
    other = Upkeep(tmp_path / "cache")
    other.pin("crow", None, {named("a").checksum: SIZE})
    shelf.put("e")
    assert shelf.has(*"ab") == [True, False]
    assert other.unpin("crow") == 1
    shelf.put("f", "g", "h")
    assert shelf.has("a") == [False]
    other.close()


def test_more_pinned_than_the_cap_is_refused_with_the_sizes(shelf: Shelf) -> None:
    shelf.pin("crow", "a", "b", "c")
    with pytest.raises(PinTooLargeError, match=r"0\.0 MB .*cache_size_mb"):
        shelf.pin("fox", "d", "e")
    shelf.pin("crow", "a", "b", "c", "d")  # the same story again, in place of what it was
    shelf.pin("fox", "a", "b")  # clips that are pinned already take no more room
    assert [pin.slug for pin in shelf.upkeep.pins()] == ["crow", "fox"]


def test_where_pins_fill_the_cache_the_rest_is_played_loose_and_one_sentence_says_so(
    shelf: Shelf,
) -> None:
    shelf.pin("crow", *"abcd")
    shelf.put(*"abcd")
    for name in "ef":
        path = shelf.cache.keep(named(name), content(name))
        assert path.read_bytes() == content(name)
        assert shelf.folder not in path.parents
        assert shelf.cache.find(named(name)) == path
    assert shelf.has(*"abcdef") == [True, True, True, True, False, False]
    assert len(shelf.told) == 1
    assert "pinned stories fill it up" in shelf.told[0]
    shelf.close()
    assert not path.exists()


def test_a_pin_of_one_language_is_another_than_that_of_all(shelf: Shelf) -> None:
    shelf.pin("crow", "a", language="hi")
    shelf.pin("crow", "b", language="ta")
    shelf.pin("crow", "c")
    assert shelf.upkeep.unpin("crow", "ta") == 1
    assert [pin.language for pin in shelf.upkeep.pins()] == [None, "hi"]
    assert shelf.upkeep.unpin("crow") == 2
    assert shelf.upkeep.unpin("crow") == 0


def test_a_pin_of_a_strange_name_stays_in_its_folder(shelf: Shelf) -> None:
    shelf.pin("../../../evil", "a", language="../x")
    assert [p.parent.name for p in shelf.folder.rglob("*.json")] == ["pins"]
    assert shelf.upkeep.unpin("../../../evil", "../x") == 1


def test_with_a_damaged_pin_nothing_is_deleted_that_it_might_name(shelf: Shelf) -> None:
    shelf.pin("crow", "a")
    shelf.put(*"abcd")
    next((shelf.folder / "pins").iterdir()).write_text("{")
    assert shelf.cache.keep(named("e"), content("e")).read_bytes() == content("e")
    assert shelf.has(*"abcde") == [True, True, True, True, False]
    assert "is damaged: delete it and pin its story again" in shelf.told[0]


@pytest.mark.parametrize("how", ["lost", "garbage", "empty", "truncated", "of another program"])
def test_the_index_is_made_again_from_the_files(shelf: Shelf, tmp_path: Path, how: str) -> None:
    shelf.put(*"abcd")
    shelf.close()
    index = tmp_path / "cache" / "index.sqlite"
    for ending in ("-wal", "-shm"):
        Path(f"{index}{ending}").unlink(missing_ok=True)
    if how == "lost":
        index.unlink()
    elif how == "of another program":
        index.unlink()
        with closing(sqlite3.connect(index)) as other:
            other.execute("CREATE TABLE clips (something TEXT)")
    else:
        damage = {"garbage": b"x" * 8192, "empty": b"", "truncated": index.read_bytes()[:5000]}
        index.write_bytes(damage[how])
    after = Shelf(tmp_path / "cache")
    after.put("e")
    assert sum(after.has(*"abcde")) == 4
    assert after.has("e") == [True]
    assert after.told == []
    after.close()


def test_clips_that_came_without_the_index_are_counted_all_the_same(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.put(*"abcd")
    shelf.upkeep_path("e").parent.mkdir(exist_ok=True)
    shelf.upkeep_path("e").write_bytes(content("e"))
    shelf.close()
    after = Shelf(tmp_path / "cache")
    after.put("f")
    assert after.upkeep.status().bytes == 4 * SIZE
    assert after.has("f") == [True]
    after.close()


def test_verify_hashes_everything_and_sets_the_damaged_aside(shelf: Shelf) -> None:
    shelf.put(*"abc")
    shelf.upkeep_path("b").write_bytes(b"something else")
    found = shelf.upkeep.verify()
    assert (found.clips, found.bytes) == (2, 2 * SIZE)
    assert found.damaged == (named("b").checksum,)
    assert shelf.upkeep.verify().damaged == ()
    assert shelf.has(*"abc") == [True, False, True]


def test_clear_keeps_the_pinned_unless_everything_is_to_go(shelf: Shelf) -> None:
    shelf.pin("crow", "a")
    shelf.put(*"abc")
    assert shelf.upkeep.clear() == (2, 2 * SIZE)
    assert shelf.has(*"abc") == [True, False, False]
    assert shelf.upkeep.clear(everything=True) == (1, SIZE)
    assert shelf.upkeep.pins() == ()
    shelf.put("a")
    assert shelf.get("a") == content("a")


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
