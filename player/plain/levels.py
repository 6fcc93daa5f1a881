"""Commands about the difficulty: why it is so, holding it, letting it go, and how a story was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from player.errors import UsageError
from player.plain.remarks import Remark
from player.plain.ways import Act, Ways
from player.playback.adapting import ONE_MIX, Why

FELT: Final = {
    "easy": "easy",
    "too easy": "easy",
    "right": "right",
    "hard": "hard",
    "too hard": "hard",
}
HELD: Final = {
    "": "kahani chooses the mix.",
    "story": "You hold the mix in this story.",
    "language": "You pinned the level in this language.",
}
OFF: Final = "That is kept, but kahani changes nothing by itself: that is off in the settings."
SET: Final = "That is kept, but the settings hold the mix: a share of English is chosen there."


class LevelOrders:
    """Does the commands about the difficulty; where one changes nothing, the listener is told."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._controller = ways.controller

    @property
    def acts(self) -> Mapping[str, Act]:
        """What does each command, by its word."""
        return {"why": self._why, "pin": self._pin, "unpin": self._unpin, "rate": self._rate}

    async def _why(self, _: str = "") -> None:
        why = self._controller.adapting.why()
        if why is None:
            raise UsageError("the story has not begun.")
        moved = f"{why.cause}: that moved it last." if why.cause else ""
        sentence = "" if why.is_said_twice else why.sentence
        told = (sentence, why.belief, moved, self._who(why))
        facts = {
            "sentence": why.sentence,
            "belief": why.belief,
            "cause": why.cause,
            "held": why.held,
            "adapts": why.is_on,
        }
        self._ways.say(Remark("why", " ".join(part for part in told if part), facts))

    async def _pin(self, _: str) -> None:
        self._ways.refuse_without_story()
        await self._controller.pin()
        words = "The level stays so in this language, in all stories. unpin lets it go."
        words = self._obstacle or words
        self._ways.say(Remark("pinned", words, {"pinned": True}))

    async def _unpin(self, _: str) -> None:
        self._ways.refuse_without_story()
        await self._controller.unpin()
        words = self._obstacle or "kahani chooses the mix again, from the next passage on."
        self._ways.say(Remark("pinned", words, {"pinned": False}))

    def _who(self, why: Why) -> str:
        adapting = self._controller.adapting
        session = self._controller.session
        if session is None or session.story.is_placement:
            return ""
        if not why.is_on:
            return "The settings let nothing adapt."
        if adapting.usual_mix is not None and why.held != "language":
            return "The settings hold the mix."
        if why.is_only and not why.held:
            return ONE_MIX
        return HELD[why.held]

    @property
    def _obstacle(self) -> str:
        """What stands in the way of what was wished; empty where nothing does."""
        adapting = self._controller.adapting
        if not adapting.is_on:
            return OFF
        return SET if adapting.usual_mix is not None else ""

    async def _rate(self, text: str) -> None:
        felt = FELT.get(text.casefold())
        if felt is None:
            raise UsageError("type rate easy, rate right or rate hard.")
        if not self._controller.can_rate:
            raise UsageError("a story can be rated once, after its end.")
        await self._controller.rate(felt)
