"""The offer before the first story in a language: a few clips that find the listener's level."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from player.tui import keys, wording
from player.tui.screens.dialog import Dialog
from player.tui.scripted import key_of
from player.tui.widgets.keys_row import KeysRow

TALL_FROM: Final = 20
"""Height from which there is room for all words."""


class PlacementOffer(Dialog[bool | None]):
    """Is dismissed with the answer; None: the listener went back, and may be asked again."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.PLACEMENT)

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = wording.language(language)

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        first = (
            f"Before your first story in {self._language}: eight short clips, about "
            "two minutes, so that stories begin at the right level for you."
        )
        second = (
            "You hear a clip and say what it was about. Nothing depends on it, and you may stop at "
            "any time: what you answered counts. Your story opens afterwards."
        )
        third = f"If not now: {key_of(self, 'app.commands')} has it whenever you like."
        with Container() as box:
            box.border_title = f"Find your level in {self._language}?"
            yield Static(Content(first))
            yield Static(Content(second), classes="quiet words")
            yield Static(Content(third), classes="quiet words")
            yield KeysRow()

    def on_resize(self) -> None:
        """Leave the keys in view where there is little room."""
        self.set_class(self.size.height < TALL_FROM, "-low")

    def action_answer(self, is_wanted: bool) -> None:
        """Give the answer."""
        self.dismiss(is_wanted)

    def action_close(self) -> None:
        """Go back to the library."""
        self.dismiss(None)
