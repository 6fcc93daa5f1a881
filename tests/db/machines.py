"""Machines of one listener: each with a store of its own and a way to PostgreSQL."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import select

from db.models import Row
from db.outbox import counts
from db.published.catalogue import Border
from db.store import Store
from db.syncing.sync import Sync, SyncResult, SyncState

if TYPE_CHECKING:
    from tests.db.making import Maker


def load(name: str) -> ModuleType:
    """Import a helper that lies beside this one; the tests are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Machine:
    """A store with the crow in it, who listens there, and what is between it and PostgreSQL."""

    def __init__(self, path: Path, address: str, border: Border | None = None) -> None:
        self.address = address
        self.store = Store.open(path)
        self.sync = Sync(self.store, address, lambda _: None, border)
        self.make: Maker = load("making").Maker(self.store.listener().id)

    @classmethod
    def make_new(cls, made_once: Path, path: Path, address: str, **more: Any) -> Machine:
        """Make one from an empty store, with a story."""
        machine = cls(Path(shutil.copy(made_once, path)), address, **more)
        machine.store.import_story(machine.make.story())
        return machine

    def sit_down(self) -> None:
        """Begin a sitting, as whoever listens here by now."""
        self.make = load("making").Maker(self.store.listener().id)

    def exchange(self) -> SyncResult:
        """Send and pull all there is."""
        result = self.sync.sync_once()
        assert result.status.state is SyncState.IDLE, result.status.message
        return result

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the store something."""
        return self.store.read(lambda tx: [tuple(row) for row in tx.exec_driver_sql(query)])

    def table(self, name: str) -> list[dict[str, Any]]:
        """Return a whole table, its JSON read."""
        of_name = Row.metadata.tables[name]
        query = select(of_name).order_by(*of_name.primary_key.columns)
        return self.store.read(lambda tx: [dict(row) for row in tx.execute(query).mappings()])

    @property
    def pending(self) -> int:
        """How many entries are unsent."""
        return self.store.read(counts).pending

    def close(self) -> None:
        """Close the store and the connection."""
        self.sync.close()
        self.store.close()


def log_in(address: str) -> None:
    """Make whoever is there the listener that the role of this address stands for."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("UPDATE users SET db_role = current_user")


Machines = Callable[..., Machine]
