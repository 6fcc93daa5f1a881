"""The sender and a published story, for tests of what is sent and what waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from db.store import Store
from db.syncing.publish import publish_catalogue
from db.syncing.sync import Sync

if TYPE_CHECKING:
    from tests.db.making import Maker


@pytest.fixture(autouse=True)
def patience(unhurried: None) -> None:
    """Nothing here fails because PostgreSQL took its time."""


@pytest.fixture
def sync(store: Store, postgres_url: str) -> Iterator[Sync]:
    """The sender, used by hand."""
    made = Sync(store, postgres_url, lambda _: None)
    yield made
    made.close()


@pytest.fixture
def shelf(store: Store, make: Maker, postgres_url: str) -> Store:
    """A store with a story that is published as well."""
    store.import_story(make.story())
    publish_catalogue(postgres_url, store)
    return store
