"""The longer the pause, the further back the listener goes on."""

from __future__ import annotations

import pytest

from player.story.lines import Line
from player.story.rewinding import resume_at

LINES = tuple(Line(f"line {n}", 1000 * n, 1000 * n + 900) for n in range(5))
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@pytest.mark.parametrize(
    ("away_s", "goes_on_ms"),
    [(0, 3400), (2.9, 3400), (3, 3000), (9 * MINUTE, 3000), (HOUR, 2000), (2 * DAY, 1000)],
)
def test_a_longer_pause_goes_further_back(away_s: float, goes_on_ms: int) -> None:
    assert resume_at(LINES, 3400, away_s) == goes_on_ms


def test_it_never_goes_before_the_passage() -> None:
    assert resume_at(LINES, 1400, 30 * DAY) == 0


def test_after_the_last_line_that_line_comes_again() -> None:
    assert resume_at(LINES, 9000, MINUTE) == 4000


def test_without_lines_the_place_stays() -> None:
    assert resume_at((), 1234, DAY) == 1234
