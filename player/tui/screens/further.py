"""A screen whose stories go on in the shared catalogue, behind those that are here."""

from __future__ import annotations

import asyncio
from typing import Final

from textual.message import Message
from textual.worker import Worker

from player.tui.screens.narrowed import NarrowedScreen
from player.tui.services import Further

NEAR: Final = 30
"""So many rows before the end of the list, the next stories are asked for."""

REST_SECONDS: Final = 0.25
"""How long nothing is typed before more is looked for."""


class FurtherScreen(NarrowedScreen):
    """Looks further where the end of the list is near; what comes is read with the others."""

    class Looked(Message):
        """The library is looked at again, so its stories may have changed."""

    _looking: Worker[None]

    def look_further(self) -> None:
        """Ask for more stories in a moment, where few are left below the highlighted one."""
        if self.stories and self.story_list.count - self.story_list.place < NEAR:
            self._looking = self.run_worker(self._look_further, group="further", exclusive=True)

    async def _look_further(self) -> None:
        await asyncio.sleep(REST_SECONDS)
        if await self.services.look_further(self._wanted()):
            self.post_message(self.Looked())

    def _wanted(self) -> Further:
        if self.narrowing is None:
            return Further()
        from player.tui.further import further  # noqa: PLC0415 - not for the first picture

        return further(self.narrowing.query, self.narrowing.chosen)
