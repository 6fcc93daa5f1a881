"""A clock that follows the time and never goes back, whatever the machines' clocks do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from db.hlc import AHEAD_MS, COUNT_BITS, Clock, ceiling

NOON_MS = 1_770_465_600_000
WALL = some.integers(0, 4 * NOON_MS)


def clock(*readings: int, last: int = 0) -> Clock:
    """A clock on a wall that shows these milliseconds, one after the other."""
    left = list(readings)
    return Clock(last, lambda: left.pop(0) if len(left) > 1 else left[0])


@given(some.lists(WALL, min_size=1), WALL)
def test_each_stamp_is_greater_than_the_one_before(walls: list[int], last: int) -> None:
    ticking = clock(*walls, last=last << COUNT_BITS)

    stamps = [ticking.tick() for _ in range(len(walls) + 3)]

    assert stamps == sorted(set(stamps))
    assert stamps[0] > last << COUNT_BITS


@given(WALL, WALL)
def test_it_is_not_behind_the_time(wall: int, last: int) -> None:
    assert clock(wall, last=last << COUNT_BITS).tick() >= wall << COUNT_BITS


@given(some.lists(some.tuples(some.integers(0, 2), some.integers(0, 2)), max_size=30), WALL)
def test_who_heard_of_a_change_stamps_what_follows_it_higher(
    heard: list[tuple[int, int]], start: int
) -> None:
    hour = 3_600_000
    machines = [clock(start + hour + ahead) for ahead in (-hour, 0, hour)]
    last = [machine.tick() for machine in machines]

    for teller, listener in heard:
        machines[listener].seen(last[teller])
        last[listener] = machines[listener].tick()
        assert last[listener] > last[teller] or listener == teller


def test_a_step_back_of_the_time_is_counted_through() -> None:
    ticking = clock(NOON_MS, NOON_MS - 3_600_000)

    first, second = ticking.tick(), ticking.tick()

    assert second == first + 1


def test_ten_minutes_ahead_of_the_server_are_believed_and_no_more() -> None:
    assert AHEAD_MS == 600_000
    assert clock(NOON_MS + AHEAD_MS).tick() == ceiling(NOON_MS)
    assert clock(NOON_MS + AHEAD_MS + 1).tick() > ceiling(NOON_MS)


def test_a_stamp_fits_into_a_bigint_for_thousands_of_years() -> None:
    assert clock(50 * NOON_MS).tick() < 2**63
