"""The top row: what this screen is about, and on the right what goes with it."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from player.tui.wrapping import fit

EDGE = 2


class TitleBar(Widget):
    """One row; both texts are plain and encoded, never markup."""

    DEFAULT_CSS = """
    TitleBar {
        dock: top;
        height: 1;
        background: $surface;
        color: $foreground;
    }
    """

    left: reactive[str] = reactive("")
    """The title."""

    right: reactive[str] = reactive("")
    """What goes with it, in Latin letters."""

    tint: reactive[str] = reactive("$foreground 75%")
    """The style of what stands on the right."""

    def render(self) -> Content:
        """Return the row: title on the left, the rest on the right where there is room."""
        room = max(0, self.size.width - 2 * EDGE)
        right = self.right if cell_len(self.right) + 12 <= room else ""
        left = fit(self.left, room - cell_len(right) - (2 if right else 0))
        gap = max(0, room - cell_len(left) - cell_len(right))
        return Content.assemble(" " * EDGE, (left, "bold $primary"), " " * gap, (right, self.tint))
