"""Wishes in a hurry: each is for what the listener knew when they made it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from player.events import ReactionChanged

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
