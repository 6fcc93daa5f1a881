"""The list of bookmarks: story, line, when, and note of each; those of the open story first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from player.tui import wording
from player.tui.glyphs import glyphs
from player.tui.script import show
from player.tui.wrapping import fit, wrap

if TYPE_CHECKING:
    from player.playback.bookmarks import Bookmark

EDGE: Final = 4
NOTE_ROWS: Final = 3
"""Longest note that is shown whole, in rows."""


class BookmarkList(ScrollView, can_focus=False):
    """Rows of their own for title and facts, for the line, and for the note."""

    DEFAULT_CSS = """
    BookmarkList {
        height: 1fr;
        min-width: 20;
        background: $background;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & .bookmark-list--heading { color: $secondary; text-style: bold; }
        & .bookmark-list--title { color: $foreground; text-style: bold; }
        & .bookmark-list--facts { color: $foreground 70%; }
        & .bookmark-list--words { color: $foreground 85%; }
        & .bookmark-list--note { color: $success; text-style: italic; }
        & .bookmark-list--here { background: $panel; }
        & .bookmark-list--mark { color: $primary; background: $panel; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"bookmark-list--{name}"
        for name in ("heading", "title", "facts", "words", "note", "here", "mark")
    }

    place: reactive[int] = reactive(0, init=False)
    """The highlighted bookmark, from 0."""

    class Picked(Message):
        """The highlighted bookmark is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self._bookmarks: Sequence[Bookmark] = ()
        self._here = ""
        self._now: datetime | None = None
        self._rows: list[tuple[int, list[Segment]]] = []

    @property
    def bookmark(self) -> Bookmark | None:
        """The highlighted bookmark."""
        return self._bookmarks[self.place] if self.place < len(self._bookmarks) else None

    def fill(self, bookmarks: Sequence[Bookmark], here: str, now: datetime) -> None:
        """Show these as they stand `now`, those of the story `here` first."""
        self._bookmarks = sorted(bookmarks, key=lambda bookmark: bookmark.slug != here)
        self._here, self._now = here, now
        self.set_reactive(BookmarkList.place, min(self.place, max(0, len(bookmarks) - 1)))
        self._lay_out()

    def move(self, step: int) -> None:
        """Highlight another bookmark, `step` further down."""
        self.place = min(max(0, self.place + step), max(0, len(self._bookmarks) - 1))

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        number, width = y + self.scroll_offset.y, self.size.width
        if number >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        place, parts = self._rows[number]
        if place != self.place or not parts:
            left = Segment(" " * (EDGE if place >= 0 else 2), self.rich_style)
            return Strip([left, *parts]).adjust_cell_length(width, self.rich_style)
        here = self._style("here")
        mark = Segment(f"  {glyphs().here} ", self._style("mark"))
        ground = Style(bgcolor=here.bgcolor)
        lit = [Segment(part.text, (part.style or here) + ground) for part in parts]
        return Strip([mark, *lit]).adjust_cell_length(width, here)

    def on_resize(self) -> None:
        """Lay out anew."""
        self._lay_out()

    def on_click(self, event: Click) -> None:
        """Highlight what is clicked; go there when it was highlighted, or at a double click."""
        number = event.y + self.scroll_offset.y
        place = self._rows[number][0] if 0 <= number < len(self._rows) else -1
        if place < 0:
            return
        is_picked = place == self.place or event.chain > 1
        self.place = place
        if is_picked:
            self.post_message(self.Picked())

    def watch_place(self) -> None:
        """Show the highlight, and keep it in view."""
        self._bring_into_view()
        self.refresh()

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"bookmark-list--{name}")

    def _lay_out(self) -> None:
        if not self.size.width or self._now is None:
            return
        self._rows = []
        shelf = ""
        for place, bookmark in enumerate(self._bookmarks):
            heading = self._heading(bookmark)
            if heading != shelf:
                shelf = heading
                self._rows += [(-1, []), (-1, [Segment(heading, self._style("heading"))])]
            self._rows += [(place, parts) for parts in self._parts(bookmark, self._now)]
            self._rows.append((-1, []))
        self.virtual_size = Size(self.size.width, len(self._rows))
        self._bring_into_view()
        self.refresh()

    def _heading(self, bookmark: Bookmark) -> str:
        if not self._here:
            return "Newest first"
        return "In this story" if bookmark.slug == self._here else "In other stories"

    def _parts(self, bookmark: Bookmark, now: datetime) -> list[list[Segment]]:
        room = self.size.width - EDGE - 2
        spoken = wording.variant(bookmark.language, bookmark.mix)
        told = (wording.ago(bookmark.made_at, now), spoken, f"{round(bookmark.percentage)} %")
        facts = "   ".join(told)
        title = fit(show(bookmark.title), max(room // 2, room - cell_len(facts) - 3))
        facts = fit(facts, room - cell_len(title) - 3)
        rows = [
            [Segment(title, self._style("title")), Segment(f"   {facts}", self._style("facts"))],
            [Segment(fit(show(bookmark.words), room), self._style("words"))],
        ]
        if bookmark.note:
            note = show(bookmark.note)
            spans = wrap(note, room)[:NOTE_ROWS]
            rows += [[Segment(note[start:end], self._style("note"))] for start, end in spans]
        return rows

    def _bring_into_view(self) -> None:
        mine = [number for number, (place, _) in enumerate(self._rows) if place == self.place]
        if not mine or not self.size.height:
            return
        first = 0 if self.place == 0 else mine[0]
        top, height = self.scroll_offset.y, self.size.height
        if first < top:
            self.scroll_to(y=first, animate=False)
        elif mine[-1] >= top + height:
            self.scroll_to(y=mine[-1] - height + 1, animate=False)
