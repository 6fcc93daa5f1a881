"""Where text stands on the screen: its margin, its measure, and one column or two."""

from __future__ import annotations

from typing import Final

from player.tui.ink import MARK_WIDTH, full_width
from player.tui.rows import Reading
from player.tui.typesetting import RULE_WIDTH

MEASURE: Final = 76
"""Longest row of text, in cells: a comfortable line for the eye."""

COLUMN: Final = 62
"""Widest column of text where the translation stands beside it."""

SIDE_BY_SIDE_FROM: Final = 100
"""Width of a terminal that has room for two columns."""

MARGIN: Final = 2
_LEAST: Final = 8


def reading_in(width: int, terminal: int, *, is_translated: bool, is_romanised: bool) -> Reading:
    """Return how to set text in `width` cells of a terminal of `terminal`."""
    is_beside = is_translated and terminal >= SIDE_BY_SIDE_FROM
    room = width - 2 * MARGIN - MARK_WIDTH - 1
    column = max(_LEAST, min(COLUMN, (room - RULE_WIDTH) // 2))
    return Reading(
        width=column if is_beside else max(_LEAST, min(MEASURE, room)),
        beside=column if is_beside else 0,
        is_translated=is_translated,
        is_romanised=is_romanised,
    )


def left_of(reading: Reading, width: int) -> int:
    """Return the empty cells on the left of `reading`, which stands in the middle of `width`."""
    wide = full_width(reading) if reading.beside else MEASURE + MARK_WIDTH
    return max(MARGIN, (width - wide) // 2)
