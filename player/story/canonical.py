"""The canonical story: one spelling of everything that makes it what it is, for its hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from player.story.graph import Choice, Clip, Node, Span, Story


def canonical(story: Story) -> bytes:
    """Return the story as JSON with sorted keys.

    Independent of the order of keys, comments and layout of its file and of where its clips are
    kept; it changes with every text, edge, voice, clip or clip time.
    """
    whole = {
        "format": 1,
        "slug": story.slug,
        "age_range": story.age_range,
        "region": story.region,
        "moral": story.moral,
        "source_language": story.source_language,
        "cover": story.cover,
        "credits": story.credits,
        "series": [story.series_id, story.episode_number],
        "is_linear": story.is_linear,
        "start": str(story.start_id),
        "editions": {
            language: [
                edition.title,
                edition.description,
                edition.format,
                edition.genre,
                edition.topic,
                edition.difficulty,
                edition.difficulty_score,
                edition.locale,
            ]
            for language, edition in story.editions.items()
        },
        "characters": {
            slug: [who.name, who.voice_profile, who.speaker, who.description]
            for slug, who in story.characters.items()
        },
        "nodes": {str(node.id): _node(node) for node in story.nodes.values()},
    }
    spelled = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return spelled.encode()


def content_hash(story: Story) -> str:
    """Return the SHA-256 (hex) of the canonical story: stories.content_hash."""
    return hashlib.sha256(canonical(story)).hexdigest()


def _node(node: Node) -> dict[str, Any]:
    told: dict[str, Any] = {
        "key": node.key,
        "type": str(node.type),
        "text": dict(node.text),
        "say": dict(node.say),
        "character": node.character,
        "sets": sorted(node.sets),
        "was": node.was,
        "choices": {choice.key: _choice(choice) for choice in node.choices},
        "clips": sorted(_clip(clip) for clip in node.clips),
    }
    if node.difficulty_score is not None:  # told only where there is one: old hashes stay
        told["difficulty_score"] = node.difficulty_score
    return told


def _choice(choice: Choice) -> list[Any]:
    return [
        dict(choice.text),
        str(choice.next_id) if choice.next_id else None,
        choice.is_default,
        choice.correct,
        sorted(choice.sets),
        sorted(choice.needs),
        sorted(choice.unless),
    ]


def _clip(clip: Clip) -> list[Any]:
    return [
        clip.language,
        f"{clip.mix:.2f}",
        clip.speaker,
        clip.checksum,
        clip.size,
        clip.duration_ms,
        [_span(span) for span in clip.timings.sentences],
        [_span(span) for span in clip.timings.words],
    ]


def _span(span: Span) -> list[int]:
    return [span.start, span.end, span.start_ms, span.end_ms]
