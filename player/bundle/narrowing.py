"""A story with some of its languages only, and still whole: the same nodes, choices and ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from player.errors import UsageError
from player.story.graph import Choice, Clip, Node, Story
from player.story.walking import base_language, clip_for, variants_of


def narrowed(story: Story, languages: Collection[str]) -> Story:
    """Return the story in those of `languages` that it is told in; all of it without any.

    Texts of the source language stay, as translations are shown in it, and so do the texts and
    clips of another language that stand in for missing ones. Raises UsageError where the story is
    told in none of them.
    """
    if not languages:
        return story
    editions = {key: told for key, told in story.editions.items() if key in languages}
    if not editions:
        raise UsageError(
            f"{story.slug} is not told in {', '.join(languages)}; it is in"
            f" {', '.join(story.editions)}."
        )
    texts = {*editions, *map(base_language, editions), story.source_language}
    variants = [variant for variant in variants_of(story) if variant.language in editions]

    def narrow(node: Node) -> Node:
        heard = {clip.id for v in variants if (clip := clip_for(node, v)) is not None}
        return replace(
            node,
            text=_kept(node.text, texts),
            say={key: said for key, said in node.say.items() if _language(key) in editions},
            choices=tuple(_choice(choice, texts) for choice in node.choices),
            clips=tuple(c for c in node.clips if c.language in editions or c.id in heard),
        )

    nodes = {node.id: narrow(node) for node in story.nodes.values()}
    return replace(story, editions=editions, nodes=nodes, content_hash="")


def clips_of(story: Story) -> tuple[Clip, ...]:
    """Return all clips of a story in the order of their paths."""
    found = [clip for node in story.nodes.values() for clip in node.clips]
    return tuple(sorted(found, key=lambda clip: clip.path))


def _choice(choice: Choice, languages: Collection[str]) -> Choice:
    return replace(choice, text=_kept(choice.text, languages))


def _kept(texts: Mapping[str, str], languages: Collection[str]) -> Mapping[str, str]:
    """Return the texts in these languages; all where there would be none to show."""
    return {key: text for key, text in texts.items() if _language(key) in languages} or texts


def _language(key: str) -> str:
    return key.partition("@")[0]
