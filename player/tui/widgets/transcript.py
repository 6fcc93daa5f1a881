"""The transcript: what was said, what is being said, and the word of it that is heard now."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer

from player.story.passages import Passage
from player.tui.ink import MARK_WIDTH, STYLES, Heard, segments, selected
from player.tui.manuscript import Kind, Manuscript, Row

MEASURE: Final = 76
"""Longest row of text, in cells: a comfortable line for the eye."""

MARGIN: Final = 2
COMES_BACK_AFTER: Final = 5.0


class Showing(StrEnum):
    """How much of the transcript is on the screen."""

    ALL = "all"
    HIDDEN = "hidden"
    LINE = "line"


class Transcript(ScrollView, can_focus=False):
    """Follows the sound line by line; lets go while the listener scrolls."""

    DEFAULT_CSS = """
    Transcript {
        height: 1fr;
        min-width: 20;
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & .transcript--past { color: $foreground 62%; }
        & .transcript--text { color: $foreground; }
        & .transcript--line { color: $foreground; background: $panel; text-style: bold; }
        & .transcript--word { color: $background; background: $primary; text-style: bold; }
        & .transcript--mark { color: $primary; background: $panel; }
        & .transcript--translation { color: $success; text-style: italic; }
        & .transcript--chosen { color: $primary; }
        & .transcript--recap { color: $foreground 75%; text-style: italic; }
        & .transcript--voice-1 { color: $voice-1; text-style: bold; }
        & .transcript--voice-2 { color: $voice-2; text-style: bold; }
        & .transcript--voice-3 { color: $voice-3; text-style: bold; }
        & .transcript--voice-4 { color: $voice-4; text-style: bold; }
        & .transcript--voice-5 { color: $voice-5; text-style: bold; }
        & .transcript--voice-6 { color: $voice-6; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"transcript--{name}" for name in STYLES}

    showing: reactive[Showing] = reactive(Showing.ALL, init=False)
    """How much is shown."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id)
        self._manuscript = Manuscript()
        self._line = -1
        self._word = (0, 0)
        self._rows: tuple[Row, ...] = ()
        self._comes_back: Timer | None = None

    def begin(self, passages: tuple[Passage, ...], recap: tuple[str, ...]) -> None:
        """Begin a story with the way here."""
        self._manuscript.begin(passages, recap)
        self._line, self._word = -1, (0, 0)
        self._lay_out()

    def enter(self, passage: Passage, depth: int) -> None:
        """Show `passage` as number `depth`, the one being heard."""
        self._manuscript.enter(passage, depth)
        self._line, self._word = -1, (0, 0)
        self._follow()
        self._lay_out()

    def choose(self, words: str) -> None:
        """Show what was chosen."""
        self._manuscript.choose(words)
        self._lay_out()

    def hear(self, line: int, word: tuple[int, int]) -> None:
        """Mark the line being heard and, in characters of its encoded text, the word."""
        if (line, word) == (self._line, self._word):
            return
        before, moved = self._line, line != self._line
        self._line, self._word = line, word
        if moved and self.showing is Showing.LINE:
            self._lay_out()
            return
        if moved:
            self._refresh_line(before)
            self._centre()
        self._refresh_line(line)

    def translate(self) -> bool | None:
        """Show the translation of this line (True), or hide it; None where there is none."""
        shown = self._manuscript.toggle_translation(max(0, self._line))
        if shown is not None:
            self._lay_out()
        return shown

    def scroll_by(self, rows: int) -> None:
        """Scroll as the listener wishes; the line being heard comes back by itself."""
        self._let_go()
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text, still encoded: the app decodes what is copied."""
        left = " " * (self._left + MARK_WIDTH)
        text = "\n".join(left + row.text for row in self._rows)
        lines = selection.extract(text).splitlines()
        return "\n".join(line.strip() for line in lines), "\n"

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002
        """Repaint with the selection."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        number = y + self.scroll_offset.y
        width = self.size.width
        if not 0 <= number < len(self._rows):
            return Strip.blank(width, self.rich_style)
        heard = Heard(len(self._manuscript) - 1, self._line, self._word)
        row = segments(self._rows[number], heard, self._measure + MARK_WIDTH + 1, self._style)
        strip = Strip([Segment(" " * self._left, self.rich_style), *row])
        strip = strip.adjust_cell_length(width, self.rich_style)
        if (selection := self.text_selection) is not None:
            style = self.screen.get_component_rich_style("screen--selection")
            strip = selected(strip, selection.get_span(number), style)
        return strip.apply_offsets(0, number)

    def on_resize(self) -> None:
        """Wrap anew."""
        self._lay_out()

    def on_mouse_scroll_up(self) -> None:
        """Let go while the listener scrolls."""
        self._let_go()

    def on_mouse_scroll_down(self) -> None:
        """Let go while the listener scrolls."""
        self._let_go()

    def on_scroll_to(self) -> None:
        """Let go while the listener drags the scroll bar."""
        self._let_go()

    def watch_showing(self) -> None:
        """Show more or less."""
        self._lay_out()

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"transcript--{name}")

    @property
    def _left(self) -> int:
        return max(MARGIN, (self.size.width - MEASURE - 2) // 2)

    @property
    def _measure(self) -> int:
        return max(8, min(MEASURE, self.size.width - self._left - 2 - MARGIN - 1))

    def _lay_out(self) -> None:
        if not self.size.width:
            return
        self._manuscript.wrap_to(self._measure)
        if self.showing is Showing.ALL:
            self._rows = (Row(Kind.GAP), *self._manuscript.rows, Row(Kind.GAP))
        elif self.showing is Showing.LINE:
            rows = self._manuscript.excerpt(max(0, self._line))
            above = max(0, (self.size.height - len(rows)) // 2)
            self._rows = (Row(Kind.GAP),) * above + rows
        else:
            above = max(0, self.size.height // 2)
            self._rows = (
                *(Row(Kind.GAP),) * above,
                Row(Kind.NOTE, "Just listen. v: this line only"),
            )
        self.virtual_size = Size(self.size.width, len(self._rows))
        self._centre()
        self.refresh()

    def _rows_of(self, line: int) -> range:
        if self.showing is not Showing.ALL:
            return range(len(self._rows))
        rows = self._manuscript.rows_of(line)
        return range(rows.start + 1, rows.stop + 1)  # after the first empty row

    def _refresh_line(self, line: int) -> None:
        rows = self._rows_of(line)
        if len(rows):
            region = Region(0, rows.start - self.scroll_offset.y, self.size.width, len(rows))
            self.refresh(region)

    def _centre(self) -> None:
        rows = self._rows_of(max(0, self._line))
        if self._comes_back is None and len(rows):
            middle = (rows.start + rows.stop) // 2
            self.scroll_to(y=max(0, middle - self.size.height // 2), animate=False)

    def _let_go(self) -> None:
        self._follow()
        self._comes_back = self.set_timer(COMES_BACK_AFTER, self._come_back)

    def _follow(self) -> None:
        if self._comes_back is not None:
            self._comes_back.stop()
            self._comes_back = None

    def _come_back(self) -> None:
        self._comes_back = None
        self._centre()
