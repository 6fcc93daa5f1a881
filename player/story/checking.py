"""Structure: whether every node can be reached and left, and every edition is whole."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final
from uuid import UUID

from player.story.coverage import missing_parts
from player.story.graph import Node, Story
from player.story.problems import Problem, Severity

_SHOWN_KEYS: Final = 8
_FLAG_ROUNDS: Final = 12
"""Rounds until flags stop travelling: one more than loops within loops; past it they are not
judged."""


def check(story: Story, uncertain: Collection[UUID] = frozenset()) -> tuple[Problem, ...]:
    """Return all that is wrong with the structure of `story`, errors first.

    Of the nodes in `uncertain` the ways on are unknown, so nothing is concluded from them. Lines
    are 0: a story does not know its file. Takes time in proportion to nodes and edges.
    """
    found = [*_structure(story, uncertain), *_flags(story), *missing_parts(story)]
    found.sort(key=lambda problem: problem.severity is not Severity.ERROR)
    return tuple(found)


def _structure(story: Story, uncertain: Collection[UUID]) -> Iterator[Problem]:
    if story.start_id not in story.nodes:
        yield _problem(story, "start", "no-start", "the story has no node to start at")
    else:
        reached = _reach([story.start_id], _forward(story))
        for node in story.nodes.values():
            if node.id not in reached:
                said = "cannot be reached from the start"
                yield _problem(story, f"nodes.{node.key}", "unreachable", said)
    yield from _dangling(story)
    yield from _endings(story, uncertain)


def _dangling(story: Story) -> Iterator[Problem]:
    for node in story.nodes.values():
        for choice in node.choices:
            if choice.next_id is not None and choice.next_id not in story.nodes:
                where = f"nodes.{node.key}.choices.{choice.key}"
                said = "leads to a node that is not in the story"
                yield _problem(story, where, "dangling", said)


def _endings(story: Story, uncertain: Collection[UUID]) -> Iterator[Problem]:
    stops = {node.id for node in story.nodes.values() if node.id in uncertain or _stops(node)}
    if not stops:
        yield _problem(story, "nodes", "no-ending", "no node ends the story")
    circles = _silent_circles(story)
    for circle in circles:
        keys = _listed(story.nodes[node_id].key for node_id in circle)
        said = f"goes round in a circle without a choice: {keys}"
        where = f"nodes.{story.nodes[circle[0]].key}"
        yield _problem(story, where, "silent-cycle", said)
    if stops:
        stops.update(node_id for circle in circles for node_id in circle)
        leaving = _reach(stops, _backward(story))
        lost = [node.key for node in story.nodes.values() if node.id not in leaving]
        if lost:
            said = f"no ending can be reached from here; so it is for: {_listed(lost)}"
            yield _problem(story, f"nodes.{lost[0]}", "no-ending", said)


def _stops(node: Node) -> bool:
    return node.is_end or not node.choices or any(c.next_id is None for c in node.choices)


def _forward(story: Story) -> Mapping[UUID, list[UUID]]:
    return {
        node.id: [c.next_id for c in node.choices if c.next_id is not None]
        for node in story.nodes.values()
    }


def _backward(story: Story) -> Mapping[UUID, list[UUID]]:
    backward = defaultdict(list)
    for node_id, targets in _forward(story).items():
        for target in targets:
            backward[target].append(node_id)
    return backward


def _reach(starts: Iterable[UUID], edges: Mapping[UUID, list[UUID]]) -> set[UUID]:
    reached = set(starts)
    waiting = deque(reached)
    while waiting:
        for target in edges.get(waiting.popleft(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def _silent_circles(story: Story) -> list[list[UUID]]:
    silent = {
        node.id: node.choices[0].next_id
        for node in story.nodes.values()
        if len(node.choices) == 1 and not node.choices[0].is_shown and not node.is_end
    }
    circles = []
    walk_of: dict[UUID, UUID] = {}
    for start in silent:
        walk: list[UUID] = []
        at: UUID | None = start
        while at is not None and at in silent and at not in walk_of:
            walk_of[at] = start
            walk.append(at)
            at = silent[at]
        if at is not None and walk_of.get(at) == start and walk:
            circles.append(walk[walk.index(at) :])
    return circles


def _flags(story: Story) -> Iterator[Problem]:
    ever = {flag for node in story.nodes.values() for flag in _set_by(node)}
    arriving = _arriving_flags(story)
    for node in story.nodes.values():
        here = arriving.get(node.id) if arriving is not None else None
        for choice in node.choices:
            where = f"nodes.{node.key}.choices.{choice.key}"
            for flag in sorted((choice.needs | choice.unless) - ever):
                used = "needed" if flag in choice.needs else "asked for"
                said = f"the flag {flag} is {used} here and set nowhere"
                severity = Severity.ERROR if flag in choice.needs else Severity.WARNING
                yield _problem(story, where, "flag-never-set", said, severity)
            if both := choice.needs & choice.unless:
                said = f"can never be offered: it needs {_listed(both)} and refuses it"
                yield _problem(story, where, "never-offered", said)
            elif here is not None and (late := (choice.needs & ever) - here):
                said = f"can never be offered: {_listed(late)} is set only after this node"
                yield _problem(story, where, "never-offered", said)
        if _may_offer_nothing(node):
            said = "every choice has a condition, so there may be none to take"
            yield _problem(
                story, f"nodes.{node.key}.choices", "all-conditional", said, Severity.WARNING
            )


def _set_by(node: Node) -> frozenset[str]:
    return node.sets.union(*(choice.sets for choice in node.choices))


def _may_offer_nothing(node: Node) -> bool:
    shown = [choice for choice in node.choices if choice.is_shown]
    if not shown or any(not choice.needs and not choice.unless for choice in shown):
        return False
    needed = {next(iter(c.needs)) for c in shown if len(c.needs) == 1 and not c.unless}
    refused = {next(iter(c.unless)) for c in shown if len(c.unless) == 1 and not c.needs}
    return not needed & refused


def _arriving_flags(story: Story) -> dict[UUID, set[str]] | None:
    """Return the flags that may be set at each node, or None where that takes too long to tell."""
    if not any(choice.needs for node in story.nodes.values() for choice in node.choices):
        return {}
    arriving: dict[UUID, set[str]] = {node_id: set() for node_id in story.nodes}
    order = _breadth_first(story)
    for _ in range(_FLAG_ROUNDS):
        changed = False
        for node_id in order:
            node = story.nodes[node_id]
            arriving[node_id] |= node.sets
            for choice in node.choices:
                if choice.next_id in arriving:
                    target = arriving[choice.next_id]
                    before = len(target)
                    target |= arriving[node_id] | choice.sets
                    changed = changed or len(target) > before
        if not changed:
            return arriving
    return None


def _breadth_first(story: Story) -> list[UUID]:
    edges = _forward(story)
    order = dict.fromkeys([story.start_id] if story.start_id in story.nodes else [])
    waiting = deque(order)
    while waiting:
        for target in edges[waiting.popleft()]:
            if target in story.nodes and target not in order:
                order[target] = None
                waiting.append(target)
    return [*order, *(node_id for node_id in story.nodes if node_id not in order)]


def _listed(keys: Iterable[str]) -> str:
    names = list(keys)
    shown = ", ".join(sorted(names) if isinstance(keys, frozenset) else names[:_SHOWN_KEYS])
    return shown if len(names) <= _SHOWN_KEYS else f"{shown} and {len(names) - _SHOWN_KEYS} more"


def _problem(
    story: Story, where: str, code: str, said: str, severity: Severity = Severity.ERROR
) -> Problem:
    return Problem(story.slug, 0, where, code, said, severity)
