"""A note for a bookmark, below the line that it stands at."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Input, Static

from player.tui import keys
from player.tui.screens.dialog import Dialog
from player.tui.script import show
from player.tui.widgets.keys_row import KeysRow

LONGEST = 500
"""Letters of a note."""


class NoteInput(Input):
    """One line; may stay empty."""

    DEFAULT_CSS = """
    NoteInput {
        height: 1;
        border: none;
        padding: 0 2;
        margin-top: 1;
        background: $panel;
        &:focus { border: none; background: $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = list(keys.NOTE)


class NoteScreen(Dialog[str | None]):
    """Is dismissed with the note; None: nothing is to change."""

    AUTO_FOCUS = "NoteInput"

    note = getters.query_one(NoteInput)

    def __init__(self, words: str, *, heading: str, note: str = "") -> None:
        super().__init__()
        self._words = words
        self._heading = heading
        self._note = note

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Container() as box:
            box.border_title = self._heading
            yield Static(Content(show(self._words)), classes="quiet")
            yield NoteInput(
                self._note,
                placeholder="A note, if you like",
                max_length=LONGEST,
                select_on_focus=False,
            )
            yield KeysRow()

    def on_mount(self) -> None:
        """Keep the cursor still where nothing is to move."""
        self.note.cursor_blink = self.app.animation_level != "none"

    def action_save(self) -> None:
        """Keep what was typed."""
        self.dismiss(self.note.value.strip())

    def action_cancel(self) -> None:
        """Keep things as they were."""
        self.dismiss(None)
