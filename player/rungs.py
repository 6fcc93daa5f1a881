"""The rungs of a story: its variants as the learner model knows them, least English first."""

from __future__ import annotations

from player.learner.difficulty import difficulty
from player.learner.selection import Rung
from player.story.graph import Node, Story
from player.story.walking import Variant, heard_variants, rungs


def ladder(
    story: Story,
    language: str,
    *,
    speed: float,
    reads_along: bool,
    present: Variant | None = None,
) -> tuple[Rung, ...]:
    """Return the rungs of a language that can be heard; those of the text where none can.

    `speed` is how fast it is heard, 1.0 as recorded; `reads_along`: with the transcript in view.
    The `present` variant is among them, however it is there.
    """
    there = rungs(story, language)
    heard = heard_variants(story).intersection(there)
    return tuple(
        rung(story, variant, speed=speed, reads_along=reads_along)
        for variant in there
        if not heard or variant in heard or variant == present
    )


def conditions(*, speed: float, reads_along: bool) -> float:
    """Return what the listener's speed and reading along add to any rung, in logits."""
    usual = difficulty(None, reads_along=True)
    return difficulty(None, rate=speed, reads_along=reads_along) - usual


def has(story: Story, node: Node, variant: Variant) -> bool:
    """Whether a node is there in a variant, in the way in which its story has that."""
    if variant not in heard_variants(story):
        return variant.key in node.text
    wanted = (variant.language, variant.mix)
    return any((clip.language, round(clip.mix, 2)) == wanted for clip in node.clips)


def rung(story: Story, variant: Variant, *, speed: float, reads_along: bool) -> Rung:
    """Return a variant as it is served, with its difficulty in logits as events tell it."""
    edition = story.edition(variant.language)
    return Rung(
        story=story.slug,
        variant=variant.key,
        mix=variant.mix,
        difficulty=difficulty(
            edition.difficulty_score,
            mix=variant.mix,
            rate=speed,
            kind=edition.difficulty,
            reads_along=reads_along,
        ),
    )
