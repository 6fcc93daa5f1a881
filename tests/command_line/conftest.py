"""Homes in which the program was started before, and new ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from player.cli.wiring import open_store
from player.paths import Paths
from tests.command_line.homes import Home


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as the first start of the program leaves it, to be copied."""
    home = tmp_path_factory.mktemp("furnished") / "home"
    open_store(Paths(*(home / name for name in ("config", "data", "cache", "logs")))).close()
    return home


@pytest.fixture
def home(furnished: Path, tmp_path: Path) -> Home:
    """A home in which the program was started before."""
    return Home(shutil.copytree(furnished, tmp_path / "home"))


@pytest.fixture
def new_home(tmp_path: Path) -> Home:
    """A home with nothing in it."""
    return Home(tmp_path / "home")
