"""Pictures of the library in each state; `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from player.errors import MissingPartError
from player.events import SyncChanged
from tests.player.tui.pictures.visits import (
    LARGE,
    SMALL,
    Picture,
    choose_filters,
    filter_stories,
    find,
    find_nothing,
    look,
    waiting_for,
)

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visitor


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_the_library(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(look, size)


def test_a_library_that_is_being_opened(picture: Picture) -> None:
    assert picture(waiting_for("Opening"), is_slow=True)


def test_an_empty_library(picture: Picture) -> None:
    assert picture(waiting_for("no stories"), stories=())


def test_a_library_that_cannot_be_opened(picture: Picture) -> None:
    error = MissingPartError("The store is held by another program. Close it and try again.")
    assert picture(waiting_for("another program"), failures=[error])


def test_a_library_that_cannot_be_read(picture: Picture) -> None:
    error = MissingPartError("The store is damaged. kahani doctor tells more.")
    assert picture(waiting_for("damaged"), catalogue_failure=error)


def test_a_search(picture: Picture) -> None:
    assert picture(find)


def test_a_search_that_finds_nothing(picture: Picture) -> None:
    assert picture(find_nothing)


@pytest.mark.parametrize(
    "size", [SMALL, pytest.param(LARGE, marks=pytest.mark.slow)], ids=["small", "large"]
)
def test_filters(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(choose_filters, size)


def test_a_library_that_is_filtered(picture: Picture) -> None:
    assert picture(filter_stories)


def test_a_library_that_is_offline(picture: Picture) -> None:
    async def lose_the_network(visitor: Visitor) -> None:
        await look(visitor)
        await visitor.until(lambda: visitor.stage.tell is not None)
        assert visitor.stage.tell
        visitor.stage.tell(SyncChanged(3, "offline, 3 to send"))
        await visitor.until_sees("offline")

    assert picture(lose_the_network)


def test_a_story_that_cannot_be_opened(picture: Picture) -> None:
    async def want_it(visitor: Visitor) -> None:
        await look(visitor)
        await visitor.press("end", "enter")
        await visitor.until_sees("there is no story")

    assert picture(want_it)
