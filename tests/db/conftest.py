"""Fixtures of the store's tests: a store in a folder of its own, and rows to put into it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from db.store import Store

if TYPE_CHECKING:
    from tests.db.making import Maker


def load(name: str) -> ModuleType:
    """Import a helper that lies beside the tests; they are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def definitions() -> ModuleType:
    """The module that lists what a database defines."""
    return load("reading_definitions")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new store."""
    with_rows = Store.open(tmp_path / "kahani.db")
    yield with_rows
    with_rows.close()


@pytest.fixture
def make(store: Store) -> Maker:
    """Makes rows of a listener who sits down with the crow."""
    made: Maker = load("making").Maker(store.listener().id)
    return made


@pytest.fixture
def new_store(tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    """Open further stores by file name; the same name is the same file."""
    opened: list[Store] = []

    def open_store(name: str) -> Store:
        opened.append(Store.open(tmp_path / name))
        return opened[-1]

    yield open_store
    for one in opened:
        one.close()
