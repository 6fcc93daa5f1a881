"""The filters that can be chosen, with how many stories each leaves; made when it is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from player.tui import keys
from player.tui.filters import Choice, Chosen, Filter
from player.tui.glyphs import glyphs
from player.tui.script import show
from player.tui.wrapping import fit

EDGE: Final = 2
ON, OFF = "[x] ", "[ ] "


class FilterPanel(ScrollView, can_focus=True):
    """One row a value, under the heading of its filter; draws only what is seen."""

    DEFAULT_CSS = """
    FilterPanel {
        width: 36;
        height: 100%;
        background: $surface;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & .filter-panel--heading { color: $secondary; text-style: bold; background: $surface; }
        & .filter-panel--value { color: $foreground; background: $surface; }
        & .filter-panel--count { color: $foreground 60%; background: $surface; }
        & .filter-panel--on { color: $primary; text-style: bold; background: $surface; }
        & .filter-panel--here { background: $panel; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "filter-panel--heading",
        "filter-panel--value",
        "filter-panel--count",
        "filter-panel--on",
        "filter-panel--here",
    }
    BINDINGS: ClassVar[list[BindingType]] = list(keys.FILTERS)

    at: reactive[int] = reactive(0, init=False)
    """The highlighted row, heading rows counted."""

    class Toggled(Message):
        """The listener wants a value, or no longer."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[Choice, int] | str] = []
        self._chosen = Chosen()

    def offer(self, offered: Mapping[Filter, Sequence[tuple[Choice, int]]], chosen: Chosen) -> None:
        """Show these values; the highlight stays on its value where that is still offered."""
        before = self._choice
        self._chosen = chosen
        self._rows = []
        for name, values in offered.items():
            self._rows += ["", name.value, *values] if self._rows else [name.value, *values]
        self.virtual_size = Size(self.size.width, len(self._rows))
        places = (n for n, row in enumerate(self._rows) if _choice_of(row) == before)
        self.set_reactive(FilterPanel.at, next(places, 0) if before else 0)
        if self._choice is None:
            self._step(1)
        self._bring_into_view()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        width, number = self.size.width, y + self.scroll_offset.y
        row = self._rows[number] if number < len(self._rows) else ""
        if isinstance(row, str):
            style = self.get_component_rich_style("filter-panel--heading")
            return _strip([Segment(f"{' ' * EDGE}{row}", style)], width, self.rich_style)
        choice, count = row
        is_on, is_here = choice in self._chosen.choices, number == self.at
        told = f"{count:,}"
        room = width - 2 * EDGE - len(ON) - len(told) - 1
        words = fit(show(choice.value), room)
        value = self.get_component_rich_style(f"filter-panel--{'on' if is_on else 'value'}")
        gap = " " * (room - cell_len(words) + 1)
        mark = glyphs().here if is_here else " "
        parts = [
            Segment(f" {mark}", self.get_component_rich_style("filter-panel--on")),
            Segment(f"{ON if is_on else OFF}{words}{gap}", value),
            Segment(told, self.get_component_rich_style("filter-panel--count")),
        ]
        if is_here:
            here = self.get_component_rich_style("filter-panel--here")
            ground = Style(bgcolor=here.bgcolor)
            parts = [Segment(part.text, (part.style or here) + ground) for part in parts]
            return _strip(parts, width, here)
        return _strip(parts, width, self.rich_style)

    def on_resize(self) -> None:
        """Keep the highlight in view."""
        self.virtual_size = Size(self.size.width, len(self._rows))
        self._bring_into_view()

    def on_click(self, event: Click) -> None:
        """Choose what is clicked."""
        number = event.y + self.scroll_offset.y
        if number < len(self._rows) and _choice_of(self._rows[number]):
            self.at = number
            self.action_choose()

    def watch_at(self) -> None:
        """Show the highlight, and keep it in view."""
        self._bring_into_view()
        self.refresh()

    def action_choose(self) -> None:
        """Choose the highlighted value, or no longer."""
        if (choice := self._choice) is not None:
            self.post_message(self.Toggled(choice))

    def action_move(self, step: int) -> None:
        """Highlight another value, further down by `step`."""
        for _ in range(abs(step)):
            self._step(1 if step > 0 else -1)

    def action_page(self, step: int) -> None:
        """Highlight a value a page away."""
        self.action_move(step * max(1, self.size.height - 2))

    def action_edge(self, step: int) -> None:
        """Highlight the first or the last value."""
        self.action_move(step * len(self._rows))

    def action_move_filter(self, step: int) -> None:
        """Highlight the first value of the next filter, or of the one before."""
        choice = self._choice
        while choice and (now := self._choice) and now.filter is choice.filter:
            before = self.at
            self._step(step)
            if self.at == before:
                return
        if step < 0 and (choice := self._choice):
            firsts = (n for n, row in enumerate(self._rows) if _is_of(row, choice.filter))
            self.at = next(firsts, self.at)

    @property
    def _choice(self) -> Choice | None:
        return _choice_of(self._rows[self.at]) if self.at < len(self._rows) else None

    def _step(self, step: int) -> None:
        number = self.at + step
        while 0 <= number < len(self._rows):
            if _choice_of(self._rows[number]):
                self.at = number
                return
            number += step

    def _bring_into_view(self) -> None:
        top, height = self.scroll_offset.y, self.size.height
        first = self.at - 1 if self.at and isinstance(self._rows[self.at - 1], str) else self.at
        if not height:
            return
        if first < top:
            self.scroll_to(y=first, animate=False, immediate=True)
        elif self.at >= top + height:
            self.scroll_to(y=self.at - height + 1, animate=False, immediate=True)


def _choice_of(row: tuple[Choice, int] | str) -> Choice | None:
    return None if isinstance(row, str) else row[0]


def _is_of(row: tuple[Choice, int] | str, name: Filter) -> bool:
    choice = _choice_of(row)
    return choice is not None and choice.filter is name


def _strip(parts: list[Segment], width: int, rest: Style) -> Strip:
    return Strip(parts).adjust_cell_length(width, rest)
