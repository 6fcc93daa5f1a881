"""The structure of a story: reached, left, whole in every edition."""

from __future__ import annotations

import time
from collections.abc import Mapping

from player.story.checking import check
from player.story.graph import Choice, Clip, Edition, Node, NodeType, Story, catalogue_id


def a_choice(node: str, key: str, to: str | None, **other: object) -> Choice:
    facts: dict[str, object] = {
        "id": catalogue_id("s", node, key),
        "key": key,
        "text": {"en": key} if key != "next" else {},
        "next_id": catalogue_id("s", to) if to else None,
    }
    return Choice(**{**facts, **other})  # type: ignore[arg-type]


def a_node(key: str, *choices: Choice, **other: object) -> Node:
    kind = NodeType.END if not choices else NodeType.NARRATION
    facts: dict[str, object] = {
        "id": catalogue_id("s", key),
        "key": key,
        "type": kind,
        "text": {"en": key},
        "choices": choices,
    }
    return Node(**{**facts, **other})  # type: ignore[arg-type]


def a_story(*nodes: Node, start: str = "a", editions: tuple[str, ...] = ("en",)) -> Story:
    return Story(
        id=catalogue_id("s"),
        slug="s",
        age_range="4-8",
        region="x",
        source_language="en",
        start_id=catalogue_id("s", start),
        nodes={node.id: node for node in nodes},
        editions={name: Edition(language=name, title="S") for name in editions},
    )


def a_clip(node: str, language: str = "en") -> Clip:
    return Clip(
        id=catalogue_id("s", node, language),
        language=language,
        mix=0.0,
        speaker="x",
        checksum="00" * 32,
        size=1,
        duration_ms=1,
        url="",
        path="",
    )


def step(node: str, to: str | None) -> Choice:
    return a_choice(node, "next", to)


def errors(story: Story) -> list[tuple[str, str]]:
    return [(p.where, p.code) for p in check(story) if p.is_error]


def warnings(story: Story) -> list[tuple[str, str]]:
    return [(p.where, p.code) for p in check(story) if not p.is_error]


def test_a_whole_story_has_no_problem() -> None:
    story = a_story(
        a_node("a", step("a", "b"), clips=(a_clip("a"),)), a_node("b", clips=(a_clip("b"),))
    )
    assert check(story) == ()


def test_a_start_that_is_not_there_is_an_error() -> None:
    assert ("start", "no-start") in errors(a_story(a_node("a"), start="z"))


def test_an_edge_into_nothing_is_an_error() -> None:
    assert errors(a_story(a_node("a", step("a", "z"), a_choice("a", "B", None)))) == [
        ("nodes.a.choices.next", "dangling")
    ]


def test_a_node_that_nobody_can_reach_is_an_error() -> None:
    assert errors(a_story(a_node("a"), a_node("b"))) == [("nodes.b", "unreachable")]


def test_a_circle_without_a_choice_is_named_once_with_its_nodes() -> None:
    story = a_story(
        a_node("a", a_choice("a", "A", "b"), a_choice("a", "B", "e")),
        a_node("b", step("b", "c")),
        a_node("c", step("c", "d")),
        a_node("d", step("d", "c")),
        a_node("e"),
    )
    [problem] = [p for p in check(story) if p.is_error]
    assert (problem.where, problem.code) == ("nodes.c", "silent-cycle")
    assert "c, d" in problem.message


def test_a_circle_with_a_way_out_is_fine() -> None:
    story = a_story(
        a_node("a", step("a", "b")),
        a_node("b", a_choice("b", "A", "a"), a_choice("b", "B", "e")),
        a_node("e"),
    )
    assert errors(story) == []


def test_choices_that_only_lead_round_are_an_error() -> None:
    story = a_story(
        a_node("a", a_choice("a", "A", "b"), a_choice("a", "B", "e")),
        a_node("b", a_choice("b", "A", "c"), a_choice("b", "B", "b")),
        a_node("c", a_choice("c", "A", "b"), a_choice("c", "B", "c")),
        a_node("e"),
    )
    [problem] = [p for p in check(story) if p.is_error]
    assert (problem.where, problem.code) == ("nodes.b", "no-ending")
    assert "b, c" in problem.message


