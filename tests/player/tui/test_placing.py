"""A placement: offered before the first story in a language, heard, and left for the story."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from textual.events import Key

from db.records import AnalyticsRecord, BehaviorRecord
from player.audio.clips import ClipMissingError
from player.audio.output import PlaybackState
from tests.player.tui.lamp import placement
from tests.player.tui.palette import take
from tests.player.tui.resting import PATIENCE_S

if TYPE_CHECKING:
    from pathlib import Path

    from tests.player.tui.conftest import Visit, Visitor

OFFER = "Find your level in Hindi?"
STORY = "तेज़ हवा वाली शाम थी।"
FIRST = "बारिश हो रही है"
WELCOME = "नमस्ते, अब तीन छोटे दृश्य आएँगे।"


async def pick(visitor: Visitor) -> None:
    """Open the story of the lamp from the library, and wait for the offer."""
    await visitor.until(lambda: visitor.app.controller is not None)
    await visitor.press("slash", *"lamp", "enter")
    await visitor.until_sees(OFFER)


async def begin(visitor: Visitor) -> None:
    """Take the offer, and hear the first clip."""
    await pick(visitor)
    await visitor.press("enter")
    await visitor.until_sees("Clip 1 of 3")
    await visitor.hear(4)


def offers(visitor: Visitor) -> int:
    """Count how often it was written down that the placement was offered."""
    records = visitor.stage.memory.records
    views = [r.event_data.get("screen") for r in records if isinstance(r, AnalyticsRecord)]
    return views.count("placement-hi offered")


async def test_who_does_not_want_it_now_hears_the_story_and_that_is_remembered(
    visit: Visit,
) -> None:
    async with visit(placement="placement-hi") as visitor:
        await pick(visitor)
        for words in ("eight short clips", "two minutes", "enter begin", "s not now"):
            assert words in visitor.sees
        await visitor.press("escape")
        assert OFFER not in visitor.sees
        assert offers(visitor) == 0

        await visitor.press("enter")
        await visitor.until_sees(OFFER)
        await visitor.press("s")
        await visitor.until_sees(STORY)
        assert offers(visitor) == 1


async def test_the_words_are_read_after_the_answer_alone(visit: Visit) -> None:
    async with visit(placement="placement-hi") as visitor:
        await begin(visitor)
        await visitor.press("v", "t", "z", "f", "slash", "L", "u", "b", "i")
        assert "Clip 1 of 3" in visitor.sees
        assert "It is raining" in visitor.sees
        assert FIRST not in visitor.sees
        await visitor.hear_out("? your turn")
        await visitor.press("r")
        assert visitor.state is not PlaybackState.FINISHED
        await visitor.press("2")
        await visitor.until_sees("Clip 2 of 3")
        assert FIRST in visitor.sees
        assert "You chose: It is hot" in visitor.sees


async def test_a_welcome_before_the_first_clip_is_read_and_stays(
    visit: Visit, theatre: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theatre, "placement", lambda: placement(WELCOME))
    async with visit(placement="placement-hi") as visitor:
        await pick(visitor)
        await visitor.press("enter")
        await visitor.until_sees(WELCOME)
        assert "Clip 1" not in visitor.sees
        await visitor.hear_out("Clip 1 of 3: just listen")
        assert WELCOME in visitor.sees
        assert visitor.sees.count("Clip 1 of 3: just listen") == 1


async def test_after_the_last_answer_it_says_what_is_believed_and_the_story_opens(
    visit: Visit,
) -> None:
    async with visit(placement="placement-hi") as visitor:
        await begin(visitor)
        for key, seen in (("1", "Clip 2 of 3"), ("2", "Clip 3 of 3"), ("3", "धन्यवाद!")):
            await visitor.press(key)
            await visitor.until_sees(seen)
            await visitor.hear(4)
        await visitor.hear_out("Thank you")
        assert "Hindi (3 passages so far)" in visitor.sees
        assert "to your story" in visitor.sees
        assert "How was it?" not in visitor.sees
        done = [r for r in visitor.stage.memory.records if isinstance(r, BehaviorRecord)]
        traits = [r.content_characteristics for r in done]
        assert {(each["placement"], each["transcript"]) for each in traits} == {(True, False)}
        await visitor.press("enter")
        await visitor.until_sees(STORY)


@pytest.mark.parametrize("key", ["1", "enter"])
async def test_an_answer_pressed_twice_answers_one_question(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    async with visit(placement="placement-hi") as visitor:
        await begin(visitor)
        controller = visitor.app.controller
        assert controller
        asked: asyncio.Queue[str] = asyncio.Queue()
        choose = controller.choose

        async def noted(choice: str, **where: Any) -> None:
            asked.put_nowait(choice)
            await choose(choice, **where)

        monkeypatch.setattr(controller, "choose", noted)
        async with controller._turns.lock:
            for _ in range(2):
                visitor.app.post_message(Key(key, key if key.isdigit() else None))
                await asyncio.wait_for(asked.get(), PATIENCE_S)
        await visitor.settle()
        await visitor.until_sees("You chose")
        assert "Clip 2 of 3" in visitor.sees


async def test_a_clip_that_cannot_be_heard_asks_nobody_to_listen(
    visit: Visit, theatre: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object, **__: object) -> Path:
        raise ClipMissingError("The clip is not here.")

    async with visit(placement="placement-hi") as visitor:
        with monkeypatch.context() as clips:
            clips.setattr(theatre.Clips, "here", lambda *_: None)
            clips.setattr(theatre.Clips, "open", lost)
            await begin(visitor)
            cannot = "Clip 1 of 3 cannot be heard, so no answer to it counts. r: try again"
            assert cannot in visitor.sees
            assert FIRST not in visitor.sees
            (toast,) = (n.message for n in visitor.app._notifications)
            assert toast == "The clip is not here. An answer counts only where its clip was heard."
        await visitor.press("r")
        await visitor.until_sees("Clip 1 of 3: just listen.")


async def test_left_half_way_the_story_opens_and_the_answers_count(visit: Visit) -> None:
    async with visit(placement="placement-hi") as visitor:
        await begin(visitor)
        await visitor.press("1")
        await visitor.until_sees("Clip 2 of 3")
        await visitor.press("escape")
        await visitor.until_sees(STORY)
        assert visitor.app.controller
        assert visitor.app.controller.adapting.state.beliefs["hi"].points == 1
        await visitor.press("escape")
        assert "Grandfather" in visitor.sees


async def test_who_looks_for_it_by_name_comes_back_to_the_library(visit: Visit) -> None:
    async with visit(placement="placement-hi") as visitor:
        await visitor.until(lambda: bool(visitor.app.placements))
        await visitor.press("ctrl+p")
        await take(visitor, "find my level")
        await visitor.until_sees("Clip 1 of 3")
        await visitor.press("escape")
        assert "Clip 1 of 3" not in visitor.sees
        assert "Grandfather" in visitor.sees


async def test_in_the_least_terminal_the_offer_keeps_its_keys_in_view(visit: Visit) -> None:
    async with visit((40, 12), placement="placement-hi") as visitor:
        await pick(visitor)
        await visitor.until_sees("enter begin  s not now")


async def test_an_answer_that_does_not_count_is_told_at_once(visit: Visit) -> None:
    async with visit(placement="placement-hi") as visitor:
        await pick(visitor)
        await visitor.press("enter")
        await visitor.until_sees("Clip 1 of 3")
        await visitor.press("1")
        await visitor.until_sees("(not counted: too early, or no sound)")
        await visitor.until_sees("Clip 2 of 3")
        await visitor.hear(4)
        await visitor.press("2")
        await visitor.until_sees("Clip 3 of 3")
        assert visitor.sees.count("not counted") == 1


async def test_a_placement_that_was_answered_lately_says_so_first_and_after_each_answer(
    visit: Visit,
) -> None:
    async with visit(placement="placement-hi") as visitor:
        await begin(visitor)
        for number in (2, 3):
            await visitor.press("2")
            await visitor.until_sees(f"Clip {number} of 3")
            await visitor.hear(4)
        await visitor.press("2")
        await visitor.until_sees("धन्यवाद!")
        await visitor.hear(4)
        await visitor.hear_out("Thank you")
        assert "not counted" not in visitor.sees
        await visitor.press("enter")
        await visitor.until_sees(STORY)
        visitor.app.find_level("placement-hi")
        await visitor.until_sees("You answered all of these lately")
        assert "They count again from" in visitor.sees
        visitor.app.clear_notifications()  # it stands on the first clip
        await visitor.until_sees("Clip 1 of 3")
        await visitor.hear(4)
        await visitor.press("2")
        await visitor.until_sees("(not counted: you answered this less than a day ago)")
