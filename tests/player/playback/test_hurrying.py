"""Wishes in a hurry: each is for what the listener knew when they made it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from player.audio.output import PlaybackState
from player.events import Notice, ReactionChanged

if TYPE_CHECKING:
    from player.story.graph import Story
    from tests.player.conftest import Sofa


async def test_a_choice_at_a_node_that_was_left_meanwhile_is_not_taken(
    sofa: Sofa, well: Story
) -> None:
    await sofa.controller.open("well", node_key="rope")
    await sofa.controller.forward()
    await sofa.controller.choose("C", at=well.ids_by_key["rope"])
    assert sofa.controller.session is not None
    assert sofa.controller.session.node.key == "fork"
    await sofa.controller.choose("C", at=well.ids_by_key["fork"])
    assert sofa.controller.session.node.key == "wet"


async def test_two_likes_at_once_are_a_love(sofa: Sofa) -> None:
    await sofa.controller.open("well")
    await asyncio.gather(sofa.controller.like(), sofa.controller.like())
    told = [(await sofa.until(ReactionChanged)).reaction for _ in range(2)]
    assert told == ["like", "love"]


async def test_a_sleep_timer_that_is_set_as_another_runs_out_is_kept_whole(sofa: Sofa) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.sleep_in(1)
    async with sofa.controller._turns.lock:
        sofa.clock.advance(61)
        await sofa.controller.sleep_in(30)
    await sofa.pass_time(0.1)
    assert sofa.controller.deck.state is not PlaybackState.PAUSED
    assert await sofa.controller.bookmarks.all() == ()
    sofa.clock.advance(1800)
    await sofa.until(Notice)
    (bookmark,) = await sofa.controller.bookmarks.all()
    assert bookmark.note == "Sleep timer, 30 min"
