"""What is shown in the place of a screen that has no room."""

from __future__ import annotations

from textual.widgets import Static

LEAST_WIDTH, LEAST_HEIGHT = 40, 12


class TooSmall(Static):
    """Hidden until the terminal has fewer than 40 columns or 12 rows."""

    DEFAULT_CSS = """
    TooSmall {
        display: none;
        width: 100%;
        height: 100%;
        content-align: center middle;
        text-align: center;
        background: $background;
    }
    """

    def __init__(self) -> None:
        super().__init__(
            f"This window is too small.\n\nkahani needs {LEAST_WIDTH} x {LEAST_HEIGHT}.\nq leaves",
            markup=False,
        )
