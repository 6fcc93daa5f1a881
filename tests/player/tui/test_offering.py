"""The question whether to go on where the listener was on another machine."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from db.records import OtherPlace, PlaceRecord
from player.recording.places import SavedPlace
from player.session import Session
from player.tui.messages import StoryPicked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.player.tui.conftest import Visit, Visitor

QUESTION = "Go on there?"


def other_place(stage: Any) -> OtherPlace:
    """Return a place in the story of the lamp, as another machine left it."""
    story = stage.open_story("lamp")
    session = Session.begin(story, language="hi", mix=0.0, node_key="lamp-lit")
    place = PlaceRecord(
        slug="lamp",
        state=SavedPlace.of(session, 0).to_json(),
        percentage=60.0,
        is_completed=False,
        updated_at=stage.now() - timedelta(hours=3),
    )
    return OtherPlace(place=place, is_here=False, device="kitchen")


@pytest.fixture(params=[(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
async def asked(
    request: pytest.FixtureRequest, visit: Visit, new_stage: Callable[..., Any]
) -> AsyncIterator[Visitor]:
    """Somebody who comes back to a story, and is asked."""
    stage = new_stage()
    async with visit(request.param, stage=stage) as visitor:
        await visitor.open()
        await visitor.hear(4)
        await visitor.press("escape")
        assert visitor.app.controller
        await visitor.app.controller.leave()
        stage.memory.other = other_place(stage)
        visitor.app.post_message(StoryPicked("lamp"))
        await visitor.until_sees(QUESTION)
        yield visitor


async def test_the_question_tells_the_machine_the_time_and_the_line(asked: Visitor) -> None:
    assert "On kitchen, 3 hours ago, 60 % heard:" in asked.sees
    assert str(asked.state) == "paused"
    assert "y yes" in asked.sees


async def test_yes_leads_there_and_says_how_to_come_back(asked: Visitor) -> None:
    controller = asked.app.controller
    assert controller
    await asked.press("y")
    await asked.until_sees("U leads to where you were.")
    assert controller.session
    assert controller.session.node.key == "lamp-lit"
    assert asked.stage.memory.other is None


async def test_no_goes_on_here(asked: Visitor) -> None:
    controller = asked.app.controller
    assert controller
    assert controller.session
    before = controller.session.node.key
    await asked.press("n")
    await asked.until(lambda: str(asked.state) == "playing")
    assert controller.session.node.key == before
    assert asked.stage.memory.other is None