def test_a_story_without_an_end_says_so() -> None:
    assert ("nodes", "no-ending") in errors(a_story(a_node("a", step("a", "a"))))


def test_a_row_that_leads_nowhere_ends_the_story() -> None:
    assert errors(a_story(a_node("a", step("a", None)))) == []


def test_a_flag_that_nothing_sets_is_an_error() -> None:
    choices = a_choice("a", "A", "b", needs=frozenset({"rope"})), a_choice("a", "B", "b")
    assert errors(a_story(a_node("a", *choices), a_node("b"))) == [
        ("nodes.a.choices.A", "flag-never-set")
    ]


def test_a_flag_that_is_set_too_late_is_an_error() -> None:
    rope = frozenset({"rope"})
    choices = a_choice("a", "A", "b", needs=rope), a_choice("a", "B", "b")
    story = a_story(a_node("a", *choices), a_node("b", sets=rope))
    assert errors(story) == [("nodes.a.choices.A", "never-offered")]


def test_a_flag_that_is_set_on_the_way_back_is_fine() -> None:
    rope = frozenset({"rope"})
    choices = a_choice("a", "A", "e", needs=rope), a_choice("a", "B", "b")
    story = a_story(a_node("a", *choices), a_node("b", step("b", "a"), sets=rope), a_node("e"))
    assert errors(story) == []


def test_a_choice_that_needs_what_it_refuses_is_an_error() -> None:
    rope = frozenset({"rope"})
    choices = a_choice("a", "A", "b", needs=rope, unless=rope, sets=rope), a_choice("a", "B", "b")
    assert ("nodes.a.choices.A", "never-offered") in errors(
        a_story(a_node("a", *choices), a_node("b"))
    )


def test_a_node_whose_choices_all_have_conditions_is_warned_about() -> None:
    one, two = frozenset({"one"}), frozenset({"two"})
    lost = a_choice("a", "A", "b", needs=one), a_choice("a", "B", "b", needs=two)
    fine = a_choice("a", "A", "b", needs=one), a_choice("a", "B", "b", unless=one)
    sets = one | two
    assert ("nodes.a.choices", "all-conditional") in warnings(
        a_story(a_node("a", *lost, sets=sets), a_node("b"))
    )
    assert ("nodes.a.choices", "all-conditional") not in warnings(
        a_story(a_node("a", *fine, sets=sets), a_node("b"))
    )


def test_a_missing_text_and_a_missing_clip_are_warned_about() -> None:
    texts: Mapping[str, str] = {"en": "x", "hi": "y", "hi-mixed@0.30": "z"}
    story = a_story(
        a_node("a", step("a", "b"), text=texts, clips=(a_clip("a", "hi"),)),
        a_node("b"),
        editions=("hi", "hi-mixed", "ta"),
    )
    assert errors(story) == []
    assert set(warnings(story)) == {
        ("nodes.b.text", "missing-text"),
        ("nodes.b", "missing-clip"),
        ("editions.hi-mixed", "missing-clip"),
        ("editions.ta", "missing-text"),
    }


def test_twenty_thousand_nodes_are_checked_in_seconds() -> None:
    count = 20_000
    flag = frozenset({"f"})
    nodes = [
        a_node(
            f"n{i}",
            a_choice(f"n{i}", "A", f"n{i + 1}", sets=flag),
            a_choice(f"n{i}", "B", f"n{max(0, i - 1)}", needs=flag),
        )
        for i in range(1, count)
    ]
    story = a_story(
        a_node("n0", a_choice("n0", "A", "n1", sets=flag)), *nodes, a_node(f"n{count}"), start="n0"
    )
    started = time.process_time()
    assert errors(story) == []
    assert time.process_time() - started < 20
