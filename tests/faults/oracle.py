"""The oracle: what must be so after every fault, whatever went wrong."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from tests.faults.far_away import Home, Run


def is_well(home: Home, *runs: Run, code: int = 0) -> None:
    """All of these players of one listener are gone, and everything is in order."""
    for run in runs:
        assert run.code == code, (run.code, run.complaints, run.told[-3:])
        assert_no_traceback(run.complaints, *run.notices, *run.of("error", "message"))
        assert_all_gone(run.process.pid)
    confirmed = [key for run in runs for key in run.of("choice", "key")]
    assert choices_in(home.store) == confirmed
    stays_well(home)


def stays_well(home: Home) -> None:
    """What is on the disk is whole, and the log tells of no fault of the program."""
    assert_store_whole(home.store)
    assert_named_by_content(home.cache)
    for log in (home.folder / "logs").glob("*.log"):
        assert_no_traceback(log.read_text("utf-8", "replace"))


def assert_no_traceback(*texts: str) -> None:
    for text in texts:
        assert "Traceback" not in text, text
        assert "\x1b" not in text, repr(text)


def assert_all_gone(group: int) -> None:
    """No process of this session is left; the system may take a moment to bury the last."""
    give_up = time.monotonic() + 30
    with suppress(ProcessLookupError):
        while time.monotonic() < give_up:
            os.killpg(group, 0)
            time.sleep(0.02)
        raise AssertionError(f"something of {group} is still running")


def assert_store_whole(store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def choices_in(store: Path) -> Sequence[str]:
    """Return the keys of all choices in the history, in their order; no event is there twice."""
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute(
            "SELECT json_extract(event_data, '$.choice') FROM analytics_events"
            " WHERE event_type = 'choice_made' ORDER BY created_at, id"
        ).fetchall()
    return [key for (key,) in rows]


def assert_named_by_content(cache: Path) -> None:
    for path in kept_in(cache):
        checksum = path.parent.name + path.name
        assert hashlib.sha256(path.read_bytes()).hexdigest() == checksum, path
    assert [p for p in cache.glob("new/*") if p.is_file()] == []


def kept_in(cache: Path) -> list[Path]:
    """Return the files of the clips that the cache keeps."""
    return sorted(path for path in cache.glob("objects/*/*") if path.is_file())


def threads_and_files() -> tuple[int, int]:
    """Return how many threads and open descriptors this process has."""
    threads, files = Path("/proc/self/task"), Path("/proc/self/fd")
    return len(list(threads.iterdir())), len(list(files.iterdir()))
