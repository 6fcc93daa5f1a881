"""What is fetched ahead, in which order, and how much of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from player.audio.prefetch import Candidate, Means, is_nearly_there, wanted
from player.story.graph import Clip
from tests.player.audio.misbehaving import clip_of


def clip(name: str, size: int = 80_000) -> Clip:
    return replace(clip_of(name, name.encode(), ""), size=size, duration_ms=10_000)


def step(name: str, depth: int = 1, **more: Any) -> Candidate:
    return Candidate(clip(name, **more), name, 0.5, depth)


def means(**more: Any) -> Means:
    return Means(**{"bytes_per_s": None, "left_s": 10.0, **more})


def order(candidates: list[Candidate], means: Means) -> list[tuple[str, int]]:
    return [(want.candidate.key, want.count) for want in wanted(candidates, means)]


CHOICES = [step("a"), step("b")]


def test_every_choice_is_wanted_whole_in_their_order() -> None:
    assert order(CHOICES, means()) == [("a", 80_000), ("b", 80_000)]


def test_on_a_link_too_slow_for_all_the_heads_of_all_come_first() -> None:
    assert order(CHOICES, means(bytes_per_s=10_000)) == [
        ("a", 16_000),
        ("b", 16_000),
        ("a", 80_000),
        ("b", 80_000),
    ]
    begun = {CHOICES[0].clip.checksum}
    assert order(CHOICES, means(bytes_per_s=10_000, begun=begun))[0] == ("b", 16_000)
    assert order(CHOICES, means(bytes_per_s=20_000))[0] == ("a", 80_000)


def test_what_is_here_or_cannot_be_had_is_not_wanted() -> None:
    here, gone = ({candidate.clip.checksum} for candidate in CHOICES)
    assert order(CHOICES, means(done=here, failed=gone)) == []


def test_beyond_the_next_step_the_budget_counts() -> None:
    beyond = [step(f"far{n}", depth=2) for n in range(10)]
    assert len(order([*CHOICES, *beyond], means())) == 2 + 5  # 600 kB less the two choices
    spent = means(unheard_bytes=600_000)
    assert order([*CHOICES, *beyond], spent) == [("a", 80_000), ("b", 80_000)]
    heard = means(unheard_bytes=600_000, heard_bytes=400_000)
    assert len(order(beyond, heard)) == 2


@pytest.mark.parametrize(("mbit", "lanes"), [(None, 1), (0.25, 1), (0.99, 1), (1, 2), (100, 2)])
def test_below_one_megabit_a_second_one_clip_comes_at_a_time(
    mbit: float | None, lanes: int
) -> None:
    assert means(bytes_per_s=mbit and mbit * 125_000).lanes == lanes


@pytest.mark.parametrize(
    ("received", "answer"), [(0, False), (71_999, False), (72_000, True), (80_000, False)]
)
def test_a_second_of_sound_is_not_left_behind(received: int, answer: bool) -> None:
    assert is_nearly_there(clip("a"), received) is answer
