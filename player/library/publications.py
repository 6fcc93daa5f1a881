"""Published clips of a story folder: where they are, and those that are nowhere else."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from db.asking.clip_addresses import unpublished
from player.story.clips import ClipFact
from player.story.fields import LANGUAGE, MAX_LANGUAGE, SLUG
from player.story.graph import Clip, Story
from player.story.nodes import KEY, MAX_KEY
from player.story.published import (
    Publication,
    PublishedClip,
    published_already,
    read_published,
)

PUBLISHED_FILE: Final = "published.json"
MAX_PUBLISHED_BYTES: Final = 64 * 2**20
_PARTS: Final = 4
_MIX: Final = re.compile(r"[01]\.[0-9][0-9]")


def publication_at(path: Path) -> Publication | None:
    """Return what the published.json at `path` says, None where there is none.

    Raises ValueError with a sentence for people, OSError.
    """
    if not os.path.lexists(path):
        return None
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_PUBLISHED_BYTES:
        raise ValueError("is a link, no file, or too large")
    publication = read_published(path.read_bytes())
    for key in publication.clips:
        parts = key.split("/")
        if len(parts) != _PARTS or not is_variant(*parts):
            raise ValueError(f"{key[:100]!r} is not <language>/<mix 0.00>/<speaker>/<node>")
    return publication


def with_published(folder: Path, clips: Sequence[ClipFact]) -> tuple[list[ClipFact], str | None]:
    """Return the clips found in `folder`, with their addresses, and those published alone.

    The second is None where nothing was published, else what is wrong with it, "" if nothing.
    A clip that is another than the one that was published has no address.
    """
    try:
        publication = publication_at(folder / PUBLISHED_FILE)
    except (ValueError, OSError) as error:
        return list(clips), f"cannot be used: {error}"
    if publication is None:
        return list(clips), None
    left = dict(publication.clips)
    found = []
    for clip in clips:
        there = left.pop(_key(clip), None)
        is_same = there is not None and there.checksum == clip.checksum
        found.append(replace(clip, url=there.url) if there and is_same else clip)
    return [*found, *(_fact(key, clip) for key, clip in left.items())], ""


def publication_of(story: Story, nowhere_else: Collection[str] = ()) -> Publication | None:
    """Return what the clips of `story` say of where they lie, None where none says anything.

    The address that stands for none counts for the clips of these paths alone: those that lie in
    no folder may lie there, as clips that were published to this bucket have it too.
    """
    clips = {}
    for clip in (clip for node in story.nodes.values() for clip in node.clips):
        if clip.url == unpublished(clip.checksum) and clip.path not in nowhere_else:
            continue
        place = place_of(story, clip)
        parts, there = place.split("/"), published_already(clip)
        if there is not None and len(parts) == _PARTS and is_variant(*parts):
            clips[place] = there
    return Publication(None, clips) if clips else None


def place_of(story: Story, clip: Clip) -> str:
    """Return where a clip of `story` lies below its audio/: "hi/0.00/meera/intro"."""
    return clip.path.removeprefix(f"{story.slug}/audio/").removesuffix(".mp3")


def is_published_alike(folder: Path, other: Path) -> bool:
    """Whether both folders say the same of what was published."""
    told = []
    for each in (folder, other):
        try:
            told.append((each / PUBLISHED_FILE).read_bytes())
        except OSError:
            told.append(b"")
    return told[0] == told[1]


def is_variant(language: str, mix: str, speaker: str, node: str) -> bool:
    """Whether these are the parts of a clip's place below audio/."""
    return (
        bool(LANGUAGE.fullmatch(language) and SLUG.fullmatch(speaker) and KEY.fullmatch(node))
        and len(language) <= MAX_LANGUAGE
        and len(speaker) <= 50  # noqa: PLR2004 - audio_files.speaker_id
        and len(node) <= MAX_KEY
        and bool(_MIX.fullmatch(mix))
        and float(mix) <= 1
    )


def _key(clip: ClipFact) -> str:
    return f"{clip.language}/{clip.mix:.2f}/{clip.speaker}/{clip.node}"


def _fact(key: str, clip: PublishedClip) -> ClipFact:
    language, mix, speaker, node = key.split("/")
    return ClipFact(
        node=node,
        language=language,
        mix=float(mix),
        speaker=speaker,
        path=f"audio/{key}.mp3",
        checksum=clip.checksum,
        size=clip.size,
        duration_ms=clip.duration_ms,
        timings=clip.timings,
        url=clip.url,
    )
