"""The line in which the listener types what to find in the transcript."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from player.tui import keys


class FindInput(Input):
    """Finds while one types."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.FIND)


class FindBar(Horizontal):
    """Hidden until something is to be found."""

    DEFAULT_CSS = """
    FindBar {
        display: none;
        height: 1;
        background: $panel;
        &.-open { display: block; }
        & FindInput {
            width: 1fr;
            height: 1;
            border: none;
            padding: 0 2;
            background: $panel;
        }
        & FindInput:focus { border: none; background: $panel; }
        & Static { width: auto; padding: 0 2; color: $foreground 75%; }
    }
    """

    input = getters.query_one(FindInput)
    count = getters.query_one(Static)

    def compose(self) -> ComposeResult:
        """Make the parts."""
        yield FindInput(placeholder="Find in the transcript")
        yield Static("", markup=False)

    def open(self) -> None:
        """Show the line and type in it."""
        self.add_class("-open")
        self.input.cursor_blink = self.app.animation_level != "none"
        self.screen.set_focus(self.input)

    def close(self) -> None:
        """Hide the line; what was typed stays for the next time."""
        self.remove_class("-open")
        self.screen.set_focus(None)

    def tell(self, place: int, found: int) -> None:
        """Say which of `found` places is shown; `place` counts from 0."""
        typed = bool(self.input.value.strip())
        self.count.update(f"{place + 1} of {found}" if found else "not there" if typed else "")
