"""The position runs between reports, is corrected by them, and goes back only when asked to."""

from __future__ import annotations

import pytest

from player.audio.position import DELAY_MS, Position


def test_it_runs_with_the_clock_behind_what_is_reported() -> None:
    position = Position(0, 10_000, 1.0)
    position.run(100.0)
    assert position.at(100.01) == 0
    assert position.at(100.5) == 500 - DELAY_MS


def test_speed_changes_the_pace_from_now_on() -> None:
    position = Position(0, 10_000, 1.0)
    position.run(0.0)
    position.report(500, 0.5)
    position.set_speed(2.0, 0.6)
    assert position.at(0.8) == pytest.approx(1000 - DELAY_MS)


def test_small_errors_are_corrected_by_a_share_and_large_ones_at_once() -> None:
    position = Position(0, 10_000, 1.0)
    position.run(0.0)
    position.report(400, 0.3)
    assert position.at(0.3) == pytest.approx(330 - DELAY_MS)
    position.report(2000, 0.6)
    assert position.at(0.6) == pytest.approx(2000 - DELAY_MS)


def test_it_stands_still_when_reports_stay_away() -> None:
    position = Position(0, 10_000, 1.0)
    position.run(0.0)
    position.report(300, 0.3)
    assert position.at(1.2) == position.at(60.0) == pytest.approx(1200 - DELAY_MS)


def test_without_reports_the_clock_alone_is_believed() -> None:
    position = Position(0, 60_000, 1.0, is_reported=False)
    position.run(0.0)
    assert position.at(30.0) == 30_000


def test_it_never_goes_backwards_but_by_a_seek() -> None:
    position = Position(0, 10_000, 1.0)
    position.run(0.0)
    shown = position.at(0.8)
    position.report(500, 0.8)
    assert position.at(0.8) == shown
    position.aim(200)
    assert position.at(0.9) == 200


def test_a_seek_shows_its_target_until_the_sound_is_there() -> None:
    position = Position(0, 10_000, 1.0)
    position.run(0.0)
    position.aim(5000)
    position.run(0.1)
    position.report(200, 0.2)
    assert position.at(0.3) == 5000
    position.land(0.3)
    position.run(0.3)
    position.report(700, 0.35)  # from before the seek
    assert position.at(0.55) == pytest.approx(5250 - DELAY_MS)
    position.report(5300, 0.7)
    assert position.at(0.7) < 5400


def test_a_stray_zero_at_the_end_is_not_believed() -> None:
    position = Position(0, 3000, 1.0)
    position.run(0.0)
    position.report(2000, 2.0)
    shown = position.at(2.0)
    position.report(0, 2.1)
    assert position.at(2.1) == pytest.approx(shown + 100)


def test_it_stays_within_the_clip() -> None:
    position = Position(900, 1000, 1.0)
    position.run(0.0)
    assert position.at(0.8) == 1000
    position.finish()
    assert position.at(0.9) == 1000


def test_holding_shows_what_was_heard_last() -> None:
    position = Position(0, 10_000, 1.0)
    position.run(0.0)
    position.hold(0.5)
    assert position.at(9.0) == 500 - DELAY_MS
    position.run(9.0)
    assert position.at(9.1) == pytest.approx(600 - DELAY_MS)
