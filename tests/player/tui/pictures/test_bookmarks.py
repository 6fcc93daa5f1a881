"""Pictures of bookmarks in each state; `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.player.tui.pictures.visits import (
    LARGE,
    SMALL,
    Picture,
    listen,
    listening_with,
    mark_two_lines,
)

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visitor


@pytest.mark.parametrize(
    "size", [SMALL, pytest.param(LARGE, marks=pytest.mark.slow)], ids=["small", "large"]
)
def test_bookmarks(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(mark_two_lines, size)


def test_bookmarks_that_cannot_be_read(picture: Picture) -> None:
    async def look_at_them(visitor: Visitor) -> None:
        await listen(visitor)
        visitor.stage.memory.is_damaged = True
        await visitor.press("B")
        await visitor.until_sees("cannot be shown")

    assert picture(look_at_them)


def test_no_bookmarks(picture: Picture) -> None:
    assert picture(listening_with("B"))


def test_a_note(picture: Picture) -> None:
    assert picture(listening_with("b"))
