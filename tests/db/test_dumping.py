"""A copy of PostgreSQL is whole, also where two programs make one at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from db.growth.dumping import dump
from db.remote import Remote
from db.revisions import HEAD

if TYPE_CHECKING:
    from tests.postgres import PostgresServer


def test_two_that_copy_at_once_keep_a_whole_copy_each(
    postgres_server: PostgresServer,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", f"{postgres_server.programs}{os.pathsep}{os.environ['PATH']}")
    remote, folder = Remote(postgres_url), tmp_path / "copies"

    with ThreadPoolExecutor(4) as pool:
        copies = [
            made.result() for made in [pool.submit(dump, remote, folder, HEAD) for _ in range(4)]
        ]

    assert len(set(copies)) == 4
    assert sorted(folder.iterdir()) == sorted(copies)
    assert {(copy.stat().st_mode & 0o77, copy.read_bytes()[:5]) for copy in copies} == {
        (0, b"PGDMP")
    }
