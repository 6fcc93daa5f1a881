"""What may be heard next is foreseen in the order in which it is likely."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from player.story.foreseeing import LEAST, Foreseen, foresee
from player.story.graph import NodeType, Story, catalogue_id
from player.story.walking import beginning, path_to
from tests.player.small_story import SLUG, edge, node_id, option
from tests.player.small_story import node as made


def seen(foreseen: tuple[Foreseen, ...]) -> list[tuple[str, str, float, int]]:
    return [(f.node.key, f.key, round(f.probability, 2), f.depth) for f in foreseen]


def test_the_next_step_comes_first_then_what_is_likely(well: Story) -> None:
    assert seen(foresee(well, beginning(well))) == [
        ("fork", "next", 1.0, 1),
        ("dry", "next", 0.5, 2),
        ("rope", "next", 0.5, 2),
    ]


def test_only_what_is_offered_is_foreseen_and_flags_on_the_way_count(well: Story) -> None:
    at_fork = path_to(well, node_id("fork"))
    assert seen(foresee(well, at_fork)) == [("dry", "A", 0.5, 1), ("rope", "B", 0.5, 1)]
    with_rope = path_to(well, node_id("rope"))
    assert seen(foresee(well, with_rope)) == [
        ("fork", "next", 1.0, 1),
        ("dry", "next", 0.5, 2),
        ("wet", "next", 0.5, 2),
    ]


def test_choices_that_were_taken_often_are_likelier(well: Story) -> None:
    at_fork = path_to(well, node_id("fork"))
    counts = {catalogue_id(SLUG, "fork", "B"): 8}
    assert seen(foresee(well, at_fork, counts)) == [("rope", "B", 0.9, 1), ("dry", "A", 0.1, 1)]


def wide(well: Story, ways: int) -> Story:
    """Return a story that asks with so many ways at each of four steps."""
    nodes = {}

    def grow(key: str, depth: int) -> UUID:
        keys = [f"{key}{n}" for n in range(ways)] if depth else []
        choices = tuple(option(key, each[-1], each) for each in keys)
        kind = NodeType.CHOICE if depth else NodeType.END
        nodes[node_id(key)] = made(key, kind, choices)
        for each in keys:
            grow(each, depth - 1)
        return node_id(key)

    return replace(well, start_id=grow("n", 4), nodes=nodes)


@pytest.mark.parametrize(("ways", "counts"), [(2, [2, 4, 8]), (3, [3, 0, 0]), (10, [10, 0, 0])])
def test_every_choice_is_foreseen_but_what_is_far_or_unlikely_is_not(
    well: Story, ways: int, counts: list[int]
) -> None:
    story = wide(well, ways)
    foreseen = foresee(story, beginning(story))
    assert [sum(f.depth == depth for f in foreseen) for depth in (1, 2, 3)] == counts
    assert all(f.probability >= LEAST for f in foreseen if f.depth > 1)


def test_a_story_that_goes_round_in_circles_is_foreseen_once(well: Story) -> None:
    nodes = {
        node_id("a"): made("a", NodeType.NARRATION, (edge("a", "b"),)),
        node_id("b"): made("b", NodeType.NARRATION, (edge("b", "a"),)),
    }
    story = replace(well, start_id=node_id("a"), nodes=nodes)
    assert seen(foresee(story, beginning(story))) == [("b", "next", 1.0, 1)]
