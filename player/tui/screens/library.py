"""The library: every story, the begun ones on top."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from player.tui import keys
from player.tui.messages import StoryHighlighted, StoryPicked
from player.tui.screens.roomy import RoomyScreen
from player.tui.script import show
from player.tui.services import Shelved
from player.tui.widgets.keys_row import KeysRow
from player.tui.widgets.story_details import StoryDetails
from player.tui.widgets.story_list import StoryList
from player.tui.widgets.title_bar import TitleBar
from player.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from player.tui.widgets.search_box import SearchBox  # the first picture need not wait for it

OPENING = "Opening your library..."
EMPTY = (
    "There are no stories yet.\n\n"
    "kahani import FOLDER brings in a story;\n"
    "kahani doctor tells where the bundled ones should be."
)


class LibraryScreen(RoomyScreen):
    """Shows one of: what is being waited for, what went wrong, or the stories."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.LIBRARY)

    title_bar = getters.query_one(TitleBar)
    story_list = getters.query_one(StoryList)
    details = getters.query_one(StoryDetails)
    state = getters.query_one("#state", Static)

    class Looked(Message):
        """The library is looked at again, so its stories may have changed."""

    def __init__(self) -> None:
        super().__init__(classes="-without-stories")
        self._stories: Sequence[Shelved] = ()
        self._now: datetime | None = None
        self._search: SearchBox | None = None

    def compose(self) -> ComposeResult:
        """Make the widgets, top to bottom."""
        yield TitleBar()
        with Container(id="body"):
            yield StoryList()
            yield StoryDetails()
            yield Static(OPENING, id="state", markup=False)
        yield KeysRow()
        yield TooSmall()

    def on_mount(self) -> None:
        """Name the program."""
        self.title_bar.left = "kahani"

    def on_screen_resume(self) -> None:
        """Ask for the stories anew: what was heard meanwhile shows."""
        if self._stories:
            self.post_message(self.Looked())

    def fill(self, stories: Sequence[Shelved], now: datetime) -> None:
        """Show these stories as they stand `now`."""
        self._stories, self._now = stories, now
        query = self._search.value if self._search else ""
        self.story_list.fill(stories, query)
        self._settle()

    def say(self, text: str) -> None:
        """Show a sentence in the place of the stories: what is waited for, what went wrong."""
        self.state.update(Content(show(text)))
        self.add_class("-without-stories")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer only what can be done."""
        if action == "clear_search":
            return self._search is not None
        if action in {"open", "search"}:
            is_typing = self._search is not None and self._search.has_focus
            return bool(self._stories) and not is_typing
        return True

    @on(StoryHighlighted)
    def show_details(self) -> None:
        """Tell about the highlighted story."""
        if self._now is not None:
            self.details.show_story(self.story_list.story, self._now)

    def on_input_changed(self) -> None:
        """Search while the listener types."""
        if self._search is not None:
            self.story_list.search(self._search.value)
            self._settle()

    def on_input_submitted(self) -> None:
        """Open what was found."""
        self.action_open()

    def action_open(self) -> None:
        """Open the highlighted story."""
        if (story := self.story_list.story) is not None:
            self.post_message(StoryPicked(story.slug))

    def action_move(self, step: int) -> None:
        """Highlight another story."""
        self.story_list.move(step)

    def action_page(self, step: int) -> None:
        """Highlight a story a page away."""
        self.story_list.page(step)

    def action_edge(self, step: int) -> None:
        """Highlight the first or the last story."""
        self.story_list.move(step * self.story_list.count)

    async def action_search(self) -> None:
        """Begin to search, or go on."""
        if self._search is None:
            from player.tui.widgets.search_box import SearchBox  # noqa: PLC0415 - see above

            self._search = SearchBox()
            await self.mount(self._search, before="#body")
            self.refresh_bindings()
        self._search.focus()

    async def action_clear_search(self) -> None:
        """Show all stories again."""
        if self._search is not None:
            search, self._search = self._search, None
            await search.remove()
            self.story_list.fill(self._stories)
            self._settle()

    def _settle(self) -> None:
        count, query = self.story_list.count, self._search.value if self._search else ""
        if count:
            self.remove_class("-without-stories")
        elif query:
            self.say(f'Nothing found for "{query}".\n\nesc shows all stories.')
        else:
            self.say(EMPTY)
        words = "1 story" if count == 1 else f"{count:,} stories"
        self.title_bar.right = words if count else ""
        self.refresh_bindings()
