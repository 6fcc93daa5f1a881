"""An oracle that knows which way a listener will go: what fetching ahead can reach at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from player.playback.prefetching import ClipSource
from player.story.graph import Clip

LOOK_S: Final = 0.005


async def fetch_in_order(
    way: Sequence[Clip], clips: ClipSource, *, heard: Callable[[], int]
) -> None:
    """Fetch the clips of a way whole, one after the other, however many lie ahead.

    The link never rests, and carries nothing that nobody will hear: a clip that the listener has
    left behind, who is at number `heard` of the way, is not fetched to its end.
    """
    for number, clip in enumerate(way):
        if number < heard():
            continue
        source = clips.open(clip, is_urgent=False)
        if isinstance(source, Path):
            continue
        while not source.is_over and number >= heard():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(LOOK_S)
        source.leave()
