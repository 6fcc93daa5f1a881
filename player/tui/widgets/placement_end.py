"""What is shown after a placement: what is believed now, and where to go from here."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from player.tui.columns import MARGIN, MEASURE
from player.tui.scripted import key_of
from player.tui.wrapping import wrap


class PlacementEnd(Widget):
    """Hidden until a placement was heard to its end."""

    DEFAULT_CSS = """
    PlacementEnd {
        display: none;
        height: auto;
        padding: 1 0;
        background: $surface;
        &.-ended { display: block; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id)
        self._belief = ""
        self._way = ""

    def end(self, belief: str, way: str) -> None:
        """Show what is believed, in one sentence, and where `listening.done` leads."""
        self._belief, self._way = belief, way
        self.add_class("-ended")
        self.refresh(layout=True)

    def go_on(self) -> None:
        """Hide: something else is heard."""
        self.remove_class("-ended")

    def render(self) -> Content:
        """Return the rows."""
        left = " " * max(MARGIN, (self.size.width - MEASURE - 2) // 2)
        room = max(8, min(MEASURE, self.size.width - len(left) - MARGIN))
        rows = [
            Content.styled("Thank you. That is all.", "bold $primary"),
            *(Content(self._belief[a:b]) for a, b in wrap(self._belief, room)),
            Content(""),
            Content.assemble((f"{key_of(self, 'listening.done'):<6} ", "bold $primary"), self._way),
        ]
        return Content("\n").join(Content.assemble(left, row) if row else row for row in rows)
