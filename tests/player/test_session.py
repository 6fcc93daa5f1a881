"""Walking a story: what is decided, without a clock or a sound."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from player.errors import UsageError
from player.session import Direction, Session, Step
from player.story.graph import Node, Story, catalogue_id
from player.story.state import StoryState
from player.story.walking import Variant, percentage, repaired, text_for


def begin(story: Story, **asked: object) -> Session:
    language, mix, key = asked.get("language"), asked.get("mix"), asked.get("node_key")
    assert language is None or isinstance(language, str)
    assert mix is None or isinstance(mix, float)
    assert key is None or isinstance(key, str)
    return Session.begin(story, language=language, mix=mix, node_key=key)


def walk(session: Session, *keys: str) -> list[str]:
    """Advance and answer with `keys` until the story ends or no answer is left."""
    waiting = list(keys)
    passed = [session.node.key]
    step: Step | None = session.here()
    while step is not None:
        step = session.choose(waiting.pop(0)) if waiting and session.options() else None
        step = step or session.advance()
        if step is not None:
            passed.append(step.node.key)
    return passed


def test_an_edge_is_followed_and_a_choice_is_waited_for(well: Story) -> None:
    assert walk(begin(well)) == ["start", "fork"]


def test_choices_lead_where_they_say(well: Story) -> None:
    assert walk(begin(well), "A") == ["start", "fork", "dry"]
    assert walk(begin(well), "B", "C") == ["start", "fork", "rope", "fork", "wet"]


def test_a_choice_is_taken_in_either_case(well: Story) -> None:
    assert walk(begin(well), "a")[-1] == "dry"


def test_flags_open_and_close_choices(well: Story) -> None:
    session = begin(well)
    walk(session)
    assert [o.key for o in session.options()] == ["A", "B"]
    walk(session, "B")
    assert [o.key for o in session.options()] == ["A", "C"]


def test_a_choice_that_is_not_offered_moves_nothing(well: Story) -> None:
    session = begin(well)
    walk(session)
    with pytest.raises(
        UsageError, match=re.escape("there is no choice 'C' here; there is 1 to 2, or A, B.")
    ):
        session.choose("C")
    assert session.node.key == "fork"


def test_stepping_back_and_forward_keeps_the_way(well: Story) -> None:
    session = begin(well)
    walk(session, "B")
    there = session.state
    keys = []
    while (step := session.back()) is not None:
        keys.append(step.node.key)
    assert keys == ["rope", "fork", "start"]
    assert session.back() is None
    while session.forward() is not None:
        pass
    assert session.state == there
    assert [choice.key for _, choice in session.choices_made()] == ["B"]


def test_another_choice_after_stepping_back_forgets_the_old_way(well: Story) -> None:
    session = begin(well)
    walk(session, "B")
    session.back()
    session.back()
    session.choose("A")
    assert session.forward() is None
    assert [choice.key for _, choice in session.choices_made()] == ["A"]


def test_the_same_choice_after_stepping_back_keeps_the_rest_of_the_way(well: Story) -> None:
    session = begin(well)
    walk(session, "B")
    session.back()
    session.back()
    session.choose("B")
    step = session.forward()
    assert step is not None
    assert (step.node.key, step.direction) == ("fork", Direction.FORWARD)


def test_the_recap_tells_the_choices_in_the_language_heard(well: Story) -> None:
    session = begin(well, language="hi")
    walk(session, "B")
    assert session.recap() == ("B का fork",)


@pytest.mark.parametrize(
    ("language", "mix", "heard"),
    [
        (None, None, Variant(0.0, "hi")),
        ("hi", None, Variant(0.0, "hi")),
        ("hi-mixed", None, Variant(0.3, "hi-mixed")),
        ("hi", 0.25, Variant(0.3, "hi-mixed")),
        ("hi-mixed", 0.0, Variant(0.0, "hi")),
    ],
)
def test_the_nearest_variant_is_heard(
    well: Story, language: str | None, mix: float | None, heard: Variant
) -> None:
    assert begin(well, language=language, mix=mix).variant == heard


def test_a_language_that_is_not_spoken_is_refused_by_name(well: Story) -> None:
    with pytest.raises(UsageError, match=r"well has no 'fr'; it speaks hi, hi-mixed\."):
        begin(well, language="fr")


def test_a_story_can_begin_at_any_node_by_a_real_path(well: Story) -> None:
    session = begin(well, node_key="wet")
    assert [choice.key for _, choice in session.choices_made()] == ["B", "C"]


def test_an_unknown_node_is_refused_with_what_there_is(well: Story) -> None:
    with pytest.raises(UsageError, match=r"no node 'moon'; it has start, fork, rope, dry, wet"):
        begin(well, node_key="moon")


def test_a_passage_has_its_lines_timed_and_translated(well: Story) -> None:
    passage = begin(well).here().passage
    assert [line.text for line in passage.lines] == ["यह start है।", "यह चलता है।"]
    assert passage.translation == ("This is start.", "It goes on.")
    assert passage.lines[-1].end_ms == passage.duration_ms == 4000
    assert passage.speaker == "Dadi"


def test_a_missing_clip_leaves_the_time_to_read(well: Story) -> None:
    passage = begin(well, node_key="wet").here().passage
    assert passage.clip is None
    assert passage.duration_ms == 6 * 60_000 // 130


def test_a_text_that_is_missing_is_stood_in_for_and_marked() -> None:
    rendering = text_for({"en": "Hello"}, Variant(0.0, "ta"), "en")
    assert (rendering.text, rendering.is_stand_in) == ("Hello", True)
    assert not text_for({"hi": "नमस्ते"}, Variant(0.6, "hi-mixed"), "en").is_stand_in


def test_progress_grows_along_the_way_and_ends_at_a_hundred(well: Story) -> None:
    session = begin(well)
    far = [percentage(well, session.state)]
    session.advance()
    far.append(percentage(well, session.state))
    session.choose("A")
    far.append(percentage(well, session.state))
    session.finish()
    far.append(percentage(well, session.state))
    assert far == sorted(far)
    assert (far[0], far[-1]) == (0.0, 100.0)


def test_a_finished_story_begins_again_and_remembers_its_endings(well: Story) -> None:
    session = begin(well)
    walk(session, "A")
    session.finish()
    again = begin(well)
    assert again.take_up(session.state, 3000, away_s=60).start_ms == 0
    assert again.node.key == "start"
    assert len(again.state.endings) == 1


def test_the_place_is_taken_up_at_the_start_of_the_line(well: Story) -> None:
    session = begin(well)
    walk(session)
    again = begin(well)
    second = session.here().passage.lines[1].start_ms
    assert again.take_up(session.state, second + 700, away_s=60).start_ms == second
    assert again.node.key == "fork"


def test_a_saved_state_comes_back_as_it_was(well: Story) -> None:
    session = begin(well)
    walk(session, "B")
    session.back()
    assert StoryState.from_json(session.state.to_json()) == session.state


@pytest.mark.parametrize("saved", [{}, {"version": 99}, {"version": 1, "trail": 3}])
def test_a_damaged_or_later_save_is_refused(saved: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"saved in format|damaged"):
        StoryState.from_json(saved)


def without(story: Story, *keys: str) -> Story:
    nodes = {i: n for i, n in story.nodes.items() if n.key not in keys}
    return replace(story, nodes=nodes, content_hash="h2")


def renamed(node: Node, key: str) -> Node:
    return replace(node, id=catalogue_id("well", key), key=key, was=node.key)


def test_in_an_edited_story_the_same_node_is_kept(well: Story) -> None:
    session = begin(well)
    walk(session, "B")
    assert repaired(without(well, "dry"), session.state).node_id == session.state.node_id


def test_in_an_edited_story_a_lost_node_falls_back_to_its_ancestor(well: Story) -> None:
    session = begin(well, node_key="wet")
    state = repaired(without(well, "wet"), session.state)
    assert well.nodes[state.node_id].key == "fork"
    assert state.ahead == ()


def test_in_an_edited_story_a_renamed_node_is_found_by_its_old_name(well: Story) -> None:
    session = begin(well, node_key="wet")
    wet = next(n for n in well.nodes.values() if n.key == "wet")
    moved = renamed(wet, "river")
    edited = replace(without(well, "wet"), nodes={**without(well, "wet").nodes, moved.id: moved})
    assert repaired(edited, session.state).node_id == moved.id
