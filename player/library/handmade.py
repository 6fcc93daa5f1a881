"""Stories put into the tables by hand: what they lack is made, so that they can be played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from db.records import ChoiceRecord, NodeRecord, StoryRecord
from player.library.contents import content_of
from player.library.restoring import from_record, key_of, source_language_of
from player.story.graph import EDGE_KEY, NodeType, catalogue_id

MAX_NODES: Final = 20_000


def completed(record: StoryRecord) -> StoryRecord:
    """Return the rows of a story with those that were missing; `record` itself if none was.

    Nodes come from content_json, ways on from the display order, editions' contents from their
    translations. Nothing that is there is changed.
    """
    nodes = record.nodes or tuple(_nodes(record))
    whole = replace(
        record, nodes=nodes, source_language=record.source_language or source_language_of(record)
    )
    whole = replace(whole, choices=(*record.choices, *_edges(whole)))
    if not nodes:
        return record
    story = from_record(whole)
    there = {content.id for content in record.contents}
    contents = (content_of(story, edition) for edition in story.editions.values())
    whole = replace(
        whole,
        contents=(*record.contents, *(content for content in contents if content.id not in there)),
    )
    return record if _rows(whole) == _rows(record) else whole


def _rows(record: StoryRecord) -> tuple[int, int, int]:
    return len(record.nodes), len(record.choices), len(record.contents)


def _nodes(record: StoryRecord) -> Iterator[NodeRecord]:
    """Make the nodes that content_json names; each text in the language it stands under."""
    kinds: dict[str, str] = {}
    texts: dict[str, dict[str, str]] = {}
    for row in record.translations:
        for node in _listed(row.content_json):
            key = str(node.get("id", ""))[:100]
            text = node.get("text")
            if key and isinstance(text, str) and (key in texts or len(texts) < MAX_NODES):
                kinds.setdefault(key, str(node.get("type")))
                texts.setdefault(key, {})[row.language_code] = text
    for place, (key, text) in enumerate(texts.items(), start=1):
        is_known = kinds[key] in list(NodeType)
        yield NodeRecord(
            id=catalogue_id(record.slug, key),
            node_type=kinds[key] if is_known else NodeType.NARRATION.value,
            character_id=None,
            display_order=place,
            is_start=place == 1,
            is_end=kinds[key] == NodeType.END,
            text_content=text,
            meta={"key": key},
        )


def _listed(content_json: Any) -> list[Mapping[str, Any]]:
    nodes = content_json.get("nodes") if isinstance(content_json, Mapping) else None
    if not isinstance(nodes, list | tuple):
        return []
    return [node for node in nodes if isinstance(node, Mapping)]


def _edges(record: StoryRecord) -> Iterator[ChoiceRecord]:
    """Lead each node without a way on to the next in display order; an end leads nowhere."""
    leading = {choice.node_id for choice in record.choices}
    ordered = sorted(record.nodes, key=lambda node: node.display_order)
    for node, following in pairwise(ordered):
        if node.id in leading or node.is_end or node.node_type == NodeType.END:
            continue
        name = key_of(node) if node.meta.get("key") else str(node.id)
        yield ChoiceRecord(
            id=catalogue_id(record.slug, name, EDGE_KEY),
            node_id=node.id,
            choice_key=EDGE_KEY,
            text_content={},
            next_node_id=following.id,
            is_default=True,
        )
