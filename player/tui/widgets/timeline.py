"""The time line: how much of the passage was heard; a click goes there."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.widget import Widget

from player.tui import wording
from player.tui.glyphs import bar
from player.tui.messages import SeekRequested

EDGE = 2
GAP = 2
STEP_MS = 250
"""The bar moves four times a second: each cell of its own would cost a repaint every 0.1 s."""


class TimeLine(Widget):
    """Elapsed, a bar, and the length; repainted only when a cell or a second changes."""

    DEFAULT_CSS = """
    TimeLine {
        height: 1;
        background: $background;
    }
    """

    duration_ms: reactive[int] = reactive(0)
    """Length of the clip."""

    _picture: reactive[tuple[str, str, str]] = reactive(("0:00", "", ""))
    """Elapsed in words, and the two parts of the bar."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id)
        self._position_ms = 0

    def show(self, position_ms: int) -> None:
        """Show where the listener is."""
        self._position_ms = position_ms
        is_over = position_ms >= self.duration_ms
        heard_ms = position_ms if is_over else position_ms // STEP_MS * STEP_MS
        share = heard_ms / self.duration_ms if self.duration_ms else 0.0
        self._picture = (wording.clock(position_ms), *bar(share, self._bar_width))

    def render(self) -> Content:
        """Return the row."""
        elapsed, done, left = self._picture
        return Content.assemble(
            " " * EDGE,
            elapsed,
            " " * GAP,
            (done, "$primary"),
            (left, "$foreground 35%"),
            " " * GAP,
            (wording.clock(self.duration_ms), "$foreground 75%"),
        )

    def on_click(self, event: Click) -> None:
        """Ask for the place that was clicked."""
        first = EDGE + cell_len(self._picture[0]) + GAP
        share = (event.x - first) / max(1, self._bar_width)
        if 0 <= share <= 1:
            self.post_message(SeekRequested(round(share * self.duration_ms)))

    def on_resize(self) -> None:
        """Draw the bar anew."""
        self.show(self._position_ms)

    def watch_duration_ms(self) -> None:
        """Draw the bar anew."""
        self.show(self._position_ms)

    @property
    def _bar_width(self) -> int:
        times = cell_len(wording.clock(self.duration_ms)) + cell_len(self._picture[0])
        return max(0, self.size.width - 2 * EDGE - 2 * GAP - times)
