"""Files that were made to do harm, and damaged ones, are answered with problems."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from player.story.loading import examine_story, load_story
from tests.player.story.files import GOOD, is_plain_line, problems_of


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        (b"", 1, "not-a-mapping"),
        (b"- a\n- b\n", 1, "not-a-mapping"),
        (b"a: [1, 2\nb: }\n", 2, "yaml"),
        (b"a: b\n--- \nc: d\n", 2, "two-documents"),
        (b"format: 1\nslug: caf\xe9\n", 2, "encoding"),
        (GOOD.encode("utf-16"), 1, "encoding"),
        (b"x" * 10_000_000, 0, "too-large"),
        (b"[" * 4_000_000, 1, "too-deep"),
        (b"- " * 2_000_000, 1, "too-deep"),
        (b"{a: " * 1_000_000, 1, "too-deep"),
        (b"nodes:\n" + b"".join(b" n%d: {}\n" % i for i in range(100_000)), 20_002, "too-many"),
        (b"nodes:\n" + b" - a\n" * 900_000, 20_002, "too-many"),
        (b"a: &a [x]\nb: &b [" + b"*a," * 9 + b"]\nc: [" + b"*b," * 9 + b"]\n", 3, "alias"),
    ],
)
def test_hostile_files_are_refused_quickly(source: bytes, line: int, code: str) -> None:
    started = time.process_time()
    found = problems_of(source)
    assert time.process_time() - started < 20
    assert (line, code) in {(p.line, p.code) for p in found}


def test_a_story_of_many_nodes_is_read_within_bounds() -> None:
    rows = "".join(
        f"  n{i}: {{type: narration, text: {{en: line {i}}}, next: n{i + 1}}}\n" for i in range(999)
    )
    text = (
        "format: 1\nslug: long\nage_range: a\nregion: b\nsource_language: en\n"
        "editions: {en: {title: Long}}\nstart: n0\nnodes:\n"
        f"{rows}  n999: {{type: end, text: {{en: end}}}}\n"
    )
    tracemalloc.start()
    try:
        story = load_story(text.encode(), "story.yaml")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(story.nodes) == 1_000
    assert peak < 12_000_000


@given(st.binary(max_size=400))
@example("slug: a\nk\u200c: 1\n".encode())
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_answered_with_problems_or_a_story(source: bytes) -> None:
    examined = examine_story(source, "story.yaml")
    assert examined.story is not None or any(p.is_error for p in examined.problems)
    assert all(is_plain_line(str(problem)) for problem in examined.problems)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_damage_to_a_good_story_is_survived(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD)))
    gone = data.draw(st.integers(0, 30))
    new = data.draw(
        st.text(max_size=12) | st.sampled_from(["{", "[", "&a ", "*a", "\n\t", ": ", "? "])
    )
    text = GOOD[:at] + new + GOOD[at + gone :]
    examined = examine_story(text.encode("utf-8", "replace"), "story.yaml")
    assert examined.story is not None or any(p.is_error for p in examined.problems)
    assert all(is_plain_line(str(problem)) for problem in examined.problems)
