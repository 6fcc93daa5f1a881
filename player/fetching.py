"""Fetching: from a passage to the file of its clip, ahead of time where that can be."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from uuid import UUID

from player.errors import KahaniError
from player.story.graph import Clip
from player.story.passages import Passage


class ClipSource(Protocol):
    """Where clips come from."""

    def path_for(self, clip: Clip) -> Path:
        """Return the file of the clip, checked; blocks. Raises KahaniError where there is none."""


class Fetcher:
    """Gets clips in worker threads and holds on to those that may be heard next."""

    def __init__(self, clips: ClipSource) -> None:
        self._clips = clips
        self._ready: dict[UUID, Path] = {}

    async def fetch(self, passage: Passage) -> Path | None:
        """Return the file of the passage's clip, None where it has none; at once when ready.

        Raises KahaniError where the clip cannot be had.
        """
        clip = passage.clip
        if clip is None:
            return None
        if (known := self._ready.pop(clip.id, None)) is not None:
            return known
        return await asyncio.to_thread(self._clips.path_for, clip)

    async def fetch_ahead(self, passages: Sequence[Passage]) -> Path | None:
        """Fetch these in place of those fetched ahead before; return the file of the first.

        What cannot be had is left out: it is said when it is wanted.
        """
        self._ready.clear()
        first = None
        for number, passage in enumerate(passages):
            if passage.clip is None:
                continue
            try:
                path = await asyncio.to_thread(self._clips.path_for, passage.clip)
            except KahaniError:
                continue
            self._ready[passage.clip.id] = path
            if number == 0:
                first = path
        return first
