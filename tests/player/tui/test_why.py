"""Why a mix is heard: told once, asked for on a key, kept, let go, taken back; and how it was."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from player.audio.output import PlaybackState
from player.tui.messages import StoryPicked
from player.tui.widgets.end_panel import EndPanel

if TYPE_CHECKING:
    from tests.player.tui.conftest import Visit, Visitor

RIGHT, WRONG = "1", "2"


@pytest.fixture
async def listener(visit: Visit) -> AsyncIterator[Visitor]:
    """Somebody who hears the first line of a story in the mix that kahani chose."""
    async with visit(adapts=True) as visitor:
        await visitor.open()
        await visitor.hear(1)
        yield visitor


async def until_there_is(visitor: Visitor, part: str) -> None:
    """Wait for a part of the screen, and not for the story."""
    async with asyncio.timeout(60):
        while not visitor.app.screen.query(part):
            await visitor.pilot.pause(0.005)


async def test_while_a_story_opens_that_is_said(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visit(adapts=True) as visitor:
        await visitor.until(lambda: visitor.app.controller is not None)
        may_open, open_story = threading.Event(), visitor.stage.open_story
        monkeypatch.setattr(
            visitor.stage,
            "open_story",
            lambda slug: open_story(slug) if may_open.wait(120) else None,
        )
        visitor.app.post_message(StoryPicked("lamp"))
        await until_there_is(visitor, "Transcript")
        await visitor.pilot.press("i")
        await until_there_is(visitor, "Toast")
        assert toasts(visitor) == ["The story is still opening."]
        may_open.set()
        await visitor.until(lambda: visitor.state is not PlaybackState.IDLE)
        await visitor.press("i")
        assert "Why this mix?" in visitor.sees


def facts(listener: Visitor) -> str:
    return listener.sees.splitlines()[-2]


def top(listener: Visitor) -> str:
    return listener.sees.splitlines()[0]


def toasts(listener: Visitor) -> list[str]:
    return [str(toast.render()) for toast in listener.app.screen.query("Toast")]


def rated(listener: Visitor) -> list[object]:
    events = listener.stage.memory.behaviors()
    return [e.context["rating"] for e in events if e.event_type == "rated" and e.context]


async def be_relieved(listener: Visitor) -> None:
    """Hear a line without English again, until kahani adds some."""
    await listener.press("X")
    await listener.hear(4)
    await listener.until_sees("Now in Hindi.")  # the dialog clears what was told until then
    await listener.press("i", "c", "r")
    await listener.hear_out(then="> 1")


async def finish(listener: Visitor, choice: str = RIGHT) -> None:
    await listener.hear_out(then="> 1")
    await listener.press(choice)
    await listener.until_sees("You chose")
    await listener.hear_out(then="The end.")


async def test_i_tells_why_and_a_level_is_kept_and_let_go_while_the_sound_goes_on(
    listener: Visitor,
) -> None:
    await listener.press("i")
    assert listener.sees.count("We are still getting to know your Hindi") == 1
    assert "kahani chooses the mix." in listener.sees
    assert "let kahani choose" not in listener.sees
    assert "take the last change back" not in listener.sees
    await listener.press("c", "U", "o")
    assert "Why this mix?" in listener.sees
    await listener.press("p")
    assert "level pinned" in facts(listener)
    assert "○──■" in top(listener)
    await listener.press("i")
    assert "You pinned this level for Hindi." in listener.sees
    assert "keep this level" not in listener.sees
    await listener.press("c")
    assert "level pinned" not in facts(listener)
    assert "○──●" in top(listener)
    assert listener.state is PlaybackState.PLAYING


async def test_a_change_that_kahani_makes_is_told_with_its_reason_and_taken_back(
    listener: Visitor,
) -> None:
    await be_relieved(listener)
    (told,) = toasts(listener)
    assert told.endswith("so the next one has a bit more English. U takes it back.")
    # Below the title, once what stood there is laid out no more: the choices stay in view.
    toast, choices = map(listener.app.screen.query_one, ("Toast", "Choices"))
    await listener.until(lambda: toast.region.y == 1)
    assert toast.region.bottom < choices.region.y
    await listener.press("i")
    assert "take the last change back, to 0 % English" in listener.sees
    await listener.press("U")
    await listener.until_sees("0 % English next")
    assert "mix held" in facts(listener)
    await listener.press("i")
    assert "You hold the mix in this story." in listener.sees
    assert "take the last change back, to 30 % English" in listener.sees


async def test_one_digit_says_how_the_story_was(listener: Visitor) -> None:
    await finish(listener)
    assert "(that was it)" in listener.sees
    assert "How was it?  1 too easy  2 right  3 too hard" in listener.sees
    await listener.press("4")
    assert rated(listener) == []
    await listener.press("3", "1")
    assert rated(listener) == ["hard"]
    assert "Thank you. What comes next may have a bit more English." in listener.sees
    assert "How was it?" not in listener.sees


@pytest.mark.slow
async def test_a_click_says_how_the_story_was(listener: Visitor) -> None:
    await finish(listener)
    panel = listener.app.screen.query_one(EndPanel)
    row = next(y for y, row in enumerate(listener.sees.splitlines()) if "too easy" in row)
    x = listener.sees.splitlines()[row].index("2 right")
    await listener.click(EndPanel, x - panel.region.x + 3, row - panel.region.y)
    assert rated(listener) == ["right"]


@pytest.mark.slow
async def test_nothing_is_said_of_a_wrong_answer_and_the_way_back_is_open(
    listener: Visitor,
) -> None:
    await finish(listener, WRONG)
    assert "(that was it)" not in listener.sees
    await listener.press("pageup")
    await listener.until_sees("> 1")
    await finish(listener, RIGHT)
    assert "(that was it)" in listener.sees


@pytest.mark.slow
async def test_the_dialog_follows_the_story_behind_it(listener: Visitor) -> None:
    await listener.press("i")
    assert "kahani chooses the mix." in listener.sees
    assert listener.app.controller
    await listener.app.controller.change_mix(-1)
    listener.stage.clock.advance(4)
    await listener.until_sees("You hold the mix in this story.")
    assert "take the last change back, to 30 % English" in listener.sees
    await listener.press("U")
    assert "Why this mix?" not in listener.sees
    assert "30 %" in top(listener)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (40, 24), (40, 12)], ids=str)
async def test_all_that_can_be_done_is_in_view(visit: Visit, size: tuple[int, int]) -> None:
    async with visit(size, adapts=True) as visitor:
        await visitor.open()
        await visitor.press("X", "i")
        for words in ("Why this mix?", "keep this level", "let kahani choose", "to 30 % English"):
            assert words in visitor.sees


@pytest.mark.slow
async def test_where_nothing_is_adapted_that_is_said_and_nothing_is_asked(visit: Visit) -> None:
    async with visit() as visitor:
        await visitor.open()
        await visitor.press("X", "i")
        assert "kahani changes nothing by itself" in visitor.sees
        assert "keep this level" not in visitor.sees
        assert "mix held" not in facts(visitor)
        await visitor.press("escape")
        await finish(visitor)
        assert "How was it?" not in visitor.sees
        await visitor.press("i", "o")
        await visitor.until_sees("Settings")


@pytest.mark.slow
async def test_a_mix_that_the_settings_hold_is_said_to_be_theirs(listener: Visitor) -> None:
    assert listener.app.controller
    listener.app.controller.usually(language="hi", mix=0.3)
    await listener.press("i")
    assert "Your settings hold the mix" in listener.sees
    assert "keep this level" not in listener.sees
    assert "let kahani choose again" not in listener.sees
    await listener.press("o")
    await listener.until_sees("Settings")
