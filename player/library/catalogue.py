"""Stories as catalogue rows: what importing writes into the store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from db.records import (
    AudioRecord,
    CharacterRecord,
    ChoiceRecord,
    NodeRecord,
    StoryRecord,
    TranslationRecord,
)
from player.library.contents import content_of, first_variant, timings_json
from player.story.clips import split_key
from player.story.graph import (
    EDGE_KEY,
    Character,
    Choice,
    Clip,
    Edition,
    Node,
    Story,
    catalogue_id,
)
from player.story.walking import Rendering, Variant, text_for


def to_record(story: Story) -> StoryRecord:
    """Return all rows of a story that is not linear."""
    order = {key: place for place, key in enumerate(story.characters)}
    editions = list(story.editions.values())
    contents = tuple(content_of(story, edition) for edition in editions)
    longest = max((content.duration for content in contents), default=1)
    return StoryRecord(
        id=story.id,
        slug=story.slug,
        age_range=story.age_range,
        region=story.region,
        moral=story.moral,
        duration_min=-(-longest // 60),
        cover_image=story.cover,
        content_hash=story.content_hash or None,
        source_language=story.source_language,
        translations=tuple(
            _translation(story, edition, place) for place, edition in enumerate(editions)
        ),
        characters=tuple(_character(who, order[key]) for key, who in story.characters.items()),
        nodes=tuple(
            _node(story, node, place) for place, node in enumerate(story.nodes.values(), start=1)
        ),
        choices=tuple(
            _choice(node, choice) for node in story.nodes.values() for choice in node.choices
        ),
        audio_files=tuple(
            _audio(node, clip) for node in story.nodes.values() for clip in node.clips
        ),
        contents=contents,
    )


def _translation(story: Story, edition: Edition, place: int) -> TranslationRecord:
    variant = first_variant(story, edition.language)
    texts = [text_for(n.text, variant, story.source_language) for n in story.nodes.values()]
    whole = {
        "format": 1,
        "slug": story.slug,
        "language": edition.language,
        "title": edition.title,
        "description": edition.description,
        "moral": story.moral,
        "credits": story.credits,
        "display_order": place,
        "start": story.nodes[story.start_id].key,
        "characters": {key: who.name for key, who in story.characters.items()},
        "nodes": [
            _node_json(story, node, variant, text)
            for node, text in zip(story.nodes.values(), texts, strict=True)
        ],
    }
    return TranslationRecord(
        id=catalogue_id(story.slug, "edition", edition.language),
        language_code=edition.language,
        title=edition.title,
        description=edition.description or None,
        content_json={key: value for key, value in whole.items() if value is not None},
        is_complete=not any(text.is_stand_in for text in texts),
    )


def _node_json(story: Story, node: Node, variant: Variant, text: Rendering) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": node.key, "type": str(node.type), "text": text.text}
    if node.character:
        shown["character"] = node.character
    mixes = dict(_mixes(node, variant.language))
    if mixes:
        shown |= {"mixes": mixes}
    options = []
    for choice in node.choices:
        following = story.nodes.get(choice.next_id) if choice.next_id else None
        next_key = following.key if following else None
        if not choice.is_shown:
            return {**shown, "next": next_key}
        said = text_for(choice.text, variant, story.source_language).text
        options.append({"key": choice.key, "text": said, "next": next_key})
    return {**shown, "choices": options} if options else shown


def _mixes(node: Node, language: str) -> Iterator[tuple[str, str]]:
    for key, text in sorted(node.text.items()):
        found, mix = split_key(key)
        if found == language and mix:
            yield f"{mix:.2f}", text


def _character(who: Character, place: int) -> CharacterRecord:
    return CharacterRecord(
        id=who.id,
        slug=who.slug,
        name=who.name,
        voice_profile=who.voice_profile,
        bulbul_speaker=who.speaker,
        description=who.description or None,
        display_order=place,
    )


def _node(story: Story, node: Node, place: int) -> NodeRecord:
    who = story.characters.get(node.character) if node.character else None
    meta = {"key": node.key, "set": sorted(node.sets), "was": node.was, "say": dict(node.say)}
    known: dict[str, Any] = {key: value for key, value in meta.items() if value}
    if node.difficulty_score is not None:
        known["difficulty_score"] = node.difficulty_score
    return NodeRecord(
        id=node.id,
        node_type=str(node.type),
        character_id=who.id if who else None,
        display_order=place,
        is_start=node.id == story.start_id,
        is_end=node.is_end,
        text_content=dict(node.text),
        meta=known,
    )


def _choice(node: Node, choice: Choice) -> ChoiceRecord:
    meta = {
        "set": sorted(choice.sets),
        "needs": sorted(choice.needs),
        "unless": sorted(choice.unless),
    }
    known: dict[str, Any] = {key: value for key, value in meta.items() if value}
    if choice.correct is not None:
        known["correct"] = choice.correct
    return ChoiceRecord(
        id=choice.id,
        node_id=node.id,
        choice_key=choice.key,
        text_content=dict(choice.text),
        next_node_id=choice.next_id,
        is_default=choice.is_default or choice.key == EDGE_KEY,
        meta=known,
    )


def _audio(node: Node, clip: Clip) -> AudioRecord:
    return AudioRecord(
        id=clip.id,
        node_id=node.id,
        language_code=clip.language,
        code_mix_ratio=clip.mix,
        speaker_id=clip.speaker,
        r2_url=clip.url,
        file_size=clip.size,
        duration_sec=round(clip.duration_ms / 1000, 2),
        checksum=clip.checksum,
        timings=timings_json(clip.timings, clip.duration_ms),
    )
