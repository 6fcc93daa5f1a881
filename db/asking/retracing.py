"""The way that a listener took through a story, told from the choices alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from db.models import StoryChoice, StoryNode

SAVE_VERSION: Final = 1
"""The form in which a place is saved, see `player.story.state`."""

SILENT: Final = "next"
"""The key of an edge that is followed without being shown."""

Trail = list[tuple[UUID, UUID | None]]
"""Nodes in the order in which they were heard, each with the edge that was taken out of it."""


def retrace(
    tx: Connection, story_id: UUID, here: UUID, choices: Sequence[Mapping[str, Any]]
) -> Trail:
    """Return the way from the start to the node `here`.

    Where the choices do not lead there, as the story was edited or the listener jumped, the way
    is the node alone.
    """
    of_story = StoryNode.story_id == story_id
    starts = (
        select(StoryNode.id)
        .where(of_story)
        .order_by(StoryNode.is_start.desc(), StoryNode.display_order, StoryNode.id)
    )
    nodes = list(tx.scalars(starts))
    edges: dict[UUID, dict[str, tuple[UUID, UUID | None]]] = {}
    of_nodes = select(
        StoryChoice.node_id, StoryChoice.choice_key, StoryChoice.id, StoryChoice.next_node_id
    ).join(StoryNode, StoryNode.id == StoryChoice.node_id)
    for node, key, edge, target in tx.execute(of_nodes.where(of_story)):
        edges.setdefault(node, {})[key] = (edge, target)
    return _walked(nodes, edges, here, [(str(c.get("node_id")), c.get("choice")) for c in choices])


def state_of(
    slug: str, content_hash: str | None, trail: Trail, endings: set[UUID], *, is_finished: bool
) -> dict[str, Any]:
    """Return the place at the end of a way, as the player saves it."""
    return {
        "version": SAVE_VERSION,
        "slug": slug,
        "content_hash": content_hash or "",
        "trail": [[str(node), str(edge) if edge else None] for node, edge in trail],
        "ahead": [],
        "is_finished": is_finished,
        "endings": sorted(str(ending) for ending in endings),
    }


def _walked(
    nodes: Sequence[UUID],
    edges: Mapping[UUID, Mapping[str, tuple[UUID, UUID | None]]],
    here: UUID,
    choices: Sequence[tuple[str, Any]],
) -> Trail:
    if not nodes:
        return [(here, None)]
    trail: Trail = []
    at, made = nodes[0], 0
    for _ in range((len(nodes) + 1) * (len(choices) + 1)):
        if made == len(choices) and at == here:
            return [*trail, (here, None)]
        key = SILENT
        if made < len(choices) and choices[made][0] == str(at):
            key, made = choices[made][1], made + 1
        edge, target = edges.get(at, {}).get(key, (None, None))
        if edge is None or target is None:
            break
        trail.append((at, edge))
        at = target
    return [(here, None)]
