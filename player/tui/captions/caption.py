"""The caption: the line being heard, drawn as its script is written, with the word marked."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from player.errors import MissingPartError

if TYPE_CHECKING:  # they import Pillow, which waits until a caption is wanted
    from player.tui.captions.canvas import Canvas, Look

NO_PILLOW = (
    "The line cannot be drawn: Pillow is not installed, or not for this machine."
    " pip install Pillow."
)


class Caption(Widget, can_focus=False):
    """Hidden until it is opened; then it follows the line and the word it is told."""

    DEFAULT_CSS = """
    Caption {
        display: none;
        height: 30%;
        min-height: 7;
        max-height: 14;
        padding: 0 2;
        background: $background;
        color: $foreground;
        & .caption--word { color: $primary; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"caption--word"}
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id)
        self._wanted = ""
        self._canvas: Canvas | None = None
        self._line = ("", "")
        self._word = (0, 0)

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return bool(self.display)

    async def open(self, wanted: str = "auto") -> bool:
        """Put it on the screen as `wanted`, the name of a Way; False where that is "off".

        The first time it finds out what the terminal can show. Raises MissingPartError where
        nothing can be drawn: Pillow or its shaping is missing.
        """
        if self._canvas is None or wanted != self._wanted:
            self._wanted = wanted
            self._canvas = await self._find_canvas()
        if self._canvas is None:
            return False
        self.display = True
        self.call_after_refresh(self._draw)
        return True

    def close(self) -> None:
        """Take it off the screen."""
        self.display = False

    def show_line(self, text: str, language: str) -> None:
        """Show another line: its plain text, and the language's code as stories name it."""
        if (text, language) != self._line:
            self._line, self._word = (text, language), (0, 0)
            self._draw()

    def show_word(self, start: int, end: int) -> None:
        """Mark the word with these offsets in the line's plain text; none where they are equal."""
        if (start, end) != self._word:
            self._word = (start, end)
            self._draw()

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        style = self.rich_style
        row = self._canvas.row(y) if self._canvas is not None else []
        return Strip([*row, Segment("", style)]).adjust_cell_length(self.size.width, style)

    def on_resize(self) -> None:
        """Draw anew for the room there is, and for cells that may have grown."""
        if self._canvas is not None:
            self._canvas.measure(self.app._driver)  # noqa: SLF001 - as above
        self._draw()

    def notify_style_update(self) -> None:
        """Draw anew in the colours of another theme."""
        super().notify_style_update()
        if self.is_open:
            self.call_later(self._draw)

    async def _find_canvas(self) -> Canvas | None:
        try:
            find = await asyncio.to_thread(_load)
        except ImportError as error:
            raise MissingPartError(NO_PILLOW) from error
        colourless = self.app.no_color or self.app.theme.startswith("textual-ansi")
        wanted = "braille" if colourless and self._wanted == "auto" else self._wanted
        driver = self.app._driver  # noqa: SLF001 - Textual gives no other way to it
        return await find(driver, wanted, os.environ)

    def _draw(self) -> None:
        if self._canvas is None or not self.is_open or not self.size:
            return
        cells = (self.size.width, self.size.height)
        try:
            rows = self._canvas.show(self._line, self._word, cells, self._look())
        except MissingPartError as error:
            self.close()
            self.notify(str(error), severity="error", markup=False)
            return
        if rows:
            self.refresh(Region(0, rows.start, self.outer_size.width, len(rows)))

    def _look(self) -> Look:
        from player.tui.captions.canvas import Look  # noqa: PLC0415 - not without a caption
        from player.tui.captions.drawing import Colours  # noqa: PLC0415

        _, _, background, letters = self.colors
        word = self.get_component_styles("caption--word").color
        colours = Colours(background.rgb, (background + letters).rgb, (background + word).rgb)
        plain = self.rich_style
        return Look(plain, plain + self.get_component_rich_style("caption--word"), colours)


def _load() -> Callable[[Any, str, Mapping[str, str]], Awaitable[Canvas | None]]:
    """Import what draws, in another thread: it takes a while, and the sound goes on."""
    from player.tui.captions.choosing import choose_canvas  # noqa: PLC0415

    return choose_canvas
