"""Before a download: how much there is to fetch, and how much room there is for it."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from player.tui import keys, wording
from player.tui.screens.dialog import Dialog
from player.tui.script import show
from player.tui.services import Offer, Portion
from player.tui.widgets.keys_row import KeysRow
from player.tui.widgets.menu import Menu

LET_GO: Final = "let go"
LABEL_WIDTH: Final = 16


class DownloadScreen(Dialog[Portion | str | None]):
    """Is dismissed with what is to be downloaded, LET_GO for what is kept, or None."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.DOWNLOAD)

    menu = getters.query_one(Menu)

    def __init__(self, offer: Offer, title: str) -> None:
        super().__init__()
        self._offer = offer
        self._title = title
        self._answers: list[Portion | str] = [*offer.portions]
        if offer.kept_bytes:
            self._answers.append(LET_GO)

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Container() as box:
            box.border_title = "Download, to hear it without a network"
            yield Static(Content(show(self._title)), id="story")
            yield Menu([self._line(answer) for answer in self._answers])
            yield Static(self._room(), classes="quiet words", markup=False)
            yield KeysRow()

    @on(Menu.Picked)
    def begin_picked(self) -> None:
        """Begin with what was clicked."""
        self.action_begin()

    def action_move(self, step: int) -> None:
        """Highlight another line."""
        self.menu.move(step)

    def action_begin(self) -> None:
        """Download what is highlighted."""
        self.dismiss(self._answers[self.menu.highlighted])

    def action_close(self) -> None:
        """Download nothing."""
        self.dismiss(None)

    def _line(self, answer: Portion | str) -> str:
        if isinstance(answer, str):
            kept = wording.megabytes(self._offer.kept_bytes)
            return f"{'let it go':<{LABEL_WIDTH}}{kept} that are kept"
        name = "whole story"
        if answer.language is not None:
            name = wording.language(answer.language)
        elif len(self._offer.portions) > 1:
            name = "all languages"
        return f"{name:<{LABEL_WIDTH}}{self._told(answer)}"

    def _told(self, portion: Portion) -> str:
        if not portion.clips_missing:
            return f"all here, {wording.megabytes(portion.bytes)}: keep it"
        clips = wording.counted(portion.clips_missing, "clip")
        size = wording.megabytes(portion.bytes_missing)
        is_too_large = portion.bytes > self._offer.room_bytes
        return f"{clips}, {size}{': there is no room' if is_too_large else ' to fetch'}"

    def _room(self) -> str:
        room, cap = (wording.megabytes(n) for n in (self._offer.room_bytes, self._offer.cap_bytes))
        return f"There is room for {room} of downloads in the cache of {cap}."
