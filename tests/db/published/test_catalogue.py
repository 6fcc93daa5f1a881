"""The catalogue is read from PostgreSQL a page at a time, and a story when it is opened."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from db.errors import RemoteUnreachableError, StoryRefusedError
from db.published.catalogue import RemoteCatalogue, Wanted, bring
from db.store import Store
from db.syncing.publish import publish_catalogue
from player.library.border import StoryBorder
from player.roman import sought

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.db.making import Maker

SLUGS = ("ant", "crow", "fox", "hare", "mercato", "owl-and-mouse")


@pytest.fixture
def published(store: Store, make: Maker, postgres_url: str) -> str:
    """PostgreSQL with five stories and an episode."""
    for slug in SLUGS:
        if slug == "mercato":
            store.import_episode(make.episode(slug))
        else:
            store.import_story(make.story(slug))
    publish_catalogue(postgres_url, store)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("UPDATE stories SET region = 'bengal' WHERE slug = 'fox'")
        connection.execute("UPDATE content SET genre = 'fable' WHERE id = 'hare:hi'")
        connection.execute(
            "UPDATE story_translations SET title = '100% নেউল' WHERE story_id = "
            "(SELECT id FROM stories WHERE slug = 'owl-and-mouse')"
        )
    return postgres_url


@pytest.fixture
def catalogue(published: str) -> Iterator[RemoteCatalogue]:
    made = RemoteCatalogue(published)
    yield made
    made.close()


@pytest.fixture
def desk(new_store: Callable[[str], Store]) -> Store:
    """The store of a machine with nothing in it."""
    return new_store("desk.db")


def ask(address: str, query: str, *values: Any) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(query, values)


def test_pages_follow_each_other_to_the_end(catalogue: RemoteCatalogue) -> None:
    first = catalogue.page(Wanted(), limit_to=4)
    second = catalogue.page(Wanted(), first.after, limit_to=4)

    assert [entry.slug for entry in first.entries] == list(SLUGS[:4])
    assert [entry.slug for entry in second.entries] == list(SLUGS[4:])
    assert (first.after, second.after) == ("hare", None)


def test_a_row_says_what_the_library_of_this_machine_would(
    catalogue: RemoteCatalogue, store: Store
) -> None:
    here = {entry.slug: entry for entry in store.catalogue("hi")}

    found = {entry.slug: entry for entry in catalogue.page(Wanted(shown="hi")).entries}

    for slug in ("ant", "crow", "mercato"):
        assert found[slug] == here[slug]


def test_filters_and_search(catalogue: RemoteCatalogue) -> None:
    for wanted, slugs in (
        (Wanted(region="bengal"), ["fox"]),
        (Wanted(genre="fable"), ["hare"]),
        (Wanted(format="podcast"), ["mercato"]),
        (Wanted(language="it"), ["mercato"]),
        (Wanted(age_range="12+"), ["mercato"]),
        (Wanted(**sought("নেউল")._asdict()), ["owl-and-mouse"]),
        (Wanted(**sought("100%")._asdict()), ["owl-and-mouse"]),
        (Wanted(**sought("MERCATO")._asdict()), ["mercato"]),
        (Wanted(**sought("nothing of the kind")._asdict()), []),
        (Wanted(language="hi", difficulty="lexical-heavy", genre="fable"), ["hare"]),
    ):
        found = [entry.slug for entry in catalogue.page(wanted).entries]
        assert (wanted, found) == (wanted, slugs)


def test_a_story_comes_whole_and_once(
    catalogue: RemoteCatalogue, store: Store, desk: Store
) -> None:
    border = StoryBorder()

    assert catalogue.pull_story("crow", desk, border) == "created"
    assert catalogue.pull_story("crow", desk, border) == "unchanged"
    assert catalogue.pull_story("mercato", desk, border) == "created"
    assert catalogue.pull_story("nobody", desk, border) is None

    assert desk.story("crow") == store.story("crow")
    assert desk.episode("mercato") == store.episode("mercato")


def test_a_story_that_was_changed_comes_again(
    catalogue: RemoteCatalogue, store: Store, desk: Store, make: Maker, published: str
) -> None:
    catalogue.pull_story("crow", desk, StoryBorder())
    store.import_story(make.story(content_hash="two", moral="Think twice"))
    publish_catalogue(published, store, ["crow"])

    assert catalogue.pull_story("crow", desk, StoryBorder()) == "updated"

    told = desk.story("crow")
    assert told is not None
    assert told.moral == "Think twice"


def test_a_story_that_was_taken_back_does_not_come(
    catalogue: RemoteCatalogue, desk: Store, published: str
) -> None:
    ask(published, "UPDATE stories SET is_active = FALSE WHERE slug = 'crow'")

    assert catalogue.pull_story("crow", desk, StoryBorder()) is None
    assert "crow" not in [entry.slug for entry in catalogue.page(Wanted()).entries]


def test_what_must_not_reach_a_terminal_is_left_at_the_border(
    catalogue: RemoteCatalogue, store: Store, desk: Store, published: str
) -> None:
    evil = "\x1b]52;c;AAAA\x07एक\u202e कौआ\u200d"
    ask(published, "UPDATE story_translations SET title = %s", evil)
    ask(
        published,
        "UPDATE story_nodes SET text_content = jsonb_build_object('hi', %s::text)",
        evil,
    )

    catalogue.pull_story("crow", desk, StoryBorder())

    told, before = desk.story("crow"), store.story("crow")
    assert told is not None
    assert before is not None
    assert told.translations[0].title == "]52;c;AAAAएक कौआ\u200d"
    assert {text for node in told.nodes for text in node.text_content.values()} == {
        "]52;c;AAAAएक कौआ\u200d"
    }
    assert [node.id for node in told.nodes] == [node.id for node in before.nodes]


@pytest.mark.parametrize(
    ("slug", "damage"),
    [
        ("../../crow", "UPDATE stories SET slug = '../../crow' WHERE slug = 'crow'"),
        ("crow", "DELETE FROM story_nodes"),
    ],
    ids=["a name that leads out of the shelf", "no node to begin at"],
)
def test_a_story_that_cannot_be_told_is_refused(
    catalogue: RemoteCatalogue, desk: Store, published: str, slug: str, damage: str
) -> None:
    ask(published, "UPDATE story_translations SET content_json = '{}'")
    ask(published, damage)

    with pytest.raises(StoryRefusedError):
        catalogue.pull_story(slug, desk, StoryBorder())
    assert desk.catalogue() == ()


def test_a_replica_that_is_away_is_passed_over_and_the_good_one_remembered(published: str) -> None:
    with socket.socket() as away:  # it has a port that nobody else gets, and does not listen
        away.bind(("127.0.0.1", 0))
        port = away.getsockname()[1]
        catalogue = RemoteCatalogue(published, [f"postgresql://u:p@127.0.0.1:{port}/stories"])

        assert len(catalogue.page(Wanted()).entries) == len(SLUGS)
        assert catalogue.server == RemoteCatalogue(published).server

        catalogue.close()
        assert len(catalogue.page(Wanted()).entries) == len(SLUGS)
        catalogue.close()


def test_without_any_server_it_says_so(published: str) -> None:
    catalogue = RemoteCatalogue("postgresql://u:secret@127.0.0.1:1/d")

    with pytest.raises(RemoteUnreachableError, match="cannot be reached"):
        catalogue.page(Wanted())


def test_a_line_that_was_cut_is_opened_again(catalogue: RemoteCatalogue, published: str) -> None:
    catalogue.page(Wanted())
    ask(
        published,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kahani' "
        "AND datname = current_database()",
    )

    assert len(catalogue.page(Wanted()).entries) == len(SLUGS)


def test_texts_of_an_episode_are_cleaned_too(
    store: Store, desk: Store, make: Maker, catalogue: RemoteCatalogue, published: str
) -> None:
    ask(published, "UPDATE content SET title = E'Al \\x1b[31mmercato' WHERE id = 'mercato'")

    catalogue.pull_story("mercato", desk, StoryBorder())

    assert desk.episode("mercato") == replace(make.episode(), title="Al [31mmercato")


@pytest.mark.parametrize("own_id", [None, UUID(int=7)], ids=["the same story", "another story"])
def test_an_edition_that_was_heard_elsewhere_takes_no_story_from_here(
    store: Store, desk: Store, make: Maker, published: str, own_id: UUID | None
) -> None:
    told = make.story(
        translations=(make.translation("crow", "ta", "காகம்"),),
        contents=(make.edition("crow", "hi"), make.edition("crow", "ta")),
        content_hash="two",
    )
    store.import_story(told)
    publish_catalogue(published, store, ["crow"])
    own = make.story(moral="Mine", content_hash="mine")
    if own_id is not None:
        own = replace(own, id=own_id, contents=())
    desk.import_story(own)

    with psycopg.connect(published, autocommit=True) as connection:
        is_here = bring(connection, "content/crow:ta", desk, StoryBorder())

    kept = desk.story("crow")
    assert kept is not None
    assert (kept.moral, kept.translations) == ("Mine", own.translations)
    assert is_here == (own_id is None)
    assert [content.id for content in kept.contents] == (["crow:hi", "crow:ta"] if is_here else [])
