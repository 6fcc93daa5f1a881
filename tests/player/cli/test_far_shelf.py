"""Stories that everybody shares stand in the library, and come here when they are opened."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

import player.cli.far_shelf as far_shelf_module
from db.published.catalogue import CataloguePage, RemoteCatalogue, Wanted
from db.store import Store
from db.syncing.publish import publish_catalogue
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


def test_a_story_that_was_taken_back_leaves_the_library_when_it_is_opened(
    published: str, here: Store, far_shelf: Callable[[str], FarShelf]
) -> None:
    far = far_shelf(published)
    shelving = Shelving(here, [], None, far)
    far.look(ANYTHING, None)
    assert [story.slug for story in shelving.catalogue(Settings())] == ["well"]
    change(published, "UPDATE stories SET is_active = false")
    with pytest.raises(UsageError, match=r"There is no story .well."):
        StoreShelf(here, far).open_story("well")
    assert shelving.catalogue(Settings()) == ()


def test_titles_follow_the_language_of_the_listener(
    published: str, here: Store, far_shelf: Callable[[str], FarShelf]
) -> None:
    far = far_shelf(published)
    shelving = Shelving(here, [], None, far)
    titles = {}
    for language in ("hi", "hi-mixed"):
        assert far.look(ANYTHING, language)
        [story] = shelving.catalogue(Settings(language=language))
        titles[language] = story.title
    assert titles == {"hi": "कुआँ", "hi-mixed": "कुआँ well"}


def test_a_name_that_leads_out_of_the_shelf_is_not_shown(
    published: str, here: Store, far_shelf: Callable[[str], FarShelf]
) -> None:
    change(published, "UPDATE stories SET slug = '../..'")
    far = far_shelf(published)
    assert not far.look(ANYTHING, None)
    assert far.entries == ()


def test_a_story_of_the_listener_s_own_is_not_followed_and_any_other_is(
    published: str, here: Store, well: Story
) -> None:
    def changed_here(far: FarShelf) -> str | None:
        here.import_story(replace(to_record(well), moral="Mine", content_hash="mine"))
        far.follow(well)
        for thread in threading.enumerate():
            if thread.name == "follow":
                thread.join()
        far.close()
        story = here.story("well")
        assert story is not None
        return story.moral

    far = FarShelf(RemoteCatalogue(published), here, is_ours=lambda slug: slug == "well")
    assert changed_here(far) == "Mine"
    assert changed_here(FarShelf(RemoteCatalogue(published), here)) == well.moral


def test_stories_are_followed_one_at_a_time_and_leaving_waits_for_none(
    here: Store, well: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far_shelf_module, "CLOSE_S", 0.01)
    others = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as silent:
        far = FarShelf(
            RemoteCatalogue(f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/d"), here
        )
        for _ in range(5):
            far.follow(well)
        asking, _ = silent.accept()
        with asking:
            ours = set(threading.enumerate()) - others
            assert [thread.name for thread in ours].count("follow") == 1
            began = time.monotonic()
            far.close()
            assert time.monotonic() - began < 30  # the other end answers never
    for thread in threading.enumerate():
        if thread.name in {"follow", "far-close"}:
            thread.join()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_story_that_cannot_be_understood_keeps_no_other_from_being_followed(
    far_shelf: Callable[[str], FarShelf], well: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def malformed(_: RemoteCatalogue, slug: str, *__: object) -> None:
        asked.append(slug)
        raise ValueError(slug)

    monkeypatch.setattr(RemoteCatalogue, "pull_story", malformed)
    far = far_shelf(NOWHERE)
    for _ in range(2):
        far.follow(well)
        for thread in threading.enumerate():
            if thread.name == "follow":
                thread.join()
    assert asked == ["well", "well"]


def change(address: str, query: LiteralString) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(query)
