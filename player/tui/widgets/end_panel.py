"""What is shown after an ending: what was found, and where to go from here."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from player.tui import wording
from player.tui.columns import MARGIN, MEASURE
from player.tui.scripted import key_of


class EndPanel(Widget):
    """Hidden until an ending was heard."""

    DEFAULT_CSS = """
    EndPanel {
        display: none;
        height: auto;
        padding: 1 0;
        background: $surface;
        &.-ended { display: block; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id)
        self._found = 0
        self._total = 0

    def end(self, found: int, total: int) -> None:
        """Show that an ending was heard, `found` of `total` so far."""
        self._found, self._total = found, total
        self.add_class("-ended")
        self.refresh(layout=True)

    def go_on(self) -> None:
        """Hide: the story goes on, or again."""
        self.remove_class("-ended")

    def render(self) -> Content:
        """Return the rows."""
        left = " " * max(MARGIN, (self.size.width - MEASURE - 2) // 2)
        rows = [
            (("The end.  ", "bold $primary"), (wording.endings(self._found, self._total), "")),
            None,
            (self._key("listening.toggle"), ("hear it again", "")),
        ]
        if self._found < self._total:
            back = self._key("listening.back")
            rows.append((back, ("step back and choose another way", "")))
        rows.append((self._key("listening.leave"), ("back to the library", "")))
        return Content("\n").join(
            Content.assemble(left, *row) if row else Content("") for row in rows
        )

    def _key(self, name: str) -> tuple[str, str]:
        return f"{key_of(self, name):<6}", "bold $primary"
