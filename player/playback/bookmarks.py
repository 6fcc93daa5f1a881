"""The listener's bookmarks: made at the line being heard, listed, changed, taken away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from uuid import UUID

from player.errors import KahaniError, UsageError
from player.events import BookmarksChanged, Event
from player.recording.marking import Bookmark, Marking
from player.recording.recorder import NotSavedError

__all__ = ["Bookmark", "Bookmarks"]


class Bookmarks:
    """Bookmarks in all stories. Belongs to the event loop and never blocks it.

    `here` makes a bookmark, not kept yet, at the line being heard; None without an open story.
    What cannot be read or written raises KahaniError.
    """

    def __init__(
        self,
        marking: Marking,
        *,
        here: Callable[[str], Bookmark | None],
        tell: Callable[[Event], None],
    ) -> None:
        self._marking = marking
        self._here = here
        self._tell = tell

    async def add(self, note: str = "") -> Bookmark:
        """Keep a bookmark at the line being heard. Raises UsageError without an open story."""
        bookmark = self._here(note.strip())
        if bookmark is None:
            raise UsageError("a bookmark needs a story that is open; open one first.")
        await self.keep(bookmark)
        return bookmark

    async def keep(self, bookmark: Bookmark) -> None:
        """Keep a bookmark that was made before."""
        await self._write(partial(self._marking.keep, bookmark))
        await self._told()

    async def all(self, slug: str | None = None) -> tuple[Bookmark, ...]:
        """Return the bookmarks of one story, or of all, newest first."""
        try:
            return await asyncio.to_thread(self._marking.all, slug)
        except NotSavedError as error:
            raise KahaniError(str(error)) from error

    async def change(self, bookmark_id: UUID, note: str) -> None:
        """Give a bookmark another note. Raises UsageError for one that is not there."""
        await self._write(partial(self._marking.change, bookmark_id, note.strip()))

    async def remove(self, bookmark_id: UUID) -> None:
        """Take a bookmark away. Raises UsageError for one that is not there."""
        await self._write(partial(self._marking.remove, bookmark_id))
        await self._told()

    async def _write(self, write: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(write)
        except NotSavedError as error:
            raise KahaniError(f"Not saved: {error}") from error

    async def _told(self) -> None:
        if (here := self._here("")) is not None:
            self._tell(BookmarksChanged(len(await self.all(here.slug))))
