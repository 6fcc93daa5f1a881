"""A screen whose stories go on in the shared catalogue, behind those that are here."""

from __future__ import annotations

import asyncio
from typing import Final

from textual.message import Message
from textual.worker import Worker

from player.tui.screens.narrowed import NarrowedScreen
from player.tui.services import Further, Services
from player.tui.widgets.story_list import StoryList

NEAR: Final = 30
"""So many rows before the end of the list, the next stories are asked for."""

REST_SECONDS: Final = 0.25
"""How long nothing is typed before more is looked for."""

MOST_IN_VAIN: Final = 4
"""So many answers in a row may bring stories of which the filters here leave none."""


class FurtherScreen(NarrowedScreen):
    """Looks further where the end of the list is near; what comes is read with the others."""

    class Looked(Message):
        """The library is looked at again, so its stories may have changed."""

    _looking: Worker[None]

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._asking: Worker[None] | None = None
        self._asked: Further | None = None
        self._most_shown = 0
        self._in_vain = 0

    def look_further(self) -> None:
        """Ask for more stories in a moment, where few are left below the highlighted one."""
        if self.stories and self.story_list.count - self.story_list.place < NEAR:
            self._looking = self.run_worker(self._look_further, group="further", exclusive=True)

    async def _look_further(self) -> None:
        await asyncio.sleep(REST_SECONDS)
        # One question at a time, and none is given up: its thread would go on all the same, and
        # what it brings would never be shown where it was the last there is.
        if self._asking is None or self._asking.is_finished:
            self._asking = self.run_worker(self._ask, group="asking")

    async def _ask(self) -> None:
        """Ask for what is wanted, and again where something else is by the time of the answer."""
        asked = None
        while (wanted := self._wanted()) is not None and wanted != asked and self._may_ask(wanted):
            asked = wanted
            if await self.services.look_further(wanted):
                self._in_vain += 1
                self.post_message(self.Looked())

    def _may_ask(self, wanted: Further) -> bool:
        """Whether what came so far was any good; else the whole catalogue would be fetched."""
        if wanted != self._asked or self.story_list.count > self._most_shown:
            self._asked, self._most_shown, self._in_vain = wanted, self.story_list.count, 0
        return self._in_vain < MOST_IN_VAIN

    def _wanted(self) -> Further | None:
        """Return what to look for; None where it can only be here, and where the screen goes."""
        if self.query_one_optional(StoryList) is None:
            return None
        if self.narrowing is None:
            return Further()
        from player.tui.further import further  # noqa: PLC0415 - not for the first picture

        return further(self.narrowing.query, self.narrowing.chosen)
