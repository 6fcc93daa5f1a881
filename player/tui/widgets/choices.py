"""What the listener may choose, one below the other, the number on the left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.events import Click, MouseMove
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from player.story.passages import Option
from player.tui import wording
from player.tui.columns import MARGIN, MEASURE
from player.tui.glyphs import glyphs
from player.tui.messages import ChoicePicked
from player.tui.script import show
from player.tui.wrapping import wrap

NUMBER_WIDTH = 6
STATE_WIDTH = len("fetching 99 %")


class Choices(ScrollView, can_focus=False):
    """Shown while choices are offered; the text of each is shown whole."""

    DEFAULT_CSS = """
    Choices {
        display: none;
        height: auto;
        max-height: 50%;
        padding: 1 0;
        min-width: 20;
        background: $surface;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        &.-offered { display: block; }
        & .choices--text { color: $foreground 80%; background: $surface; }
        & .choices--number { color: $primary; background: $surface; }
        & .choices--picked { color: $foreground; background: $panel; text-style: bold; }
        & .choices--mark { color: $primary; background: $panel; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "choices--text",
        "choices--number",
        "choices--picked",
        "choices--mark",
    }

    highlighted: reactive[int] = reactive(0)
    """Which choice enter takes, from 0."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id)
        self.options: tuple[Option, ...] = ()
        self._rows: tuple[tuple[int, str], ...] = ()
        self._percent: Mapping[str, int | None] = {}

    def offer(self, options: tuple[Option, ...]) -> None:
        """Show these; none hides the widget."""
        self.options = options
        self.highlighted = 0
        self.set_class(bool(options), "-offered")
        self._lay_out()
        self.scroll_to(y=0, animate=False)

    def know(self, percent: Mapping[str, int | None]) -> None:
        """Say of each choice how much of what follows is here, by its key; of none when empty.

        A choice whose text leaves no room for that gets one row more; the text never moves.
        """
        is_other = percent.keys() != self._percent.keys()
        self._percent = percent
        if is_other:
            self._lay_out()
        else:
            self.refresh()

    def move(self, step: int) -> None:
        """Highlight the next or the previous choice."""
        self.highlighted = min(max(0, self.highlighted + step), len(self.options) - 1)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the rows that all choices need at this width."""
        return len(self._wrapped(width))

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        number = y + self.scroll_offset.y
        base = self.get_component_rich_style("choices--text")
        width = self.size.width
        if number >= len(self._rows):
            return Strip.blank(width, base)
        index, text = self._rows[number]
        is_first = number == 0 or self._rows[number - 1][0] != index
        picked = index == self.highlighted
        style = self.get_component_rich_style("choices--picked") if picked else base
        mark = self.get_component_rich_style(f"choices--{'mark' if picked else 'number'}")
        label = f"{glyphs().pick if picked else ' '} {index + 1}" if is_first else ""
        left = self._left(width)
        row = Strip([Segment(f"{label:<{NUMBER_WIDTH}}", mark), Segment(text, style)])
        room = self._room(width) + NUMBER_WIDTH
        plain = Style(bgcolor=style.bgcolor)  # never underlined
        is_last = number + 1 == len(self._rows) or self._rows[number + 1][0] != index
        words = self._readiness(index) if is_last else ""
        if words:
            row = row.adjust_cell_length(room - len(words), plain)
            row = Strip([*row, Segment(words, mark)])
        row = row.adjust_cell_length(room, plain)
        return Strip([Segment(" " * left, base), *row]).adjust_cell_length(width, base)

    def on_resize(self) -> None:
        """Wrap anew."""
        self._lay_out()

    def on_click(self, event: Click) -> None:
        """Take the choice that was clicked."""
        if (index := self._index_at(event.y)) is not None:
            self.highlighted = index
            self.post_message(ChoicePicked(index))

    def on_mouse_move(self, event: MouseMove) -> None:
        """Highlight what the mouse is on."""
        if (index := self._index_at(event.y)) is not None:
            self.highlighted = index

    def watch_highlighted(self) -> None:
        """Show the highlight, and keep it in view."""
        rows = [number for number, (index, _) in enumerate(self._rows) if index == self.highlighted]
        if rows:
            top, height = self.scroll_offset.y, self.scrollable_content_region.height
            if rows[0] < top:
                self.scroll_to(y=rows[0], animate=False)
            elif height and rows[-1] >= top + height:
                self.scroll_to(y=rows[-1] - height + 1, animate=False)
        self.refresh()

    def _readiness(self, index: int) -> str:
        """Return whether what follows a choice is here; nothing where that was never in doubt."""
        key = self.options[index].key
        return wording.readiness(self._percent[key]) if key in self._percent else ""

    def _index_at(self, y: int) -> int | None:
        number = y - self.gutter.top + self.scroll_offset.y
        return self._rows[number][0] if 0 <= number < len(self._rows) else None

    def _left(self, width: int) -> int:
        return max(MARGIN, (width - MEASURE - 2) // 2)

    def _room(self, width: int) -> int:
        return max(
            8, min(MEASURE + 3 - NUMBER_WIDTH, width - self._left(width) - NUMBER_WIDTH - MARGIN)
        )

    def _wrapped(self, width: int) -> tuple[tuple[int, str], ...]:
        rows = []
        for index, option in enumerate(self.options):
            encoded = show(option.text)
            texts = [encoded[a:b] for a, b in wrap(encoded, self._room(width))]
            if option.key in self._percent and not self._has_room(texts[-1:], width):
                texts.append("")
            rows += [(index, text) for text in texts]
        return tuple(rows)

    def _has_room(self, last: Sequence[str], width: int) -> bool:
        """Whether the last row of a choice leaves room for how much of what follows is here."""
        return sum(map(cell_len, last)) + STATE_WIDTH < self._room(width)

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width or self.size.width
        self._rows = self._wrapped(width) if width else ()
        self.virtual_size = Size(width, len(self._rows))
        self.refresh(layout=True)
