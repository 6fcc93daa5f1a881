"""The content row of an edition, and of a linear episode: what likes and sittings refer to."""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import Any, Final

from db.records import ContentRecord, Json
from player.story.clips import split_key
from player.story.graph import Character, Clip, Edition, Node, Span, Story, Timings
from player.story.lines import reading_ms
from player.story.walking import Variant, text_for

TEMPLATE: Final = "story-graph"
EPISODE_TEMPLATE: Final = "linear-episode"


def episode_to_record(story: Story) -> ContentRecord:
    """Return the one row of a linear episode; what has no column of its own stands in its meta."""
    [node] = story.nodes.values()
    [edition] = story.editions.values()
    speaker = next(iter(story.characters.values()), None)
    row = content_of(story, edition)
    meta = {
        "kind": "episode",
        "content_hash": story.content_hash,
        "age_range": story.age_range,
        "region": story.region,
        "moral": story.moral,
        "credits": story.credits,
        "cover": story.cover,
        "source_language": story.source_language,
        "text": dict(node.text),
        "say": dict(node.say),
        "speaker": _speaker_json(speaker) if speaker else None,
        "clips": [_clip_json(clip) for clip in node.clips],
    }
    return replace(
        row,
        id=story.slug,
        story_id=None,
        series_id=story.series_id,
        episode_number=story.episode_number,
        template_id=EPISODE_TEMPLATE,
        meta={key: value for key, value in meta.items() if value not in (None, {}, "")},
    )


def content_of(story: Story, edition: Edition) -> ContentRecord:
    """Return the content row of an edition.

    `duration` is the seconds of sound on the shortest way from the start to an ending, at least 1;
    a node without a clip counts as long as its text takes to read.
    """
    variant = first_variant(story, edition.language)
    text = "\n\n".join(
        text_for(node.text, variant, story.source_language).text for node in story.nodes.values()
    )
    clips = [
        clip
        for node in story.nodes.values()
        for clip in node.clips
        if (clip.language, clip.mix) == (variant.language, variant.mix)
    ]
    start = {clip.id for clip in story.nodes[story.start_id].clips}
    first = next((clip for clip in clips if clip.id in start), None)
    return ContentRecord(
        id=f"{story.slug}:{edition.language}",
        title=edition.title,
        text_content=text,
        audio_url=first.url if first else f"r2://kahani/stories/{story.slug}",
        format=edition.format,
        difficulty=edition.difficulty,
        duration=max(1, round(_shortest_ms(story, variant) / 1000)),
        description=edition.description or None,
        genre=edition.genre,
        topic=edition.topic,
        difficulty_score=edition.difficulty_score,
        word_count=len(text.split()),
        language=edition.language,
        locale=edition.locale,
        story_id=story.id,
        audio_size=sum(clip.size for clip in clips) or None,
        template_id=TEMPLATE,
    )


def first_variant(story: Story, language: str) -> Variant:
    """Return the variant with the least English that an edition has a text in."""
    mixes = [
        mix
        for node in story.nodes.values()
        for found, mix in map(split_key, node.text)
        if found == language
    ]
    return Variant(min(mixes, default=0.0), language)


def timings_json(timings: Timings, duration_ms: int) -> Json:
    """Return audio_files.timings; duration_ms is there because duration_sec has two decimals."""
    return {
        "duration_ms": duration_ms,
        "sentences": [_span(span) for span in timings.sentences],
        "words": [_span(span) for span in timings.words],
    }


def _shortest_ms(story: Story, variant: Variant) -> int:
    """Return the milliseconds of the quickest way to an ending (Dijkstra)."""
    waiting: list[tuple[int, int, Node]] = [(0, 0, story.nodes[story.start_id])]
    seen = set()
    count = 0
    while waiting:
        passed, _, node = heapq.heappop(waiting)
        if node.id in seen:
            continue
        seen.add(node.id)
        passed += _node_ms(node, variant, story.source_language)
        if node.is_end or not node.choices or any(c.next_id is None for c in node.choices):
            return passed
        for choice in node.choices:
            if choice.next_id in story.nodes and choice.next_id is not None:
                count += 1  # breaks ties, so that nodes are never compared
                heapq.heappush(waiting, (passed, count, story.nodes[choice.next_id]))
    return 0


def _node_ms(node: Node, variant: Variant, source_language: str) -> int:
    for clip in node.clips:
        if (clip.language, clip.mix) == (variant.language, variant.mix):
            return clip.duration_ms
    return reading_ms(text_for(node.text, variant, source_language).text)


def _clip_json(clip: Clip) -> dict[str, Any]:
    return {
        "language": clip.language,
        "mix": clip.mix,
        "speaker": clip.speaker,
        "checksum": clip.checksum,
        "size": clip.size,
        "url": clip.url,
        "path": clip.path,
        "timings": dict(timings_json(clip.timings, clip.duration_ms)),
    }


def _speaker_json(who: Character) -> dict[str, str]:
    return {
        "name": who.name,
        "voice_profile": who.voice_profile,
        "bulbul_speaker": who.speaker,
        "description": who.description,
    }


def _span(span: Span) -> list[int]:
    return [span.start, span.end, span.start_ms, span.end_ms]
