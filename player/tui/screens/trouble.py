"""Something needed could not be opened: what, why, and the ways out."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from player.tui import keys
from player.tui.script import show
from player.tui.scripted import key_of


class TroubleScreen(ModalScreen[bool]):
    """Is dismissed with True: try again; False: leave."""

    CSS_PATH = "trouble.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keys.TROUBLE)
    AUTO_FOCUS = ""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self._sentence = sentence

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Container() as box:
            box.border_title = "This did not work"
            yield Static(Content(show(self._sentence)))
            yield Static(
                Content.assemble(
                    (f"{key_of(self, 'trouble.again')} ", "bold $primary"),
                    "try again     ",
                    (f"{key_of(self, 'trouble.leave')} ", "bold $primary"),
                    "leave",
                ),
                id="ways",
            )

    def action_again(self) -> None:
        """Try once more."""
        self.dismiss(True)

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(False)
