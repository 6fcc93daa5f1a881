"""PostgreSQL finds stories by page, by filter and by word, in every script, whatever is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

import db.published.searching
from db.published.catalogue import RemoteCatalogue, Wanted
from db.published.searching import remarks
from db.remote import Remote
from db.store import Store
from db.syncing.publish import publish_catalogue
from db.upgrade import run_alembic, upgrade_remote
from player.library.border import key
from player.roman import sought

if TYPE_CHECKING:
    from tests.db.making import Maker
    from tests.postgres import Databases

TITLES = {
    "crow": ("hi", "चालाक कौआ"),
    "crow-in-tamil": ("ta", "புத்திசாலிக் காகம்"),
    "fox": ("it", "La volpe e la luna"),
    "quote": ("en", "It's 100% \\ o'clock_now"),
    "sky": ("bn", "আকাশ ও পাখি"),
}


@pytest.fixture
def connection(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_url, autocommit=True) as opened:
        yield opened


def fill(store: Store, make: Maker, address: str) -> None:
    """Publish five stories, an episode and a placement."""
    for slug, (language, title) in TITLES.items():
        edition = replace(
            make.edition(slug, language), genre="fairy tale" if slug == "fox" else "folk tale"
        )
        told = (make.translation(slug, language, title),)
        store.import_story(make.story(slug, translations=told, contents=(edition,)))
    store.import_episode(make.episode())
    store.import_story(make.story("placement-hi"))
    publish_catalogue(address, store, key=key)


@pytest.fixture(scope="module")
def catalogue(
    databases: Databases,
    new_database: Callable[..., str],
    migrated: Callable[[], str],
    new_maker: Callable[[Store], Maker],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RemoteCatalogue]:
    """What all may look at and nobody changes."""
    name = new_database(migrated())
    store = Store.open(tmp_path_factory.mktemp("searching") / "kahani.db")
    fill(store, new_maker(store), databases.url(name))
    made = RemoteCatalogue(databases.url(name))
    yield made
    made.close()
    store.close()
    databases.drop(name)


@pytest.fixture
def changing(store: Store, make: Maker, postgres_url: str) -> Iterator[RemoteCatalogue]:
    """One of its own for a test that changes it."""
    fill(store, make, postgres_url)
    made = RemoteCatalogue(postgres_url)
    yield made
    made.close()


def slugs(catalogue: RemoteCatalogue, **wanted: Any) -> list[str]:
    inside, beginning = sought(wanted.pop("search", ""))
    page = catalogue.page(Wanted(inside=inside, beginning=beginning, **wanted))
    return [entry.slug for entry in page.entries]


def test_a_placement_is_no_row_and_is_there_by_its_name(catalogue: RemoteCatalogue) -> None:
    assert "placement-hi" not in slugs(catalogue)
    assert slugs(catalogue, search="placement") == []
    assert catalogue.read("placement-hi") is not None


def test_pages_follow_each_other_by_slug(catalogue: RemoteCatalogue) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = catalogue.page(Wanted(), after, 2)
        seen += [entry.slug for entry in page.entries]
        after = page.after
        if after is None:
            break

    assert seen == sorted([*TITLES, "mercato"])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("चाल", ["crow"]),
        ("कौआ चा", ["crow"]),
        ("லிக்", ["crow-in-tamil"]),
        ("কাশ", ["sky"]),
        ("VOLPE", ["fox"]),
        ("olp", ["fox"]),
        ("ol", []),
        ("vo", ["fox"]),
        ("chalak kauwa", ["crow"]),
        ("puttisali", ["crow-in-tamil"]),
        ("akash", ["sky"]),
        ("LA VÓLPE", ["fox"]),
        ("lu vo", ["fox"]),
        ("tamil", ["crow-in-tamil"]),
        ("merc", ["mercato"]),
        ("o'clock", ["quote"]),
        ("100%", ["quote"]),
        ("lock_now", ["quote"]),
        ("' | 'x", []),
        ("nowhere", []),
        ("%%%", [*sorted([*TITLES, "mercato"])]),
        ("\\", [*sorted([*TITLES, "mercato"])]),
        (" ", [*sorted([*TITLES, "mercato"])]),
    ],
)
def test_words_are_found(catalogue: RemoteCatalogue, typed: str, found: list[str]) -> None:
    assert slugs(catalogue, search=typed) == found


def test_filters_and_words_are_found_together(catalogue: RemoteCatalogue) -> None:
    assert slugs(catalogue, language="it") == ["fox", "mercato"]
    assert slugs(catalogue, genre="fairy tale") == ["fox"]
    assert slugs(catalogue, language="it", format="podcast") == ["mercato"]
    assert slugs(catalogue, age_range="4-8", search="crow") == ["crow", "crow-in-tamil"]
    assert slugs(catalogue, region="nowhere") == []


def test_what_many_have_is_found_in_the_same_order(
    catalogue: RemoteCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    everywhere = slugs(catalogue, genre="folk tale")
    some = catalogue.page(Wanted(genre="folk tale"), "crow", 2)
    for near, few in ((0, 1), (2, 1), (1, 100)):
        monkeypatch.setattr(db.published.searching, "NEAR", near)
        monkeypatch.setattr(db.published.searching, "FEW", few)
        assert slugs(catalogue, genre="folk tale") == everywhere
        assert catalogue.page(Wanted(genre="folk tale"), "crow", 2) == some


def test_search_follows_the_catalogue(
    changing: RemoteCatalogue, connection: psycopg.Connection[Any]
) -> None:
    connection.execute("UPDATE story_translations SET title = 'Lupo' WHERE title LIKE 'La volpe%'")
    assert (slugs(changing, search="volpe"), slugs(changing, search="lupo")) == ([], ["fox"])

    connection.execute("UPDATE content SET genre = 'fable' WHERE id = 'fox:it'")
    assert slugs(changing, genre="fable") == ["fox"]

    connection.execute("UPDATE stories SET is_active = false WHERE slug = 'fox'")
    assert slugs(changing, search="lupo") == []

    connection.execute("UPDATE stories SET is_active = true, slug = 'wolf' WHERE slug = 'fox'")
    assert slugs(changing, search="lupo") == ["wolf"]

    connection.execute("DELETE FROM stories WHERE slug = 'wolf'")
    connection.execute("DELETE FROM content WHERE id = 'mercato'")
    assert slugs(changing) == [slug for slug in sorted(TITLES) if slug != "fox"]


def test_what_was_there_before_is_found_after_an_upgrade_by_the_same_indexes(
    changing: RemoteCatalogue, connection: psycopg.Connection[Any], postgres_url: str
) -> None:
    indexes = "SELECT indexdef FROM pg_indexes WHERE tablename = 'catalogue_search' ORDER BY 1"
    words = "SELECT slug, words, tags FROM catalogue_search ORDER BY slug"
    before = [connection.execute(question).fetchall() for question in (indexes, words)]
    connection.execute("DELETE FROM catalogue_keys")  # they cannot come back
    with Remote(postgres_url).engine().begin() as opened:
        run_alembic(opened, lambda all_, config: all_.downgrade(config, "0009"))
    assert connection.execute(words).fetchall() != before[1]

    upgrade_remote(postgres_url)

    assert connection.execute(indexes).fetchall() == before[0]
    assert [(slug, tags) for slug, _, tags in connection.execute(words).fetchall()] == [
        (slug, tags) for slug, _, tags in before[1]
    ]
    assert slugs(changing, search="volpe") == ["fox"]
    assert slugs(changing, search="olpe") == ["fox"]
    assert slugs(changing, genre="fairy tale") == ["fox"]


def test_without_trigrams_words_are_found_by_how_they_begin(
    changing: RemoteCatalogue, connection: psycopg.Connection[Any]
) -> None:
    assert remarks(connection) == ()
    connection.execute("DROP EXTENSION pg_trgm CASCADE")

    assert (slugs(changing, search="volp"), slugs(changing, search="olp")) == (["fox"], [])
    (said,) = remarks(connection)
    assert "CREATE EXTENSION pg_trgm" in said


def test_a_database_that_knows_no_indian_letters_says_so(
    databases: Databases, new_database: Callable[..., str], connection: psycopg.Connection[Any]
) -> None:
    name = f"{new_database()}_c"
    connection.execute(
        f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'".encode()
    )
    try:
        upgrade_remote(databases.url(name))
        with psycopg.connect(databases.url(name)) as other:
            (said,) = remarks(other)
            other.execute("SELECT to_tsvector('simple', 'कौआ')")
    finally:
        databases.drop(name)

    assert "C.UTF-8" in said
