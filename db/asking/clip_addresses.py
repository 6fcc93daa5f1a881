"""Clip addresses: which clips of a story that did not change are published elsewhere now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db.records import ContentRecord, StoryRecord


def moved_clips(known: Mapping[Any, str], record: StoryRecord | ContentRecord) -> set[Any]:
    """Return the clips of `record` that `known` has at another address.

    An address that only says that nothing was published never takes the place of one that does.
    """
    told: list[tuple[Any, str, str]]
    if isinstance(record, StoryRecord):
        told = [(row.id, row.r2_url, row.checksum or "") for row in record.audio_files]
    else:
        clips = record.meta.get("clips", ())
        told = [(_place(clip), clip["url"], clip["checksum"]) for clip in clips]
    return {
        name
        for name, url, checksum in told
        if known.get(name, url) != url and url != unpublished(checksum)
    }


def clip_addresses(meta: Mapping[str, Any]) -> dict[tuple[Any, ...], str]:
    """Return the addresses of an episode's clips, from the meta of its row."""
    return {_place(clip): clip["url"] for clip in meta.get("clips", ())}


def unpublished(checksum: str) -> str:
    """Return what stands in audio_files.r2_url, which may not be empty, of an unpublished clip."""
    return f"r2://kahani/clips/{checksum}.mp3"


def _place(clip: Mapping[str, Any]) -> tuple[Any, ...]:
    return (clip["language"], clip["mix"], clip["speaker"])
