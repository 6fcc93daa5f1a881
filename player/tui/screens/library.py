"""The library: every story, the begun ones on top; search and filters narrow it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker

from player.errors import KahaniError
from player.tui import wording
from player.tui.messages import DownloadPicked, StoryHighlighted, StoryPicked
from player.tui.screens.further import FurtherScreen
from player.tui.script import show
from player.tui.scripted import key_of
from player.tui.services import UNSUITED, Services, Shelved, Suited
from player.tui.widgets.keys_row import KeysRow
from player.tui.widgets.story_details import StoryDetails
from player.tui.widgets.story_list import StoryList
from player.tui.widgets.title_bar import TitleBar
from player.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from player.events import DownloadChanged, Event  # the first picture need not wait for it

OPENING = "Opening your library..."
EMPTY = (
    "There are no stories yet.\n\n"
    "kahani import FOLDER brings in a story;\n"
    "kahani doctor tells where the bundled ones should be."
)
ROOMY = 80
"""Width from which the title bar tells how far a download is."""

LOOK_SECONDS = 0.15
"""How long a story is looked at before more is asked about it: not while scrolling by."""


class LibraryScreen(FurtherScreen):
    """Shows one of: what is being waited for, what went wrong, or the stories."""

    title_bar = getters.query_one(TitleBar)
    details = getters.query_one(StoryDetails)
    state = getters.query_one("#state", Static)

    _telling: Worker[None]

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._now: datetime | None = None
        self._has_failed = False
        self._network = ""
        self._coming = ""

    def compose(self) -> ComposeResult:
        """Make the widgets, top to bottom."""
        yield TitleBar()
        with Container(id="body"):
            yield StoryList()
            yield Static(OPENING, id="state", markup=False)
            yield StoryDetails()
        yield KeysRow()
        yield TooSmall()

    def on_mount(self) -> None:
        """Name the program."""
        self.title_bar.left = "kahani"

    def on_screen_resume(self) -> None:
        """Ask for the stories anew: what was heard meanwhile shows."""
        if self.stories:
            self.post_message(self.Looked())

    def fill(self, stories: Sequence[Shelved], now: datetime, suited: Suited = UNSUITED) -> None:
        """Show these stories as they stand `now`; the same ones again cost nothing."""
        is_same = (
            stories is self.stories and suited == self.story_list.suited and not self._has_failed
        )
        self.stories, self.story_list.suited, self._now = stories, suited, now
        self._has_failed = False
        if is_same and stories:
            self.show_details()
            return
        self.narrow_again()
        self.show_stories(keeps_place=True)

    def fail(self, text: str) -> None:
        """Say why there are no stories to be seen, and how to try once more."""
        self._has_failed = True
        again = key_of(self, "library.again")
        self.say(f"The stories cannot be shown.\n\n{text}\n\n{again} tries once more.")
        self.refresh_bindings()

    def say(self, text: str) -> None:
        """Show a sentence in the place of the stories: what is waited for, what went wrong."""
        self.state.update(Content(show(text)))
        self.add_class("-without-stories")

    def tell(self, event: Event) -> None:
        """Take in how it stands with the network, and with downloads."""
        from player.events import DownloadChanged, SyncChanged  # noqa: PLC0415 - see above

        if isinstance(event, SyncChanged):
            self._network = event.text if event.is_offline else ""
            self._count()
            if not self._network:
                self.look_further()
        elif isinstance(event, DownloadChanged):
            self._tell_download(event)

    def show_stories(self, *, keeps_place: bool = False) -> None:
        """Show all stories, or what search and filters leave of them."""
        narrowing = self.narrowing
        nothing = EMPTY
        if narrowing is None or not narrowing.is_on:
            self.story_list.fill(self.stories, keeps_place=keeps_place)
        else:
            found, heading = narrowing.found(), narrowing.heading
            if heading:
                self.story_list.show_found(self.stories, found, heading, keeps_place=keeps_place)
            else:
                self.story_list.fill(self.stories, among=found, keeps_place=keeps_place)
            ways = []
            if self.search_box is not None:
                ways.append(f"{key_of(self, 'search.clear')} leaves the search.")
            if narrowing.chosen:
                ways.append(f"{key_of(self, 'library.clear-filters')} clears the filters.")
            nothing = "\n".join([narrowing.nothing, "", *ways])
        if self.story_list.count:
            self.remove_class("-without-stories")
        else:
            self.say(nothing)
        self._count()
        self.refresh_bindings()
        self.look_further()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer only what can be done."""
        match action:
            case "again":
                return self._has_failed
            case "clear_search":
                return self.search_box is not None
            case "clear_filters":
                return self.narrowing is not None and bool(self.narrowing.chosen)
            case "open" | "search" | "download":
                return bool(self.stories) and not self.is_asked
            case "filters":
                return bool(self.stories)
        return True

    @on(StoryHighlighted)
    def show_details(self) -> None:
        """Tell about the highlighted story, and in a moment more."""
        details = self.query_one_optional(StoryDetails)
        if self._now is None or details is None:  # None: the screen is being taken down
            return
        story = self.story_list.story
        self.look_further()
        details.show_story(story, self._now, self.story_list.suited.suiting)
        if story is not None:
            self._telling = self.run_worker(
                partial(self._tell_more, story.slug), group="details", exclusive=True
            )

    def on_input_submitted(self) -> None:
        """Open what was found."""
        self.action_open()

    def action_open(self) -> None:
        """Open the highlighted story."""
        if (story := self.story_list.story) is not None:
            self.post_message(StoryPicked(story.slug))

    def action_download(self) -> None:
        """Ask about the download of the highlighted story, or stop it."""
        if (story := self.story_list.story) is not None:
            self.post_message(DownloadPicked(story))

    def action_again(self) -> None:
        """Read the library once more."""
        self.say(OPENING)
        self.post_message(self.Looked())

    def action_move(self, step: int) -> None:
        """Highlight another story."""
        self.story_list.move(step)

    def action_page(self, step: int) -> None:
        """Highlight a story a page away."""
        self.story_list.page(step)

    def action_edge(self, step: int) -> None:
        """Highlight the first or the last story."""
        self.story_list.move(step * self.story_list.count)

    async def _tell_more(self, slug: str) -> None:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            outline = await self.services.outline(slug)
        except KahaniError:
            return  # what is known already stays; the list itself tells of a store that is gone
        if (details := self.query_one_optional(StoryDetails)) is not None:  # None: see above
            details.show_outline(slug, outline)

    def _tell_download(self, event: DownloadChanged) -> None:
        words = wording.downloading(event)
        self.story_list.tell_coming(event.slug, wording.briefly_downloading(event))
        self.details.tell_coming(event.slug, words)
        self._coming = words
        self._count()

    def _count(self) -> None:
        """Say how many stories there are, and how many of them are shown."""
        count, total = self.story_list.count, len(self.stories)
        words = "1 story" if total == 1 else f"{total:,} stories"
        if count < total and self.narrowing is not None and self.narrowing.is_on:
            words = f"{count:,} of {words}"
        coming = self._coming if self.size.width >= ROOMY else ""
        self.title_bar.right = "  ".join(
            filter(None, (coming, self._network, words if total else ""))
        )
