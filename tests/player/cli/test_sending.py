"""What is written is sent soon, however long the disk takes over it."""

from __future__ import annotations

import queue
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db.store import Store
from db.syncing.sync import Sync
from player.cli.sending import SendingStore
from tests.db.making import Maker


def test_the_sender_is_told_of_what_was_written_not_of_what_will_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(tmp_path / "kahani.sqlite")
    make, waiting = Maker(store.listener().id), queue.SimpleQueue[int]()
    monkeypatch.setattr(Sync, "nudge", lambda _: waiting.put(store.pending()))
    before = store.pending()
    sending = SendingStore(store, "postgresql://u@127.0.0.1:1/d", lambda _: None)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as slow_disk:
        slow_disk.execute("BEGIN IMMEDIATE")
        written = sending.append([make.session()])
        slow_disk.execute("ROLLBACK")
    written.result()
    assert waiting.get(timeout=60) > before
    sending.stop()
    store.close()
