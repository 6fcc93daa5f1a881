"""The small story with a question in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from player.story.graph import Story

RIGHT: Final = "A"


def asking(story: Story) -> Story:
    """Return the story with a check at its fork, whose right answer is A."""
    nodes = {
        id_: replace(
            node,
            choices=tuple(replace(choice, correct=choice.key == RIGHT) for choice in node.choices),
        )
        if node.key == "fork"
        else node
        for id_, node in story.nodes.items()
    }
    return replace(story, nodes=nodes)
