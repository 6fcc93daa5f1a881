"""Which texts and clips an edition still lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from player.story.clips import split_key, text_key
from player.story.graph import Choice, Node, Story
from player.story.problems import Problem, Severity


def missing_parts(story: Story) -> Iterator[Problem]:
    """Find texts and clips that are not there; a stand-in is heard or shown for each of them."""
    texts = {key for node in story.nodes.values() for key in node.text}
    voiced = {
        text_key(clip.language, clip.mix) for node in story.nodes.values() for clip in node.clips
    }
    for language in story.editions:
        variants = sorted(key for key in texts if split_key(key)[0] == language)
        if not variants:
            said = f"no node has a text in {language}"
            yield _warning(story, f"editions.{language}", "missing-text", said)
        silent = [key for key in variants if key not in voiced]
        for key in silent:
            said = f"there is no audio for {key}; its text is shown at reading pace"
            yield _warning(story, f"editions.{language}", "missing-clip", said)
        heard = [key for key in variants if key in voiced]
        for node in story.nodes.values():
            yield from _of_node(story, node, variants, heard)
    if story.source_language not in story.editions:
        for node in story.nodes.values():
            yield from _of_node(story, node, [story.source_language], [])


def _of_node(
    story: Story, node: Node, variants: Collection[str], heard: Collection[str]
) -> Iterator[Problem]:
    where = f"nodes.{node.key}"
    for key in variants:
        language, _ = split_key(key)
        if key not in node.text and language not in node.text:
            said = f"has no text in {key}; another language stands in"
            yield _warning(story, f"{where}.text", "missing-text", said)
        for choice in node.choices:
            if choice.is_shown and not _speaks(choice, key):
                said = f"has no text in {key}; another language stands in"
                place = f"{where}.choices.{choice.key}.text"
                yield _warning(story, place, "missing-text", said)
    clips = {text_key(clip.language, clip.mix) for clip in node.clips}
    for key in heard:
        if key not in clips:
            said = f"has no clip in {key}; its text is shown at reading pace"
            yield _warning(story, where, "missing-clip", said)


def _speaks(choice: Choice, key: str) -> bool:
    language, _ = split_key(key)
    return any(name in choice.text for name in (key, language, language.partition("-")[0]))


def _warning(story: Story, where: str, code: str, said: str) -> Problem:
    return Problem(story.slug, 0, where, code, said, Severity.WARNING)
