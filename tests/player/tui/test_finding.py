"""Finding words in the transcript."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit, Visitor

SECOND = "दादाजी का दीया बुझ"


@pytest.fixture
async def listener(visit: Visit) -> AsyncIterator[Visitor]:
    """Somebody who has just opened the story of the lamp."""
    async with visit() as visitor:
        await visitor.open()
        yield visitor


def found(listener: Visitor) -> str:
    rows = listener.sees.splitlines()[:-3]
    return next((row for row in rows if row.startswith("  > ")), "")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("diya", marks=pytest.mark.slow),
        pytest.param("grandfather", marks=pytest.mark.slow),
        "दीया",
        "dadaji bujh",
    ],
)
async def test_words_are_found_in_any_script_and_by_their_translation(
    listener: Visitor, words: str
) -> None:
    await listener.press("slash")
    await listener.paste(words)
    assert SECOND in found(listener)
    assert "1 of 1" in listener.sees


async def test_n_goes_from_one_place_to_the_next_and_around(listener: Visitor) -> None:
    await listener.press("slash")
    await listener.paste("था")
    await listener.press("enter")
    first = found(listener)
    assert SECOND in first
    await listener.press("n")
    assert found(listener) != first
    await listener.press("N")
    assert found(listener) == first


async def test_what_is_not_there_is_said(listener: Visitor) -> None:
    await listener.press("slash", *"moonlight")
    assert "not there" in listener.sees
    await listener.press("escape", "n")
    assert found(listener) == ""


async def test_keys_mean_what_they_meant_once_the_search_is_left(listener: Visitor) -> None:
    await listener.press("slash", *"diya", "escape", "space")
    assert "|| paused" in listener.sees
