"""The transcript: what was said, what is being said, and the word of it that is heard now."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.events import Click, MouseDown
from textual.geometry import Offset, Region, Size
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip

from player.story.passages import Passage
from player.tui.columns import MARGIN, left_of, reading_in
from player.tui.ink import MARK_WIDTH, STYLES, Heard, segments, selected, written
from player.tui.manuscript import Manuscript
from player.tui.messages import SeekRequested
from player.tui.rows import Kind, Reading, Row
from player.tui.scripted import key_of
from player.tui.widgets.following import FollowingView

_CSS = """
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
    & .transcript--roman { color: $foreground 75%; }
    & .transcript--rule { color: $foreground 25%; }
    & .transcript--found { color: $background; background: $secondary; }
    & .transcript--chosen { color: $primary; }
    & .transcript--recap { color: $foreground 75%; text-style: italic; }
    & .transcript--note { color: $warning; text-style: italic; }
    & .transcript--voice-1 { color: $voice-1; text-style: bold; }
    & .transcript--voice-2 { color: $voice-2; text-style: bold; }
    & .transcript--voice-3 { color: $voice-3; text-style: bold; }
    & .transcript--voice-4 { color: $voice-4; text-style: bold; }
    & .transcript--voice-5 { color: $voice-5; text-style: bold; }
    & .transcript--voice-6 { color: $voice-6; text-style: bold; }
}
"""


JUST_LISTEN: Final = "Just listen. {key}: this line only"

Notes: TypeAlias = tuple[str, ...]


class Showing(StrEnum):
    """How much of the transcript is on the screen."""

    ALL = "all"
    HIDDEN = "hidden"
    LINE = "line"


class Transcript(FollowingView, can_focus=False):
    """Follows the sound line by line; lets go while the listener scrolls."""

    DEFAULT_CSS = _CSS
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"transcript--{name}" for name in STYLES}

    showing: reactive[Showing] = reactive(Showing.ALL, init=False)
    """How much is shown."""

    is_placement: reactive[bool] = reactive(False, init=False)
    """Whether all is shown whatever the listener chose, as each passage is hidden at first."""

    is_translated: reactive[bool] = reactive(False, init=False)
    """Whether every line has its translation, beside it where there is room."""

    is_romanised: reactive[bool] = reactive(False, init=False)
    """Whether lines in Indian scripts stand in Latin letters too."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id)
        self._manuscript = Manuscript()
        self._reading = Reading()
        self._left = MARGIN
        self._pressed_at = Offset()
        self._line = -1
        self._word = (0, 0)
        self._found: tuple[int, int] | None = None
        self._rows: tuple[Row, ...] = ()

    @property
    def manuscript(self) -> Manuscript:
        """What was heard on the way here; to be read, never changed, from outside."""
        return self._manuscript

    @property
    def line(self) -> int:
        """The line being heard; 0 before the first."""
        return max(0, self._line)

    @property
    def rows_heard(self) -> range:
        """The rows of the line being heard."""
        return self._rows_of(self.line)

    def begin(
        self,
        passages: tuple[Passage, ...],
        recap: tuple[str, ...],
        voices: Mapping[str, int] | None = None,
    ) -> None:
        """Begin a story with the way here; `voices` numbers its characters."""
        self._manuscript.begin(passages, recap, voices)
        self._line, self._word = -1, (0, 0)
        self._lay_out()

    def enter(self, passage: Passage, depth: int, notes: Notes = (), *, veil: str = "") -> None:
        """Show `passage` as number `depth`: with `notes`, or behind a `veil` until one chose."""
        self._manuscript.enter(passage, depth, notes, veil=veil)
        self._line, self._word = -1, (0, 0)
        self.follow()
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
        if moved and self._shown is Showing.LINE:
            self._lay_out()
            return
        if moved:
            self._refresh_line(before)
            self.centre()
        self._refresh_line(line)

    def translate(self) -> bool | None:
        """Show the translation of this line (True), or hide it; None where there is none.

        Where every line is translated, this line's is what is left of them.
        """
        if self.is_translated and self._manuscript.can_translate:
            self._manuscript.reveal(self.line)
            self.is_translated = False
            return True
        shown = self._manuscript.toggle_translation(self.line)
        if shown is not None:
            self._lay_out()
        return shown

    def show_found(self, place: tuple[int, int] | None) -> None:
        """Mark a (passage, line) that was looked for, and show it; None: back to what is heard."""
        self._found = place
        row = None if place is None else self._manuscript.row_of(place)
        if row is None:
            self.come_back()
        else:
            self.let_go()
            self.scroll_to(y=max(0, row + 1 - self.size.height // 2), animate=False)
        self.refresh()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text, still encoded: the app decodes what is copied."""
        left = " " * (self._left + MARK_WIDTH)
        text = "\n".join(left + written(row, self._reading) for row in self._rows)
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
        heard = Heard(len(self._manuscript) - 1, self._line, self._word, self._found)
        row = segments(self._rows[number], heard, self._reading, self._style)
        strip = Strip([Segment(" " * self._left, self.rich_style), *row])
        strip = strip.adjust_cell_length(width, self.rich_style)
        if (selection := self.text_selection) is not None:
            style = self.screen.get_component_rich_style("screen--selection")
            strip = selected(strip, selection.get_span(number), style)
        return strip.apply_offsets(0, number)

    def on_resize(self) -> None:
        """Wrap anew."""
        self._lay_out()

    def on_mouse_down(self, event: MouseDown) -> None:
        """Remember where the mouse was pressed: a way from there on selects text."""
        self._pressed_at = event.screen_offset

    def on_click(self, event: Click) -> None:
        """Hear the line that was clicked, where it belongs to the passage being heard."""
        number = event.y + self.scroll_offset.y
        is_drawn = event.screen_offset != self._pressed_at
        if is_drawn or event.chain > 1 or not 0 <= number < len(self._rows):
            return
        if (start_ms := self._manuscript.start_of(self._rows[number])) is not None:
            self.follow()
            self.post_message(SeekRequested(start_ms))

    def watch_showing(self) -> None:
        """Show more or less."""
        self._lay_out()

    watch_is_translated = watch_is_romanised = watch_is_placement = watch_showing

    @property
    def _shown(self) -> Showing:
        return Showing.ALL if self.is_placement else self.showing

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"transcript--{name}")

    def _lay_out(self) -> None:
        if not self.size.width:
            return
        self._reading = reading_in(
            self.size.width,
            self.outer_size.width,
            is_translated=self.is_translated,
            is_romanised=self.is_romanised,
        )
        self._left = left_of(self._reading, self.size.width)
        self._manuscript.set_in(self._reading)
        if self._shown is Showing.ALL:
            self._rows = (Row(Kind.GAP), *self._manuscript.rows, Row(Kind.GAP))
        elif self._shown is Showing.LINE:
            rows = self._manuscript.excerpt(self.line)
            above = max(0, (self.size.height - len(rows)) // 2)
            self._rows = (Row(Kind.GAP),) * above + rows
        else:
            words = JUST_LISTEN.format(key=key_of(self, "listening.transcript"))
            self._rows = (*(Row(Kind.GAP),) * (self.size.height // 2), Row(Kind.RECAP, words))
        self.virtual_size = Size(self.size.width, len(self._rows))
        self.centre()
        if self._manuscript.is_veiled:  # no line of it will be heard, which would centre it again
            self.call_after_refresh(self.centre)
        self.refresh()

    def _rows_of(self, line: int) -> range:
        if self._shown is not Showing.ALL:
            return range(len(self._rows))
        rows = self._manuscript.rows_of(line)
        return range(rows.start + 1, rows.stop + 1)  # after the first empty row

    def _refresh_line(self, line: int) -> None:
        rows = self._rows_of(line)
        if len(rows):
            region = Region(0, rows.start - self.scroll_offset.y, self.size.width, len(rows))
            self.refresh(region)
