"""Catalogue rows as stories again; rows put in by hand are cleaned and completed on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from db.records import (
    AudioRecord,
    CharacterRecord,
    ChoiceRecord,
    ContentRecord,
    NodeRecord,
    StoryRecord,
    TranslationRecord,
)
from player.errors import KahaniError
from player.library.cells import flags_of, score_of, texts_of, timings_of, word_of
from player.story.cleaning import cleaned
from player.story.editions import CHARACTER_KEYS
from player.story.episodes import EPISODE_NODE, SPEAKER
from player.story.graph import (
    Character,
    Choice,
    Clip,
    Edition,
    Node,
    NodeType,
    Story,
    catalogue_id,
)


def from_record(record: StoryRecord) -> Story:
    """Return the story of these rows. A node without a way on is an ending.

    Raises KahaniError where there is no node to start at.
    """
    if not record.nodes:
        raise KahaniError(f"The story {record.slug} has no nodes: import it again.")
    source = source_language_of(record)
    nodes = _nodes(record, source)
    translations = sorted(record.translations, key=_display_order)
    return Story(
        id=record.id,
        slug=record.slug,
        age_range=cleaned(record.age_range),
        region=cleaned(record.region),
        source_language=source,
        start_id=next((row.id for row in record.nodes if row.is_start), record.nodes[0].id),
        nodes=nodes,
        editions=_editions(record, translations, nodes.values()),
        characters={cleaned(who.slug): _character(who) for who in record.characters},
        moral=word_of(record.moral),
        cover=word_of(record.cover_image),
        content_hash=record.content_hash or "",
        credits=next((word_of(_told(row).get("credits")) for row in translations), None),
    )


def episode_from_record(record: ContentRecord) -> Story:
    """Return the linear episode of a content row; one put in by hand has its text alone."""
    meta = record.meta
    slug, language, node_id = record.id, record.language, catalogue_id(record.id, EPISODE_NODE)
    who = _speaker(slug, meta.get("speaker"))
    node = Node(
        id=node_id,
        key=EPISODE_NODE,
        type=NodeType.END,
        text={**texts_of(meta.get("text"), language), language: cleaned(record.text_content)},
        character=SPEAKER if who else None,
        clips=tuple(_episode_clip(slug, clip) for clip in meta.get("clips", ())),
        say=texts_of(meta.get("say"), language),
    )
    return Story(
        id=catalogue_id(slug),
        slug=slug,
        age_range=cleaned(str(meta.get("age_range", ""))),
        region=cleaned(str(meta.get("region", ""))),
        source_language=str(meta.get("source_language", language)),
        start_id=node_id,
        nodes={node_id: node},
        editions={language: _edition(language, record.title, record.description, record)},
        characters={SPEAKER: who} if who else {},
        moral=word_of(meta.get("moral")),
        cover=word_of(meta.get("cover")),
        content_hash=str(meta.get("content_hash", "")),
        is_linear=True,
        credits=word_of(meta.get("credits")),
        series_id=word_of(record.series_id),
        episode_number=record.episode_number,
    )


def source_language_of(record: StoryRecord) -> str:
    """Return the language translations are shown in: the story's, else its first edition's."""
    if record.source_language:
        return record.source_language
    languages = [row.language_code for row in sorted(record.translations, key=_display_order)]
    languages += [key.partition("@")[0] for node in record.nodes for key in node.text_content]
    return next(iter(languages), "en")


def key_of(node: NodeRecord) -> str:
    """Return the author's name of a node; one put in by hand is called by its place."""
    key = node.meta.get("key")
    return cleaned(key) if isinstance(key, str) and key else f"node-{node.display_order}"


def _nodes(record: StoryRecord, source: str) -> dict[UUID, Node]:
    slugs = {who.id: cleaned(who.slug) for who in record.characters}
    choices: Mapping[UUID, list[Choice]] = defaultdict(list)
    for choice in sorted(record.choices, key=lambda choice: choice.choice_key):
        choices[choice.node_id].append(_choice(choice, source))
    clips: Mapping[UUID, list[AudioRecord]] = defaultdict(list)
    for audio in record.audio_files:
        clips[audio.node_id].append(audio)
    nodes = {}
    for row in record.nodes:
        node = _node(row, source, slugs.get(row.character_id) if row.character_id else None)
        own = tuple(_clip(record.slug, node.key, audio) for audio in clips.get(row.id, ()))
        nodes[row.id] = replace(
            node,
            type=node.type if choices.get(row.id) else NodeType.END,
            choices=tuple(choices.get(row.id, ())),
            clips=tuple(sorted(own, key=lambda clip: (clip.language, clip.mix, clip.speaker))),
        )
    return nodes


