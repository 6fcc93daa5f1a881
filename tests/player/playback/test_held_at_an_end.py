"""A pause at the very end of a clip holds there: nothing sounds until the listener goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from player.audio.output import PlaybackState
from player.events import ChoiceAwaited, NodeEntered, StoryFinished

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.player.conftest import Sofa


async def hold_before_the_end_is_told(sofa: Sofa) -> None:
    """Pause when the clip is over, and the word of that is on its way."""
    sofa.clock.advance(10)
    await sofa.controller.toggle(is_on=False)


async def end_with(sofa: Sofa, *wishes: bool) -> None:
    """Let the clip end, with these wishes to play or not first in the queue behind another."""
    async with sofa.controller._turns.lock:
        waiting = [asyncio.ensure_future(sofa.controller.toggle(is_on=is_on)) for is_on in wishes]
        await asyncio.sleep(0)
        sofa.clock.advance(10)
        await sofa.until_state(PlaybackState.FINISHED)
    await asyncio.gather(*waiting)


async def hold_before_it_goes_on(sofa: Sofa) -> None:
    """Pause when the end was told, and the next passage waits for its turn."""
    await end_with(sofa, False)


HOLDS = pytest.mark.parametrize("hold", [hold_before_the_end_is_told, hold_before_it_goes_on])


def standing(sofa: Sofa) -> tuple[PlaybackState, str]:
    session = sofa.controller.session
    assert session is not None
    return sofa.controller.deck.state, session.node.key


@HOLDS
async def test_a_story_that_is_held_at_the_end_of_a_clip_goes_on_when_it_is_wanted(
    sofa: Sofa, hold: Callable[[Sofa], Awaitable[None]]
) -> None:
    await sofa.begin_to_hear()
    await hold(sofa)
    await sofa.pass_time(0.5)
    assert standing(sofa) == (PlaybackState.PAUSED, "start")
    assert sofa.controller.position_ms() == 4000
    sofa.told.clear()
    await sofa.controller.toggle(is_on=True)
    assert (await sofa.until(NodeEntered)).passage.key == "fork"


@HOLDS
async def test_after_a_night_the_last_line_is_heard_again_first(
    sofa: Sofa, hold: Callable[[Sofa], Awaitable[None]]
) -> None:
    await sofa.begin_to_hear()
    await hold(sofa)
    await sofa.pass_time(0.5)
    sofa.clock.advance(30_000)
    await sofa.controller.toggle()
    await sofa.pass_time(0.1)
    assert standing(sofa) == (PlaybackState.PLAYING, "start")
    assert sofa.controller.position_ms() < 4000
    sofa.told.clear()
    sofa.clock.advance(10)
    assert (await sofa.until(NodeEntered)).passage.key == "fork"


async def test_a_line_that_is_gone_back_to_from_a_held_end_stays_held(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await hold_before_it_goes_on(sofa)
    await sofa.controller.seek_to(1000)
    await sofa.pass_time(0.5)
    assert standing(sofa) == (PlaybackState.PAUSED, "start")
    assert sofa.controller.position_ms() == 1000
    await sofa.controller.toggle()
    await sofa.pass_time(0.5)
    assert standing(sofa) == (PlaybackState.PLAYING, "start")


@pytest.mark.parametrize(("at", "comes"), [("fork", ChoiceAwaited), ("dry", StoryFinished)])
async def test_an_end_that_is_held_and_let_go_at_once_comes_once(
    sofa: Sofa, at: str, comes: type[ChoiceAwaited | StoryFinished]
) -> None:
    await sofa.begin_to_hear(node_key=at)
    await end_with(sofa, False, True)
    await sofa.until(comes)
    await sofa.pass_time(0.5)
    assert not [event for event in sofa.told if isinstance(event, comes)]
