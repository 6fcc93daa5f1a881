"""What is said of clips that are still coming: of the one that is heard, and of each choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from player.audio.output import PlaybackState
from player.events import BUFFERING, CONNECTING, ChoicesReady, Event, PlaybackChanged
from player.story.passages import Option
from player.tui.widgets.choices import Choices

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

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
    assert row_of(listener, RUN).rstrip().endswith(" fetching 40 %")


async def test_a_choice_whose_clip_cannot_be_had_says_so_until_it_can(listener: Visitor) -> None:
    await listener.hear_out(then=RUN)
    await tell(listener, ChoicesReady({"A": 100, "B": None}))
    assert row_of(listener, RUN).rstrip().endswith(" text only")
    await tell(listener, ChoicesReady({"A": 100, "B": 0}))
    assert row_of(listener, RUN).rstrip().endswith(" fetching  0 %")
    await tell(listener, ChoicesReady({"A": 100, "B": 100}))
    assert row_of(listener, RUN).rstrip().endswith(" ready")
    assert "text only" not in listener.sees


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)])
async def test_all_that_is_said_of_choices_ends_in_one_column_and_no_text_moves(
    visit: Visit, size: tuple[int, int]
) -> None:
    async with visit(size=size) as visitor:
        await visitor.open()
        await visitor.hear_out(then="> 1")
        choices = visitor.app.screen.query_one(Choices)
        long = "Everything there is to say " * 12
        fits = ("x " * 40)[: 2 * (choices.size.width // 4)].strip()
        choices.offer(tuple(Option(k, t) for k, t in zip("ABC", ("Go.", fits, long), strict=True)))
        await visitor.settle()
        before = rows_of(choices)
        choices.know({"A": 100, "B": 7, "C": None})
        await visitor.settle()
        after = rows_of(choices)
        said = [row for row in after if row.rstrip().endswith(("ready", " 7 %", "text only"))]
        assert len(said) == 3
        assert len({len(row.rstrip()) for row in said}) == 1
        words = ("ready", "fetching  7 %", "text only")
        bare = [strip(row, words) for row in after]
        assert [row for row in bare if row] == [row for row in before if row]
        choices.know({})
        await visitor.settle()
        assert rows_of(choices) == before


def strip(row: str, words: Sequence[str]) -> str:
    for each in words:
        row = row.rstrip().removesuffix(each)
    return row.rstrip()


def rows_of(choices: Choices) -> list[str]:
    """Return what the choices show, also what has to be scrolled to."""
    count = choices.virtual_size.height
    top = choices.scroll_offset.y
    return [choices.render_line(y - top).text.rstrip() for y in range(count)]


async def test_nothing_is_left_of_it_at_the_next_node(listener: Visitor) -> None:
    await listener.hear_out(then=RUN)
    await tell(listener, ChoicesReady({"A": 100, "B": 100}))
    await listener.press("2")
    await listener.until_sees("हवा मीना से")
    assert "ready" not in listener.sees
