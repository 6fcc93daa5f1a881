"""The app: opens, shows, passes on what is told, and never leaves without saving the place."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.driver import Driver
from textual.screen import Screen

from player.errors import EXIT_OK, KahaniError
from player.tui import keys
from player.tui.leaving import give_back, heed_signals
from player.tui.messages import StoryPicked, Told
from player.tui.placing import PlacingApp
from player.tui.screens.library import OPENING, LibraryScreen
from player.tui.services import Services, Wanted
from player.tui.suspending import Suspension
from player.tui.workers import begin

if TYPE_CHECKING:  # the first picture waits for none of these
    from player.controller import PlaybackController
    from player.events import Event
    from player.playback.bookmarks import Bookmark
    from player.tui.screens.listening import ListeningScreen

HOW = ("language", "mix", "node_key", "restart")
"""How a story may be wanted."""


class KahaniApp(PlacingApp, inherit_bindings=False):
    """Library below, listening above it, You above either; one controller for all."""

    TITLE = "kahani"
    CSS_PATH = ["app.tcss", "screens/library.tcss"]  # noqa: RUF012 - Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = list(keys.APP)

    def __init__(self, services: Services, driver: type[Driver] | None = None) -> None:
        super().__init__(services, driver)
        self._library = LibraryScreen(services)
        self._is_leaving = False
        self._openings = 0
        self._suspension = Suspension(self, lambda: self.controller, lambda: self._is_leaving)

    def on_mount(self) -> None:
        """Show the library at once; open everything after the first picture."""
        if not self.is_headless:
            heed_signals(self.leave)
            self._suspension.heed_signals()
        self._library.call_after_refresh(self._begin)

    def get_default_screen(self) -> Screen[None]:
        """Return the library: it lies below everything else."""
        return self._library

    def tell(self, event: Event) -> None:
        """Take in what happened below. From any thread."""
        self.post_message(Told(event))

    def wish(self, act: Callable[[PlaybackController], Awaitable[None]]) -> None:
        """Have the controller do something; what cannot be done is told in a toast."""
        if self.controller is not None and not self._is_leaving:
            begin(self, partial(self._do, act, self.controller), group="wishes")

    @on(Told)
    def show_event(self, message: Told) -> None:
        """Pass on what happened to those who show it."""
        if not self.is_running:  # the screens are being taken down, part after part
            return
        self._library.tell(message.event)
        if self._listening is not None:
            self._listening.tell(message.event)
        from player.events import LeaveRequested, Notice  # noqa: PLC0415 - not for the first picture

        if isinstance(message.event, Notice):
            self.say(message.event.text, message.event.severity.value)
        elif isinstance(message.event, LeaveRequested):
            self.leave()

    @on(StoryPicked)
    def open_picked(self, message: StoryPicked) -> None:
        """Open the story that was picked in the library."""
        begin(self, partial(self._open_placed, message.slug), group="story")

    @on(LibraryScreen.Looked)
    def refresh_stories(self) -> None:
        """Show the stories as they stand now."""
        begin(self, self._fill_library, group="library", exclusive=True)

    def action_you(self) -> None:
        """Hold the sound and show what is known of the listener."""
        from player.tui.screens.you import YouScreen  # noqa: PLC0415 - not for the first picture

        if self._listening is not None and self.screen is self._listening:
            self._listening.hold()
        self._you = YouScreen(self, self._services)
        self.push_screen(self._you)
        self.wish(lambda c: c.viewed("you"))

    def action_bookmarks(self) -> None:
        """Show the bookmarks in all stories."""
        from player.tui.screens.bookmarks import BookmarksScreen  # noqa: PLC0415 - seldom

        self.push_screen(BookmarksScreen(self, go=self._go_to))

    def action_help(self) -> None:
        """Show the keys of this screen."""
        from player.tui.screens.help import HelpScreen  # noqa: PLC0415 - not for the first picture

        focused = self.screen.focused
        declared = [*(focused.BINDINGS if focused else ()), *self.screen.BINDINGS, *self.BINDINGS]
        self.push_screen(HelpScreen(declared, self.screen.active_bindings, self.settings.keys))

    def action_leave(self) -> None:
        """Save the place and leave."""
        self.leave()

    def action_suspend_process(self) -> None:
        """Hold the sound and go back to the shell."""
        self._suspension.stop()

    def action_tell_way_out(self) -> None:
        """Answer ctrl+c where nothing is selected to be copied."""
        self.say(f"{self.key_of('app.leave')} saves your place and leaves.")

    async def open_story(self, slug: str) -> None:
        """Open a story where it was left."""
        await self._open_story(Wanted(slug=slug))

    def leave(self, code: int = EXIT_OK) -> None:
        """Save the place, give everything back, and end with `code`. Again is harmless."""
        if not self._is_leaving:
            self._is_leaving = True
            begin(self, partial(self._leave, code), group="leaving")

    async def _begin(self) -> None:
        begin(self, self._open, group="opening")

    async def _open(self) -> None:
        """Make everything ready; where that fails, ask what to do, until it works."""
        while self.controller is None:
            self._library.say(OPENING)
            try:
                controller = await self._services.open(self.tell)
            except KahaniError as error:
                from player.tui.screens.trouble import TroubleScreen  # noqa: PLC0415 - seldom

                if not await self.push_screen_wait(TroubleScreen(str(error))):
                    self.leave(error.exit_code)
                    return
            else:
                controller.listen(self.tell)
                self.controller = controller
        for notice in self._services.notices:
            self.say(notice, "warning")
        try:
            self.placements = await self._services.placements()
        except KahaniError as error:
            self.say(str(error), "error")
        if self._services.wanted is not None:
            await self._open_story(self._services.wanted)
        await self._fill_library()

    async def _fill_library(self) -> None:
        try:
            stories = self.stories = await self._services.catalogue()
            suited = await self._services.suited()
        except KahaniError as error:
            self._library.fail(str(error))
        else:
            if self._library.is_attached:  # not while the screens are being taken down
                self._library.fill(stories, self._services.now(), suited)
                self.wish(lambda c: c.viewed("library"))

    def _go_to(self, bookmark: Bookmark) -> None:
        begin(self, partial(self._open_at, lambda c: c.go_to(bookmark)), group="story")

    async def _open_story(self, wanted: Wanted) -> None:
        if wanted == Wanted(slug=self._story_open):
            (await self._show_listening()).go_on()
            return
        how = {name: getattr(wanted, name) for name in HOW}
        await self._open_at(lambda c: c.open(wanted.slug, **how))

    async def _open_at(self, act: Callable[[PlaybackController], Awaitable[None]]) -> None:
        """Show the story that `act` opens; where it cannot be opened, stay where one was."""
        if self.controller is not None:
            self._openings += 1
            mine, screen = self._openings, await self._show_listening()
            is_open = await self._do(act, self.controller)
            if not is_open and mine == self._openings and self.screen is screen:
                self.pop_screen()

    async def _show_listening(self) -> ListeningScreen:
        if self._listening is None:
            from player.tui.screens.listening import ListeningScreen  # noqa: PLC0415 - not for the first picture

            self._listening = ListeningScreen(self)
            self.install_screen(self._listening, "listening")
        if self.screen is not self._listening:
            await self.push_screen(self._listening)
            self.wish(lambda c: c.viewed("listening"))
        return self._listening

    async def _do(
        self, act: Callable[[PlaybackController], Awaitable[None]], controller: PlaybackController
    ) -> bool:
        """Do it, and return whether it could be done."""
        try:
            await act(controller)
        except KahaniError as error:
            self.say(str(error), "error")
            return False
        return True

    async def _leave(self, code: int) -> None:
        self.workers.cancel_group(self, "opening")
        try:
            await give_back(self.controller, self._services)
        finally:
            self.exit(code, return_code=code)


def make_app(services: Services) -> KahaniApp:
    """Return the app, for the program as for its tests."""
    driver = None
    if os.name == "posix":
        from player.tui.script.driver import driver_class  # noqa: PLC0415 - POSIX only

        driver = driver_class(services.settings.widths)
    return KahaniApp(services, driver)
