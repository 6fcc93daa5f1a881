"""Stories that may have to come from far away, for which whoever leaves does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from player.aside import aside
from player.story.graph import Story


class Bringing:
    """Has one story after the other opened in a thread, until `end`."""

    def __init__(self, open_story: Callable[[str], Story]) -> None:
        self._open_story = open_story
        self._asked: asyncio.Task[Story] | None = None
        self._is_over = False

    async def story(self, slug: str) -> Story:
        """Return the story. Raises UsageError for an unknown slug, CancelledError after `end`."""
        if not self._is_over:
            self._asked = asyncio.create_task(aside(partial(self._open_story, slug)))
            story = await self._asked
            if not self._is_over:
                return story
        raise asyncio.CancelledError

    def end(self) -> None:
        """Wait for no story any more."""
        self._is_over = True
        if self._asked is not None:
            self._asked.cancel()
