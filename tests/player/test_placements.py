"""The placements that come with the program: whole, fair, and from easy to hard."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

import player
from player.library.folders import read_folder
from player.story.graph import Node, NodeType, Story
from player.story.sentences import sentence_spans
from player.studio.script import read_script

SHELF = Path(player.__file__).parent.parent / "assets" / "stories"
LANGUAGES = ("hi", "ta", "bn", "it")
MOST_TELLING_FIRST = [0.5, 0.3, 0.7, 0.6, 0.4, 0.85, 0.95, 0.15]


@pytest.fixture(scope="module", params=LANGUAGES)
def placement(request: pytest.FixtureRequest) -> Story:
    return read_folder(SHELF / f"placement-{request.param}")


@pytest.fixture(scope="module")
def placements() -> list[Story]:
    return [read_folder(folder) for folder in sorted(SHELF.glob("placement-*"))]


def language_of(story: Story) -> str:
    return story.slug.removeprefix("placement-")


def questions(story: Story) -> list[Node]:
    return [node for node in story.nodes.values() if node.type is NodeType.CHOICE]


def right_answers(story: Story) -> str:
    return "".join(c.key for node in questions(story) for c in node.choices if c.correct)


def test_there_is_one_for_each_language_that_is_taught(placements: list[Story]) -> None:
    assert {story.slug for story in placements} == {f"placement-{name}" for name in LANGUAGES}
    assert all(story.is_placement for story in placements)


def test_it_welcomes_asks_eight_questions_and_ends(placement: Story) -> None:
    kinds = [node.type for node in placement.nodes.values()]
    assert kinds == [NodeType.NARRATION, *[NodeType.CHOICE] * 8, NodeType.END]
    assert placement.start_id == next(iter(placement.nodes))


def test_every_way_through_it_is_the_same(placement: Story) -> None:
    for node, following in pairwise(placement.nodes.values()):
        assert {choice.next_id for choice in node.choices} == {following.id}
        assert not any(c.is_default or c.needs or c.unless for c in node.choices if c.is_shown)


def test_each_question_has_four_options_of_which_one_is_right(placement: Story) -> None:
    for node in questions(placement):
        assert [choice.key for choice in node.choices] == ["A", "B", "C", "D"]
        assert [choice.correct for choice in node.choices].count(True) == 1
        assert None not in [choice.correct for choice in node.choices]


def test_options_are_there_in_the_language_and_in_english_and_differ(placement: Story) -> None:
    for node in questions(placement):
        for name in ("en", language_of(placement)):
            assert len({choice.text[name] for choice in node.choices}) == 4


@pytest.mark.parametrize("is_english", [True, False])
def test_the_right_option_does_not_stand_out_by_its_length(
    placements: list[Story], is_english: bool
) -> None:
    longest = 0
    for story in placements:
        name = "en" if is_english else language_of(story)
        for node in questions(story):
            [right] = [len(c.text[name]) for c in node.choices if c.correct]
            longest += right > max(len(c.text[name]) for c in node.choices if not c.correct)
    assert longest <= 8  # of 32: no more often than by chance


def test_right_answers_follow_no_pattern(placements: list[Story]) -> None:
    keys = [right_answers(story) for story in placements]
    assert len(set(keys)) == len(keys)
    for key in keys:
        assert Counter(key) == dict.fromkeys("ABCD", 2)
        assert key[:4] != key[4:]
        assert key[:4] != key[:3:-1]
        assert not any(run in key for run in ("ABCD", "DCBA"))
    for place in zip(*keys, strict=True):
        assert len(set(place)) > 1


def test_difficulty_is_spread_most_telling_first_and_easy_at_the_end(placement: Story) -> None:
    assert [node.difficulty_score for node in questions(placement)] == MOST_TELLING_FIRST


def test_harder_scenes_are_told_in_longer_sentences(placement: Story) -> None:
    name = language_of(placement)

    def pace(node: Node) -> float:
        return len(node.text[name]) / len(sentence_spans(node.text[name]))

    by_score = sorted(questions(placement), key=lambda node: node.difficulty_score or 0)
    easy, hard = by_score[:3], by_score[-3:]
    assert sum(map(pace, hard)) > 1.3 * sum(map(pace, easy))


def test_every_clip_is_there_short_and_timed(placement: Story) -> None:
    for node in placement.nodes.values():
        [clip] = node.clips
        assert clip.language == language_of(placement)
        assert 3_000 <= clip.duration_ms <= 11_000
        assert clip.timings.words
        assert len(sentence_spans(node.text["en"])) == len(clip.timings.sentences)
    assert len(read_script(SHELF / placement.slug).readings) == 10


def test_it_takes_about_two_minutes(placement: Story) -> None:
    sound_ms = sum(clip.duration_ms for node in placement.nodes.values() for clip in node.clips)
    assert 55_000 <= sound_ms <= 100_000


def test_all_of_them_together_stay_small() -> None:
    files = [path for folder in SHELF.glob("placement-*") for path in folder.rglob("*")]
    assert sum(path.stat().st_size for path in files if path.is_file()) < 4_000_000
