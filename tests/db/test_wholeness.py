"""A store that is well is not taken for a damaged one, whatever lies around it."""

from __future__ import annotations

import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from db.errors import StoreDamagedError
from db.wholeness import index_of, log_of, look_at

FAMILY = (lambda path: path, log_of, index_of)


def copied(path: Path, to: Path) -> Path:
    """Copy a store with its log and the index, as they lie on the disk now."""
    for part in FAMILY:
        shutil.copyfile(part(path), part(to))
    return to


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("CREATE TABLE IF NOT EXISTS said (words)")
        store.execute("INSERT INTO said VALUES ('the first')")
        yield store


def words(path: Path) -> int:
    with closing(sqlite3.connect(path)) as store:
        return int(store.execute("SELECT count(*) FROM said").fetchone()[0])


def test_an_index_of_before_the_power_was_cut_is_not_believed(tmp_path: Path) -> None:
    with writing(tmp_path / "on.db") as store:
        index = index_of(tmp_path / "on.db").read_bytes()
        store.execute("PRAGMA wal_checkpoint(RESTART)")
        store.execute("INSERT INTO said VALUES ('after all was copied, and the log begun anew')")
        left = copied(tmp_path / "on.db", tmp_path / "left.db")
        index_of(left).write_bytes(index)
    look_at(left)
    assert words(left) == 2


def test_a_log_that_lost_its_end_is_missed(tmp_path: Path) -> None:
    with writing(tmp_path / "on.db"):
        left = copied(tmp_path / "on.db", tmp_path / "left.db")
    content = log_of(left).read_bytes()
    look_at(left)
    for damaged in (content[:-1], content[:16] + bytes(8) + content[24:], b""):
        log_of(left).write_bytes(damaged)
        with pytest.raises(StoreDamagedError, match="lost what was written last"):
            look_at(left)


@pytest.mark.parametrize("has_room", [False, True])
def test_where_there_is_no_room_to_look_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_room: bool
) -> None:
    with writing(tmp_path / "on.db"):
        left = copied(tmp_path / "on.db", tmp_path / "left.db")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path if has_room else tmp_path / "nowhere"))
    size = log_of(left).stat().st_size  # there is room for a copy of the log, not for its index
    assert size < index_of(left).stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        look_at(left)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert words(left) == 1
