"""The fader: the language being heard, and how much English is in it, rung by rung."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from player.story.walking import Variant, base_language
from player.tui import wording
from player.tui.glyphs import glyphs

EDGE = 2


class Fader(Widget):
    """Least English on the left; a click hears a rung, one on the language the next language."""

    DEFAULT_CSS = """
    Fader {
        width: auto;
        height: 1;
        background: $surface;
        color: $foreground 75%;
        link-style: none;
        link-color: $foreground 75%;
        link-background: $surface;
        link-style-hover: none;
        link-color-hover: $foreground;
        link-background-hover: $panel;
    }
    """

    rungs: reactive[tuple[Variant, ...]] = reactive((), layout=True)
    """The ladder of the language heard, least English first."""

    here: reactive[Variant | None] = reactive(None, layout=True)
    """What is heard; None before a story."""

    planned: reactive[Variant | None] = reactive(None, layout=True)
    """What will be heard from the next line on."""

    is_compact: reactive[bool] = reactive(False, layout=True)
    """Whether there is room for words only."""

    def render(self) -> Content:
        """Return the row."""
        if self.here is None:
            return Content("")
        parts = [Content(" "), self._language(self.here)]
        if self.here in self.rungs and len(self.rungs) > 1:
            parts += self._ladder(self.here)
        elif self.here.mix:
            parts.append(Content(f" {wording.share(self.here.mix)}"))
        if self.planned is not None:
            parts.append(Content.styled(f" > {self._next(self.here, self.planned)}", "$primary"))
        return Content("").join([*parts, Content(" " * EDGE)])

    def _language(self, here: Variant) -> Content:
        name = Content(wording.language(base_language(here.language)))
        return name.stylize(Style.from_meta({"@click": "screen.language"}))

    def _ladder(self, here: Variant) -> list[Content]:
        share = Content(f" {wording.share(here.mix)}")
        if self.is_compact:
            return [share]
        signs = glyphs()
        rail = Content.styled(signs.rule * 2, "$foreground 45%")
        marks = []
        for index, rung in enumerate(self.rungs):
            sign, style = signs.rung, "$foreground 75%"
            if rung == here:
                sign, style = signs.rung_here, "bold $primary"
            elif rung == self.planned:
                sign, style = signs.rung_next, "$primary"
            mark = Content.styled(sign, style)
            marks.append(mark.stylize(Style.from_meta({"@click": f"screen.rung({index})"})))
        return [Content("  "), rail.join(marks), Content("  English"), share]

    def _next(self, here: Variant, planned: Variant) -> str:
        if base_language(planned.language) == base_language(here.language):
            return wording.share(planned.mix)
        return wording.variant(base_language(planned.language), planned.mix)
