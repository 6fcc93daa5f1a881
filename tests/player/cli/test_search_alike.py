"""The same search finds the same stories, whether this machine answers it or PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg
import pytest

from db.published.catalogue import RemoteCatalogue
from db.store import Store
from db.syncing.publish import publish_catalogue
from player.cli.far_shelf import FarShelf
from player.cli.shelving import Shelving
from player.library.border import key
from player.library.shelf import import_bundled
from player.resources import bundled_stories
from player.tui.finding import Finder
from player.tui.services import Further, Settings

IN_LATIN = ("chalak kauwa", "caalaak", "kagam", "kākam", "puthisali", "pyaas")
TYPED = (
    "चालाक", "चाल", "कौआ चा", "காகம்", "কাক", "crow", "the crow", "thirsty", "प्यास", "pot",
    "forno", "LA VÓLPE", "perché", "alle cinque", "olp", "ol", "vo", "पा", "l'amore", "%",
    "no such story",
)  # fmt: skip
HINDI = Settings(language="hi")


async def find(shelving: Shelving, typed: str) -> set[str]:
    """Return the slugs that a library of these stories finds."""

    async def words(slugs: Sequence[str]) -> Mapping[str, str]:
        return shelving.words(slugs)

    finder, stories = Finder(), shelving.catalogue(HINDI)
    finder.take(stories)
    async for _ in finder.prepare(words):
        pass
    return {stories[number].slug for number in finder.find(typed)}


@pytest.fixture
def library(tmp_path: Path) -> Store:
    """The store of somebody who has the bundled stories."""
    store = Store.open(tmp_path / "here.sqlite")
    import_bundled(bundled_stories(), store)
    return store


async def differences(library: Store, address: str, path: Path, typed: Sequence[str]) -> list[str]:
    """Return what finds other stories here than where they are only in PostgreSQL."""
    empty, different = Store.open(path), []
    for words in typed:
        far = FarShelf(RemoteCatalogue(address), empty)
        far.look(Further(query=words), "hi")
        if await find(Shelving(empty, [], None, far), words) != await find(
            Shelving(library, []), words
        ):
            different.append(words)
        far.close()
    empty.close()
    library.close()
    return different


async def test_what_is_found_here_is_found_there(
    library: Store, postgres_url: str, tmp_path: Path
) -> None:
    publish_catalogue(postgres_url, library, key=key)

    typed = (*IN_LATIN, *TYPED)
    assert await differences(library, postgres_url, tmp_path / "empty.sqlite", typed) == []


async def test_of_a_catalogue_written_by_hand_all_but_romanised_words_are_found(
    library: Store, postgres_url: str, tmp_path: Path
) -> None:
    publish_catalogue(postgres_url, library, key=key)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("DELETE FROM catalogue_keys; SELECT refresh_catalogue_search()")

    assert await differences(library, postgres_url, tmp_path / "empty.sqlite", TYPED) == []


async def test_a_title_that_was_changed_by_hand_is_found_by_what_it_is_now(
    library: Store, postgres_url: str, tmp_path: Path
) -> None:
    publish_catalogue(postgres_url, library, key=key)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("UPDATE story_translations SET title = 'Lupo' WHERE title LIKE 'La v%'")
    empty = Store.open(tmp_path / "empty.sqlite")
    far = FarShelf(RemoteCatalogue(postgres_url), empty)

    far.look(Further(query="lupo"), "hi")

    assert await find(Shelving(empty, [], None, far), "lupo") == {"la-volpe-e-la-luna"}
    far.close()
    empty.close()
    library.close()
