"""Stories that everybody shares stand in the library, and come here when they are opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.publish import publish_catalogue
from db.remote_catalogue import CataloguePage, RemoteCatalogue, Wanted
from db.store import Store
from player.cli.far_shelf import REST_S, FarShelf
from player.cli.shelving import Shelving
from player.cli.wiring import StoreShelf
from player.errors import MissingPartError, UsageError
from player.library.catalogue import to_record
from player.story.graph import Story
from player.tui.services import Further, Settings

ANYTHING = Further()
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


class Unanswering(RemoteCatalogue):
    """Counts how often it is asked."""

    asked = 0

    def page(self, wanted: Wanted, after: str | None = None, limit_to: int = 50) -> CataloguePage:
        self.asked += 1
        return super().page(wanted, after, limit_to)


@pytest.fixture
def published(tmp_path: Path, well: Story, postgres_url: str) -> str:
    """PostgreSQL with the story of the well, as an author published it."""
    author = Store.open(tmp_path / "author.sqlite")
    author.import_story(to_record(well))
    publish_catalogue(postgres_url, author)
    author.close()
    return postgres_url


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Store]:
    """The store of a listener, with nothing in it."""
    store = Store.open(tmp_path / "here.sqlite")
    yield store
    store.close()


@pytest.fixture
def far_shelf(here: Store) -> Iterator[Callable[[str], FarShelf]]:
    """Make shelves that are closed in the end."""
    made: list[FarShelf] = []

    def make(address: str) -> FarShelf:
        made.append(FarShelf(RemoteCatalogue(address), here))
        return made[-1]

    yield make
    for far in made:
        far.close()


def test_what_was_looked_at_stands_in_the_library_as_not_here(
    published: str, here: Store, far_shelf: Callable[[str], FarShelf]
) -> None:
    far = far_shelf(published)
    shelving = Shelving(here, [], None, far)
    assert shelving.catalogue(Settings()) == ()
    assert far.look(ANYTHING, None)
    (story,) = shelving.catalogue(Settings())
    assert (story.slug, story.is_downloaded) == ("well", False)
    assert shelving.catalogue(Settings()) is shelving.catalogue(Settings())
    assert not far.look(ANYTHING, None)


def test_a_search_is_answered_by_those_that_have_it(
    published: str, far_shelf: Callable[[str], FarShelf]
) -> None:
    far = far_shelf(published)
    assert not far.look(Further(query="no such title"), None)
    assert not far.look(Further(genre="no such genre"), None)
    assert far.look(Further(query="कुआँ"), None)


def test_a_story_comes_here_when_it_is_opened(
    published: str, here: Store, well: Story, far_shelf: Callable[[str], FarShelf]
) -> None:
    shelf = StoreShelf(here, far_shelf(published))
    opened = shelf.open_story("well")
    assert opened.nodes.keys() == well.nodes.keys()
    assert [entry.slug for entry in here.catalogue()] == ["well"]
    assert tuple(opened.editions) == tuple(well.editions)
    with pytest.raises(UsageError, match="no-such"):
        shelf.open_story("no-such")


def test_without_a_network_a_story_that_is_not_here_says_what_to_do(
    here: Store, far_shelf: Callable[[str], FarShelf]
) -> None:
    far = far_shelf(NOWHERE)
    assert not far.look(ANYTHING, None)
    with pytest.raises(MissingPartError, match=r"well is not on this machine.* network"):
        StoreShelf(here, far).open_story("well")


def test_who_does_not_answer_is_left_alone_for_a_while(here: Store) -> None:
    clock = [100.0]
    catalogue = Unanswering(NOWHERE)
    far = FarShelf(catalogue, here, clock=lambda: clock[0])
    for seconds_later in (0.0, REST_S - 1):
        clock[0] += seconds_later
        assert not far.look(ANYTHING, None)
    assert catalogue.asked == 1
    clock[0] += 2
    assert not far.look(ANYTHING, None)
    assert catalogue.asked == 2
