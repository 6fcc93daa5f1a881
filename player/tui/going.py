"""Going from screen to screen: the library below, the story above it, You above either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from player.tui.downloads import DownloadingApp
from player.tui.messages import Told

if TYPE_CHECKING:  # the first picture waits for none of these
    from player.tui.screens.library import LibraryScreen
    from player.tui.screens.listening import ListeningScreen
    from player.tui.screens.you import YouScreen


class GoingApp(DownloadingApp):
    """What is heard is held while something else is looked at, and goes on when one comes back.

    `network` is a word on it while it is away, else empty.
    """

    _library: LibraryScreen
    _listening: ListeningScreen | None = None
    _you: YouScreen | None = None
    network: str = ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer only what can be done; what a dialog lies over counts, not the dialog."""
        below = next(screen for screen in reversed(self.screen_stack) if not screen.is_modal)
        if action == "library":
            return below in (self._listening, self._you)
        if action == "listening":
            return bool(self._story_open) and below in (self._library, self._you)
        if action == "you":
            return self.controller is not None and below in (self._library, self._listening)
        return True

    def action_library(self) -> None:
        """Hold the sound and go to the library."""
        self._close_you()
        if self._listening is not None and self.screen is self._listening:
            self._listening.hold()
            self.pop_screen()

    def action_listening(self) -> None:
        """Go back to the story that is open."""
        self._close_you()
        if self._story_open and self._listening is not None:
            if self.screen is self._library:
                self.push_screen(self._listening)
            self._listening.go_on()

    @on(Told)
    def keep_network(self, message: Told) -> None:
        """Remember how it stands with the network, for screens that are opened later."""
        from player.events import SyncChanged  # noqa: PLC0415 - not for the first picture

        if isinstance(message.event, SyncChanged):
            self.network = message.event.text if message.event.is_offline else ""
            if self._you is not None and self._you.is_attached:
                self._you.tell_network()

    @property
    def _story_open(self) -> str:
        session = self.controller.session if self.controller else None
        return session.story.slug if session else ""

    def leave_you(self) -> None:
        """Go back to where one was."""
        self._close_you()
        if self._listening is not None and self.screen is self._listening:
            self._listening.go_on()

    def _close_you(self) -> None:
        if self._you is not None and self.screen is self._you:
            self.pop_screen()
        self._you = None
