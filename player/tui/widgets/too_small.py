"""What is shown in the place of a screen that has no room."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from player.tui.scripted import key_of

LEAST_WIDTH, LEAST_HEIGHT = 40, 12


class TooSmall(Widget):
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

    def render(self) -> Content:
        """Return what is missing, and the way out."""
        return Content(
            f"This window is too small.\n\nkahani needs {LEAST_WIDTH} x {LEAST_HEIGHT}.\n"
            f"{key_of(self, 'app.leave')} leaves"
        )
