"""A few lines of which one is picked."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.events import Click, MouseMove
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from player.tui.glyphs import glyphs


class Menu(Widget):
    """Plain lines in Latin letters; a click picks."""

    DEFAULT_CSS = """
    Menu { height: auto; width: 1fr; background: $surface; }
    """

    highlighted: reactive[int] = reactive(0)
    """The line that enter picks, from 0."""

    class Picked(Message):
        """A line was clicked; `index` counts from 0."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, lines: Sequence[str], highlighted: int = 0) -> None:
        super().__init__()
        self._lines = tuple(lines)
        self.set_reactive(Menu.highlighted, highlighted)

    def move(self, step: int) -> None:
        """Highlight another line, `step` further down."""
        self.highlighted = min(max(0, self.highlighted + step), len(self._lines) - 1)

    def render(self) -> Content:
        """Return the lines."""
        rows = []
        for index, line in enumerate(self._lines):
            is_here = index == self.highlighted
            sign = glyphs().pick if is_here else " "
            style = "bold $foreground on $panel" if is_here else "$foreground 80%"
            rows.append(Content.styled(f" {sign} {line}".ljust(self.size.width), style))
        return Content("\n").join(rows)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Highlight what the mouse is on."""
        if 0 <= event.y < len(self._lines):
            self.highlighted = event.y

    def on_click(self, event: Click) -> None:
        """Pick what is clicked."""
        if 0 <= event.y < len(self._lines):
            self.highlighted = event.y
            self.post_message(self.Picked(event.y))
