"""Another language or mix in mid-story: planned, announced, marked on the fader, taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from player.tui.widgets.fader import Fader

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit, Visitor

LAMP_MIXED = "दादाजी का lamp"


@pytest.fixture
async def listener(visit: Visit) -> AsyncIterator[Visitor]:
    """Somebody who hears the first line."""
    async with visit() as visitor:
        await visitor.open()
        await visitor.hear(1)
        yield visitor


def top(listener: Visitor) -> str:
    return listener.sees.splitlines()[0]


def facts(listener: Visitor) -> str:
    return listener.sees.splitlines()[-2]


async def test_the_fader_marks_the_rung_that_is_heard(listener: Visitor) -> None:
    assert "Hindi  ●──○  English 0 %" in top(listener)


async def test_a_planned_rung_is_marked_otherwise_and_comes_with_the_next_line(
    listener: Visitor,
) -> None:
    await listener.press("x")
    assert "●──◆  English 0 % > 30 %" in top(listener)
    assert "30 % English next" in facts(listener)
    await listener.hear(4)
    await listener.until_sees("○──●  English 30 %")
    assert "now 30 % English" in facts(listener)
    assert LAMP_MIXED in listener.sees


async def test_what_is_planned_is_taken_back(listener: Visitor) -> None:
    await listener.press("L", "U")
    assert "Tamil" not in top(listener)
    await listener.until_sees("It stays Hindi.")
    await listener.hear(4)
    assert "Hindi" in top(listener)


async def test_the_last_change_is_taken_back(listener: Visitor) -> None:
    await listener.press("x")
    await listener.hear(4)
    await listener.until_sees("○──●")
    await listener.press("space", "U")
    await listener.until_sees("●──○")


async def test_a_click_on_a_rung_plans_it(listener: Visitor) -> None:
    fader = listener.app.screen.query_one(Fader)
    rung = top(listener).index("○") - fader.region.x
    await listener.click(Fader, rung, 0)
    assert "> 30 %" in top(listener)


async def test_a_click_on_the_language_plans_the_next_one(listener: Visitor) -> None:
    await listener.click(Fader, 3, 0)
    assert "> Tamil" in top(listener)


async def test_a_language_with_one_rung_is_only_named(visit: Visit) -> None:
    async with visit(language="ta") as visitor:
        await visitor.open()
        assert top(visitor).rstrip().endswith("Tamil")
        await visitor.press("x")
        assert "next" not in facts(visitor)


async def test_a_narrow_terminal_tells_the_mix_in_words(visit: Visit) -> None:
    async with visit(size=(48, 16)) as visitor:
        await visitor.open()
        assert top(visitor).rstrip().endswith("Hindi 0 %")


async def test_what_cannot_be_changed_or_taken_back_is_said(listener: Visitor) -> None:
    await listener.press("X")
    await listener.until_sees("This is the least English that there is.")
    await listener.press("U")
    await listener.until_sees("There is no change to take back.")
    await listener.press("x")
    await listener.until(lambda: "> 30 %" in top(listener))
    await listener.press("x")
    await listener.until_sees("This is the most English that there is.")
    assert "> 30 %" in top(listener)
