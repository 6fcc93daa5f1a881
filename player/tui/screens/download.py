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
IN_FULL_FROM: Final = 60
"""Width from which a line has room for more than its size."""
TALL_FROM: Final = 16
"""Height from which there is room for more than what is asked."""


class DownloadScreen(Dialog[Portion | str | None]):
    """Is dismissed with what is to be downloaded, LET_GO for what is kept, or None."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.DOWNLOAD)

    menu = getters.query_one(Menu)

    def __init__(self, offer: Offer, title: str) -> None:
        super().__init__()
        self._offer = offer
        self._title = title
        self._answers: list[Portion | str] = [*offer.portions]
        if offer.is_kept:
            self._answers.append(LET_GO)

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Container() as box:
            box.set_class(self.app.size.height < TALL_FROM, "-short")
            box.border_title = "Download, to hear it offline"
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
            more = " that are kept" if self._is_in_full else ""
            return f"{'let it go':<{LABEL_WIDTH}}{kept}{more}"
        name = "whole story"
        if answer.language is not None:
            name = wording.language(answer.language)
        elif len(self._offer.portions) > 1:
            name = "all languages"
        return f"{name:<{LABEL_WIDTH}}{self._told(answer)}"

    def _told(self, portion: Portion) -> str:
        size = wording.megabytes(portion.bytes_missing or portion.bytes)
        is_too_large = portion.bytes > self._offer.room_bytes
        if not portion.clips_missing:
            return f"all here, {size}: keep it" if self._is_in_full else f"all here, {size}"
        if not self._is_in_full:
            return f"{size}{': no room' if is_too_large else ''}"
        clips = wording.counted(portion.clips_missing, "clip")
        return f"{clips}, {size}{': there is no room' if is_too_large else ' to fetch'}"

    def _room(self) -> str:
        room, cap = (wording.megabytes(n) for n in (self._offer.room_bytes, self._offer.cap_bytes))
        if self._offer.is_disk_short:
            return (
                f"On the disk there is room for {room}." if self._is_in_full else f"Disk: {room}."
            )
        words = "In the cache there is room for" if self._is_in_full else "Room for"
        return f"{words} {room.removesuffix(' MB')} of {cap}."

    @property
    def _is_in_full(self) -> bool:
        return self.app.size.width >= IN_FULL_FROM
