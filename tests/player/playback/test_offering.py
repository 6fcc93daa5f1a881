"""Another place of the same listener: offered once, gone to, and left again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from db.types import now, to_text
from db.values import set_value
from player.events import NodeEntered, PlaceOffered
from player.story.graph import Story
from tests.player.offers import offered

if TYPE_CHECKING:
    from db.store import Store
    from tests.player.conftest import NewSofa, Sofa


@pytest.fixture
async def elsewhere(sofa: Sofa, store: Store, well: Story, new_sofa: NewSofa) -> Sofa:
    """Somebody who heard the fork here, and the rope in the kitchen."""
    await sofa.begin_to_hear(node_key="fork")
    await sofa.controller.leave()
    offered(store, well, "rope")
    here = await new_sofa()
    await here.controller.open("well")
    return here


async def test_where_the_listener_was_on_another_machine_is_told(elsewhere: Sofa) -> None:
    entered = await elsewhere.until(NodeEntered)
    assert entered.passage.key == "fork"
    offer = await elsewhere.until(PlaceOffered)
    assert (offer.words, offer.device, offer.is_here) == ("यह rope है।", "kitchen", False)


async def test_it_is_gone_to_and_undo_leads_back(elsewhere: Sofa, store: Store) -> None:
    await elsewhere.until(PlaceOffered)
    assert await elsewhere.controller.offer.answer(go=True)
    assert (await elsewhere.until(NodeEntered)).passage.key == "rope"
    await elsewhere.controller.undo_switch()
    assert (await elsewhere.until(NodeEntered)).passage.key == "fork"
    assert store.offer("well") is None


async def test_an_offer_that_was_refused_does_not_come_again(
    elsewhere: Sofa, new_sofa: NewSofa
) -> None:
    await elsewhere.until(PlaceOffered)
    assert await elsewhere.controller.offer.answer(go=False)
    assert not await elsewhere.controller.offer.answer(go=True)
    await elsewhere.controller.leave()
    again = await new_sofa()
    await again.controller.open("well")
    assert not any(isinstance(event, PlaceOffered) for event in again.told)


async def test_a_place_that_is_not_answered_is_offered_again(
    elsewhere: Sofa, new_sofa: NewSofa
) -> None:
    await elsewhere.until(PlaceOffered)
    await elsewhere.controller.leave()
    again = await new_sofa()
    await again.controller.open("well")
    await again.until(PlaceOffered)


async def test_who_begins_again_or_names_a_node_is_offered_nothing(
    elsewhere: Sofa, new_sofa: NewSofa
) -> None:
    for wish in ({"restart": True}, {"node_key": "dry"}):
        again = await new_sofa()
        await again.controller.open("well", **wish)
        assert not any(isinstance(event, PlaceOffered) for event in again.told)


async def test_a_place_that_an_edit_took_away_is_forgotten(
    sofa: Sofa, store: Store, well: Story, new_sofa: NewSofa
) -> None:
    await sofa.begin_to_hear()
    await sofa.controller.leave()
    offered(store, well, "rope")
    kept = store.offer("well")
    assert kept is not None
    trail = [["00000000-0000-0000-0000-000000000000", None]]
    state = {**kept.place.state, "story": {**kept.place.state["story"], "trail": trail}}
    lost = json.dumps(
        {
            "place": {
                "slug": "well",
                "state": state,
                "percentage": 40.0,
                "is_completed": False,
                "updated_at": to_text(now()),
            },
            "is_here": False,
            "device": None,
        }
    )
    store.write_later(lambda tx: set_value(tx, "offer:well", lost)).result()
    again = await new_sofa()
    await again.controller.open("well")
    assert not any(isinstance(event, PlaceOffered) for event in again.told)
