"""Two machines: one that a story is on, and one that it is carried to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.player.bundle.bundles import Home, home_in, write_folder


@pytest.fixture
def author(tmp_path: Path) -> Iterator[Home]:
    """A home that the story of the well was imported in."""
    with home_in(tmp_path / "author") as home:
        home.take_in(write_folder(tmp_path / "well"))
        yield home


@pytest.fixture
def friend(tmp_path: Path) -> Iterator[Home]:
    """A home with nothing in it."""
    with home_in(tmp_path / "friend") as home:
        yield home


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "demo.kahani"
