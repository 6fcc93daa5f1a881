"""The hash of a story: the same however its file is written, another with what is told."""

from __future__ import annotations

import pytest

from player.story.canonical import canonical
from player.story.clips import ClipFacts
from player.story.loading import examine_story, load_story
from tests.player.story.files import GOOD, a_clip


def test_the_hash_is_the_same_however_the_file_is_written() -> None:
    story = load_story(GOOD.encode(), "story.yaml")
    head, nodes = GOOD.split("start: intro\n")
    other = f"# a comment\n{nodes}start: 'intro'\n{head}".replace(": {", ":  { ")
    assert load_story(other.encode(), "other.yaml").content_hash == story.content_hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("en: Bye", "en: Good bye"),
        ("चालाक कौआ", "कौआ"),
        ("correct: false", "correct: true"),
        ("bulbul_speaker: meera", "bulbul_speaker: anu"),
        ("next: pot", "next: end\n  more: {type: narration, text: {en: x}, next: pot}\n#"),
        ("say: {hi: बच्चो।}", "say: {hi: बच्चो}"),
    ],
)
def test_the_hash_changes_with_what_is_told(old: str, new: str) -> None:
    examined = examine_story(GOOD.replace(old, new).encode(), "story.yaml")
    before = load_story(GOOD.encode(), "story.yaml")
    assert examined.story is None or examined.story.content_hash != before.content_hash


def test_the_hash_changes_with_a_clip() -> None:
    one = load_story(GOOD.encode(), "s", ClipFacts(clips=(a_clip(),)))
    other = load_story(GOOD.encode(), "s", ClipFacts(clips=(a_clip(checksum="cd" * 32),)))
    assert one.content_hash != other.content_hash
    assert canonical(one) != canonical(other)
