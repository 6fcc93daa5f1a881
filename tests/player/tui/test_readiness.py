"""What is said of clips that are still coming: of the one that is heard, and of each choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from player.audio.output import PlaybackState
from player.events import BUFFERING, CONNECTING, ChoicesReady, Event, PlaybackChanged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.player.tui.conftest import Visit, Visitor

RUN = "जितना तेज़ हो सके"


@pytest.fixture
async def listener(visit: Visit) -> AsyncIterator[Visitor]:
    async with visit() as visitor:
        await visitor.open()
        yield visitor


async def tell(listener: Visitor, event: Event) -> None:
    assert listener.stage.tell is not None
    listener.stage.tell(event)
    await listener.settle()


def row_of(listener: Visitor, words: str) -> str:
    (row,) = [row for row in listener.sees.splitlines() if words in row]
    return row


@pytest.mark.parametrize("words", [CONNECTING, f"{BUFFERING} 40 %"])
async def test_a_clip_that_comes_is_waited_for_in_words(listener: Visitor, words: str) -> None:
    await tell(listener, PlaybackChanged(PlaybackState.LOADING, words))
    assert words in listener.sees.splitlines()[-2]
    assert "loading" not in listener.sees


async def test_each_choice_says_whether_it_is_ready(listener: Visitor) -> None:
    await listener.hear_out(then=RUN)
    assert "ready" not in listener.sees
    assert "%" not in row_of(listener, RUN)
    await tell(listener, ChoicesReady({"A": 100, "B": 40}))
    assert row_of(listener, "दोनों हाथों").rstrip().endswith(" ready")
    assert row_of(listener, RUN).rstrip().endswith(" 40 %")


async def test_nothing_is_left_of_it_at_the_next_node(listener: Visitor) -> None:
    await listener.hear_out(then=RUN)
    await tell(listener, ChoicesReady({"A": 100, "B": 100}))
    await listener.press("2")
    await listener.until_sees("हवा मीना से")
    assert "ready" not in listener.sees
