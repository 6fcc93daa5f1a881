"""A screen that says so when the terminal has no room for it."""

from __future__ import annotations

from textual.screen import Screen

from player.tui.widgets.too_small import LEAST_HEIGHT, LEAST_WIDTH


class RoomyScreen(Screen[None]):
    """Gets the classes -narrow, -normal or -wide, and -short or -tall; put a TooSmall on it."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it
        (0, "-too-narrow"),
        (LEAST_WIDTH, "-narrow"),
        (80, "-normal"),
        (100, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-short"),
        (LEAST_HEIGHT, "-short"),
        (22, "-tall"),
    ]
    AUTO_FOCUS = ""
