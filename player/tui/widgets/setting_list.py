"""Rows of a label, a value and a note under headings; the highlighted one can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from player.tui.glyphs import glyphs
from player.tui.script import show
from player.tui.wrapping import fit

MARK: Final = 4
NARROW: Final = 60
LEAST_VALUE: Final = 17
MOST_VALUE: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row; without an `id` it is a heading, or empty. `is_stepped`: arrows go round it."""

    id: str = ""
    label: str = ""
    value: str = ""
    note: str = ""
    is_stepped: bool = False


class SettingList(ScrollView, can_focus=False):
    """Says what is wished for; whoever made it does it."""

    DEFAULT_CSS = """
    SettingList {
        height: 1fr;
        min-width: 20;
        background: $background;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & .setting-list--heading { color: $secondary; text-style: bold; }
        & .setting-list--label { color: $foreground; }
        & .setting-list--value { color: $primary; }
        & .setting-list--note { color: $foreground 75%; }
        & .setting-list--here { color: $foreground; background: $panel; text-style: $here-style; }
        & .setting-list--mark { color: $primary; background: $panel; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "setting-list--heading",
        "setting-list--label",
        "setting-list--value",
        "setting-list--note",
        "setting-list--here",
        "setting-list--mark",
    }

    place: reactive[int] = reactive(0, init=False)
    """The highlighted row, counted over headings too."""

    class Highlighted(Message):
        """Another row is looked at."""

    class Picked(Message):
        """The listener wants to change the highlighted row."""

    class Stepped(Message):
        """The listener clicked on an arrow of the highlighted row."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self, *, label_width: int, note_width: int) -> None:
        """Take how wide the columns of labels and notes are where there is room for them."""
        super().__init__()
        self.lines: Sequence[Line] = ()
        self._label_width = label_width
        self._note_width = note_width

    @property
    def line(self) -> Line:
        """The highlighted row."""
        return self.lines[self.place] if self.place < len(self.lines) else Line()

    def fill(self, lines: Sequence[Line]) -> None:
        """Show these rows; the highlight stays where it is."""
        self.lines = lines
        self.virtual_size = Size(self.size.width, len(lines))
        if not self.line.id:
            self.set_reactive(SettingList.place, self._next(0, 1))
        self.refresh()

    def move(self, step: int) -> None:
        """Highlight another row, `step` rows further down, over headings."""
        way = 1 if step > 0 else -1
        for _ in range(abs(step)):
            self.place = self._next(self.place + way, way)

    def page(self, step: int) -> None:
        """Highlight a row a page further down."""
        self.move(step * max(1, self.size.height - 2))

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        number, width = y + self.scroll_offset.y, self.size.width
        if number >= len(self.lines):
            return Strip.blank(width, self.rich_style)
        line = self.lines[number]
        if not line.id:
            heading = self.get_component_rich_style("setting-list--heading")
            row = [Segment(f"  {show(line.label)}", heading)]
            return Strip(row).adjust_cell_length(width, self.rich_style)
        if number != self.place:
            row = [Segment(" " * MARK, self.rich_style), *self._parts(line, width)]
            return Strip(row).adjust_cell_length(width, self.rich_style)
        here = self.get_component_rich_style("setting-list--here")
        mark = self.get_component_rich_style("setting-list--mark")
        ground = Style(bgcolor=here.bgcolor)
        parts = [Segment(p.text, (p.style or here) + ground) for p in self._parts(line, width)]
        row = [Segment(f"  {glyphs().here} ", mark), *parts]
        return Strip(row).adjust_cell_length(width, Style(bgcolor=here.bgcolor))

    def on_resize(self) -> None:
        """Keep the highlight in view."""
        self.virtual_size = Size(self.size.width, len(self.lines))
        self._bring_into_view()

    def on_click(self, event: Click) -> None:
        """Highlight the row; on its value, change it."""
        number = event.y + self.scroll_offset.y
        if not 0 <= number < len(self.lines) or not (line := self.lines[number]).id:
            return
        self.place = number
        label, value, _ = self._columns(self.size.width)
        inside = event.x - MARK - label
        if not 0 <= inside < value:
            if event.chain > 1:
                self.post_message(self.Picked())
        elif line.is_stepped:
            self.post_message(self.Stepped(-1 if inside < len("< ") else 1))
        else:
            self.post_message(self.Picked())

    def watch_place(self) -> None:
        """Show the highlight, and keep it in view."""
        self._bring_into_view()
        self.refresh()
        self.post_message(self.Highlighted())

    def _next(self, number: int, way: int) -> int:
        """Return the first row with something to change from `number` on; else stay."""
        while 0 <= number < len(self.lines):
            if self.lines[number].id:
                return number
            number += way
        return self.place

    def _bring_into_view(self) -> None:
        first = self.place
        if first and not self.lines[first - 1].id:
            first = max(0, first - 2)  # its heading, and the empty row above, come with it
        top, height = self.scroll_offset.y, self.size.height
        if first < top:
            self.scroll_to(y=first, animate=False)
        elif height and self.place >= top + height:
            self.scroll_to(y=self.place - height + 1, animate=False)

    def _columns(self, width: int) -> tuple[int, int, int]:
        room = max(0, width - MARK - 1)
        note = self._note_width if width >= NARROW else 0
        label = min(self._label_width, max(0, room - note - LEAST_VALUE))
        return label, max(0, min(room - label - note, MOST_VALUE)), note

    def _parts(self, line: Line, width: int) -> list[Segment]:
        label, value, note = self._columns(width)
        is_here = line is self.line
        name = "here" if is_here else "label"
        written = fit(show(line.value), value - 5)
        written = f"< {written} >" if line.is_stepped and is_here else f"  {written}"
        parts = (
            (fit(show(line.label), label - 2), label, name),
            (written, value, "value"),
            (fit(show(line.note), note), note, "note"),
        )
        segments: list[Segment] = []
        for text, room, style in parts:
            segments.append(Segment(text, self.get_component_rich_style(f"setting-list--{style}")))
            segments.append(Segment(" " * (room - cell_len(text)), self.rich_style))
        return segments
