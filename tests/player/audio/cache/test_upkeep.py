"""The index is made again from the files; verify and clear do what they say."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.player.audio.cache.shelf import SIZE, Shelf, content, named


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
