"""The list of stories: draws only what is seen, so that fifty thousand cost no more than three."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from player.tui import wording
from player.tui.glyphs import bar, glyphs
from player.tui.messages import StoryHighlighted, StoryPicked
from player.tui.script import show
from player.tui.services import UNSUITED, Shelved, Suited
from player.tui.shelves import HEADING_ROWS, STORY_ROWS, Shelves
from player.tui.wrapping import fit

if TYPE_CHECKING:  # the first picture does not wait for it
    from player.learner.suiting import Fit

EDGE: Final = 4
MARGIN: Final = 1
LEAST_SUBTITLE: Final = 8
LANGUAGES_WIDTH: Final = 24
WITH_LANGUAGES: Final = 60
WITH_BAR: Final = 70
WITH_LONG_BAR: Final = 84
SHORT_BAR, LONG_BAR = 6, 10
LEAST_COLUMN: Final = 12
WORDS, COLUMN = 12, 14


class StoryList(ScrollView, can_focus=False):
    """Two rows a story, title above facts in columns, under the headings of their shelves."""

    DEFAULT_CSS = """
    StoryList {
        height: 1fr;
        min-width: 20;
        background: $background;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & .story-list--heading { color: $secondary; text-style: bold; }
        & .story-list--title { color: $foreground; text-style: bold; }
        & .story-list--facts { color: $foreground 70%; }
        & .story-list--bar { color: $primary; }
        & .story-list--rest { color: $foreground 35%; }
        & .story-list--here { background: $panel; }
        & .story-list--mark { color: $primary; background: $panel; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "story-list--heading",
        "story-list--title",
        "story-list--facts",
        "story-list--bar",
        "story-list--rest",
        "story-list--here",
        "story-list--mark",
    }

    place: reactive[int] = reactive(0, init=False)
    """The highlighted story, counted from the top of the screen."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as every widget has it
        super().__init__(id=id)
        self._shelves = Shelves()
        self._coming: dict[str, str] = {}
        self.suited: Suited = UNSUITED
        """How the stories suit; drawn with the next `fill` or `show_found`."""

    @property
    def count(self) -> int:
        """How many stories are shown."""
        return self._shelves.count

    @property
    def story(self) -> Shelved | None:
        """The highlighted story."""
        index = self._shelves.index_at(self.place)
        return None if index is None else self._shelves.stories[index]

    def fill(
        self,
        stories: Sequence[Shelved],
        *,
        among: Sequence[int] | None = None,
        keeps_place: bool = True,
    ) -> None:
        """Show stories on their shelves, all or those `among` these indices.

        The highlight goes to the first, or keeps its story where that is still there.
        """
        before = self.story if keeps_place else None
        self._shelves.show_all(stories, self.suited.for_you, among)
        self._arrange((self._shelves.place_of(before.slug) if before else None) or 0)

    def show_found(
        self,
        stories: Sequence[Shelved],
        found: Sequence[int],
        heading: str,
        *,
        keeps_place: bool = False,
    ) -> None:
        """Show what was found on one shelf; the highlight as in `fill`."""
        before = self.story if keeps_place else None
        self._shelves.show_found(stories, found, heading)
        self._arrange((self._shelves.place_of(before.slug) if before else None) or 0)

    def tell_coming(self, slug: str, words: str) -> None:
        """Say of a story how far its download is; empty: it is over."""
        if words != self._coming.get(slug, ""):
            self._coming.pop(slug, None)
            if words:
                self._coming[slug] = words
            self.refresh()

    def move(self, step: int) -> None:
        """Highlight another story, `step` further down."""
        self.place = min(max(0, self.place + step), max(0, self.count - 1))

    def page(self, step: int) -> None:
        """Highlight a story a page further down."""
        self.move(step * max(1, self.size.height // STORY_ROWS - 1))

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        width = self.size.width
        found = self._shelves.at_row(y + self.scroll_offset.y)
        if found is None:
            return Strip.blank(width, self.rich_style)
        shelf, place, row = found
        if place < 0:
            return self._heading(shelf.heading if row == 0 else "", width)
        index = self._shelves.index_at(place)
        if row == STORY_ROWS - 1 or index is None:
            return Strip.blank(width, self.rich_style)
        story = self._shelves.stories[index]
        parts = self._title(story, width) if row == 0 else self._facts(story, width)
        return self._row(parts, width, is_here=place == self.place)

    def on_resize(self) -> None:
        """Keep the highlight in view."""
        self.virtual_size = Size(self.size.width, self._shelves.rows)
        self._bring_into_view()

    def on_click(self, event: Click) -> None:
        """Highlight what is clicked; open it when it was highlighted, or at a double click."""
        found = self._shelves.at_row(event.y + self.scroll_offset.y)
        if found is None or found[1] < 0:
            return
        is_picked = found[1] == self.place or event.chain > 1
        self.place = found[1]
        if is_picked and (story := self.story) is not None:
            self.post_message(StoryPicked(story.slug))

    def watch_place(self, before: int, after: int) -> None:
        """Show the highlight, and keep it in view."""
        for place in (before, after):
            if 0 <= place < self.count:
                self.refresh_lines(self._shelves.row_of(place), STORY_ROWS)
        self._bring_into_view()
        self.post_message(StoryHighlighted(self._shelves.index_at(after)))

    def _arrange(self, place: int) -> None:
        self.virtual_size = Size(self.size.width, self._shelves.rows)
        self.set_reactive(StoryList.place, place)
        self._bring_into_view()
        self.post_message(StoryHighlighted(self._shelves.index_at(place)))
        self.refresh()

    def _bring_into_view(self) -> None:
        if not self.count or not self.size.height:
            return
        first = self._shelves.row_of(self.place)
        top, height = self.scroll_offset.y, self.size.height
        found = self._shelves.at_row(first - 1)
        if found is not None and found[1] < 0:
            first -= HEADING_ROWS  # its heading comes with the first story of a shelf
        last = self._shelves.row_of(self.place) + STORY_ROWS - 1
        if first < top:
            self.scroll_to(y=first, animate=False, immediate=True)
        elif last > top + height:
            self.scroll_to(y=last - height, animate=False, immediate=True)

    def _heading(self, text: str, width: int) -> Strip:
        style = self.get_component_rich_style("story-list--heading")
        return Strip([Segment(f"  {text}", style)]).adjust_cell_length(width, self.rich_style)

    def _title(self, story: Shelved, width: int) -> list[Segment]:
        inner = width - EDGE - MARGIN
        told = LANGUAGES_WIDTH if inner >= WITH_LANGUAGES else 0
        title = fit(show(story.title), inner)
        room = inner - cell_len(title) - 3
        subtitle = (
            fit(show(story.subtitle), room) if story.subtitle and room > LEAST_SUBTITLE else ""
        )
        room -= cell_len(subtitle)
        languages = wording.languages(story.languages, min(told, room))
        plain = self.get_component_rich_style("story-list--facts")
        return [
            Segment(title, self.get_component_rich_style("story-list--title")),
            Segment(f"   {subtitle}{' ' * (room - len(languages))}", plain),
            Segment(languages, plain),
        ]

    def _facts(self, story: Shelved, width: int) -> list[Segment]:
        plain = self.get_component_rich_style("story-list--facts")
        suiting = self.suited.suiting
        follows = suiting.fit(story) if suiting else None
        coming = self._coming.get(story.slug, "")
        facts = columns(story, width - EDGE - MARGIN, coming, follows)
        return [
            Segment(facts.length, plain),
            Segment(facts.done, self.get_component_rich_style("story-list--bar")),
            Segment(facts.rest, self.get_component_rich_style("story-list--rest")),
            Segment(facts.told, plain),
        ]

    def _row(self, parts: list[Segment], width: int, *, is_here: bool) -> Strip:
        if not is_here:
            return Strip([Segment("    ", self.rich_style), *parts]).adjust_cell_length(
                width, self.rich_style
            )
        here = self.get_component_rich_style("story-list--here")
        mark = Segment(f"  {glyphs().here} ", self.get_component_rich_style("story-list--mark"))
        ground = Style(bgcolor=here.bgcolor)
        filled = [Segment(part.text, (part.style or here) + ground) for part in parts]
        return Strip([mark, *filled]).adjust_cell_length(width, here)


@dataclass(frozen=True, slots=True)
class Columns:
    """The second row of a story, in columns that are the same for every story."""

    length: str
    done: str
    rest: str
    told: str


def columns(story: Shelved, width: int, coming: str = "", follows: Fit | None = None) -> Columns:
    """Return how long a story is, how far it is heard and what is marked, in `width` cells.

    While it is being downloaded `coming` says how far that is. What the listener `follows` stands
    where endings found are told, and beside them where there is room.
    """
    lines = follows.lines if follows else ""
    briefly = lines.replace(" lines", "")
    length = f"{wording.minutes(story.duration_sec):>6}  "
    words = wording.progress(story.percentage, is_completed=story.is_completed).partition(",")[0]
    endings = wording.endings_found(story.endings_found, story.endings_total)
    where = coming or ("downloaded" if story.is_downloaded else "online")
    if width < WITH_BAR:
        room = width - len(length)
        few = _few(room, words, coming, endings, briefly, _marks(story, 0), where)
        return Columns(length, "", "", few)
    bar_width = LONG_BAR if width >= WITH_LONG_BAR else SHORT_BAR
    percentage = 100.0 if story.is_completed and not story.percentage else story.percentage
    done, rest = bar(percentage / 100, bar_width) if percentage else (" " * bar_width, "")
    room = width - len(length) - bar_width - len("  ") - WORDS - COLUMN - len("  ")
    left = room - len(where) - 2
    marks = fit(_marks(story, left), left)
    if endings and lines and len(marks) + len(lines) + 2 <= left:
        marks = f"{marks}, {lines}" if marks else lines
    is_roomy = len(lines) - COLUMN + len(marks) <= left
    told = f"  {words:<{WORDS}}{endings or (lines if is_roomy else briefly):<{COLUMN}}  "
    room = width - len(length) - bar_width - len(told)
    return Columns(length, done, rest, f"{told}{marks}{where:>{room - len(marks)}}")


def _few(room: int, *texts: str) -> str:
    """Return as many of the texts as there is room for, the first ones first."""
    told = ""
    for text in filter(None, texts):
        more = f"{told:<12}{text}" if told and len(told) < LEAST_COLUMN else f"{told}  {text}"
        more = more if told else text
        if len(more) > room:
            break
        told = more
    return told


def _marks(story: Shelved, room: int) -> str:
    """Return what the listener marked, in fewer words where there is little room."""
    liked, count = wording.reaction(story.reaction), story.bookmarks
    bookmarks = f"{count} bookmark{'' if count == 1 else 's'}" if count else ""
    long = ", ".join(filter(None, (liked, bookmarks)))
    short = ", ".join(filter(None, (liked.removeprefix("a "), f"{count} marked" if count else "")))
    return long if len(long) <= room else short
