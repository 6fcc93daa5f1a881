from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from player.audio.output import PlaybackState
from player.tui import wording
from player.tui.situation import state_in_words

NOW = datetime(2026, 3, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(-5, "0:00"), (999, "0:00"), (7_000, "0:07"), (754_000, "12:34"), (3_723_000, "1:02:03")],
)
def test_lengths_of_sound(milliseconds: int, words: str) -> None:
    assert wording.clock(milliseconds) == words


def test_minutes_are_rounded_but_never_none() -> None:
    assert [wording.minutes(s) for s in (0, 5, 95, 410)] == ["", "1 min", "2 min", "7 min"]
    told = [wording.duration(seconds) for seconds in (0, 5, 95, 3_590, 15_120)]
    assert told == ["0 min", "1 min", "2 min", "1 h 0 min", "4 h 12 min"]


@pytest.mark.parametrize(
    ("percentage", "is_completed", "words"),
    [
        (0, False, "new"),
        (0.2, False, "1 % heard"),
        (42, False, "42 % heard"),
        (42, True, "42 % heard, finished before"),
        (100, True, "finished"),
        (0, True, "finished"),
    ],
)
def test_progress(percentage: float, is_completed: bool, words: str) -> None:
    assert wording.progress(percentage, is_completed=is_completed) == words


def test_mixed_levels_are_no_languages_of_their_own() -> None:
    codes = ("hi", "hi-mixed", "ta", "bn")
    assert wording.languages(codes) == "Hindi, Tamil, Bengali"
    assert wording.languages(codes, 15) == "Hindi, Tamil +1"
    assert wording.languages(codes, 3) == ""


def test_a_variant_names_its_share_of_english() -> None:
    assert wording.variant("hi-mixed", 0.3) == "Hindi + English 30 %"
    assert wording.variant("pt-BR", 0.0) == "Portuguese (BR)"
    assert wording.variant("xx", 0.0) == "xx"


@pytest.mark.parametrize(
    ("kind", "reason", "words"),
    [
        (PlaybackState.PLAYING, "", "> playing"),
        (PlaybackState.PLAYING, "no audio", "> playing, no audio"),
        (PlaybackState.PAUSED, "no sound", "|| paused, no sound"),
    ],
)
def test_states(kind: PlaybackState, reason: str, words: str) -> None:
    assert state_in_words(kind, reason) == words


@pytest.mark.parametrize("kind", PlaybackState)
def test_status_words_are_ascii(kind: PlaybackState) -> None:
    assert state_in_words(kind, "no sound").isascii()


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(minutes=5), "just now"),
        (timedelta(hours=-1), "just now"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=9), "1 week ago"),
        (timedelta(days=70), "2 months ago"),
    ],
)
def test_how_long_ago(passed: timedelta, words: str) -> None:
    assert wording.ago(NOW - passed, NOW) == words


def test_endings() -> None:
    assert wording.endings(1, 3) == "1 of 3 endings found."
    assert wording.endings(3, 3) == "All 3 endings found."
    assert wording.endings(1, 1) == "You heard it to the end."