def _node(row: NodeRecord, source: str, character: str | None) -> Node:
    kind = NodeType(row.node_type) if row.node_type in list(NodeType) else NodeType.NARRATION
    return Node(
        id=row.id,
        key=key_of(row),
        type=NodeType.END if row.is_end else kind,
        text=texts_of(row.text_content, source),
        character=character,
        sets=flags_of(row.meta.get("set")),
        was=word_of(row.meta.get("was")),
        say=texts_of(row.meta.get("say"), source),
        difficulty_score=score_of(row.meta.get("difficulty_score")),
    )


def _choice(row: ChoiceRecord, source: str) -> Choice:
    correct = row.meta.get("correct")
    return Choice(
        id=row.id,
        key=cleaned(row.choice_key),
        text=texts_of(row.text_content, source),
        next_id=row.next_node_id,
        is_default=row.is_default,
        correct=correct if isinstance(correct, bool) else None,
        sets=flags_of(row.meta.get("set")),
        needs=flags_of(row.meta.get("needs")),
        unless=flags_of(row.meta.get("unless")),
    )


def _clip(slug: str, key: str, row: AudioRecord) -> Clip:
    mix = round(float(row.code_mix_ratio), 2)
    duration_ms, timings = timings_of(row.timings)
    return Clip(
        id=row.id,
        language=row.language_code,
        mix=mix,
        speaker=row.speaker_id,
        checksum=row.checksum or "",
        size=row.file_size or 0,
        duration_ms=duration_ms or round(float(row.duration_sec or 0) * 1000),
        url=row.r2_url,
        path=_path(slug, row.language_code, mix, row.speaker_id, key=key),
        timings=timings,
    )


def _speaker(slug: str, told: Any) -> Character | None:
    if not isinstance(told, Mapping):
        return None
    said = {name: cleaned(str(told.get(name, ""))) for name in CHARACTER_KEYS}
    said["speaker"] = said.pop("bulbul_speaker")
    return Character(id=catalogue_id(slug, "character", SPEAKER), slug=SPEAKER, **said)


def _episode_clip(slug: str, clip: Mapping[str, Any]) -> Clip:
    language, mix, speaker = str(clip["language"]), float(clip["mix"]), str(clip["speaker"])
    duration_ms, timings = timings_of(clip.get("timings"))
    return Clip(
        id=catalogue_id(slug, EPISODE_NODE, "audio", language, f"{mix:.2f}", speaker),
        language=language,
        mix=mix,
        speaker=speaker,
        checksum=str(clip["checksum"]),
        size=int(clip["size"]),
        duration_ms=duration_ms,
        url=str(clip["url"]),
        path=_path(slug, language, mix, speaker, key=EPISODE_NODE),
        timings=timings,
    )


def _path(slug: str, language: str, mix: float, speaker: str, *, key: str) -> str:
    parts = (slug, "audio", language, f"{mix:.2f}", speaker, f"{key}.mp3")
    # A row put in by hand may hold anything; nothing of it leads out of the shelf.
    return "/".join(part.replace("/", "-").replace("\\", "-").lstrip(".") for part in parts)


def _editions(
    record: StoryRecord, translations: list[TranslationRecord], nodes: Iterable[Node]
) -> dict[str, Edition]:
    contents = {content.language: content for content in record.contents}
    editions = {
        row.language_code: _edition(
            row.language_code, row.title, row.description, contents.get(row.language_code)
        )
        for row in translations
    }
    if not editions:
        title = record.slug.replace("-", " ").capitalize()
        languages = dict.fromkeys(key.partition("@")[0] for node in nodes for key in node.text)
        editions = {key: Edition(language=key, title=title) for key in languages or ["en"]}
    return editions


def _edition(
    language: str, title: str, description: str | None, content: ContentRecord | None
) -> Edition:
    edition = Edition(
        language=language, title=cleaned(title), description=cleaned(description or "")
    )
    if content is None:
        return edition
    return replace(
        edition,
        format=content.format,
        genre=word_of(content.genre),
        topic=word_of(content.topic),
        difficulty=content.difficulty,
        difficulty_score=score_of(content.difficulty_score),
        locale=word_of(content.locale),
    )


def _character(row: CharacterRecord) -> Character:
    return Character(
        id=row.id,
        slug=cleaned(row.slug),
        name=cleaned(row.name),
        voice_profile=cleaned(row.voice_profile),
        speaker=cleaned(row.bulbul_speaker),
        description=cleaned(row.description or ""),
    )


def _told(row: TranslationRecord) -> Mapping[str, Any]:
    return row.content_json if isinstance(row.content_json, Mapping) else {}


def _display_order(row: TranslationRecord) -> int:
    place = _told(row).get("display_order")
    return place if isinstance(place, int) else 0
