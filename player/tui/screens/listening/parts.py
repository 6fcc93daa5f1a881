"""What the actions of the listening screen share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual import getters

from player.audio.output import PlaybackState
from player.story.passages import Passage
from player.tui.screens.roomy import RoomyScreen
from player.tui.situation import Situation
from player.tui.widgets.choices import Choices
from player.tui.widgets.end_panel import EndPanel
from player.tui.widgets.fader import Fader
from player.tui.widgets.status import Status
from player.tui.widgets.timeline import TimeLine
from player.tui.widgets.title_bar import TitleBar
from player.tui.widgets.transcript import Transcript
from player.tui.wishes import Wishes

if TYPE_CHECKING:
    from player.controller import PlaybackController

TOAST_SECONDS = 4
"""Long enough to be read, short enough not to lie on the transcript."""


class ListeningParts(RoomyScreen):
    """The widgets, the wishes, and what is known of the story being heard."""

    title_bar = getters.query_one(TitleBar)
    fader = getters.query_one(Fader)
    transcript = getters.query_one(Transcript)
    choices = getters.query_one(Choices)
    end_panel = getters.query_one(EndPanel)
    timeline = getters.query_one(TimeLine)
    status = getters.query_one(Status)

    def __init__(self, wishes: Wishes) -> None:
        super().__init__()
        self._wishes = wishes
        self._situation = Situation()
        self._passage: Passage | None = None
        self._is_held = False

    def _wish(self, act: Callable[[PlaybackController], Awaitable[None]]) -> None:
        self._wishes.wish(act)

    def hold(self) -> None:
        """Hold the sound while the listener looks at something else."""
        controller = self._wishes.controller
        sounding = (PlaybackState.PLAYING, PlaybackState.LOADING)
        if controller is not None and controller.deck.state in sounding:
            self._is_held = True
            self._wish(lambda c: c.toggle(is_on=False))

    def go_on(self) -> None:
        """Let the sound that was held go on."""
        if self._is_held:
            self._is_held = False
            self._wish(lambda c: c.toggle(is_on=True))

    def _say(self, words: str, seconds: float = TOAST_SECONDS) -> None:
        self.notify(words, timeout=seconds, markup=False)

    def _key_of(self, name: str) -> str:
        """Return how the key of a binding is called, as the listener has bound it."""
        for active in self.active_bindings.values():
            if active.binding.id == name:
                return self.app.get_key_display(active.binding)
        return ""
