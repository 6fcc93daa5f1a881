"""Story and episode folders of an author, an empty store, and the shelf of one's own stories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db.store import Store
from tests.player.library.folders import EPISODE, STORY, write_clip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "kahani.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "data" / "stories"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mine"
    made.mkdir()
    (made / "story.yaml").write_text(STORY, encoding="utf-8")
    (made / "cover.png").write_bytes(b"\x89PNG")
    write_clip(made, "hi/0.00/meera/fork")
    write_clip(made, "hi-mixed/0.30/meera/fork", b"mixed")
    return made


@pytest.fixture
def episode_folder(tmp_path: Path) -> Path:
    made = tmp_path / "il-mercato"
    made.mkdir()
    (made / "episode.yaml").write_text(EPISODE, encoding="utf-8")
    write_clip(made, "it/0.00/nico/episode")
    return made
