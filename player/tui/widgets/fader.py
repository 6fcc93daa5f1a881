"""The fader: the language being heard, and how much English is in it, rung by rung."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.widget import Widget

from player.story.walking import Variant, base_language
from player.tui import wording
from player.tui.glyphs import glyphs

EDGE: Final = 2
REACH: Final = 1
"""Cells beside a rung that still hit it."""


class Fader(Widget):
    """Least English on the left; a click hears a rung, one on the language the next language."""

    DEFAULT_CSS = """
    Fader {
        width: auto;
        height: 1;
        background: $surface;
        color: $foreground 75%;
        pointer: pointer;
    }
    """

    rungs: reactive[tuple[Variant, ...]] = reactive((), layout=True)
    """The ladder of the language heard, least English first."""

    here: reactive[Variant | None] = reactive(None, layout=True)
    """What is heard; None before a story."""

    planned: reactive[Variant | None] = reactive(None, layout=True)
    """What will be heard from the next line on."""

    held: reactive[str] = reactive("", layout=True)
    """Who holds the rung: "story" or "language" for the listener, empty for kahani."""

    is_compact: reactive[bool] = reactive(False, layout=True)
    """Whether there is room for words only."""

    def render(self) -> Content:
        """Return the row."""
        if self.here is None:
            return Content("")
        parts = [Content(self._language)]
        if self._is_ladder:
            rail = Content.styled(glyphs().rule * 2, "$foreground 45%")
            marks = [self._mark(rung) for rung in self.rungs]
            parts += [Content("  "), rail.join(marks), Content("  English")]
        if self.here.mix or len(self.rungs) > 1:
            parts.append(Content(f" {wording.share(self.here.mix)}"))
            if self.held and not self._is_ladder:
                parts.append(Content.styled(f" {glyphs().rung_held}", "bold $primary"))
        if self.planned is not None:
            parts.append(Content.styled(f" > {self._next(self.here, self.planned)}", "$primary"))
        return Content("").join([Content(" "), *parts, Content(" " * EDGE)])

    async def on_click(self, event: Click) -> None:
        """Hear the rung that was clicked; on the language, the next language."""
        first = 1 + cell_len(self._language)
        if event.x <= first:
            await self.run_action("screen.language")
            return
        step = 2 * cell_len(glyphs().rule) + 1
        for index in range(len(self.rungs) if self._is_ladder else 0):
            if abs(event.x - (first + 2 + step * index)) <= REACH:
                await self.run_action(f"screen.rung({index})")
                return

    @property
    def _language(self) -> str:
        return wording.language(base_language(self.here.language)) if self.here else ""

    @property
    def _is_ladder(self) -> bool:
        return self.here in self.rungs and len(self.rungs) > 1 and not self.is_compact

    def _mark(self, rung: Variant) -> Content:
        signs = glyphs()
        if rung == self.here:
            return Content.styled(self._sign, "bold $primary")
        if rung == self.planned:
            return Content.styled(signs.rung_next, "$primary")
        return Content(signs.rung)

    @property
    def _sign(self) -> str:
        return glyphs().rung_held if self.held else glyphs().rung_here

    def _next(self, here: Variant, planned: Variant) -> str:
        if base_language(planned.language) == base_language(here.language):
            return wording.share(planned.mix)
        return wording.variant(base_language(planned.language), planned.mix)
