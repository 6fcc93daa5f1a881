"""The sleep timer: in how many minutes to fall silent."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Static

from player.tui import keys
from player.tui.screens.dialog import Dialog
from player.tui.widgets.keys_row import KeysRow
from player.tui.widgets.menu import Menu

MINUTES: Final = (10, 20, 30, 45, 60)
WHAT_COMES: Final = "Then the sound fades out, and a bookmark stands where you set the timer."


class SleepScreen(Dialog[int | None]):
    """Is dismissed with the minutes, 0 for no timer, or None: it stays as it is."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.SLEEP)

    menu = getters.query_one(Menu)

    def __init__(self, minutes_left: int | None) -> None:
        super().__init__()
        self._left = minutes_left

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        left = "" if self._left is None else f"{self._left} min are left.  "
        with Container() as box:
            box.border_title = "Fall silent in"
            lines = [f"{minutes} minutes" for minutes in MINUTES]
            lines.append("no sleep timer" if self._left is None else "no sleep timer any more")
            yield Menu(lines, highlighted=len(MINUTES) if self._left is not None else 1)
            yield Static(left + WHAT_COMES, classes="quiet words", markup=False)
            yield KeysRow()

    @on(Menu.Picked)
    def set_picked(self) -> None:
        """Set what was clicked."""
        self.action_set()

    def action_move(self, step: int) -> None:
        """Highlight another line."""
        self.menu.move(step)

    def action_set(self) -> None:
        """Set the timer to the highlighted line."""
        self.dismiss((*MINUTES, 0)[self.menu.highlighted])

    def action_off(self) -> None:
        """Have no timer."""
        self.dismiss(0)

    def action_close(self) -> None:
        """Leave the timer as it is."""
        self.dismiss(None)
