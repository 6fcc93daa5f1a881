"""What is shown after an ending: what was found, how it was, and where to go from here."""

from __future__ import annotations

from typing import Final

from rich.style import Style as Plain
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from player.tui import wording
from player.tui.columns import MARGIN, MEASURE
from player.tui.scripted import key_of
from player.tui.wrapping import wrap

FELT: Final = ("too easy", "right", "too hard")
FELT_BRIEFLY: Final = ("easy", "right", "hard?")
IN_FULL_FROM: Final = 50
"""Width from which the question is asked in full."""


class EndPanel(Widget):
    """Hidden until an ending was heard."""

    DEFAULT_CSS = """
    EndPanel {
        display: none;
        height: auto;
        padding: 1 0;
        background: $surface;
        link-style-hover: none;
        link-color-hover: $foreground;
        link-background-hover: $panel;
        &.-ended { display: block; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id)
        self._found = 0
        self._total = 0
        self._asks = False
        self._thanks = ""

    @property
    def asks(self) -> bool:
        """Whether the listener is being asked how the story was."""
        return self._asks and self.has_class("-ended")

    @property
    def link_style(self) -> Plain:
        """Nothing: Textual lays the style of links over all others."""
        return Plain.null()

    def end(self, found: int, total: int, *, asks: bool = False) -> None:
        """Show that an ending was heard, `found` of `total` so far; `asks`: and how it was."""
        self._found, self._total = found, total
        self._asks, self._thanks = asks, ""
        self.add_class("-ended")
        self.refresh(layout=True)

    def thank(self, sentence: str) -> None:
        """Show what follows from the answer, in the place of the question."""
        self._asks, self._thanks = False, sentence
        self.refresh(layout=True)

    def go_on(self) -> None:
        """Hide: the story goes on, or again."""
        self.remove_class("-ended")

    def render(self) -> Content:
        """Return the rows."""
        left = " " * max(MARGIN, (self.size.width - MEASURE - 2) // 2)
        found = wording.endings(self._found, self._total)
        rows = [
            Content.assemble(("The end.  ", "bold $primary"), found),
            *self._how_it_was(self.size.width - len(left) - MARGIN),
            Content(""),
            self._way("listening.toggle", "hear it again"),
        ]
        if self._found < self._total:
            rows.append(self._way("listening.back", "step back and choose another way"))
        rows.append(self._way("listening.leave", "back to the library"))
        return Content("\n").join(Content.assemble(left, row) if row else row for row in rows)

    def _how_it_was(self, room: int) -> list[Content]:
        """Return the question with its answers, or the thanks; nothing where neither is due."""
        if not self._asks:
            rows = wrap(self._thanks, min(room, MEASURE)) if self._thanks else ()
            return [Content(self._thanks[a:b]) for a, b in rows]
        is_full = self.size.width >= IN_FULL_FROM
        row = [Content("How was it?" if is_full else "Was it")]
        for number, felt in enumerate(FELT if is_full else FELT_BRIEFLY, 1):
            key = key_of(self, f"listening.choice-{number}")
            words = Content.assemble((key, "bold $primary"), f" {felt}")
            row.append(words.stylize(Style.from_meta({"@click": f"screen.choose({number})"})))
        return [Content("  ").join(row)]

    def _way(self, name: str, words: str) -> Content:
        return Content.assemble((f"{key_of(self, name):<6}", "bold $primary"), words)
