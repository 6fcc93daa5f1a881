"""The status row: what the sound is doing, and how the story is heard, in words."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

EDGE = 2
GAP = 3


class Status(Widget):
    """ASCII words; those that do not fit give way, the later ones first."""

    DEFAULT_CSS = """
    Status {
        height: 1;
        background: $background;
    }
    """

    state: reactive[str] = reactive("opening")
    """What the sound is doing."""

    facts: reactive[tuple[str, ...]] = reactive(())
    """How the story is heard, the most telling first."""

    def render(self) -> Content:
        """Return the row."""
        room = self.size.width - 2 * EDGE - cell_len(self.state)
        shown: list[str] = []
        for fact in filter(None, self.facts):
            needed = GAP + cell_len(fact)
            if needed <= room:
                room -= needed
                shown.append(fact)
        rest = (" " * GAP).join(shown)
        gap = max(GAP, self.size.width - 2 * EDGE - cell_len(self.state) - cell_len(rest))
        return Content.assemble(
            " " * EDGE, (self.state, "bold"), " " * gap, (rest, "$foreground 75%")
        )
