"""Foreseeing: which nodes a listener may come to from here, and how likely that is."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Final
from uuid import UUID

from player.story.graph import Choice, Node, Story
from player.story.state import StoryState
from player.story.walking import flags_of, offered

DEEPEST: Final = 3
LEAST: Final = 0.12
"""Beyond the next step, a way that is less likely than this is not looked at."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A node that may be heard `depth` steps from here; `key` is the choice here that leads to it.

    The key is that of an edge where nothing is asked.
    """

    node: Node
    key: str
    probability: float
    depth: int


def foresee(
    story: Story, state: StoryState, counts: Mapping[UUID, int] | None = None
) -> tuple[Foreseen, ...]:
    """Return the nodes of the next step and then the others, the likeliest first, each once.

    `counts` says how often each choice (by its id) was taken so far; without, and for one that was
    never taken, all are equal. A node that several ways lead to is as likely as its likeliest way.
    """
    flags = flags_of(story, state.trail)
    heap: list[tuple[bool, float, int, Foreseen, frozenset[str]]] = []
    order = count()
    seen = {state.node_id}

    def look(node: Node, flags: frozenset[str], come: Foreseen | None) -> None:
        for choice, share in _shares(offered(node, flags), counts or {}):
            if choice.next_id is None or choice.next_id not in story.nodes:
                continue
            probability = share * (come.probability if come else 1.0)
            after = story.nodes[choice.next_id]
            depth = come.depth + 1 if come else 1
            if depth == 1 or (depth <= DEEPEST and probability >= LEAST):
                found = Foreseen(after, come.key if come else choice.key, probability, depth)
                then = flags | choice.sets | after.sets
                heapq.heappush(heap, (depth > 1, -probability, next(order), found, then))

    def best_first() -> Iterator[Foreseen]:
        look(story.nodes[state.node_id], flags, None)
        while heap:
            *_, found, then = heapq.heappop(heap)
            if found.node.id not in seen:
                seen.add(found.node.id)
                yield found
                look(found.node, then, found)

    return tuple(best_first())


def _shares(
    choices: tuple[Choice, ...], counts: Mapping[UUID, int]
) -> Iterator[tuple[Choice, float]]:
    """Yield each choice with how likely it is; one was taken once more often than was counted."""
    total = sum(1 + counts.get(choice.id, 0) for choice in choices)
    for choice in choices:
        yield choice, (1 + counts.get(choice.id, 0)) / total
