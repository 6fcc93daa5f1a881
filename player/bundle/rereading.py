"""A story as it will be read again from the bundle that it is packed into."""

from __future__ import annotations

import json

from player.bundle.narrowing import narrowed
from player.bundle.verifying import BundleRefusedError
from player.errors import KahaniError
from player.library.contents import timings_json
from player.library.folders import COVER
from player.story.clips import ClipFact, ClipFacts, read_times
from player.story.graph import Clip, Story
from player.story.loading import examine_episode, examine_story
from player.story.writing import write_story


def as_read(story: Story, *, has_cover: bool) -> Story:
    """Return the story as it will be read. Raises BundleRefusedError, KahaniError naming a clip."""
    facts = [_clip_fact(node.key, clip) for node in story.nodes.values() for clip in node.clips]
    examine = examine_episode if story.is_linear else examine_story
    found = examine(
        write_story(story).encode(),
        story.slug,
        ClipFacts(clips=tuple(facts), cover=COVER if has_cover else None),
    )
    if found.story is None:
        raise BundleRefusedError(
            "it would not be read again, so nothing was written:", found.problems
        )
    return found.story


def is_made_from(whole: Story, content_hash: str, languages: list[str]) -> bool:
    """Whether packing `whole` in these languages makes the story of this content hash."""
    try:
        part = narrowed(whole, languages)
        covers = {bool(whole.cover), False}  # whose picture is lost is packed without it
        return content_hash in {as_read(part, has_cover=has).content_hash for has in covers}
    except KahaniError:
        return False


def _clip_fact(node: str, clip: Clip) -> ClipFact:
    times = {"format": 1, **timings_json(clip.timings, clip.duration_ms)}
    try:
        duration_ms, timings = read_times(json.dumps(times).encode())
    except ValueError as error:
        raise KahaniError(f"{clip.path}: its times are wrong: {error}. Voice it again.") from error
    return ClipFact(
        node=node,
        language=clip.language,
        mix=clip.mix,
        speaker=clip.speaker,
        path=clip.path.partition("/")[2],
        checksum=clip.checksum,
        size=clip.size,
        duration_ms=duration_ms,
        timings=timings,
    )
