"""Lines slowly, lines one by one, passages one by one, and silence after some minutes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from player.events import SleepChanged
from player.tui.widgets.menu import Menu

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit, Visitor

FIRST, SECOND = "तेज़ हवा", "दादाजी का दीया बुझ"


@pytest.fixture
async def listener(visit: Visit) -> AsyncIterator[Visitor]:
    """Somebody who hears the first line."""
    async with visit() as visitor:
        await visitor.open()
        await visitor.hear(1)
        yield visitor


def facts(listener: Visitor) -> str:
    return listener.sees.splitlines()[-2]


def marked(listener: Visitor) -> str:
    return next((row for row in listener.sees.splitlines() if "▌ " in row), "")


async def test_a_line_is_heard_slowly_then_less_slowly_then_at_speed(listener: Visitor) -> None:
    await listener.press("R")
    await listener.until(lambda: "0.7x, slowly" in facts(listener))
    listener.stage.clock.advance(4)
    await listener.until(lambda: "0.85x, slowly" in facts(listener))
    listener.stage.clock.advance(4)
    await listener.until(lambda: "1.0x, at speed again" in facts(listener))
    assert FIRST in marked(listener)
    await listener.hear(4)
    assert "at speed again" not in facts(listener)


async def test_a_speed_that_is_set_meanwhile_starts_from_the_listeners_own(
    listener: Visitor,
) -> None:
    await listener.press("R")
    await listener.until(lambda: "0.7x, slowly" in facts(listener))
    await listener.press("right_square_bracket")
    await listener.until(lambda: "1.1x" in facts(listener))
    assert "slowly" not in facts(listener)


async def test_the_sound_waits_after_each_line(listener: Visitor) -> None:
    await listener.press("P")
    assert "pause after lines" in facts(listener)
    listener.stage.clock.advance(4)
    await listener.until(lambda: "|| line heard, space goes on" in facts(listener))
    assert FIRST in marked(listener)
    await listener.press("space")
    await listener.hear(1)
    assert SECOND in marked(listener)
    await listener.press("P")
    assert "pause after lines" not in facts(listener)


async def test_what_goes_on_is_named_as_it_is_bound(listener: Visitor) -> None:
    listener.app.set_keymap({"listening.toggle": "f5"})
    await listener.press("a")
    listener.stage.clock.advance(60)
    await listener.until(lambda: "|| heard, f5 goes on" in facts(listener))


async def test_passages_wait_for_the_listener_without_auto_play(listener: Visitor) -> None:
    await listener.press("a")
    assert "auto-play off" in facts(listener)
    listener.stage.clock.advance(60)
    await listener.until(lambda: "|| heard, space goes on" in facts(listener))
    await listener.press("space")
    await listener.until_sees("मैं इसे फिर")


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (("enter",), "20 min"),
        pytest.param(("up", "enter"), "10 min", marks=pytest.mark.slow),
        (("escape",), ""),
    ],
)
async def test_the_sleep_timer_is_set_by_keys(
    listener: Visitor, keys: tuple[str, ...], told: str
) -> None:
    await listener.press("S")
    assert "Fall silent in" in listener.sees
    await listener.press(*keys)
    assert ("sleep in" in facts(listener)) is bool(told)
    assert told in facts(listener)


async def test_the_sleep_timer_is_set_by_the_mouse_and_taken_off(listener: Visitor) -> None:
    await listener.press("S")
    await listener.click(Menu, 5, 3)
    assert "sleep in 45 min" in facts(listener)
    await listener.press("S")
    assert "45 min are left" in listener.sees
    await listener.press("o")
    assert "sleep in" not in facts(listener)


async def test_the_minutes_left_are_told(listener: Visitor) -> None:
    assert listener.stage.tell
    listener.stage.tell(SleepChanged(3))
    await listener.until_sees("sleep in 3 min")
