"""Choices on the screen, and the endings that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db.asking.shares import Share
from player.tui.widgets.choices import Choices
from tests.player.tui.lamp_rows import FIRST, QUESTION, RUN, facts, marked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.player.tui.conftest import Visit, Visitor


@pytest.fixture
async def listener(visit: Visit) -> AsyncIterator[Visitor]:
    """Somebody who has just opened the story of the lamp."""
    async with visit() as visitor:
        await visitor.open()
        yield visitor


async def test_choices_are_offered_by_number_and_it_is_your_turn_at_the_end(
    listener: Visitor,
) -> None:
    await listener.hear_out(then=RUN)
    assert "> 1   दोनों हाथों" in listener.sees
    assert f"  2   {RUN}" in listener.sees
    await listener.hear_out(then="? your turn")


async def test_a_digit_takes_a_choice_and_what_was_chosen_is_kept(listener: Visitor) -> None:
    await listener.hear_out(then=RUN)
    await listener.press("2")
    await listener.until_sees("हवा मीना से")
    assert f"You chose: {RUN}" in listener.sees


async def test_how_many_chose_the_same_stands_behind_a_choice(
    visit: Visit, new_stage: Callable[..., Any]
) -> None:
    stage = new_stage()
    asks = next(n for n in stage.open_story("lamp").nodes.values() if len(n.choices) > 1)
    stage.memory.shares = {choice.id: Share(62, 40) for choice in asks.choices}
    async with visit(stage=stage) as listener:
        await listener.open()
        await listener.hear_out(then=QUESTION)
        await listener.hear_out(then=RUN)
        await listener.press("2")
        await listener.until_sees("दौड़कर  (62 % chose this)")


async def test_arrows_and_enter_take_a_choice(listener: Visitor) -> None:
    await listener.hear_out(then=RUN)
    await listener.press("down", "enter")
    await listener.until_sees(f"You chose: {RUN}")


async def test_a_click_takes_a_choice(listener: Visitor) -> None:
    await listener.hear_out(then=RUN)
    await listener.click(Choices, 12, 2)
    await listener.until_sees(f"You chose: {RUN}")


async def test_a_digit_without_a_choice_does_nothing(listener: Visitor) -> None:
    await listener.press("1", "9", "enter")
    assert FIRST in marked(listener)
    await listener.hear_out(then=RUN)
    await listener.press("3")
    assert QUESTION in marked(listener)


async def test_an_ending_tells_what_was_found_and_space_begins_again(listener: Visitor) -> None:
    await listener.hear_out(then=RUN)
    await listener.press("1")
    await listener.until_sees("दीया फिर जगमगा")
    await listener.hear_out(then="The end.")
    assert "1 of 2 endings found." in listener.sees
    assert "* the end" in facts(listener)
    await listener.press("space")
    await listener.until_sees(FIRST)
    assert "The end." not in listener.sees


async def test_enter_after_an_ending_begins_again_too(listener: Visitor) -> None:
    await listener.hear_out(then=RUN)
    await listener.press("1")
    await listener.until_sees("दीया फिर जगमगा")
    await listener.hear_out(then="The end.")
    await listener.press("enter")
    await listener.until_sees(FIRST)


async def test_stepping_back_after_an_ending_offers_the_other_way(listener: Visitor) -> None:
    await listener.hear_out(then=RUN)
    await listener.press("1")
    await listener.until_sees("दीया फिर जगमगा")
    await listener.hear_out(then="The end.")
    await listener.press("pageup")
    await listener.until_sees(RUN)
    assert "The end." not in listener.sees
    assert "दीया फिर जगमगा" not in listener.sees
