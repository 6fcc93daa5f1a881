"""How hard one node is: read, hashed, written, kept in the store, and told with what is heard."""

from __future__ import annotations

import dataclasses

import pytest

from db.store import Store
from player.cli.wiring import new_id, now
from player.library.catalogue import to_record
from player.library.restoring import from_record
from player.recording.recorder import Recorder
from player.session import Session
from player.story.graph import Story
from player.story.loading import examine_story, load_story
from player.story.writing import write_story

STORY = """\
format: 1
slug: two-hills
age_range: 4-99
region: pan-indian
source_language: en
editions:
  hi: {title: दो पहाड़ियाँ, difficulty_score: 0.4}
start: low
nodes:
  low: {type: narration, difficulty_score: 0, text: {en: Low, hi: नीची}, next: high}
  high: {type: narration, difficulty_score: 0.85, text: {en: High, hi: ऊँची}, next: end}
  end: {type: end, text: {en: Bye, hi: विदा}}
"""

BEFORE_THERE_WERE_SCORES = "f633e65df5e4b6aaf1ebf2dbcca525cba19fc8228fe54a20d99b8586011fe850"
"""What the story hashed to without its nodes' scores: stories that are imported stay so."""


def load(text: str) -> Story:
    return load_story(text.encode(), "story.yaml")


@pytest.fixture
def hills() -> Story:
    return load(STORY)


def score_of(story: Story, key: str) -> float | None:
    return story.nodes[story.ids_by_key[key]].difficulty_score


def test_a_node_may_say_how_hard_it_is(hills: Story) -> None:
    assert [score_of(hills, key) for key in ("low", "high", "end")] == [0.0, 0.85, None]


@pytest.mark.parametrize("wrong", ["1.5", "-0.1", "0.855", "hard", "[0.5]", "true"])
def test_what_is_no_score_is_named_with_its_place(wrong: str) -> None:
    text = STORY.replace("0.85", wrong)
    [problem] = [p for p in examine_story(text.encode(), "story.yaml").problems if p.is_error]
    where = "nodes.high.difficulty_score"
    assert (problem.line, problem.where, problem.code) == (11, where, "wrong-type")


def test_a_score_is_part_of_the_hash_and_its_absence_is_not(hills: Story) -> None:
    without = STORY.replace("difficulty_score: 0, ", "").replace("difficulty_score: 0.85, ", "")
    assert load(without).content_hash == BEFORE_THERE_WERE_SCORES
    assert load(STORY.replace("0.85", "0.8")).content_hash != hills.content_hash
    assert load(STORY.replace("score: 0,", "score: 0.0,")).content_hash == hills.content_hash


def test_what_is_written_reads_back_the_same(hills: Story) -> None:
    assert load(write_story(hills)) == hills


def test_rows_and_back_is_the_same_story(hills: Story) -> None:
    assert from_record(to_record(hills)) == hills


def test_the_store_keeps_it(hills: Story, store: Store) -> None:
    store.import_story(to_record(hills))
    kept = store.story("two-hills")
    assert kept is not None
    assert score_of(from_record(kept), "high") == 0.85


@pytest.mark.parametrize("by_hand", ["hard", True, 7, -1, None, [0.5], float("nan")])
def test_a_row_with_no_such_number_is_as_hard_as_its_edition(hills: Story, by_hand: object) -> None:
    record = to_record(hills)
    nodes = tuple(
        dataclasses.replace(row, meta={**row.meta, "difficulty_score": by_hand})
        for row in record.nodes
    )
    assert score_of(from_record(dataclasses.replace(record, nodes=nodes)), "high") is None


def test_what_is_heard_is_told_as_hard_as_its_node_else_as_its_edition(
    hills: Story, store: Store
) -> None:
    assert [traits(hills, key, store)["difficulty_score"] for key in ("low", "high", "end")] == [
        0.0,
        0.85,
        0.4,
    ]


def test_only_a_placement_says_that_it_is_one(hills: Story, store: Store) -> None:
    placement = load(STORY.replace("two-hills", "placement-hi"))
    assert (hills.is_placement, placement.is_placement) == (False, True)
    assert "placement" not in traits(hills, "low", store)
    assert traits(placement, "low", store)["placement"] is True


def traits(story: Story, key: str, store: Store) -> dict[str, object]:
    recorder = Recorder(store, now=now, new_id=new_id, device="sofa", program="test")
    session = Session.begin(story, language="hi", mix=None, node_key=key)
    told = recorder.behavior("play", session, 0, speed=1.0).content_characteristics
    return dict(told or {})
