"""Which stories came from bundles: those may be brought up to date by another one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from player.bundle.manifest import StoryFact
from player.library.shelf import CatalogueStore

_KEY: Final = "installed_from_bundles"
_MOST: Final = 50
"""Versions of one story that are remembered."""


def came_from_bundles(slug: str, store: CatalogueStore) -> list[str]:
    """Return the content hashes under which this story was ever installed."""
    return _known(store).get(slug, [])


def remember(facts: Iterable[StoryFact], store: CatalogueStore) -> None:
    """Note that these come from a bundle; before they do, as a crash may come in between."""
    known = _known(store)
    for fact in facts:
        former = [each for each in known.get(fact.slug, []) if each != fact.content_hash]
        known[fact.slug] = [*former, fact.content_hash][-_MOST:]
    store.set_meta(_KEY, json.dumps(known)).result()


def _known(store: CatalogueStore) -> dict[str, list[str]]:
    known: dict[str, list[str]] = json.loads(store.get_meta(_KEY) or "{}")
    return known
