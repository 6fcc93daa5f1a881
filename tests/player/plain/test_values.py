"""What follows a command may be written as people write it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from player.errors import UsageError
from player.plain import values


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (values.switch, "on", True),
        (values.switch, "OFF", False),
        (values.switch, "", None),
        (values.speed, "0.8", 0.8),
        (values.speed, "0,8", 0.8),
        (values.speed, "80%", 0.8),
        (values.speed, "150", 1.5),
        (values.speed, "2", 2.0),
        (partial(values.volume, now=50), "70", 70),
        (partial(values.volume, now=50), "70 %", 70),
        (partial(values.volume, now=50), "+10", 60),
        (partial(values.volume, now=5), "-10", 0),
        (values.mix, "30", 0.3),
        (values.mix, "0.3", 0.3),
        (values.mix, "30 percent", 0.3),
        (values.mix, "0", 0.0),
        (values.mix, "1", 1.0),
        (values.minutes, "20", 20),
        (values.minutes, "20 minutes", 20),
        (values.minutes, "off", None),
        (partial(values.seconds, usual=5), "", 5000),
        (partial(values.seconds, usual=5), "30 s", 30_000),
        (partial(values.place, count=3), "3", 2),
    ],
)
def test_a_value_is_read(read: Callable[[str], object], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (values.switch, "perhaps", "neither on nor off"),
        (values.speed, "9", "0.5 to 2, not '9'"),
        (values.speed, "fast", "0.5 to 2, not 'fast'"),
        (values.speed, "nan", "not 'nan'"),
        (partial(values.volume, now=50), "101", "0 to 100"),
        (values.mix, "-1", "0 to 100 percent"),
        (values.minutes, "soon", "1 to 1440, or off"),
        (values.minutes, "5000", "1 to 1440, or off"),
        (partial(values.seconds, usual=5), "-3", "over 0"),
        (partial(values.place, count=3), "4", "there are bookmarks 1 to 3, not"),
        (partial(values.place, count=1), "one", "bookmark 1"),
        (partial(values.place, count=1), "", "must follow"),
        (partial(values.place, count=0), "1", "no bookmark in this story yet"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_can(
    read: Callable[[str], object], text: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        read(text)
